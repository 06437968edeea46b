"""What a member changes about the account itself."""

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from accounts.audit.models import record
from accounts.users.models import User
from wijk.personal_data import REGISTER, Visibility


@transaction.atomic
def change_details(*, user: User, by: User, first_name: str, last_name: str, language: str) -> None:
    """Writes a member's own name and language (W-72)."""
    user.first_name, user.last_name, user.language = first_name, last_name, language
    user.save(update_fields=["first_name", "last_name", "language"])
    record("account.change", by=by, about=user)


@transaction.atomic
def choose_language(*, user: User, by: User, language: str) -> None:
    """Remembers the language a member chose for the pages and the mail."""
    user.language = language
    user.save(update_fields=["language"])
    record("account.language", by=by, about=user, language=language)


@transaction.atomic
def hide_everything(*, user: User, by: User) -> int:
    """Switches off every contact detail a member ever showed; returns of how many things (W-24, W-64)."""
    hidden = 0
    for declaration in REGISTER.values():
        names = [name for name, entry in declaration.fields.items() if entry.visibility == Visibility.CHOICE]
        for subject in declaration.subjects if names else ():
            rows = declaration.model._default_manager.filter(**subject.of(user.pk))
            hidden += rows.update(**{switch(name): False for name in names})
    record("account.hide", by=by, about=user, rows=hidden)
    return hidden


def switch(name: str) -> str:
    """The name of the field that says whether a contact detail is shown."""
    return "show_" + name.removeprefix("contact_")


def remember_language(response: HttpResponse, language: str) -> None:
    """Sets the one cookie that says a language; it goes when the browser closes."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
