"""Newsletters and the ledger of who got them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import MailingList
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.access import managed, scope
from wijk.mail.models import OutgoingMail
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def sending(self) -> Self:
        """On their way by our own mail, in neighbourhoods that take part."""
        return self.filter(state=Newsletter.State.SENDING, is_held=False, neighbourhood__is_on=True)

    def scheduled(self) -> Self:
        """Whose hour has come, in neighbourhoods that take part."""
        due = self.filter(state=Newsletter.State.SCHEDULED, scheduled_for__lte=clock.now())
        return due.filter(neighbourhood__is_on=True)

    def in_archive(self) -> Self:
        """What everybody may read on the site: issues for neighbours that went out, newest first."""
        out = [Newsletter.State.SENDING, Newsletter.State.SENT, Newsletter.State.STOPPED]
        shown = self.filter(list=MailingList.NEWS, state__in=out, on_site=True, neighbourhood__is_on=True)
        return shown.order_by("-sending_at", "-pk")

    def with_counts(self) -> Self:
        """With how many readers each was meant for, and how many of those have their mail in the outbox."""
        queued = models.Q(deliveries__queued_at__isnull=False)
        return self.annotate(readers=models.Count("deliveries"), queued=models.Count("deliveries", filter=queued))


class Newsletter(models.Model):
    """One issue for one neighbourhood, made of ordered blocks."""

    class State(models.TextChoices):
        DRAFT = "draft", _("concept")
        SCHEDULED = "scheduled", _("ingepland")
        SENDING = "sending", _("wordt verstuurd")
        PAUSED = "paused", _("gepauzeerd")
        SENT = "sent", _("verstuurd")
        STOPPED = "stopped", _("gestopt")

    class Pause(models.TextChoices):
        """Why an issue stands still."""

        MANAGER = "manager", _("door een wijkbeheerder")
        BOUNCES = "bounces", _("er kwam te veel terug")
        COMPLAINTS = "complaints", _("lezers meldden hem als spam")

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="newsletters")
    subject = models.CharField(_("onderwerp"), max_length=120)
    # A list of {"kind": text|picture|posts|agenda|news, …} in reading order; see blocks.py.
    blocks = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # The ISO week for which the site made this draft ready; empty for one that somebody began.
    week = models.CharField(max_length=8, blank=True)
    # Another program has it in its hands; our own mail waits until it is handed back.
    is_held = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="newsletters"
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Whose words these are now, who looked along and agreed with them, and who said that they may go.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    scheduled_for = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=10, choices=Pause.choices, blank=True)
    # Somebody looked at what came back and let it go on: the site does not stop it a second time.
    went_on = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # How many readers there were when it went, also after the ledger of them is gone.
    meant_for = models.PositiveIntegerField(null=True, blank=True)
    on_site = models.BooleanField(default=True)
    list = models.CharField(max_length=12, choices=MailingList.choices, default=MailingList.NEWS)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "week"], condition=~models.Q(week=""), name="newsletter_once_a_week"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED

    @property
    def is_untouched(self) -> bool:
        """Made ready by the site, and nobody changed a word."""
        return bool(self.week) and self.changed_by_id is None and self.changed_at == self.created_at

    @property
    def asks_second_look(self) -> bool:
        """Whether the managers here want a second person to look at each issue."""
        chosen: LetterSettings | None = getattr(self.neighbourhood, "letter_settings", None)
        return bool(chosen and chosen.second_look)

    @property
    def is_agreed(self) -> bool:
        return self.agreed_by_id is not None

    @property
    def revision(self) -> str:
        """Which wording this is: a form made for another one is stale."""
        return self.changed_at.isoformat()


class Delivery(models.Model):
    """One issue to one subscription, at most once; without `queued_at` under a stopped issue it was never sent."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    queued_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(OutgoingMail, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["newsletter", "subscription"], name="delivery_once")]
        indexes = [
            models.Index(fields=["newsletter", "id"], condition=models.Q(queued_at=None), name="delivery_pending")
        ]


class DigestEntry(models.Model):
    """The new posts of one neighbourhood to one subscription, at most once a day; one mail may hold several."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="digest_entries")
    day = models.DateField()
    queued_at = models.DateTimeField(default=clock.now)
    mail = models.ForeignKey(
        OutgoingMail, null=True, blank=True, on_delete=models.SET_NULL, related_name="digest_entries"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "day"], name="digest_once_a_day")]


class LetterSettings(models.Model):
    """How the managers of a neighbourhood want to work on newsletters."""

    neighbourhood = models.OneToOneField(Neighbourhood, on_delete=models.CASCADE, related_name="letter_settings")
    second_look = models.BooleanField(
        _("Een tweede beheerder kijkt mee"),
        default=False,
        help_text=_("Een nieuwsbrief gaat pas weg als iemand anders hem heeft gelezen en akkoord geeft."),
    )
    mails_drafts = models.BooleanField(
        _("Mail ons als er een concept klaarstaat"),
        default=False,
        help_text=_("Elke week maakt de site een concept, als er iets nieuws is. Versturen doe je altijd zelf."),
    )
    # The last ISO week in which the site looked and made something: also one that was thrown away is made once.
    drafted_week = models.CharField(max_length=8, blank=True)


declare(
    Newsletter,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("een nieuwsbrief die uit is, blijft te lezen; wie hem maakte staat er dan niet meer bij"),
    holds="words of the manager, for everybody who subscribed",
    technical="id neighbourhood list subject blocks state is_held week created_at changed_at sending_at sent_at "
    "scheduled_for pause_reason went_on stopped_at meant_for on_site",
    fields=dict.fromkeys(
        ("made_by", "changed_by", "agreed_by", "sent_by"),
        Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL),
    ),
)
declare(
    Delivery,
    subject="subscription__user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="year",
    clock="queued_at",
    technical="id newsletter subscription mail",
    fields={"queued_at": Personal(_("Nieuwsbrief verstuurd op"), Kind.TECHNICAL, Visibility.OWNER)},
)
declare(
    DigestEntry,
    subject="subscription__user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="invitation",
    clock="queued_at",
    technical="id subscription mail day",
    fields={"queued_at": Personal(_("Overzicht verstuurd op"), Kind.TECHNICAL, Visibility.OWNER)},
)
declare(
    LetterSettings,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="site",
    technical="id neighbourhood second_look mails_drafts drafted_week",
    holds="choices of a neighbourhood",
)


@managed(Newsletter)
def managed_newsletters(user: Any) -> models.QuerySet[Newsletter]:
    return Newsletter.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))


@managed(LetterSettings)
def managed_settings(user: Any) -> models.QuerySet[LetterSettings]:
    return LetterSettings.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
