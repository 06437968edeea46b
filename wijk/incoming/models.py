"""The table of mail that was taken and waits to be read."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Ground, Kind, Personal, Source, Visibility, declare

LASTS = timedelta(days=1)


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def claimable(self) -> Self:
        """Due and free, or held by a worker whose lease ran out."""
        now = clock.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.filter(free, due_at__lte=now)


class IncomingMail(models.Model):
    """One mail for one of our addresses, as it came; gone as soon as its door took it, and in any case in a day."""

    local = EncryptedTextField()
    raw = EncryptedTextField()
    # No foreign key: the floor knows no accounts.
    account_ref = models.BigIntegerField(null=True, blank=True, db_index=True)
    received_at = models.DateTimeField(default=clock.now, db_index=True)
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    objects = IncomingMailQuerySet.as_manager()


declare(
    IncomingMail,
    purpose="contact",
    ground=Ground.LEGITIMATE,
    retention="incoming",
    clock="received_at",
    source=Source.OTHERS,
    technical="id received_at due_at attempts lease leased_until",
    holds="random",
    erased_by="outbox",
    fields={
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="internal number"),
        "local": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="an address of ours"),
        "raw": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.NOBODY, not_exported="gone within a day"),
    },
)
