"""Who wants one mail when a neighbourhood begins."""

import secrets
from datetime import timedelta
from typing import Self

from django.db import models

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare
from wijk.text import canonical_email

CONFIRM_WITHIN = timedelta(hours=24)


def address_hash(email: str) -> str:
    """By which one mailbox is found without reading it."""
    return keyed_hash("start-notice", canonical_email(email))


def new_token() -> str:
    """An unguessable name for the links in the mails."""
    return secrets.token_urlsafe(24)


class StartNoticeQuerySet(models.QuerySet["StartNotice"]):
    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at=None)

    def overdue(self) -> Self:
        """Never confirmed in time."""
        return self.unconfirmed().filter(asked_at__lte=clock.now() - CONFIRM_WITHIN)

    def due(self) -> Self:
        """Confirmed, in a neighbourhood that has begun."""
        return self.filter(confirmed_at__isnull=False, neighbourhood__is_on=True)


class StartNotice(models.Model):
    """One mailbox that waits for one neighbourhood; it goes with the mail, a no, or after a year."""

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="+")
    email = EncryptedTextField(blank=True)
    email_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="nl")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = StartNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "email_hash"], name="start_notice_once")]


declare(
    StartNotice,
    purpose="starting",
    ground=Ground.CONSENT,
    retention="year",
    clock="asked_at",
    erase=Erase.REPLACE,
    erased_by="addresses",
    technical="id neighbourhood token language",
    holds="random tokens and codes",
    fields={
        "email": Personal(kind=Kind.CONTACT, visibility=Visibility.NOBODY, not_exported="found by nobody's account"),
        "email_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "asked_at": Personal(kind=Kind.TECHNICAL, visibility=Visibility.NOBODY, not_exported="technical"),
        "confirmed_at": Personal(kind=Kind.TECHNICAL, visibility=Visibility.NOBODY, not_exported="technical"),
    },
)
