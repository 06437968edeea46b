"""Mails to managers, to who stands in for them, and to operators about both."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue


def _still_runs(mail: OutgoingMail) -> bool:
    return Appointment.objects.filter(pk=mail.about_pk, ends_on__gte=clock.today()).exists()


APPOINTED = mail_kind("manager-appointed", _("Je bent wijkbeheerder"))
ENDED = mail_kind("manager-ended", _("Je bent geen wijkbeheerder meer"))
RENEWED = mail_kind("manager-renewed", _("Je tijd als wijkbeheerder is verlengd"), wanted=_still_runs)
HANDED_OVER = mail_kind("manager-handed-over", _("Je wijk heeft een andere beheerder"))
LAPSES = mail_kind("manager-lapses", _("Je beheer van een wijk stopt bijna of staat stil"), wanted=_still_runs)
DEPUTY = mail_kind("manager-deputy", _("Je vervangt een wijkbeheerder"), wanted=_still_runs)
DEPUTY_ENDED = mail_kind("manager-deputy-ended", _("Een vervanging is voorbij"))
QUESTION = mail_kind("manager-question", _("Vraag van een bezoeker aan de wijkbeheerder"))
# To operators.
UNMANAGED = mail_kind("neighbourhood-unmanaged", _("Een wijk heeft geen beheerder meer"))
NOT_LOOKED_AFTER = mail_kind("neighbourhood-waits", _("In een wijk wacht werk op niemand"))
MANAGER_LAPSES = mail_kind("operator-manager-lapses", _("Het beheer van iemand stopt bijna"), wanted=_still_runs)
NEW_MANAGER = mail_kind("operator-handed-over", _("Een wijk is overgedragen"))
NEW_DEPUTY = mail_kind("operator-deputy", _("Een wijkbeheerder laat zich vervangen"), wanted=_still_runs)


MOST_NAMED = 20


def operators() -> QuerySet[User]:
    """Who appoints managers and sees to it that each neighbourhood has one."""
    return User.objects.present().filter(is_superuser=True)


# About one appointment ------------------------------------------------------------------------------------------------


def appointed(appointment: Appointment) -> None:
    """What somebody has to do before the desk opens."""
    _to_manager(APPOINTED, appointment, "managers_appointed", is_reserve=appointment.role == Appointment.Role.RESERVE)


def ended(appointment: Appointment) -> bool:
    """Somebody's term, or standing in for somebody, is over; False when that was told before."""
    if appointment.is_deputy:
        return _deputy_ended(appointment)
    return _to_manager(ENDED, appointment, "managers_ended", help_address=settings.OPERATOR["email"])


def renewed(appointment: Appointment) -> None:
    """A term lasts longer."""
    _to_manager(RENEWED, appointment, "managers_renewed", version=appointment.ends_on.isoformat())


def handed_over(appointment: Appointment, successor: Appointment) -> None:
    """To who left a neighbourhood and to the operators; the successor hears what an appointed manager hears."""
    context = {"successor": successor, "help_address": settings.OPERATOR["email"]}
    version = str(successor.pk)
    _to_manager(HANDED_OVER, appointment, "managers_handed_over", version=version, **context)
    context = {"appointment": appointment, "successor": successor}
    _to_operators(NEW_MANAGER, appointment, "operators_handed_over", operators(), version=version, **context)


def lapses(appointment: Appointment, *, what: str, until: date, days: int) -> bool:
    """What of an appointment ends when, to its manager and to who appointed; False when that was told before.

    With `days` below zero it is over, and the desk is shut.
    """
    about = {"what": what, "until": until, "is_over": days < 0, "help_address": settings.OPERATOR["email"]}
    version = f"{what} {until} {next(stage for stage in (-1, 7, 30) if days <= stage)}"
    new = _to_manager(LAPSES, appointment, "managers_lapses", version=version, **about)
    appointer = operators().filter(appointments_made=appointment)
    context = {**about, "appointment": appointment}
    readers = appointer or operators()
    _to_operators(MANAGER_LAPSES, appointment, "operators_manager_lapses", readers, version=version, **context)
    return new


def deputy_named(deputy: Appointment) -> None:
    """To who stands in, to the manager and to the operators: who, where, from when until when."""
    manager = deputy.stands_in_for
    _to_manager(DEPUTY, deputy, "deputies_named", manager=manager)
    if manager:
        _to_manager(DEPUTY, manager, "deputies_receipt", about=deputy, deputy=deputy)
    _to_operators(NEW_DEPUTY, deputy, "operators_deputy", operators(), deputy=deputy, manager=manager)


def _deputy_ended(deputy: Appointment) -> bool:
    manager = deputy.stands_in_for
    if manager:
        _to_manager(DEPUTY_ENDED, manager, "deputies_ended_manager", about=deputy, deputy=deputy)
    return _to_manager(DEPUTY_ENDED, deputy, "deputies_ended", manager=manager)


def question(appointment: Appointment, *, name: str, email: str, text: str, version: str) -> bool:
    """A visitor's question, with the address they gave for the answer; False when it was queued before."""
    context = {"name": name, "email": email, "text": text}
    return _to_manager(QUESTION, appointment, "managers_question", version=version, **context)


# About a neighbourhood ------------------------------------------------------------------------------------------------


def unmanaged(neighbourhood: Neighbourhood) -> None:
    """Tells the operators that nobody looks after a neighbourhood any more."""
    context = {"neighbourhood": neighbourhood}
    version = clock.now().isoformat()
    _to_operators(UNMANAGED, neighbourhood, "managers_unmanaged", operators(), version=version, **context)


def not_looked_after(places: Sequence[Any]) -> bool:
    """Tells the operators in one mail a day where work waits for nobody; False when today's was there already."""
    context = {"rows": places[:MOST_NAMED], "number": len(places), "left_out": max(len(places) - MOST_NAMED, 0)}
    version = clock.today().isoformat()
    return _to_operators(NOT_LOOKED_AFTER, "", "operators_waiting", operators(), version=version, **context)


def _to_manager(
    kind: MailKind, appointment: Appointment, template: str, *, about: Any = None, version: str = "", **context: Any
) -> bool:
    mail = queue(
        kind,
        to=appointment.user.email,
        account=appointment.user,
        about=about or appointment,
        template=f"neighbourhoods/emails/{template}.txt",
        context={"appointment": appointment, "first_name": appointment.user.first_name, **context},
        version=version,
    )
    return mail is not None


def _to_operators(
    kind: MailKind, about: Any, template: str, readers: QuerySet[User], *, version: str = "", **context: Any
) -> bool:
    queued = [
        queue(
            kind,
            to=operator.email,
            account=operator,
            about=about,
            template=f"neighbourhoods/emails/{template}.txt",
            context=context,
            version=version,
        )
        for operator in readers
    ]
    return any(mail is not None for mail in queued)
