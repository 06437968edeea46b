"""Appointment: who manages which neighbourhood, from when until when."""

from typing import Any, Self

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed
from wijk.personal_data import Erase, Kind, Personal, Visibility, declare


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def active(self) -> Self:
        """In term, sworn to secrecy, trained, and by somebody who takes part: no rights before all of that (X-30)."""
        today = clock.today()
        term = Q(starts_on__lte=today, ends_on__gte=today)
        prepared = Q(confidentiality_signed_at__isnull=False, training_on__lte=today)
        return self.filter(term & prepared, user__is_active=True, user__restricted_at=None)

    def public(self) -> Self:
        return self.active().select_related("neighbourhood")


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


declare(
    Appointment,
    subject="user",
    purpose="managing",
    technical="id user neighbourhood",
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


@managed(Neighbourhood)
def managed_neighbourhoods(user: Any) -> models.QuerySet[Neighbourhood]:
    """The neighbourhoods somebody may manage now; read from the database at every request, never remembered."""
    if user.is_superuser:
        return Neighbourhood.objects.on()
    if not Authenticator.objects.filter(user=user).exists():
        return Neighbourhood.objects.none()
    return Neighbourhood.objects.on().filter(appointments__in=Appointment.objects.active().filter(user=user)).distinct()
