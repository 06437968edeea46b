"""The mails about consents and about changed texts."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.consent.models import Announcement
from accounts.consent.texts import sections
from wijk.mail.outbox import mail_kind, queue

ANNOUNCED = mail_kind("text-change", _("Een tekst van de site verandert"), lasts=timedelta(days=30), by_law=True)
RECORDED = mail_kind("consent-recorded", _("We schreven op wat je ons liet weten"), by_law=True)


def announce_change(announcement: Announcement, user: Any) -> None:
    """What changes and from when, and where to say yes or no; once to each account (D-33)."""
    queue(
        ANNOUNCED,
        to=user.email,
        account=user,
        about=announcement,
        template="accounts/emails/text_change.txt",
        context={"announcement": announcement, "url": reverse("consent:answer")},
        version=announcement.text.version,
    )


def confirm_what_was_recorded(user: Any, key: str, *, on: bool, said_at: datetime) -> None:
    """Nobody's consent changes without that person hearing of it (C-25)."""
    labels = {row.key: row.label for section in sections(user) for row in section.rows}
    queue(
        RECORDED,
        to=user.email,
        account=user,
        about=f"consent:{key}",
        template="accounts/emails/consent_recorded.txt",
        context={
            "label": labels.get(key, key),
            "on": on,
            "said_at": said_at,
            "url": reverse("consent:mine"),
            "operator": settings.OPERATOR,
        },
        version=f"{localdate(said_at)} {on}",
    )
