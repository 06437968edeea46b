"""Two mails: is this your address, and your neighbourhood begins."""

from datetime import timedelta

from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.starting.models import CONFIRM_WITHIN, StartNotice
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue


def _still_there(mail: OutgoingMail) -> bool:
    return StartNotice.objects.filter(pk=mail.about_pk).exists()


def _has_begun(mail: OutgoingMail) -> bool:
    return Neighbourhood.objects.on().filter(pk=mail.about_pk).exists()


START_CONFIRM = mail_kind(
    "start-confirm", _("Zeg het me als mijn wijk begint"), lasts=CONFIRM_WITHIN, wanted=_still_there, asked_for=True
)
STARTED = mail_kind("started", _("Je wijk is begonnen"), lasts=timedelta(days=14), wanted=_has_begun)


def ask_confirmation(notice: StartNotice) -> None:
    """Asks whether the address is theirs, or says that it is on the list; the same button stops it."""
    queue(
        START_CONFIRM,
        to=notice.email,
        language=notice.language,
        about=notice,
        template="neighbourhoods/emails/start_confirm.txt",
        context={
            "neighbourhood": notice.neighbourhood.name,
            "is_confirmed": notice.confirmed_at is not None,
            "url": reverse("starting:notice", args=[notice.token]),
        },
        version=get_random_string(20),
    )


def begun(notice: StartNotice) -> None:
    """The one mail that was asked for."""
    queue(
        STARTED,
        to=notice.email,
        language=notice.language,
        about=notice.neighbourhood,
        template="neighbourhoods/emails/started.txt",
        context={"neighbourhood": notice.neighbourhood.name, "url": notice.neighbourhood.get_absolute_url()},
        version=notice.token,
    )
