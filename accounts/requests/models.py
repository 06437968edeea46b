"""What people ask about their data, and what became of it."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.requests.rights import INTERESTS, Interest, Right
from accounts.users.models import User
from wijk import clock
from wijk.access import own
from wijk.encryption import EncryptedTextField
from wijk.links import of_link, signed
from wijk.personal_data import Ground, Kind, Personal, Source, Visibility, declare

TERM, EXTENSION = timedelta(days=30), timedelta(days=60)
REMINDERS = (7, 3, 1)
URGENT = timedelta(days=3)
CONFIRM_WITHIN = timedelta(hours=24)
LINK_LASTS = timedelta(days=14)
LINK_SALT = "accounts.rights-request"


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def open(self) -> Self:
        """Those for which the clock runs, first due on top."""
        return self.filter(state__in=RightsRequest.OPEN).order_by("due_at", "pk")

    def asked_with(self, token: str) -> "RightsRequest | None":
        """The request a mailed link is about, as long as it waits for that link."""
        link = of_link(token, salt=LINK_SALT)
        if link is None:
            return None
        waiting = [RightsRequest.State.UNCONFIRMED, RightsRequest.State.IDENTIFY]
        found = self.filter(pk=link.what, state__in=waiting).first()
        lasts = CONFIRM_WITHIN if found and found.state == RightsRequest.State.UNCONFIRMED else LINK_LASTS
        return found if link.age <= lasts else None

    def forgotten(self) -> Self:
        """Typed by a visitor and never confirmed: nobody's request."""
        before = clock.now() - CONFIRM_WITHIN
        return self.filter(state=RightsRequest.State.UNCONFIRMED, received_at__lt=before)


class RightsRequest(models.Model):
    """One request, from receipt to answer; what people typed is encrypted (K-27 to K-32)."""

    class Channel(models.TextChoices):
        WEB = "web", _("op de site")
        MAIL = "mail", _("per mail")
        LETTER = "letter", _("per brief")
        PHONE = "phone", _("per telefoon")

    class Delivery(models.TextChoices):
        MAIL = "mail", _("Per mail")
        POST = "post", _("Per post")
        SPOKEN = "spoken", _("Mondeling, bel me")

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("nog niet bevestigd")
        RECEIVED = "received", _("ontvangen")
        IDENTIFY = "identify", _("wacht op bewijs dat jij het bent")
        WORKING = "working", _("in behandeling")
        DECIDED = "decided", _("beantwoord")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("ja")
        PARTLY = "partly", _("deels")
        REFUSED = "refused", _("nee")

    OPEN = (State.RECEIVED, State.IDENTIFY, State.WORKING)

    right = models.CharField(max_length=14, choices=Right.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.MAIL)
    # Where post or a call goes, when that is how somebody wants the answer.
    deliver_to = EncryptedTextField(blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="rights_requests"
    )
    email = EncryptedTextField(blank=True)
    language = models.CharField(max_length=8, default="nl")
    # What it is about: one of the purposes of the register, or one of INTERESTS for an objection.
    purpose = models.CharField(max_length=40, blank=True)
    text = EncryptedTextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    identified_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = EncryptedTextField(blank=True)
    # The fewest days before the term ends that its guards were mailed about.
    reminded_days = models.SmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answer = EncryptedTextField(blank=True)
    stays = EncryptedTextField(blank=True)
    note = EncryptedTextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_ref = models.BigIntegerField(null=True, blank=True)
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="rights_request_due")]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def answer_by(self) -> datetime:
        """The last moment of an answer: 30 days or a month, what comes first; extended, 90 days or three (K-28)."""
        return min(self.due_at, clock.months_later(self.received_at, 3 if self.extended_at else 1))

    @property
    def is_late(self) -> bool:
        return self.is_open and self.answer_by < clock.now()

    @property
    def is_urgent(self) -> bool:
        return self.is_open and self.answer_by - clock.now() < URGENT

    @property
    def may_extend(self) -> bool:
        """Once, and only before the first term is over (K-29)."""
        return self.is_open and self.extended_at is None and clock.now() < self.answer_by

    @property
    def mail_to(self) -> str:
        return self.user.email if self.user else self.email

    @property
    def interest(self) -> Interest | None:
        """What an objection is about."""
        return INTERESTS.get(self.purpose) if self.right == Right.OBJECTION else None

    def link(self) -> str:
        """The word in a mailed link; it is stored nowhere."""
        return signed(self.pk, salt=LINK_SALT)


declare(
    RightsRequest,
    subject="user",
    purpose="rights",
    ground=Ground.LAW,
    retention="report",
    clock="ended_at",
    technical="id language created_at reminded_days ended_by_ref form_key",
    holds="a language, the name of a purpose, and random characters",
    fields={
        "right": Personal(_("Wat je vroeg"), Kind.CONTENT, Visibility.STAFF),
        "channel": Personal(_("Hoe het binnenkwam"), Kind.TECHNICAL, Visibility.STAFF),
        "delivery": Personal(_("Hoe je het antwoord wilt"), Kind.CONTENT, Visibility.STAFF),
        "deliver_to": Personal(_("Postadres of telefoonnummer voor het antwoord"), Kind.FREE_TEXT, Visibility.STAFF),
        "user": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="self"),
        "email": Personal(_("E-mailadres bij het verzoek"), Kind.CONTACT, Visibility.STAFF),
        "purpose": Personal(_("Waar het over gaat"), Kind.TECHNICAL, Visibility.STAFF),
        "text": Personal(_("Je verzoek"), Kind.FREE_TEXT, Visibility.STAFF),
        "state": Personal(_("Hoe het staat"), Kind.TECHNICAL, Visibility.STAFF),
        "received_at": Personal(_("Ontvangen op"), Kind.TECHNICAL, Visibility.STAFF),
        "due_at": Personal(_("Antwoord uiterlijk op"), Kind.TECHNICAL, Visibility.STAFF),
        "identified_at": Personal(_("Vastgesteld dat jij het bent op"), Kind.TECHNICAL, Visibility.STAFF),
        "extended_at": Personal(_("Verlengd op"), Kind.TECHNICAL, Visibility.STAFF, source=Source.OTHERS),
        "extension_reason": Personal(_("Waarom verlengd"), Kind.FREE_TEXT, Visibility.STAFF, source=Source.OTHERS),
        "outcome": Personal(_("Besluit"), Kind.CONTENT, Visibility.STAFF, source=Source.OTHERS),
        "answer": Personal(_("Ons antwoord"), Kind.FREE_TEXT, Visibility.STAFF, source=Source.OTHERS),
        "stays": Personal(_("Wat blijft, en waarom"), Kind.FREE_TEXT, Visibility.STAFF, source=Source.OTHERS),
        "note": Personal(_("Aantekeningen"), Kind.FREE_TEXT, Visibility.STAFF, source=Source.OTHERS),
        "ended_at": Personal(_("Beantwoord op"), Kind.TECHNICAL, Visibility.STAFF),
    },
)


@own(RightsRequest)
def requests_of(user: User) -> models.QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(user=user)
