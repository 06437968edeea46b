"""What Wijk does in its own way where allauth asks: mail, languages, and never telling who has an account."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, get_language_from_request
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import record
from accounts.signup.emails import account_mail
from accounts.users.actions import remember_language
from accounts.users.models import User
from wijk.encryption import decrypt, encrypt
from wijk.text import EmailField

LONGEST_PASSWORD = 128
TO_STRANGERS = "account/email/unknown_account"
WRONG = _("Dit e-mailadres en wachtwoord horen niet bij elkaar. Kijk ze na en probeer het opnieuw.")


class AccountAdapter(DefaultAccountAdapter):
    """Signing up and logging in the way of this house."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": WRONG,
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "incorrect_code": _("Deze code klopt niet. Kijk of je de code uit de laatste mail gebruikt."),
        "incorrect_password": _("Dit wachtwoord klopt niet."),
        "enter_current_password": _("Dit is niet je wachtwoord van nu."),
        "too_many_login_attempts": _("Dit ging te vaak mis. Wacht een kwartier en probeer het dan opnieuw."),
        "rate_limited": _("Dit ging een paar keer kort na elkaar. Wacht even en probeer het dan opnieuw."),
        "same_as_current": _("Dit is al je e-mailadres. Vul een ander adres in."),
        "email_taken": _("Dit e-mailadres kan niet. Vul een ander adres in."),
        "duplicate_email": _("Dit e-mailadres hoort al bij je account."),
        "max_email_addresses": _("Je kunt niet meer dan %d e-mailadressen hebben."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of allauth goes through our outbox, in the language of its reader."""
        request = request_context.request
        visitor = getattr(request, "user", None)
        account = context.get("user") or (visitor if visitor and visitor.is_authenticated else None)
        language = getattr(account, "language", "") or get_language() or settings.LANGUAGE_CODE
        with transaction.atomic():
            account_mail(template_prefix, to=email, account=account, language=language, context=context)
            if template_prefix == TO_STRANGERS:
                # Done and undone: a stranger gets no mail, and the answer takes as long as for a member.
                transaction.set_rollback(True)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        request.account_made = True  # type: ignore[attr-defined]
        return super().save_user(request, user, form, commit=commit)

    def generate_email_verification_code(self) -> str:
        """The code of a sign-up, made in the same time whether or not the address has an account already."""
        request = request_context.request
        signing_up = request.resolver_match and request.resolver_match.url_name == "account_signup"
        if signing_up and not hasattr(request, "account_made"):
            # A new account has just had its password hashed; without this the answer would come measurably sooner.
            User().set_password(secrets.token_urlsafe(16))
        return str(super().generate_email_verification_code())

    def send_account_already_exists_mail(self, email: str) -> None:
        """Only the mailbox hears that there is an account, or that it is on its way out."""
        if User.objects.filter(email__iexact=email, is_active=False).exists():
            self.send_mail("account/email/account_closing", email, {})
        else:
            super().send_account_already_exists_mail(email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A closed account answers like one that never was."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, WRONG)
        return redirect("account_login")

    def clean_email(self, email: str) -> str:
        """The address by the same rules as every other form."""
        return EmailField().clean(email)

    def clean_password(self, password: str, user: User | None = None) -> str:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(_("Kies een wachtwoord van hooguit 128 tekens."), code="password_too_long")
        return str(super().clean_password(password, user=user))

    def new_user(self, request: HttpRequest) -> User:
        """A new account speaks the language of the page it was made on."""
        user: User = super().new_user(request)
        user.language = get_language() if get_language() in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return user

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Shows the site in the member's own language from here on."""
        response: HttpResponse = super().post_login(request, user, **options)
        record("account.login", by=user)
        if get_language_from_request(request) != user.language:
            remember_language(response, user.language)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/mijn/beveiliging/"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, and says in our words what went wrong."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Deze code klopt niet. Kijk in je app: er komt elke halve minuut een nieuwe."),
        "cannot_delete_authenticator": _("Je kunt je tweede stap nu niet uitzetten."),
        "cannot_generate_recovery_codes": _("Herstelcodes horen bij een tweede stap. Zet die eerst aan."),
        "unverified_email": _("Bevestig eerst je e-mailadres. Daarna kun je een tweede stap aanzetten."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
