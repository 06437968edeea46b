"""Mail about leaks: to who works at the privacy desk, and to who reported one."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.breaches.models import Breach
from accounts.office.emails import to_officers
from wijk.mail.outbox import mail_kind, queue

REPORTED = mail_kind("breach-found", _("Iemand meldde een lek"), lasts=timedelta(days=3), by_law=True)
CLOCK = mail_kind("breach-clock", _("De klok van een lek"), lasts=timedelta(days=1), by_law=True)
ANSWER = mail_kind("breach-answer", _("Antwoord op je melding van een lek"), lasts=timedelta(days=14))


def found(breach: Breach) -> None:
    """Tells the officers that somebody reported something; what it is stays behind the log-in (C-32)."""
    to_officers(REPORTED, about=breach, version="found", template="breach_found", context={"breach": breach})


def reminder(breach: Breach, hours: int) -> None:
    """Tells the officers how much of the 72 hours is left."""
    context = {"breach": breach, "hours": hours, "left": max(0, 72 - hours)}
    to_officers(CLOCK, about=breach, version=str(hours), template="breach_clock", context=context)


def answer(breach: Breach, text: str, language: str) -> None:
    """Tells who reported it what we did."""
    if breach.reporter_address and text:
        queue(
            ANSWER,
            to=breach.reporter_address,
            about=breach,
            language=language,
            template="accounts/emails/breach_answer.txt",
            context={"breach": breach, "text": text},
        )
