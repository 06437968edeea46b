"""Mails to managers."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.mail.outbox import mail_kind, queue

APPOINTED = mail_kind("manager-appointed", _("Je bent wijkbeheerder"))
ENDED = mail_kind("manager-ended", _("Je bent geen wijkbeheerder meer"))
QUESTION = mail_kind("manager-question", _("Vraag van een bezoeker aan de wijkbeheerder"))

UNMANAGED = mail_kind("neighbourhood-unmanaged", _("Een wijk heeft geen beheerder meer"))


def unmanaged(neighbourhood: Neighbourhood) -> None:
    """Tells the operators that nobody looks after a neighbourhood any more."""
    for operator in User.objects.present().filter(is_superuser=True):
        queue(
            UNMANAGED,
            to=operator.email,
            account=operator,
            about=neighbourhood,
            template="neighbourhoods/emails/managers_unmanaged.txt",
            context={"neighbourhood": neighbourhood},
            version=clock.now().isoformat(),
        )


def appointed(appointment: Appointment) -> None:
    """What somebody has to do before the desk opens."""
    _to_manager(APPOINTED, appointment, "managers_appointed")


def ended(appointment: Appointment) -> None:
    """Somebody's term is over."""
    _to_manager(ENDED, appointment, "managers_ended", help_address=settings.OPERATOR["email"])


def question(appointment: Appointment, *, name: str, email: str, text: str, version: str) -> bool:
    """A visitor's question, with the address they gave for the answer; False when it was queued before."""
    mail = queue(
        QUESTION,
        to=appointment.user.email,
        account=appointment.user,
        about=appointment,
        template="neighbourhoods/emails/managers_question.txt",
        context={"appointment": appointment, "name": name, "email": email, "text": text},
        version=version,
    )
    return mail is not None


def _to_manager(kind: object, appointment: Appointment, template: str, **context: object) -> None:
    queue(
        kind,  # type: ignore[arg-type]
        to=appointment.user.email,
        account=appointment.user,
        about=appointment,
        template=f"neighbourhoods/emails/{template}.txt",
        context={"appointment": appointment, "first_name": appointment.user.first_name, **context},
    )
