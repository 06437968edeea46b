"""What stands still: objections, frozen accounts, mailboxes that get no mail; and the conditions selectors ask."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import NegatedExpression
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.requests.models import RightsRequest
from accounts.requests.rights import INTERESTS
from accounts.users.models import User
from wijk import clock
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

# The states of an objection that stands: REVIEW and UPHELD, as its constraint in the database names them.
IN_FORCE = ["review", "upheld"]


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def in_force(self) -> Self:
        """Under review or upheld: as long as nobody rejected it, the processing stands still (K-43)."""
        return self.filter(state__in=IN_FORCE)


class Objection(models.Model):
    """Somebody objects to one thing that rests on a legitimate interest (GDPR art. 21)."""

    class State(models.TextChoices):
        REVIEW = "review", _("we bekijken het")
        UPHELD = "upheld", _("het blijft uit")
        REJECTED = "rejected", _("afgewezen")
        ENDED = "ended", _("ingetrokken")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="objections")
    purpose = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.REVIEW)
    request = models.ForeignKey(
        RightsRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="objections"
    )
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "purpose"], condition=Q(state__in=IN_FORCE), name="objection_once")
        ]

    @property
    def stands(self) -> bool:
        return self.state in IN_FORCE

    def get_purpose_display(self) -> str | Promise:
        known = INTERESTS.get(self.purpose)
        return known.label if known else self.purpose


def not_objecting(code: str, path: str = "") -> NegatedExpression:
    """The condition every selector of an interest asks; `path` leads to the account from another table."""
    account = OuterRef(f"{path}_id" if path else "pk")
    return ~Exists(Objection.objects.in_force().filter(user=account, purpose=code))


def objects_to(user: Any, code: str, *, since: datetime | None = None) -> bool:
    """The same, asked of one account; `since` leaves out what was objected to before that moment."""
    rows = Objection.objects.in_force().filter(user=user.pk, purpose=code)
    return (rows.filter(made_at__gt=since) if since else rows).exists()


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)

    def due(self) -> Self:
        """Announced to end, and the announced moment has come."""
        return self.in_force().filter(lifts_at__lte=clock.now())

    def holding(self) -> Self:
        """Those for a reason of the law: nothing of the account is thrown away meanwhile (GDPR art. 18)."""
        return self.in_force().exclude(reason=Restriction.Reason.OWN_WISH)


class Restriction(models.Model):
    """Why an account is frozen; `User.restricted_at` says that it is, as long as one of these is in force (K-46)."""

    class Reason(models.TextChoices):
        OWN_WISH = "own_wish", _("je eigen wens")
        ACCURACY = "accuracy", _("of de gegevens kloppen wordt uitgezocht")
        UNLAWFUL = "unlawful", _("de gegevens mochten niet gebruikt worden, maar moeten blijven")
        CLAIM = "claim", _("de gegevens zijn nodig voor een zaak")
        OBJECTION = "objection", _("een bezwaar wordt bekeken")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="restrictions")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    request = models.ForeignKey(
        RightsRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="restrictions"
    )
    since = models.DateTimeField(default=clock.now)
    by_ref = models.BigIntegerField(null=True, blank=True)
    # When it ends, once that was announced (GDPR art. 18.3).
    lifts_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "reason"], condition=Q(lifted_at=None), name="restriction_once")
        ]


class NoContact(models.Model):
    """A mailbox that wants no mail from us any more, by a hash of its address (C-2)."""

    recipient_hash = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField(default=clock.now)
    by_ref = models.BigIntegerField(null=True, blank=True)


declare(
    Objection,
    subject="user",
    purpose="rights",
    ground=Ground.LAW,
    retention="account",
    technical="id user request",
    fields={
        "purpose": Personal(_("Bezwaar tegen"), Kind.CONTENT, Visibility.STAFF),
        "state": Personal(_("Hoe het staat"), Kind.TECHNICAL, Visibility.STAFF),
        "made_at": Personal(_("Bezwaar gemaakt op"), Kind.TECHNICAL, Visibility.STAFF),
        "ended_at": Personal(_("Bezwaar voorbij op"), Kind.TECHNICAL, Visibility.STAFF),
    },
)
declare(
    Restriction,
    subject="user",
    purpose="rights",
    ground=Ground.LAW,
    retention="year",
    clock="lifted_at",
    technical="id user request by_ref lifts_at",
    fields={
        "reason": Personal(_("Bevroren omdat"), Kind.CONTENT, Visibility.STAFF),
        "since": Personal(_("Bevroren sinds"), Kind.TECHNICAL, Visibility.STAFF),
        "lifted_at": Personal(_("Niet meer bevroren sinds"), Kind.TECHNICAL, Visibility.STAFF),
    },
)
declare(
    NoContact,
    purpose="rights",
    ground=Ground.LAW,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("wie nooit meer mail wil, moet dat ook later niet krijgen; er staat een code, geen adres"),
    technical="id since by_ref",
    fields={
        "recipient_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
    },
)


def frozen_accounts() -> models.QuerySet[User]:
    """Open accounts that are frozen."""
    return User.objects.filter(is_active=True, restricted_at__isnull=False)
