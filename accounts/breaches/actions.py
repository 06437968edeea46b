"""Filing a leak, deciding about it, and the clock that reminds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.breaches import emails
from accounts.breaches.models import REMINDERS, Breach
from accounts.office.desk import Pressing, watch
from wijk import clock

State, Decision = Breach.State, Breach.Decision
SUMMARY_LENGTH = 120


class Overtaken(Exception):
    """Somebody else changed this leak in the meantime."""


def reported_by_form(*, what: str, where: str, address: str, form_key: str) -> Breach:
    """What a visitor saw, as a draft in the register; the same form sent twice is one draft (C-57)."""
    try:
        with transaction.atomic():
            breach = Breach.objects.create(
                origin=Breach.Origin.FORM,
                discovered_at=clock.now(),
                what=what,
                seen_where=where,
                found_how=_("Gemeld met het formulier op de site."),
                reporter_address=address,
                form_key=form_key,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
            emails.found(breach)
            record("breach.found", by=None, about=breach)
            return breach
    except IntegrityError:
        return Breach.objects.get(form_key=form_key)


@transaction.atomic
def prepare(*, discovered_at: datetime, note: str, by: Any = None) -> Breach:
    """A draft with little more than a moment, from the command line."""
    now = clock.now()
    breach = Breach.objects.create(
        origin=Breach.Origin.COMMAND,
        discovered_at=discovered_at,
        what=note,
        created_at=now,
        changed_at=now,
    )
    record("breach.prepare", by=by, about=breach)
    return breach


@transaction.atomic
def file(*, values: dict[str, Any], by: Any) -> Breach:
    """A leak that the privacy desk itself files: open at once."""
    now = clock.now()
    parties = values.pop("processors", [])
    breach = Breach.objects.create(**values, state=State.OPEN, created_at=now, changed_at=now)
    breach.processors.set(parties)
    record("breach.open", by=by, about=breach, drill=breach.is_drill)
    return breach


@transaction.atomic
def change(*, breach: Breach, values: dict[str, Any], by: Any) -> Breach:
    """Writes what is known by now; a draft that somebody works on is taken up."""
    held = _hold(breach)
    parties = values.pop("processors", None)
    for name, value in values.items():
        setattr(held, name, value)
    taken_up = held.state == State.DRAFT
    held.state = State.OPEN if taken_up else held.state
    held.save()
    if parties is not None:
        held.processors.set(parties)
    record("breach.open" if taken_up else "breach.change", by=by, about=held)
    return held


@transaction.atomic
def decide(*, breach: Breach, decision: str, reason: str, by: Any) -> Breach:
    """Whether the authority must hear of it, with the reason (GDPR art. 33)."""
    held = _hold(breach)
    held.decision, held.decision_reason = decision, reason
    held.decided_at, held.decided_by = clock.now(), by
    held.state = State.OPEN if held.state == State.DRAFT else held.state
    held.save()
    record("breach.decide", by=by, about=held, decision=decision)
    return held


@transaction.atomic
def reported(*, breach: Breach, by: Any, **values: Any) -> Breach:
    """That the authority has it: when, under which number, and why late if it was."""
    held = _hold(breach)
    for name, value in values.items():
        setattr(held, name, value)
    held.state, held.decision = State.REPORTED, Decision.REPORT
    held.decided_at, held.decided_by = held.decided_at or clock.now(), held.decided_by or by
    held.save()
    record("breach.reported", by=by, about=held, late=held.was_late)
    return held


@transaction.atomic
def informed(*, breach: Breach, informed_at: datetime, informed_how: str, by: Any = None) -> Breach:
    """That the people it is about know (GDPR art. 34)."""
    held = _hold(breach)
    held.informed_at, held.informed_how = informed_at, informed_how
    held.save()
    record("breach.informed", by=by, about=held)
    return held


@transaction.atomic
def close(*, breach: Breach, lessons: str, answer: str, by: Any) -> Breach:
    """Closes the file; who reported the leak gets an answer, and the address is gone."""
    held = _hold(breach)
    if not held.may_close:
        raise Overtaken
    held.lessons, held.state, held.closed_at = lessons, State.CLOSED, clock.now()
    emails.answer(held, answer, get_language() or "nl")
    held.reporter_address = ""
    held.save()
    record("breach.close", by=by, about=held)
    return held


def _hold(breach: Breach) -> Breach:
    """The leak as it is now, locked; a closed one, or one that changed since it was read, is not changed."""
    held = Breach.objects.select_for_update().get(pk=breach.pk)
    if held.is_closed or held.changed_at != breach.changed_at:
        raise Overtaken
    held.changed_at = clock.now()
    return held


# The clock -----------------------------------------------------------------------------------------------------------


def remind() -> int:
    """Mails the officers at 24, 48 and 66 hours and when it is too late, each once; runs every five minutes (L-1)."""
    sent = 0
    for breach in Breach.objects.undecided():
        passed = (clock.now() - breach.discovered_at) / timedelta(hours=1)
        # Who files a leak of two days ago needs the last of these mails, not all of them.
        hours = max((step for step in REMINDERS if step <= passed), default=0)
        if hours > breach.reminded_hours:
            with transaction.atomic():
                rows = Breach.objects.undecided().filter(pk=breach.pk, reminded_hours__lt=hours)
                if rows.update(reminded_hours=hours):
                    emails.reminder(breach, hours)
                    sent += 1
    return sent


@watch
def clocks() -> Iterator[Pressing]:
    """Every leak for which the clock runs."""
    for breach in Breach.objects.undecided():
        title = _("Lek %(reference)s: meld het, of besluit dat het niet hoeft")
        if breach.state == State.DRAFT:
            title = _("Lek %(reference)s: beoordeel de melding")
        if breach.is_drill:
            title = _("OEFENING") + ". " + title
        address = reverse("breaches:detail", args=[breach.pk])
        yield Pressing(title % {"reference": breach.reference}, address, due_at=breach.due_at, urgent=breach.is_urgent)
