"""Mails to who asks without an account. What a mail links to behind the log-in is led here by doors.py."""

from typing import Any

from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.signup.guests import LASTS, word_for
from content.guests.models import TIME_TO_CONFIRM, PendingRequest
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue


def _still_pending(mail: OutgoingMail) -> bool:
    return PendingRequest.objects.confirmable().filter(pk=mail.about_pk).exists()


GUEST_CONFIRM = mail_kind(
    "guest-confirm", _("Nog één klik voor je vraag"), lasts=TIME_TO_CONFIRM, wanted=_still_pending, asked_for=True
)
# Its reader asks for it at this moment.
GUEST_LINK = mail_kind("guest-link", _("De link naar je vraag"), lasts=LASTS, by_law=True, asked_for=True)


def ask_confirmation(row: PendingRequest, *, has_account: bool) -> None:
    """Asks whether the address is theirs. Holds no typed word: it may reach somebody who asked for nothing."""
    queue(
        GUEST_CONFIRM,
        to=row.email,
        language=row.language,
        about=row,
        template="content/emails/guest_confirm.txt",
        context={
            "neighbourhood": row.neighbourhood.name,
            "has_account": has_account,
            "url": reverse("guests:confirm", args=[row.token]),
        },
        version="1",
    )


def fresh_link(guest: Any) -> None:
    """The way to one's own page, for who lost it."""
    queue(
        GUEST_LINK,
        to=guest.email,
        account=guest,
        about=guest,
        template="content/emails/guest_link.txt",
        context={
            "first_name": guest.first_name,
            "days": LASTS.days,
            "url": reverse("guests:own", args=[word_for(guest)]),
        },
        version=get_random_string(20),
    )
