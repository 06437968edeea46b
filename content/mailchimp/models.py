"""What is agreed with Mailchimp for a neighbourhood, who stands there, and which issues go that way."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.newsletters.models import Newsletter
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.access import managed, scope
from wijk.encryption import EncryptedTextField, keyed_hash, known_secrets
from wijk.personal_data import Erase, Ground, Kind, Personal, Source, Visibility, declare

# Who stops may come back on it for an hour; after this, Mailchimp forgets the address for good.
FORGET_AFTER = timedelta(days=1)


def new_hook() -> str:
    """An unguessable name for the address that Mailchimp knocks at."""
    return secrets.token_urlsafe(32)


def reader_keys(subscriber: str) -> list[str]:
    """By which a reader is found from what Mailchimp calls them, a plain hash of the address; the newest key first."""
    return [keyed_hash("mailchimp-reader", subscriber, secret=secret) for secret in known_secrets()]


def reader_key(subscriber: str) -> str:
    """By which a reader is kept."""
    return reader_keys(subscriber)[0]


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def in_force(self) -> Self:
        """Under an agreement today, and not ended."""
        today = clock.today()
        running = Q(agreement_until=None) | Q(agreement_until__gte=today)
        return self.filter(running, ended_at=None, agreement_on__lte=today)

    def run_out(self) -> Self:
        """Not ended by anybody, but by the day in the agreement."""
        return self.filter(ended_at=None, agreement_until__lt=clock.today())

    def emptying(self) -> Self:
        """Ended, while some of its readers may still stand at Mailchimp."""
        return self.exclude(ended_at=None).filter(emptied_at=None)

    def free(self) -> Self:
        """With a key that works, and not asked to wait."""
        rested = Q(resting_until=None) | Q(resting_until__lte=clock.now())
        return self.filter(rested, broken_at=None)


class Connection(models.Model):
    """One neighbourhood and one audience at Mailchimp, under an agreement of the operator (W-53, X-7).

    Mailchimp is outside the EEA, where the register of parties takes nobody in: what makes the transfer lawful is
    noted here, by who answers for it.
    """

    class Transfer(models.TextChoices):
        """What the law accepts for sending data there (GDPR art. 45 and 46)."""

        ADEQUACY = "adequacy", _("het adequaatheidsbesluit van de EU, en de partij staat op die lijst")
        CLAUSES = "clauses", _("de modelcontractbepalingen van de EU, met een eigen beoordeling")

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="mailchimp")
    server = models.CharField(max_length=4)
    audience = models.CharField(max_length=10)
    api_key = EncryptedTextField(blank=True)
    hook = models.CharField(max_length=43, unique=True, default=new_hook)
    agreement_on = models.DateField()
    agreement_until = models.DateField(null=True, blank=True)
    transfer = models.CharField(max_length=10, choices=Transfer.choices)
    basis = models.CharField(max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Nobody of ours stands there any more; the key is thrown away.
    emptied_at = models.DateTimeField(null=True, blank=True)
    # Mailchimp does not take the key (any more).
    broken_at = models.DateTimeField(null=True, blank=True)
    resting_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    # Until when we know what changed there, and from when on we look again.
    polled_at = models.DateTimeField(null=True, blank=True)
    poll_due_at = models.DateTimeField(default=clock.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood"], condition=Q(ended_at=None), name="mailchimp_one_an_area"),
            models.UniqueConstraint(fields=["audience"], condition=Q(emptied_at=None), name="mailchimp_audience_once"),
        ]

    @property
    def is_in_force(self) -> bool:
        today = clock.today()
        runs = self.agreement_until is None or self.agreement_until >= today
        return self.ended_at is None and self.agreement_on <= today and runs

    @property
    def state(self) -> str:
        """How it stands, as a code: emptied, emptying, broken, waiting, resting or running."""
        if self.ended_at is not None:
            return "emptied" if self.emptied_at else "stuck" if self.broken_at else "emptying"
        if self.broken_at is not None:
            return "broken"
        if not self.is_in_force:
            return "waiting"
        return "resting" if self.failures else "running"


class Listing(models.Model):
    """One reader at Mailchimp: what should be so there, and what is; where they differ there is something to do."""

    class Wanted(models.TextChoices):
        ON = "on", _("op de lijst")
        OFF = "off", _("van de lijst")
        GONE = "gone", _("gewist")

    class State(models.TextChoices):
        NEW = "new", _("nog niet doorgegeven")
        ON = "on", _("staat op de lijst bij Mailchimp")
        OFF = "off", _("staat niet meer op de lijst bij Mailchimp")
        REFUSED = "refused", _("wordt niet door Mailchimp aangenomen")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="listings")
    # Gone before the reader is gone at Mailchimp: then this row is all that says there is somebody to erase.
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.SET_NULL, related_name="listings"
    )
    email_hash = models.CharField(max_length=64)
    # What Mailchimp calls the reader: anybody who guesses an address can make the same, so it is kept as a secret.
    subscriber = EncryptedTextField()
    subscriber_key = models.CharField(max_length=64)
    wanted = models.CharField(max_length=4, choices=Wanted.choices, default=Wanted.ON)
    state = models.CharField(max_length=7, choices=State.choices, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    error = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "subscriber_key"], name="mailchimp_reader_once")]
        indexes = [models.Index(fields=["connection", "next_try_at"], name="mailchimp_due")]


class Campaign(models.Model):
    """One issue on its way through Mailchimp. Each step is a state, and may be tried again.

    A step that makes something there first looks whether it is there already, by a mark that only this issue has.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht tot de lijst bij Mailchimp klopt")
        MADE = "made", _("staat klaar bij Mailchimp, nog zonder tekst")
        FILLED = "filled", _("staat klaar bij Mailchimp")
        ASKED = "asked", _("is aan Mailchimp gevraagd te versturen")
        SENT = "sent", _("verstuurd")
        STOPPED = "stopped", _("niet verstuurd")

    # It never left as long as it is in one of these.
    BEFORE_SENDING = (State.WAITING, State.MADE, State.FILLED)

    newsletter = models.OneToOneField(Newsletter, on_delete=models.CASCADE, related_name="campaign")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="campaigns")
    remote = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    readers = models.PositiveIntegerField(default=0)
    by_ourselves = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    error = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    @property
    def marks(self) -> list[str]:
        """By which this issue is found at Mailchimp, also after a crash or from a restored backup; the newest first."""
        what = f"{self.newsletter_id} {self.newsletter.created_at.isoformat()}"
        return [keyed_hash("mailchimp-campaign", what, secret=secret)[:16] for secret in known_secrets()]


