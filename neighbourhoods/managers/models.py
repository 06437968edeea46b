"""Appointment: who manages which neighbourhood, from when until when."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import SECOND_FACTORS, managed, own
from wijk.personal_data import Erase, Kind, Personal, Source, Visibility, declare

# Which text of templates/managers/secrecy.html a manager must have signed.
CONFIDENTIALITY_VERSION = "1"
# A training counts for two years; a month before something ends, the desk says so (C-34, D-20).
TRAINING_LASTS = timedelta(days=730)
LONGEST_TERM = timedelta(days=366)
NOTICE = timedelta(days=30)


def prepared() -> Q:
    """Sworn to secrecy, trained and screened, and none of it over (X-30, C-34).

    An older text of the promise counts until the day by which the new one must be signed.
    """
    today = clock.today()
    trained = Q(training_on__lte=today, training_on__gt=today - TRAINING_LASTS)
    sworn = Q(confidentiality_signed_at__isnull=False) & (Q(sign_again_by=None) | Q(sign_again_by__gte=today))
    return trained & sworn & Q(screened_until__gte=today)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_term(self) -> Self:
        """Running today, by somebody who takes part; maybe not prepared yet."""
        today = clock.today()
        return self.filter(takes_part("user"), starts_on__lte=today, ends_on__gte=today).select_related("neighbourhood")

    def ready(self) -> Self:
        """Prepared in their own right, so that they can stand in for others: managers and reserves."""
        return self.in_term().filter(prepared()).exclude(role=Appointment.Role.DEPUTY)

    def active(self) -> Self:
        """Who has the rights of a manager now: managers who are prepared, and who stands in for one.

        A deputy works on the preparation of their own appointment elsewhere, and no longer than the manager's term.
        """
        theirs = Appointment.objects.ready().filter(user=OuterRef("user"))
        stood_in_for = takes_part("stands_in_for__user") & Q(stands_in_for__ends_on__gte=clock.today())
        deputy = Q(role=Appointment.Role.DEPUTY) & stood_in_for & Exists(theirs)
        return self.in_term().filter(Q(role=Appointment.Role.MANAGER) & prepared() | deputy)

    def able(self) -> Self:
        """Who has those rights and the second factor without which no desk opens."""
        return self.active().filter(user__authenticator__type__in=SECOND_FACTORS)

    def public(self) -> Self:
        """The managers everybody may see and ask."""
        return self.active().filter(neighbourhood__is_on=True)


class Appointment(models.Model):
    """A member appointed to a neighbourhood, on behalf of an organisation or not; ends by itself (W-49)."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("wijkbeheerder")
        RESERVE = "reserve", _("reserve")  # prepared to stand in, without a right until somebody asks
        DEPUTY = "deputy", _("vervanger")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appointments")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MANAGER)
    # A deputy's manager, whose mandate it is: it goes with them.
    stands_in_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="deputies")
    public_name = models.CharField(_("naam op de site"), max_length=60)
    function = models.CharField(_("functie"), max_length=60, blank=True)
    introduction = models.CharField(_("over jou"), max_length=300, blank=True)
    on_behalf_of = models.CharField(_("namens"), max_length=120, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments_made"
    )
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(_("tot en met"))
    confidentiality_signed_at = models.DateTimeField(null=True, blank=True)
    confidentiality_version = models.CharField(max_length=40, blank=True)
    # Until when an older text of the promise counts.
    sign_again_by = models.DateField(null=True, blank=True)
    training_on = models.DateField(null=True, blank=True)
    screened_on = models.DateField(null=True, blank=True)
    screened_until = models.DateField(null=True, blank=True)
    # The last day at the desk: who stays away while neighbours wait is asked what is wrong.
    seen_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_start"),
            models.CheckConstraint(
                condition=Q(role="deputy", stands_in_for__isnull=False)
                | Q(~Q(role="deputy"), stands_in_for__isnull=True),
                name="appointment_deputy_of_somebody",
            ),
        ]

    @property
    def is_deputy(self) -> bool:
        return self.role == self.Role.DEPUTY

    @property
    def is_trained(self) -> bool:
        today = clock.today()
        return bool(self.training_on and self.training_on <= today < self.training_on + TRAINING_LASTS)

    @property
    def is_screened(self) -> bool:
        return bool(self.screened_until and clock.today() <= self.screened_until)

    @property
    def has_signed(self) -> bool:
        """Whether the present text of the promise is signed; an older one asks again before it stops to count."""
        return bool(self.confidentiality_signed_at) and self.confidentiality_version == CONFIDENTIALITY_VERSION

    @property
    def last_days(self) -> dict[str, date]:
        """For each thing that ends: the last day that it counts."""
        days = {
            "term": self.ends_on,
            "training": self.training_on and self.training_on + TRAINING_LASTS - timedelta(days=1),
            "screening": self.screened_until,
            "promise": self.sign_again_by,
        }
        return {what: day for what, day in days.items() if day}

    @property
    def lasts_until(self) -> date:
        """The last day of its rights: the first of all that ends."""
        return min(self.last_days.values())


