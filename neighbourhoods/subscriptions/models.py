"""Subscription: somebody asked for a neighbourhood's newsletter and confirmed it."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Ground, Kind, Personal, Visibility, declare
from wijk.text import canonical_email


def address_hash(email: str) -> str:
    """By which the subscriptions of one mailbox are found without reading it."""
    return keyed_hash("subscription", canonical_email(email))


def new_token() -> str:
    """An unguessable name for a subscription in links."""
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        """Those who get mail: confirmed, not stopped, and not a closed or frozen account."""
        present = Q(user=None) | Q(user__is_active=True, user__restricted_at=None)
        return self.filter(present, confirmed_at__isnull=False, stopped_at=None)

    def of_address(self, email: str) -> Self:
        return self.filter(email_hash=address_hash(email))


class Subscription(models.Model):
    """One mailbox and one neighbourhood, with the proof of consent (W-54, P-10)."""

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="subscriptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    email = EncryptedTextField()
    email_hash = models.CharField(max_length=64, db_index=True)
    first_name = models.CharField(_("voornaam"), max_length=60, blank=True)
    language = models.CharField(max_length=8, default="nl")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    text_version = models.CharField(max_length=60)
    requested_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "email_hash"], name="subscription_once_per_area")
        ]


declare(
    Subscription,
    subject="user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="subscription",
    technical="id user neighbourhood token language",
    fields={
        "email": Personal(_("E-mailadres voor de nieuwsbrief"), Kind.CONTACT, Visibility.MANAGER),
        "email_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "first_name": Personal(_("Voornaam"), Kind.IDENTIFIER, Visibility.MANAGER),
        "text_version": Personal(_("Welke tekst"), Kind.TECHNICAL),
        "requested_at": Personal(_("Aangevraagd op"), Kind.TECHNICAL),
        "confirmed_at": Personal(_("Bevestigd op"), Kind.TECHNICAL),
        "stopped_at": Personal(_("Gestopt op"), Kind.TECHNICAL),
    },
)


@own(Subscription)
def subscriptions_of(user: Any) -> models.QuerySet[Subscription]:
    return Subscription.objects.filter(user=user)


@managed(Subscription)
def managed_subscriptions(user: Any) -> models.QuerySet[Subscription]:
    return Subscription.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
