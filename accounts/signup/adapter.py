"""What Wijk does in its own way where allauth asks: mail, languages, and never telling who has an account."""

import secrets
from datetime import timedelta
from math import ceil
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, get_language_from_request, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import AuditEvent, record
from accounts.signup.emails import account_mail, new_device
from accounts.signup.guests import guest_at
from accounts.signup.passwords import too_short_at_work
from accounts.users.actions import remember_language
from accounts.users.models import User
from wijk import clock
from wijk.encryption import decrypt, encrypt
from wijk.limits import attempt, client_network, give_back, succeeded, take
from wijk.mail.doorways import door_of
from wijk.text import EmailField, canonical_email

LONGEST_PASSWORD = 128
# In the session, between the password and the end of the log-in: whose password is short for what they do.
SHORT = "short_password_of"
TRIES_PER_NETWORK, NETWORK_WINDOW = 60, timedelta(minutes=5)
TO_STRANGERS = "account/email/unknown_account"
GUEST = "account/email/guest"
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
        "too_many_login_attempts": _("Dit ging te vaak mis. Wacht een paar minuten en probeer het dan opnieuw."),
        "rate_limited": _("Dit ging een paar keer kort na elkaar. Wacht even en probeer het dan opnieuw."),
        "same_as_current": _("Dit is al je e-mailadres. Vul een ander adres in."),
        "email_taken": _("Dit e-mailadres kan niet. Vul een ander adres in."),
        "duplicate_email": _("Dit e-mailadres hoort al bij je account."),
        "max_email_addresses": _("Je kunt niet meer dan %d e-mailadressen hebben."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of allauth goes through our outbox, in the language of its reader."""
        guest = guest_at(email)
        if guest is not None:
            # Whatever was asked for an account that is none yet: the way to their own page, where one can be made.
            template_prefix, context = GUEST, {"user": guest, "url": door_of(guest)}
        request = request_context.request
        visitor = getattr(request, "user", None)
        account = context.get("user") or (visitor if visitor and visitor.is_authenticated else None)
        language = getattr(account, "language", "") or get_language() or settings.LANGUAGE_CODE
        with transaction.atomic():
            account_mail(template_prefix, to=email, account=account, language=language, context=context)
            if template_prefix == TO_STRANGERS:
                # Done and undone: a stranger gets no mail, and the answer takes as long as for a member.
                transaction.set_rollback(True)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Another address in use is told to both: the old one may be all that its owner still reads."""
        super().send_notification_mail(template_prefix, user, context, email)
        if template_prefix == "account/email/email_changed" and context:
            super().send_notification_mail(template_prefix, user, context, context["to_email"])

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: Any = None,
        *args: Any,
        **kw: Any,
    ) -> None:
        """All that the library tells, but not the log-out: keeping that would begin a new session."""
        if message_template != "account/messages/logged_out.txt":
            super().add_message(request, level, message_template, *args, **kw)

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

    def get_client_ip(self, request: HttpRequest) -> str:
        """The network a request comes from: what is stored or counted nowhere holds a whole address."""
        network = client_network(request).partition("/")[0]
        return "0.0.0.0" if network == "unknown" else network  # noqa: S104  a value, not an address to listen on

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a try per account and network, so that nobody is locked out from elsewhere, and per network.

        In the database, unlike the library's own count in the cache, so that tries at the same moment all count.
        """
        wait = attempt("login", _typed_at(request, credentials))
        if wait:
            raise ValidationError(_too_often(wait), code="too_many_login_attempts")
        if not take("login", client_network(request), limit=TRIES_PER_NETWORK, per=NETWORK_WINDOW):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A closed account answers like one that never was."""
        user: User | None = super().authenticate(request, **credentials)
        if user is None or not user.is_active or user.is_guest:
            return None
        succeeded("login", _typed_at(request, credentials))
        give_back("login", client_network(request))
        # Only here is a password known as it was typed.
        short = too_short_at_work(credentials.get("password", ""), user)
        request.session[SHORT] = user.pk if short else None
        return user

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
        event = record("account.login", by=user, about=user, request=request, how=_methods(request))
        if AuditEvent.objects.log_ins(user.pk).is_from_new_device(event):
            new_device(account=user, event=event)
        if request.session.pop(SHORT, None) == user.pk:
            messages.warning(
                request, _("Je ziet gegevens van anderen. Kies daarom een wachtwoord van 12 tekens of meer.")
            )
            response = redirect("account_change_password")
        if get_language_from_request(request) != user.language:
            remember_language(response, user.language)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logged in a moment ago has just shown who they are; the library would ask the password once more."""
        request = request_context.request
        records = get_authentication_records(request, request.user)
        recent = clock.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > recent for record in records)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/mijn/beveiliging/"


def _typed_at(request: HttpRequest, credentials: dict[str, Any]) -> str:
    """Which account is tried from which network; an unknown address counts like a known one."""
    return f"{canonical_email(str(credentials.get('email', '')))} {client_network(request)}"


def _too_often(wait: timedelta) -> str:
    minutes = ceil(wait / timedelta(minutes=1))
    return ngettext(
        "Dit ging te vaak mis. Wacht %(minutes)d minuut en probeer het dan opnieuw.",
        "Dit ging te vaak mis. Wacht %(minutes)d minuten en probeer het dan opnieuw.",
        minutes,
    ) % {"minutes": minutes}


def _methods(request: HttpRequest) -> list[str]:
    """How somebody showed who they are: codes of the library, as password and mfa."""
    return [str(made.get("method", "")) for made in get_authentication_records(request, request.user)]


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


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Writes down when somebody ends sessions elsewhere."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        super().end_sessions(sessions)
        request = request_context.request
        if sessions:
            record("account.sessions_end", by=request.user, about=request.user, request=request, count=len(sessions))
