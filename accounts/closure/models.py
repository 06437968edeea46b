"""The closing of an account, from receipt to done: the row, its ledger of steps, and what is erased elsewhere."""

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
# From here on the promise of 48 hours weighs more than the copy: what cannot be sealed is erased without one.
SEAL_UNTIL = timedelta(hours=40)


def undo_hash(token: str) -> str:
    """By which the undo link of a mail is found; the link itself is stored nowhere."""
    return keyed_hash("closure-undo", token)


def erase_moment(received_at: datetime) -> datetime:
    """When erasing begins: 24 hours after receipt, and never before there was some time to undo it."""
    return max(received_at + COOLING, clock.now() + SHORTEST_COOLING)


class AccountClosureQuerySet(models.QuerySet["AccountClosure"]):
    def open(self) -> Self:
        return self.exclude(state__in=AccountClosure.ENDED)

    def late(self, after: timedelta = RED_ALARM) -> Self:
        """Open longer after receipt than any closing should be."""
        return self.open().filter(received_at__lt=clock.now() - after)

    def due(self) -> Self:
        """Past the time to come back on it, and in no worker's hands."""
        now = clock.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.open().filter(free, erase_after__lte=now).order_by("received_at", "pk")

    def undoable(self, token: str) -> Self:
        return self.filter(
            undo_hash=undo_hash(token), state__in=AccountClosure.BEFORE_ERASING, erase_after__gt=clock.now()
        )


class AccountClosure(models.Model):
    """One closing (W-77). There is no failed state: in trouble it stays where it is, is tried again, and alarms.

    Receiving and hiding are one transaction, so RECEIVED is never seen from outside: the row is COOLING when there is
    time to undo it, HIDDEN when that was waived. Each later state is reached in a transaction of its own; DONE is the
    last write.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("ontvangen")
        HIDDEN = "hidden", _("van de site af")
        COOLING = "cooling", _("van de site af, nog terug te draaien")
        SEALING = "sealing", _("kopie wordt verzegeld")
        ERASING = "erasing", _("wordt gewist")
        EXTERNAL = "external", _("wordt elders gewist")
        VERIFYING = "verifying", _("wordt nagekeken")
        DONE = "done", _("gewist")
        CANCELLED = "cancelled", _("teruggedraaid")

    class Reason(models.TextChoices):
        PERSON = "person", _("zelf opgezegd")
        LETTER = "letter", _("per brief of mail")
        MINOR = "minor", _("jonger dan 16")

    class Copy(models.TextChoices):
        NONE = "none", _("geen kopie")
        ASKED = "asked", _("kopie gevraagd")
        MADE = "made", _("kopie verzegeld")
        FAILED = "failed", _("kopie niet gelukt")

    BEFORE_ERASING = (State.HIDDEN, State.COOLING)
    ENDED = (State.DONE, State.CANCELLED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="closures"
    )
    # What remains of the account in this row once it is gone.
    account_ref = models.BigIntegerField(db_index=True)
    epoch = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.PERSON)
    copy = models.CharField(max_length=12, choices=Copy.choices, default=Copy.NONE)
    code_key = models.TextField(blank=True)
    received_at = models.DateTimeField()
    erase_after = models.DateTimeField()
    filed_by_ref = models.BigIntegerField(null=True, blank=True)
    undo_hash = models.CharField(max_length=64, blank=True)
    receipt_address = EncryptedTextField(blank=True)
    # Every address the account had, one per line: a worker that takes over must find what they are typed in.
    addresses = EncryptedTextField(blank=True)
    language = models.CharField(max_length=8, default="nl")
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    residue = models.JSONField(default=dict, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)
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

    def end(self, state: str) -> None:
        """The last write of a closing: nothing in the row says any more who it was."""
        self.state = state
        self.done_at = clock.now()
        self.receipt_address = self.addresses = self.undo_hash = self.code_key = ""
        self.leased_until = None
        self.save()

    @property
    def due_at(self) -> datetime:
        """When everything must be gone: 48 hours after receipt."""
        return self.received_at + LIMIT

    @property
    def can_undo(self) -> bool:
        return self.state in self.BEFORE_ERASING and self.erase_after > clock.now()

    @property
    def age(self) -> timedelta:
        return clock.now() - self.received_at

    @property
    def alarm(self) -> str:
        """How pressing an open closing is: "red", "yellow" or nothing."""
        if self.state in self.ENDED or self.age <= ALARM:
            return ""
        return "red" if self.age > RED_ALARM else "yellow"


class ClosureStep(models.Model):
    """One line of the ledger: a step of the erasure counts as done when a new transaction found nothing left of it."""

    closure = models.ForeignKey(AccountClosure, on_delete=models.CASCADE, related_name="ledger")
    step = models.CharField(max_length=160)
    attempts = models.PositiveIntegerField(default=0)
    residue = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["closure", "step"], name="closure_step_once")]


class ExternalErasureQuerySet(models.QuerySet["ExternalErasure"]):
    def waiting(self) -> Self:
        return self.filter(done_at=None)

    def due(self) -> Self:
        return self.waiting().filter(next_try_at__lte=clock.now()).order_by("next_try_at", "pk")


class ExternalErasure(models.Model):
    """What another service still holds of a leaver; goes on after DONE until that service says it is gone."""

    closure = models.ForeignKey(AccountClosure, on_delete=models.CASCADE, related_name="elsewhere")
    store = models.CharField(max_length=40)
    # By what the service knows the person, for as long as it does: the addresses, one per line.
    hint = EncryptedTextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    error = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ExternalErasureQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closure", "store"], name="closure_store_once")]


WHY_KEPT = _("zo kunnen we laten zien dat we op tijd hebben gewist")
CODES = "codes, hashes and names of steps"
declare(
    AccountClosure,
    subject="user",
    purpose="closing",
    ground=Ground.LAW,
    retention="year",
    erase=Erase.KEEP,
    keep_reason=WHY_KEPT,
    holds=CODES,
    clock="done_at",
    technical="id epoch state code_key erase_after filed_by_ref undo_hash language attempts leased_until residue "
    "warned_at alarmed_at",
    fields={
        "user": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="self", erase=Erase.NULL),
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "reason": Personal(_("Hoe opgezegd"), Kind.TECHNICAL),
        "copy": Personal(_("Verzegelde kopie"), Kind.TECHNICAL),
        "received_at": Personal(_("Opgezegd op"), Kind.TECHNICAL),
        "receipt_address": Personal(_("Adres voor het bericht dat alles gewist is"), Kind.CONTACT, Visibility.NOBODY),
        "addresses": Personal(kind=Kind.CONTACT, visibility=Visibility.NOBODY, not_exported="copies of your addresses"),
        "done_at": Personal(_("Afgerond op"), Kind.TECHNICAL),
    },
)
declare(
    ClosureStep,
    purpose="closing",
    ground=Ground.LAW,
    retention="year",
    erase=Erase.KEEP,
    keep_reason=WHY_KEPT,
    holds=CODES,
    clock="done_at",
    technical="id closure step attempts residue error done_at",
)
declare(
    ExternalErasure,
    purpose="closing",
    ground=Ground.LAW,
    retention="year",
    erase=Erase.KEEP,
    keep_reason=WHY_KEPT,
    holds=CODES,
    clock="done_at",
    technical="id closure store attempts next_try_at error done_at",
    fields={
        "hint": Personal(
            kind=Kind.SECRET, visibility=Visibility.NOBODY, not_exported="kept until the other service has erased"
        )
    },
)
