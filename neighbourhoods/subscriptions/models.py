"""Subscription: somebody asked for a neighbourhood's newsletter and confirmed it."""

import secrets
from datetime import timedelta
from typing import Any, Self

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.requests.standstill import not_objecting
from accounts.requests.stopping import on_pause
from accounts.signals import account_closing
from accounts.users.models import takes_part
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import Digest, MailingList, letter_label, same_purpose, yes_holds
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.links import of_link, signed
from wijk.personal_data import Ground, Kind, Personal, Visibility, declare
from wijk.text import canonical_email

CONFIRM_WITHIN = timedelta(hours=24)
PROOF_OF_STOP = timedelta(days=365)
INTEREST = "newsletter"
CONFIRM_SALT = "neighbourhoods.subscription-confirm"
CHOICE_SALT = "neighbourhoods.subscription-choice"
DIGEST_SALT = "neighbourhoods.digest-stop"


def address_hash(email: str) -> str:
    """By which the subscriptions of one mailbox are found without reading it."""
    return keyed_hash("subscription", canonical_email(email))


def new_token() -> str:
    """An unguessable name for a subscription in links."""
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        """Those who get mail: said yes to what it is for now, did not stop or object, are not closed or frozen."""
        present = Q(user=None) | takes_part("user")
        return self.filter(
            present,
            not_objecting(INTEREST, "user"),
            confirmed_at__isnull=False,
            stopped_at=None,
        ).filter(yes_holds())

    def on_list(self, mailing: str) -> Self:
        """Of one list: nothing goes from one to the other (K-17, K-18)."""
        return self.filter(list=mailing)

    def with_digest(self) -> Self:
        """Those who also want the new posts of their neighbourhood."""
        return self.confirmed().filter(list=MailingList.NEWS).exclude(digest=Digest.NONE)

    def of_address(self, email: str) -> Self:
        return self.filter(email_hash=address_hash(email))

    def pending(self) -> Self:
        """Without a yes that holds: new ones, stopped ones asked for again, and those who agreed to another purpose."""
        no_yes = Q(confirmed_at=None) | Q(stopped_at__isnull=False) | ~yes_holds()
        return self.filter(no_yes).exclude(email="")

    def asked_with(self, confirmation: str) -> "Subscription | None":
        """The row a link of a confirmation mail is about, for a day after that mail was made."""
        link = of_link(confirmation, salt=CONFIRM_SALT)
        if link is None or link.age > CONFIRM_WITHIN:
            return None
        return self.filter(pk=link.what).exclude(email="").first()

    def adopt(self, user: Any, email: str) -> int:
        """Makes what a mailbox subscribed to part of its owner's account, so that it ends with that account."""
        return self.of_address(email).filter(user=None).update(user=user)

    def move(self, user: Any, old: str, new: str) -> None:
        """Takes an account's subscriptions along to its new address."""
        rows = self.filter(user=user).of_address(old).exclude(email="")
        for mailing in MailingList.values:
            taken = self.of_address(new).filter(list=mailing).values_list("neighbourhood", flat=True)
            moving = rows.filter(list=mailing).exclude(neighbourhood__in=list(taken))
            moving.update(email=new, email_hash=address_hash(new))
        rows.delete()

    def chosen_with(self, word: str) -> "Subscription | None":
        """The row a link to its choices is about, as long as it is mailed."""
        link = of_link(word, salt=CHOICE_SALT)
        return self.confirmed().filter(pk=link.what).first() if link else None

    def digests_of(self, word: str) -> Self:
        """All of the mailbox that got a digest with this word in its link to stop."""
        link = of_link(word, salt=DIGEST_SALT)
        if link is None:
            return self.none()
        hashes = Subscription.objects.filter(pk=link.what).values("email_hash")
        return self.filter(email_hash__in=hashes, list=MailingList.NEWS)


class Subscription(models.Model):
    """One mailbox and one neighbourhood, with the proof of consent (W-54, P-10)."""

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="subscriptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    list = models.CharField(max_length=12, choices=MailingList.choices, default=MailingList.NEWS)
    email = EncryptedTextField()
    email_hash = models.CharField(max_length=64, db_index=True)
    first_name = models.CharField(_("voornaam"), max_length=60, blank=True)
    language = models.CharField(max_length=8, default="nl")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    text_version = models.CharField(max_length=60)
    requested_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.NONE)
    # Up to when the new posts were told.
    digest_until = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "email_hash", "list"], name="subscription_once_per_list")
        ]
        indexes = [
            models.Index(fields=["digest", "digest_until"], name="subscription_digest", condition=~Q(digest="none"))
        ]

    @property
    def is_confirmed(self) -> bool:
        return self.said_yes and self.text_version in same_purpose(self.list)

    @property
    def said_yes(self) -> bool:
        return self.confirmed_at is not None and self.stopped_at is None

    @property
    def asks_again(self) -> bool:
        """Whether somebody once said yes, to something the newsletter is no longer for (W-90)."""
        return self.said_yes and self.text_version not in same_purpose(self.list)

    @property
    def is_professional(self) -> bool:
        return self.list == MailingList.PROFESSIONAL

    @property
    def label(self) -> str:
        """What this mail is called, where it begins a line."""
        return letter_label(self.neighbourhood.name, self.list)

    @property
    def masked_email(self) -> str:
        """Enough of an address for its owner to know it, and for nobody else to use it."""
        local, _at, domain = self.email.rpartition("@")
        return f"{local[:1]}…@{domain}" if domain else ""

    @property
    def unsubscribe_path(self) -> str:
        return reverse("subscriptions:unsubscribe", args=[self.token])

    @property
    def choice_path(self) -> str:
        """Where its reader says how often to be mailed; a word of its own, so that it opens nothing else."""
        return reverse("subscriptions:choose", args=[signed(self.pk, salt=CHOICE_SALT)])

    @property
    def digest_stop_path(self) -> str:
        """Where the digest of this mailbox stops, and nothing but that."""
        return reverse("subscriptions:digest", args=[signed(self.pk, salt=DIGEST_SALT)])

    def confirmation(self) -> str:
        """The word in the link of a confirmation mail; another than the token of newsletters, which get passed on."""
        return signed(self.pk, salt=CONFIRM_SALT)


declare(
    Subscription,
    subject="user",
    purpose="newsletter",
    ground=Ground.CONSENT,
    retention="subscription",
    technical="id user neighbourhood token language digest_until",
    holds="random tokens and codes",
    fields={
        "email": Personal(_("E-mailadres voor de nieuwsbrief"), Kind.CONTACT, Visibility.MANAGER),
        "email_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "first_name": Personal(_("Voornaam"), Kind.IDENTIFIER, Visibility.MANAGER),
        "list": Personal(_("Welke lijst"), Kind.TECHNICAL, Visibility.MANAGER),
        "digest": Personal(_("Overzicht van nieuwe berichten"), Kind.TECHNICAL),
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


@receiver(email_confirmed)
def adopt_on_confirmation(email_address: EmailAddress, **_signal: Any) -> None:
    Subscription.objects.adopt(email_address.user, email_address.email)


@receiver(account_closing)
@on_pause
def adopt_on_closing(user: Any, **_signal: Any) -> None:
    """So that visible() and the erasure by declaration reach what this mailbox asked for without logging in."""
    Subscription.objects.adopt(user, user.email)


@receiver(email_changed)
def move_with_account(
    user: Any, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any
) -> None:
    if from_email_address and to_email_address.verified:
        Subscription.objects.move(user, from_email_address.email, to_email_address.email)