UNTIL_GONE = _("zolang Mailchimp niet heeft bevestigd dat het daar gewist is")
CODES = "codes, numbers and names of errors"
declare(
    Connection,
    purpose="compliance",
    ground=Ground.LAW,
    retention="site",
    holds="about an agreement with an organisation",
    technical="id neighbourhood server audience hook agreement_on agreement_until transfer basis created_at ended_at "
    "emptied_at broken_at resting_until failures error worked_at polled_at poll_due_at",
    fields={
        "api_key": Personal(
            kind=Kind.SECRET,
            visibility=Visibility.NOBODY,
            not_exported="a key of the operator",
            erase=Erase.KEEP,
            keep_reason=_("de sleutel is van de site, en van niemand persoonlijk"),
        ),
        "made_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        ),
    },
)
declare(
    Listing,
    subject="subscription__user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="elsewhere",
    erase=Erase.KEEP,
    keep_reason=UNTIL_GONE,
    source=Source.SITE,
    holds=CODES,
    technical="id connection subscription wanted attempts next_try_at error",
    fields={
        "email_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "subscriber": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="hash of the address"),
        "subscriber_key": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "state": Personal(_("Je aanmelding bij Mailchimp"), Kind.TECHNICAL, Visibility.OWNER),
        "done_at": Personal(_("Doorgegeven aan Mailchimp op"), Kind.TECHNICAL, Visibility.OWNER),
    },
)
declare(
    Campaign,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("hoe een nieuwsbrief verstuurd is, staat bij de nieuwsbrief"),
    holds="numbers and codes; nothing per reader",
    technical="id newsletter connection remote state readers by_ourselves attempts next_try_at error created_at "
    "asked_at sent_at",
)


@managed(Connection)
def managed_connections(user: Any) -> models.QuerySet[Connection]:
    return Connection.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))


@managed(Campaign)
def managed_campaigns(user: Any) -> models.QuerySet[Campaign]:
    return Campaign.objects.filter(newsletter__in=scope(user).managed(Newsletter))
