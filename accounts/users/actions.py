"""What a member changes about the account itself."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse

from accounts.audit.models import record
from accounts.users.models import User
from accounts.users.switches import Switchable, refresh, switch, switchables


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
    for kind in switchables():
        shown = list(kind.own(user).filter(kind.on()).values_list("pk", flat=True))
        if shown:
            rows = kind.declaration.model._default_manager.filter(pk__in=shown)
            hidden += rows.update(**{switch(name): False for name in kind.names})
            refresh(rows)
    record("account.hide", by=by, about=user, rows=hidden)
    return hidden


@transaction.atomic
def switch_detail(*, kind: Switchable, name: str, pk: int, by: User, shown: bool) -> bool:
    """Shows or hides one contact detail of something that is one's own; what is not filled in stays off (W-87, W-88).

    Only the owner can: whoever asks sees no rows but their own.
    """
    own = kind.own(by).filter(pk=pk)
    if not own.exists():
        return False
    rows = kind.declaration.model._default_manager.filter(pk=pk)
    may = rows.exclude(**{name: ""}) if shown else rows
    may.update(**{switch(name): shown})
    record("contact.show" if shown else "contact.hide", by=by, about=f"{kind.label}:{pk}", detail=name)
    refresh(rows)
    return True


def end_sessions(accounts: Iterable[User]) -> None:
    """Logs these accounts out everywhere; their next page asks to log in."""
    accounts = list(accounts)
    User.objects.filter(pk__in=[account.pk for account in accounts]).update(session_number=F("session_number") + 1)
    UserSession.objects.filter(user__in=accounts).delete()
    for account in accounts:
        account.refresh_from_db(fields=["session_number"])


def remember_language(response: HttpResponse, language: str) -> None:
    """Sets the one cookie that says a language; it goes when the browser closes."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
