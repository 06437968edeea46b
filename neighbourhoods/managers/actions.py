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
from accounts.signup.passwords import at_work
from accounts.users.actions import end_sessions
from neighbourhoods.managers import emails
from neighbourhoods.managers.models import CONFIDENTIALITY_VERSION, Appointment, AppointmentQuerySet
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

Role = Appointment.Role
# Of a person, not of a neighbourhood: who is prepared for one is prepared for the next.
PREPARATION = (
    "confidentiality_signed_at",
    "confidentiality_version",
    "sign_again_by",
    "training_on",
    "screened_on",
    "screened_until",
)


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
    role: str = Role.MANAGER,
) -> Appointment:
    """Appoints a member to a neighbourhood for a time (W-49); asked twice for the same time, it appoints once."""
    Neighbourhood.objects.select_for_update().get(pk=neighbourhood.pk)
    overlapping = Appointment.objects.filter(
        user=user, neighbourhood=neighbourhood, role=role, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).first()
    if overlapping:
        return overlapping
    appointment = Appointment.objects.create(
        user=user,
        neighbourhood=neighbourhood,
        role=role,
        public_name=public_name,
        on_behalf_of=on_behalf_of,
        appointed_by=by,
        starts_on=starts_on,
        ends_on=ends_on,
        **_preparation_of(user),
    )
    _recorded("manager.appoint", appointment, by, until=ends_on.isoformat(), role=str(role))
    emails.appointed(appointment)
    end_sessions([user])
    return appointment


@transaction.atomic
def sign_confidentiality(*, appointment: Appointment, by: Any) -> bool:
    """Records a manager's own promise of secrecy (C-34, X-30); False when this text was signed before."""
    if by.pk != appointment.user_id:
        raise PermissionDenied
    # Each text asks for a promise of its own.
    unsigned = _of_the_same_person(appointment).exclude(confidentiality_version=CONFIDENTIALITY_VERSION)
    signed = unsigned.update(
        confidentiality_signed_at=clock.now(),
        confidentiality_version=CONFIDENTIALITY_VERSION,
        sign_again_by=None,
    )
    if signed:
        _recorded("manager.sign", appointment, by, version=CONFIDENTIALITY_VERSION)
    return bool(signed)


@transaction.atomic
def record_training(*, appointment: Appointment, by: Any, on: date | None = None) -> None:
    """Records the day of a manager's training in privacy, which counts for two years (D-20)."""
    day = min(on or clock.today(), clock.today())
    _of_the_same_person(appointment).update(training_on=day)
    _recorded("manager.train", appointment, by, on=day.isoformat())


@transaction.atomic
def record_screening(*, appointment: Appointment, by: Any, on: date, until: date) -> None:
    """Records when a manager was screened and until when that counts (C-34); what was found is written nowhere."""
    _of_the_same_person(appointment).update(screened_on=on, screened_until=until)
    _recorded("manager.screen", appointment, by, on=on.isoformat(), until=until.isoformat())


@transaction.atomic
def renew(*, appointment: Appointment, by: Any, ends_on: date) -> bool:
    """Lets a running term last longer; False when it is over already, or lasts until then by itself."""
    running = Appointment.objects.filter(pk=appointment.pk, ends_on__gte=clock.today(), ends_on__lt=ends_on)
    renewed = running.exclude(role=Role.DEPUTY).update(ends_on=ends_on)
    if renewed:
        _recorded("manager.renew", appointment, by, until=ends_on.isoformat())
        emails.renewed(appointment)
    return bool(renewed)


@transaction.atomic
def hand_over(
    *, appointment: Appointment, to: Any, by: Any, ends_on: date, public_name: str, on_behalf_of: str = ""
) -> Appointment | None:
    """Ends one manager's term and begins another's in one act; None when the term was over already.

    Whatever waits belongs to the neighbourhood, and so do its drafts: the next manager finds them as they were left.
    """
    neighbourhood = Neighbourhood.objects.select_for_update().get(pk=appointment.neighbourhood_id)
    if to.pk == appointment.user_id or not _over(appointment, by, handed_over=True):
        return None
    successor = appoint(
        user=to,
        neighbourhood=neighbourhood,
        by=by,
        starts_on=clock.today(),
        ends_on=ends_on,
        public_name=public_name,
        on_behalf_of=on_behalf_of,
    )
    # Somebody who managed here as well already goes on in the term they had.
    renew(appointment=successor, by=by, ends_on=ends_on)
    emails.handed_over(appointment, successor)
    return successor


@transaction.atomic
def end(*, appointment: Appointment, by: Any) -> bool:
    """Ends a term today: the rights are gone with the next request (W-49). False when it was over already."""
    ended = _over(appointment, by)
    if ended:
        emails.ended(appointment)
    return ended


@transaction.atomic
def change_profile(
    *, appointment: Appointment, by: Any, public_name: str, function: str = "", introduction: str = ""
) -> None:
    """Writes what visitors read of a manager (C-20)."""
    values = {"public_name": public_name, "function": function, "introduction": introduction}
    Appointment.objects.filter(pk=appointment.pk).update(**values)
    _recorded("manager.profile", appointment, by)


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


@at_work
def has_a_term(user: Any) -> bool:
    """Whoever is appointed, prepared or not, sees or will see data of neighbours (C-38)."""
    return Appointment.objects.filter(user=user, ends_on__gte=clock.today()).exists()


@in_use
def managers_in_term() -> QuerySet:
    """Whose task has not ended, whether or not anything asked for it lately."""
    return Appointment.objects.filter(ends_on__gte=clock.today()).values("user")


def _of_the_same_person(appointment: Appointment) -> AppointmentQuerySet:
    """All that somebody is appointed to; who stands in does so on one of these."""
    running = Appointment.objects.filter(user=appointment.user_id, ends_on__gte=clock.today())
    return running.exclude(role=Role.DEPUTY)


def _preparation_of(user: Any) -> dict[str, Any]:
    """What a running appointment says of somebody who is prepared already."""
    ready = Appointment.objects.ready().filter(user=user).order_by("-training_on")
    return ready.values(*PREPARATION).first() or {}


def _over(appointment: Appointment, by: Any, *, handed_over: bool = False) -> bool:
    yesterday = clock.today() - timedelta(days=1)
    ended = Appointment.objects.filter(pk=appointment.pk, ends_on__gt=yesterday).update(
        ends_on=yesterday, starts_on=Least(F("starts_on"), yesterday)
    )
    if not ended:
        return False
    _recorded("manager.hand_over" if handed_over else "manager.end", appointment, by)
    if not appointment.is_deputy:
        end_sessions([appointment.user])
    for deputy in appointment.deputies.filter(ends_on__gt=yesterday):
        end(appointment=deputy, by=by)
    return True


def _recorded(action: str, appointment: Appointment, by: Any, **detail: Any) -> None:
    """The audit record, and the pages as changed on which this person is named."""
    record(action, by=by, about=appointment, neighbourhood=appointment.neighbourhood, **detail)
    Neighbourhood.objects.filter(appointments__user=appointment.user_id).touch()
    appointment.refresh_from_db()
