"""The clock of appointments: who is told what runs out, and when (C-34, D-20, K-23). Safe to run twice."""

import logging
from datetime import timedelta

from django.db import transaction

from accounts.audit.models import record
from accounts.users.models import takes_part
from neighbourhoods.managers import emails
from neighbourhoods.managers.models import CONFIDENTIALITY_VERSION, NOTICE, Appointment, AppointmentQuerySet
from wijk import clock

log = logging.getLogger("wijk.managers")
# So many days before something ends its manager hears of it, and so does who appointed.
STAGES = (30, 7)
# What ended longer ago was told, or is too old to tell.
LATELY = timedelta(days=7)
Role = Appointment.Role


def look_after() -> int:
    """Tells of everything that runs out or ran out lately, each once; returns how many managers heard something new."""
    _ask_signatures()
    told = 0
    for appointment in _running_or_just_over().select_related("user", "neighbourhood", "stands_in_for__user"):
        try:
            told += _tell(appointment)
        except Exception:
            # One that fails must not keep all others from hearing.
            log.exception("appointment %s could not be told of", appointment.pk)
    return told


def _running_or_just_over() -> AppointmentQuerySet:
    today = clock.today()
    known = Appointment.objects.filter(takes_part("user"), neighbourhood__is_on=True)
    return known.filter(starts_on__lte=today, ends_on__gte=today - LATELY).order_by("pk")


def _ask_signatures() -> None:
    """Gives who signed an older text a month for the new one."""
    signed = Appointment.objects.in_term().exclude(role=Role.DEPUTY).filter(confidentiality_signed_at__isnull=False)
    by = clock.today() + NOTICE
    for appointment in signed.filter(sign_again_by=None).exclude(confidentiality_version=CONFIDENTIALITY_VERSION):
        with transaction.atomic():
            if Appointment.objects.filter(pk=appointment.pk, sign_again_by=None).update(sign_again_by=by):
                record("manager.ask_signature", by=None, about=appointment, until=by.isoformat())


@transaction.atomic
def _tell(appointment: Appointment) -> bool:
    if appointment.ends_on < clock.today():
        new = emails.ended(appointment)
        if new:
            record("manager.end", by=None, about=appointment, neighbourhood=appointment.neighbourhood)
        return new
    if appointment.is_deputy:
        return False
    told = [_tell_of(appointment, what) for what in appointment.last_days]
    return any(told)


def _tell_of(appointment: Appointment, what: str) -> bool:
    """One thing that ends: a month ahead, a week ahead, and when its end has shut the desk."""
    until = appointment.last_days[what]
    days = (until - clock.today()).days
    stage = next((stage for stage in sorted(STAGES) if days <= stage), None)
    if stage is None or days < -LATELY.days:
        return False
    # A term of a few weeks says by itself how long it lasts.
    if what == "term" and appointment.starts_on > until - timedelta(days=stage):
        return False
    new = emails.lapses(appointment, what=what, until=until, days=days)
    if new and days < 0:
        record("manager.lapse", by=None, about=appointment, neighbourhood=appointment.neighbourhood, what=what)
    return new
