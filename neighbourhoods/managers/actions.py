"""Appointing managers, preparing them, ending their term, and carrying a question to them."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.closure.unused import in_use
from accounts.signals import account_closing
from accounts.users.actions import end_sessions
from neighbourhoods.managers import emails
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

# Which text of templates/managers/secrecy.html somebody signed.
CONFIDENTIALITY_VERSION = "1"


@transaction.atomic
def appoint(
    *,
    user: Any,
    neighbourhood: Neighbourhood,
    by: Any,
    starts_on: date,
    ends_on: date,
    public_name: str,
    on_behalf_of: str = "",
) -> Appointment:
    """Appoints a member to a neighbourhood for a time (W-49); asked twice for the same time, it appoints once."""
    Neighbourhood.objects.select_for_update().get(pk=neighbourhood.pk)
    overlapping = Appointment.objects.filter(
        user=user, neighbourhood=neighbourhood, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).first()
    if overlapping:
        return overlapping
    appointment = Appointment.objects.create(
        user=user,
        neighbourhood=neighbourhood,
        public_name=public_name,
        on_behalf_of=on_behalf_of,
        appointed_by=by,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record("manager.appoint", by=by, about=appointment, neighbourhood=neighbourhood, until=ends_on.isoformat())
    emails.appointed(appointment)
    end_sessions([user])
    return appointment


@transaction.atomic
def sign_confidentiality(*, appointment: Appointment, by: Any) -> bool:
    """Records a manager's own promise of secrecy (C-34, X-30); False when it was made before."""
    if by.pk != appointment.user_id:
        raise PermissionDenied
    signed = Appointment.objects.filter(pk=appointment.pk, confidentiality_signed_at=None).update(
        confidentiality_signed_at=clock.now(), confidentiality_version=CONFIDENTIALITY_VERSION
    )
    if signed:
        _recorded("manager.sign", appointment, by, version=CONFIDENTIALITY_VERSION)
    return bool(signed)


@transaction.atomic
def record_training(*, appointment: Appointment, by: Any, on: date | None = None) -> None:
    """Records the day of a manager's training in privacy, which counts for two years (D-20)."""
    day = min(on or clock.today(), clock.today())
    Appointment.objects.filter(pk=appointment.pk).update(training_on=day)
    _recorded("manager.train", appointment, by, on=day.isoformat())


@transaction.atomic
def end(*, appointment: Appointment, by: Any) -> bool:
    """Ends a term today: the rights are gone with the next request (W-49). False when it was over already."""
    yesterday = clock.today() - timedelta(days=1)
    ended = Appointment.objects.filter(pk=appointment.pk, ends_on__gt=yesterday).update(
        ends_on=yesterday, starts_on=Least(F("starts_on"), yesterday)
    )
    if ended:
        _recorded("manager.end", appointment, by)
        emails.ended(appointment)
        end_sessions([appointment.user])
    return bool(ended)


@transaction.atomic
def ask(*, appointment: Appointment, name: str, email: str, text: str, form_key: str) -> None:
    """Carries a visitor's question to a manager's mailbox; nothing of it is kept here."""
    if emails.question(appointment, name=name, email=email, text=text, version=form_key):
        record("manager.ask", by=None, about=appointment, neighbourhood=appointment.neighbourhood)


@receiver(account_closing)
def tell_operators(user: Any, **_: Any) -> None:
    """A manager's rights end with the account by themselves; this says where nobody is left to manage."""
    managed = Appointment.objects.active().values("neighbourhood")
    left = Neighbourhood.objects.on().filter(appointments__user=user, appointments__ends_on__gte=clock.today())
    for neighbourhood in left.exclude(pk__in=managed).distinct().defer("outline"):
        record("neighbourhood.unmanaged", by=None, about=neighbourhood, neighbourhood=neighbourhood)
        emails.unmanaged(neighbourhood)


@in_use
def managers_in_term() -> QuerySet:
    """Whose task has not ended, whether or not anything asked for it lately."""
    return Appointment.objects.filter(ends_on__gte=clock.today()).values("user")


def _recorded(action: str, appointment: Appointment, by: Any, **detail: Any) -> None:
    """The audit record, and the neighbourhood's page as changed: it names its managers."""
    record(action, by=by, about=appointment, neighbourhood=appointment.neighbourhood, **detail)
    Neighbourhood.objects.filter(pk=appointment.neighbourhood_id).touch()
    appointment.refresh_from_db()
