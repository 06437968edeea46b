"""Agreeing to a text."""

from typing import Any

from django.db import transaction

from accounts.audit.models import record
from accounts.consent.models import ConsentEvent
from accounts.consent.texts import version_of
from accounts.users.models import User
from wijk import clock


@transaction.atomic
def agree(*, user: User, key: str, text_version: str = "", by: Any = None) -> ConsentEvent:
    """Adds a yes to the ledger; the same yes to the same text twice is one (K-40, W-9)."""
    text_version = text_version or version_of(key)
    last = ConsentEvent.objects.current(user, key)
    if last and last.given and last.text_version == text_version:
        return last
    event = ConsentEvent.objects.create(user=user, key=key, given=True, text_version=text_version, at=clock.now())
    record("consent.give", by=by or user, about=user, key=key)
    return event
