"""The closing of an account, from receipt to done."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

COOLING = timedelta(hours=24)
LIMIT = timedelta(hours=48)
# However late a letter is opened, there is at least this long to come back on it.
SHORTEST_COOLING = timedelta(hours=1)
ALARM = timedelta(hours=36)
RED_ALARM = timedelta(hours=44)


def undo_hash(token: str) -> str:
    """By which the undo link of a mail is found; the link itself is stored nowhere."""
    return keyed_hash("closure-undo", token)


def erase_moment(received_at: datetime) -> datetime:
    """When erasing begins: 24 hours after receipt, and never before there was some time to undo it."""
    return max(received_at + COOLING, clock.now() + SHORTEST_COOLING)


class AccountClosureQuerySet(models.QuerySet["AccountClosure"]):
    def open(self) -> Self:
        return self.exclude(state__in=AccountClosure.ENDED)

    def late(self) -> Self:
        """Open longer after receipt than any closing should be."""
        return self.open().filter(received_at__lt=clock.now() - RED_ALARM)

    def due(self) -> Self:
        """Past the time to come back on it, and in no worker's hands."""
        now = clock.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.open().filter(free, erase_after__lte=now).order_by("received_at", "pk")

    def undoable(self, token: str) -> Self:
        return self.filter(undo_hash=undo_hash(token), state="hidden", erase_after__gt=clock.now())


class AccountClosure(models.Model):
    """One closing. Each state is reached in a transaction of its own; DONE is the last write (W-77)."""

    class State(models.TextChoices):
        HIDDEN = "hidden", _("van de site af")
        ERASING = "erasing", _("wordt gewist")
        VERIFYING = "verifying", _("wordt nagekeken")
        DONE = "done", _("gewist")
        CANCELLED = "cancelled", _("teruggedraaid")

    ENDED = (State.DONE, State.CANCELLED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="closures"
    )
    # What remains of the account in this row once it is gone.
    account_ref = models.BigIntegerField(db_index=True)
    epoch = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.HIDDEN)
    received_at = models.DateTimeField()
    erase_after = models.DateTimeField()
    filed_by_ref = models.BigIntegerField(null=True, blank=True)
    undo_hash = models.CharField(max_length=64, blank=True)
    receipt_address = EncryptedTextField(blank=True)
    language = models.CharField(max_length=8, default="nl")
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    residue = models.JSONField(default=dict, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = AccountClosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_ref"],
                condition=~Q(state__in=["done", "cancelled"]),
                name="closure_one_open_per_account",
            )
        ]

    @property
    def due_at(self) -> datetime:
        """When everything must be gone: 48 hours after receipt."""
        return self.received_at + LIMIT


declare(
    AccountClosure,
    subject="user",
    purpose="closing",
    ground=Ground.LAW,
    retention="year",
    erase=Erase.KEEP,
    clock="done_at",
    technical="id epoch state erase_after filed_by_ref undo_hash language attempts leased_until residue",
    fields={
        "user": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="self", erase=Erase.NULL),
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "received_at": Personal(_("Opgezegd op"), Kind.TECHNICAL),
        "receipt_address": Personal(_("Adres voor het bericht dat alles gewist is"), Kind.CONTACT, Visibility.NOBODY),
        "done_at": Personal(_("Afgerond op"), Kind.TECHNICAL),
    },
)
