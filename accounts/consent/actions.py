"""Saying yes, and taking it back."""

from typing import Any

from django.db import transaction

from accounts.audit.models import record
from accounts.consent.models import ConsentEvent
from accounts.consent.texts import version_of
from accounts.users.models import User
from wijk import clock

SITE = ConsentEvent.Channel.SITE


@transaction.atomic
def agree(*, user: User, key: str, text_version: str = "", channel: str = SITE, by: Any = None) -> ConsentEvent:
    """Adds a yes to the ledger; the same yes to the same text twice is one (K-40, W-9)."""
    return _say(user, key, given=True, text_version=text_version or version_of(key), channel=channel, by=by)


@transaction.atomic
def withdraw(*, user: User, key: str, text_version: str = "", channel: str = SITE, by: Any = None) -> ConsentEvent:
    """Adds a no to the ledger; what was done under the yes stays as it was (K-40)."""
    return _say(user, key, given=False, text_version=text_version or version_of(key), channel=channel, by=by)


def _say(user: User, key: str, *, given: bool, text_version: str, channel: str, by: Any) -> ConsentEvent:
    last = ConsentEvent.objects.current(user, key)
    if last and last.given == given and last.text_version == text_version:
        return last
    event = ConsentEvent.objects.create(
        user=user, key=key, given=given, text_version=text_version, channel=channel, at=clock.now()
    )
    record("consent.give" if given else "consent.withdraw", by=by or user, about=user, key=key)
    return event


def agreed(user: User, key: str) -> bool:
    """Whether a yes stands: the last word counts."""
    last = ConsentEvent.objects.current(user, key)
    return bool(last and last.given)
