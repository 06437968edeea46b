"""Standing in: a manager on holiday names somebody who is prepared, and it ends by itself (W-49)."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.audit.models import record
from accounts.users.models import takes_part
from neighbourhoods.managers import emails
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock


def who_can(email: str, *, instead_of: Appointment) -> Appointment | None:
    """The appointment of a prepared manager or reserve with this address; None for everybody else, whoever they are."""
    ready = Appointment.objects.ready().exclude(user=instead_of.user_id).select_related("user")
    return ready.filter(user__email__iexact=email).order_by("pk").first()


@transaction.atomic
def name_deputy(
    *, appointment: Appointment, ready: Appointment, by: Any, starts_on: date, ends_on: date
) -> Appointment:
    """Gives somebody who is prepared the desk of a neighbourhood for a time; asked twice, it does so once.

    The rights rest on the preparation of that person and on the term of the manager, whichever ends first.
    """
    if by.pk != appointment.user_id or appointment.is_deputy:
        raise PermissionDenied
    neighbourhood = Neighbourhood.objects.select_for_update().get(pk=appointment.neighbourhood_id)
    same_time = {"starts_on__lte": ends_on, "ends_on__gte": starts_on}
    known = appointment.deputies.filter(user=ready.user_id, **same_time).first()
    if known:
        return known
    deputy = Appointment.objects.create(
        user=ready.user,
        neighbourhood=neighbourhood,
        role=Appointment.Role.DEPUTY,
        stands_in_for=appointment,
        public_name=ready.public_name,
        function=ready.function,
        introduction=ready.introduction,
        appointed_by=by,
        starts_on=starts_on,
        ends_on=min(ends_on, appointment.ends_on),
    )
    start, end = starts_on.isoformat(), deputy.ends_on.isoformat()
    record("manager.deputise", by=by, about=deputy, neighbourhood=neighbourhood, start=start, until=end)
    Neighbourhood.objects.filter(pk=neighbourhood.pk).touch()
    emails.deputy_named(deputy)
    return deputy


def deputies_of(neighbourhood: Neighbourhood) -> list[Appointment]:
    """Who stands in here now or later, soonest first."""
    coming = Appointment.objects.filter(takes_part("user"), role=Appointment.Role.DEPUTY, ends_on__gte=clock.today())
    coming = coming.filter(neighbourhood=neighbourhood, stands_in_for__ends_on__gte=clock.today())
    return list(coming.select_related("stands_in_for").order_by("starts_on", "pk"))
