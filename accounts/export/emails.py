"""The mail that a copy of somebody's data was made."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from wijk import clock
from wijk.mail.outbox import mail_kind, queue

DOWNLOADED = mail_kind("data-downloaded", _("Je gegevens zijn gedownload"), lasts=timedelta(days=1), by_law=True)


def downloaded(user: User) -> None:
    """So that nobody takes a copy unseen; one mail an hour says enough."""
    now = clock.now()
    queue(
        DOWNLOADED,
        to=user.email,
        account=user,
        about=user,
        version=f"{now:%Y-%m-%dT%H}",
        template="accounts/emails/downloaded.txt",
        context={"user": user, "at": now, "security_url": reverse("users:security")},
    )
