"""Appointment: who manages which neighbourhood, from when until when."""

from datetime import date, timedelta
from typing import Any, Self

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own
from wijk.personal_data import Erase, Kind, Personal, Source, Visibility, declare

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# A training counts for two years; a month before that, or before the term ends, the desk says so (C-34, D-20).
TRAINING_LASTS = timedelta(days=730)
NOTICE = timedelta(days=30)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_term(self) -> Self:
        """Running today, by somebody who takes part; maybe not prepared yet."""
        today = clock.today()
        return self.filter(takes_part("user"), starts_on__lte=today, ends_on__gte=today).select_related("neighbourhood")

    def active(self) -> Self:
        """In term, sworn to secrecy and trained: no rights before all of that (X-30)."""
        today = clock.today()
        trained = Q(training_on__lte=today, training_on__gt=today - TRAINING_LASTS)
        return self.in_term().filter(trained, confidentiality_signed_at__isnull=False)

    def public(self) -> Self:
        """The managers everybody may see and ask."""
        return self.active().filter(neighbourhood__is_on=True)


class Appointment(models.Model):
    """A member appointed to a neighbourhood, on behalf of an organisation or not; ends by itself (W-49)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appointments")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="appointments")
    public_name = models.CharField(_("naam op de site"), max_length=60)
    introduction = models.CharField(_("over jou"), max_length=300, blank=True)
    on_behalf_of = models.CharField(_("namens"), max_length=120, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments_made"
    )
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(_("tot en met"))
    confidentiality_signed_at = models.DateTimeField(null=True, blank=True)
    confidentiality_version = models.CharField(max_length=40, blank=True)
    training_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_start")
        ]

    @property
    def is_trained(self) -> bool:
        today = clock.today()
        return bool(self.training_on and self.training_on <= today < self.training_on + TRAINING_LASTS)

    @property
    def lasts_until(self) -> date:
        """The last day of its rights: the term's, or the training's when that comes first."""
        trained = self.training_on + TRAINING_LASTS - timedelta(days=1) if self.training_on else self.ends_on
        return min(self.ends_on, trained)


declare(
    Appointment,
    subject="user",
    purpose="managing",
    retention="assignment",
    clock="ends_on",
    technical="id user neighbourhood",
    source=Source.OTHERS,
    fields={
        "public_name": Personal(_("Je naam als wijkbeheerder"), Kind.IDENTIFIER, Visibility.PUBLIC),
        "introduction": Personal(_("Over jou"), Kind.FREE_TEXT, Visibility.PUBLIC),
        "on_behalf_of": Personal(_("Namens"), Kind.CONTENT, Visibility.PUBLIC),
        "appointed_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "starts_on": Personal(_("Vanaf"), Kind.CONTENT, Visibility.STAFF),
        "ends_on": Personal(_("Tot en met"), Kind.CONTENT, Visibility.STAFF),
        "confidentiality_signed_at": Personal(_("Geheimhouding getekend"), Kind.CONTENT, Visibility.STAFF),
        "confidentiality_version": Personal(_("Welke tekst"), Kind.CONTENT, Visibility.STAFF),
        "training_on": Personal(_("Training gevolgd"), Kind.CONTENT, Visibility.STAFF),
    },
)


@own(Appointment)
def appointments_of(user: Any) -> models.QuerySet[Appointment]:
    return Appointment.objects.filter(user=user)


@managed(Appointment)
def appointments_of_all(user: Any) -> models.QuerySet[Appointment]:
    """Only an operator appoints."""
    return Appointment.objects.all() if user.is_superuser else Appointment.objects.none()


@managed(Neighbourhood)
def managed_neighbourhoods(user: Any) -> models.QuerySet[Neighbourhood]:
    """The neighbourhoods somebody may manage now; read from the database at every request, never remembered."""
    taking_part = Neighbourhood.objects.on().defer("outline")
    if user.is_superuser:
        return taking_part
    appointments = Appointment.objects.active().filter(user=user, user__authenticator__type__in=SECOND_FACTORS)
    return taking_part.filter(pk__in=appointments.values("neighbourhood"))


def lapses_on(user: Any, neighbourhood: Neighbourhood) -> date | None:
    """The last day of somebody's rights here, once that is near enough to warn (C-34, D-20)."""
    mine = Appointment.objects.active().filter(user=user, neighbourhood=neighbourhood)
    last = max((one.lasts_until for one in mine), default=None)
    return last if last and last <= clock.today() + NOTICE else None
