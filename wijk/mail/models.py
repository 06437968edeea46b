"""The outbox table."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Ground, Kind, Personal, Recipient, Source, Visibility, declare
from wijk.text import canonical_email


def recipient_hash(address: str) -> str:
    """By which the mails to one address are found without reading it."""
    return keyed_hash("mail-recipient", canonical_email(address))


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def unsent(self) -> Self:
        return self.filter(state__in=[OutgoingMail.State.WAITING, OutgoingMail.State.SENDING])

    def claimable(self) -> Self:
        """Due and free, or held by a worker whose lease ran out."""
        now = clock.now()
        waiting = Q(state=OutgoingMail.State.WAITING, due_at__lte=now)
        abandoned = Q(state=OutgoingMail.State.SENDING, leased_until__lt=now)
        return self.filter(waiting | abandoned)

    def to_address(self, address: str) -> Self:
        return self.filter(recipient_hash=recipient_hash(address))

    def of(self, account_ref: int, addresses: Iterable[str]) -> Self:
        """The mail of one account, also to addresses it had."""
        hashes = [recipient_hash(address) for address in addresses]
        return self.filter(Q(account_ref=account_ref) | Q(recipient_hash__in=hashes))

    def unwiped(self) -> Self:
        return self.exclude(payload="", recipient="", recipient_hash="")

    def did_not_arrive(self) -> Self:
        """Given up, or came back later."""
        came_back = Q(returned__in=[OutgoingMail.Return.SOFT, OutgoingMail.Return.HARD])
        return self.filter(came_back | Q(state=OutgoingMail.State.FAILED))

    def cancel(self) -> int:
        """Stops mail that has not gone out, and forgets what it said."""
        return self.unsent().update(state=OutgoingMail.State.CANCELLED, payload="", recipient="")

    def wipe(self) -> None:
        """Stops what has not gone out, and forgets what any of them said and to whom."""
        self.cancel()
        self.update(payload="", recipient="")


class OutgoingMail(models.Model):
    """One mail to one recipient, written in the same transaction as the change it tells about."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht")
        SENDING = "sending", _("wordt verstuurd")
        SENT = "sent", _("verstuurd")
        CANCELLED = "cancelled", _("niet verstuurd")
        FAILED = "failed", _("mislukt")

    class Return(models.TextChoices):
        """What a mail server told of it later; the gravest comes last."""

        SOFT = "soft", _("kwam terug")
        HARD = "hard", _("kwam terug, het adres werkt niet")
        COMPLAINT = "complaint", _("gemeld als spam")

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    recipient = EncryptedTextField(blank=True)
    recipient_hash = models.CharField(max_length=64, db_index=True)
    # No foreign key: a mail outlives the account it tells about, and the floor knows no accounts.
    account_ref = models.BigIntegerField(null=True, blank=True, db_index=True)
    account_epoch = models.IntegerField(default=0)
    payload = EncryptedTextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=120, blank=True)
    returned = models.CharField(max_length=10, choices=Return.choices, blank=True)
    # As long as it counts against the address.
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="outbox_due"),
            models.Index(fields=["about"], name="outbox_about"),
            models.Index(fields=["returned_at"], name="outbox_returned", condition=~Q(returned_at=None)),
        ]

    @property
    def about_pk(self) -> int:
        """The number of the row it tells about."""
        return int(self.about.rpartition(":")[2])

    @property
    def delivery(self) -> str:
        """How far it is, as a code: waiting, delayed, sent, returned, failed or cancelled."""
        if self.state in {self.State.WAITING, self.State.SENDING}:
            return "delayed" if self.attempts else "waiting"
        came_back = self.returned in {self.Return.SOFT, self.Return.HARD}
        return "returned" if self.state == self.State.SENT and came_back else self.state


class UndeliverableQuerySet(models.QuerySet["Undeliverable"]):
    def at(self, addresses: Iterable[str]) -> Self:
        return self.filter(recipient_hash__in=[recipient_hash(address) for address in addresses])


class Undeliverable(models.Model):
    """A mailbox that gets no mail for now, by a hash of its address: mail came back, or its reader called it spam."""

    recipient_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=10, choices=OutgoingMail.Return.choices)
    marked_at = models.DateTimeField(default=clock.now)

    objects = UndeliverableQuerySet.as_manager()


def delivery_of(labels: Iterable[str]) -> dict[str, str]:
    """How far the newest mail about each of these things is, by one query; what no mail is about is left out."""
    mails = OutgoingMail.objects.filter(about__in=list(labels)).order_by("pk")
    return {mail.about: mail.delivery for mail in mails.only("about", "state", "attempts", "returned")}


declare(
    OutgoingMail,
    purpose="mail",
    ground=Ground.CONTRACT,
    retention="year",
    clock="created_at",
    erased_by="outbox",
    handed_to=(Recipient.HOST, Recipient.MAIL),
    holds="codes, hashes and numbers; an error is the name of its kind",
    technical="id key kind about message_id state due_at expires_at attempts lease leased_until error account_epoch "
    "returned returned_at",
    fields={
        "recipient": Personal(_("Aan"), Kind.CONTACT, Visibility.NOBODY),
        "recipient_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="internal number"),
        "payload": Personal(_("Mail"), Kind.CONTENT, Visibility.NOBODY),
        "created_at": Personal(_("Gemaakt op"), Kind.TECHNICAL),
        "sent_at": Personal(_("Verstuurd op"), Kind.TECHNICAL),
    },
)
declare(
    Undeliverable,
    purpose="mail",
    retention="year",
    clock="marked_at",
    source=Source.OTHERS,
    erased_by="outbox",
    technical="id reason marked_at",
    fields={
        "recipient_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
    },
)