declare(
    Appointment,
    subject="user",
    purpose="managing",
    retention="assignment",
    clock="ends_on",
    technical="id user neighbourhood stands_in_for",
    source=Source.OTHERS,
    fields={
        "role": Personal(_("Rol"), Kind.CONTENT, Visibility.PUBLIC),
        "public_name": Personal(_("Je naam als wijkbeheerder"), Kind.IDENTIFIER, Visibility.PUBLIC),
        "function": Personal(_("Functie"), Kind.CONTENT, Visibility.PUBLIC),
        "introduction": Personal(_("Over jou"), Kind.FREE_TEXT, Visibility.PUBLIC),
        "on_behalf_of": Personal(_("Namens"), Kind.CONTENT, Visibility.PUBLIC),
        "appointed_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "starts_on": Personal(_("Vanaf"), Kind.CONTENT, Visibility.STAFF),
        "ends_on": Personal(_("Tot en met"), Kind.CONTENT, Visibility.STAFF),
        "confidentiality_signed_at": Personal(_("Geheimhouding getekend"), Kind.CONTENT, Visibility.STAFF),
        "confidentiality_version": Personal(_("Welke tekst"), Kind.CONTENT, Visibility.STAFF),
        "sign_again_by": Personal(_("Opnieuw tekenen voor"), Kind.CONTENT, Visibility.STAFF),
        "training_on": Personal(_("Training gevolgd"), Kind.CONTENT, Visibility.STAFF),
        "screened_on": Personal(_("Gescreend op"), Kind.CONTENT, Visibility.STAFF),
        "screened_until": Personal(_("Screening geldt tot en met"), Kind.CONTENT, Visibility.STAFF),
        "seen_on": Personal(_("Laatst in het beheer"), Kind.TECHNICAL, Visibility.STAFF),
    },
)


@own(Appointment)
def appointments_of(user: Any) -> models.QuerySet[Appointment]:
    return Appointment.objects.filter(user=user)


@managed(Appointment)
def appointments_of_all(user: Any) -> models.QuerySet[Appointment]:
    """Only an operator appoints."""
    return Appointment.objects.all() if user.is_superuser else Appointment.objects.none()


# On who asks, for one request: the numbers of the neighbourhoods they manage, which the door to the desk read already.
READ_AT_THE_DOOR = "managed_now"


@managed(Neighbourhood)
def managed_neighbourhoods(user: Any) -> models.QuerySet[Neighbourhood]:
    """The neighbourhoods somebody may manage now; read from the database at every request, never remembered longer."""
    taking_part = Neighbourhood.objects.on().defer("outline")
    if user.is_superuser:
        return taking_part
    if hasattr(user, READ_AT_THE_DOOR):
        return taking_part.filter(pk__in=getattr(user, READ_AT_THE_DOOR))
    appointments = Appointment.objects.able().filter(user=user)
    return taking_part.filter(pk__in=appointments.values("neighbourhood"))


def with_team() -> models.Prefetch:
    """Hangs `team` on a neighbourhood that is loaded for the desk, so that no page asks twice who works there."""
    return models.Prefetch("appointments", Appointment.objects.active().select_related("stands_in_for"), to_attr="team")


def team_of(neighbourhood: Neighbourhood) -> list[Appointment]:
    """Who has the rights of a manager here now."""
    known: list[Appointment] | None = getattr(neighbourhood, "team", None)
    here = Appointment.objects.active().filter(neighbourhood=neighbourhood).select_related("stands_in_for")
    return list(here) if known is None else known


def lapses_on(user: Any, neighbourhood: Neighbourhood) -> date | None:
    """The last day of somebody's rights here, once that is near enough to warn (C-34, D-20)."""
    mine = [one for one in team_of(neighbourhood) if one.user_id == user.pk and not one.is_deputy]
    last = max((one.lasts_until for one in mine), default=None)
    return last if last and last <= clock.today() + NOTICE else None
