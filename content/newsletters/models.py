"""Newsletters and the ledger of who got them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.access import managed, scope
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def sending(self) -> Self:
        """On their way, in neighbourhoods that take part."""
        return self.filter(state=Newsletter.State.SENDING, neighbourhood__is_on=True)

    def with_counts(self) -> Self:
        """With how many readers each was meant for, and how many of those have their mail in the outbox."""
        queued = models.Q(deliveries__queued_at__isnull=False)
        return self.annotate(readers=models.Count("deliveries"), queued=models.Count("deliveries", filter=queued))


class Newsletter(models.Model):
    """One issue for one neighbourhood, made of ordered blocks."""

    class State(models.TextChoices):
        DRAFT = "draft", _("concept")
        SENDING = "sending", _("wordt verstuurd")
        SENT = "sent", _("verstuurd")

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="newsletters")
    subject = models.CharField(_("onderwerp"), max_length=120)
    # A list of {"kind": text|picture|posts|agenda|news, …} in reading order; see blocks.py.
    blocks = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="newsletters"
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def revision(self) -> str:
        """Which wording this is: a form made for another one is stale."""
        return self.changed_at.isoformat()


class Delivery(models.Model):
    """One issue to one subscription, at most once."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["newsletter", "subscription"], name="delivery_once")]
        indexes = [
            models.Index(fields=["newsletter", "id"], condition=models.Q(queued_at=None), name="delivery_pending")
        ]


declare(
    Newsletter,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("een nieuwsbrief die uit is, blijft te lezen; wie hem maakte staat er dan niet meer bij"),
    holds="words of the manager, for everybody who subscribed",
    technical="id neighbourhood subject blocks state created_at changed_at sending_at sent_at",
    fields={
        "made_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        )
    },
)
declare(
    Delivery,
    subject="subscription__user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="year",
    clock="queued_at",
    technical="id newsletter subscription",
    fields={"queued_at": Personal(_("Nieuwsbrief verstuurd op"), Kind.TECHNICAL, Visibility.OWNER)},
)


@managed(Newsletter)
def managed_newsletters(user: Any) -> models.QuerySet[Newsletter]:
    return Newsletter.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
