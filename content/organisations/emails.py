"""Mails to the editors of an organisation."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User, takes_part
from content.organisations.models import Organisation
from wijk.mail.outbox import mail_kind, queue

ORGANISATION_LIVE = mail_kind("organisation-live", _("Jullie pagina staat op de site"))

HANDED_OVER = mail_kind("organisation-handed-over", _("Je houdt nu een organisatie bij"))


def handed_over(organisation: Organisation, heir: User) -> None:
    """Who kept the page stops, and passed it on; the mail does not say who that was."""
    queue(
        HANDED_OVER,
        to=heir.email,
        account=heir,
        about=organisation,
        template="content/emails/organisation_handed_over.txt",
        context={
            "first_name": heir.first_name,
            "name": organisation.name,
            "url": reverse("organisations:edit", args=[organisation.slug]),
        },
    )


def live(organisation: Organisation, *, at: datetime) -> None:
    """A manager switched the page on."""
    editors = organisation.editors.select_related("user").filter(takes_part("user"))
    for editor in editors:
        queue(
            ORGANISATION_LIVE,
            to=editor.user.email,
            account=editor.user,
            about=organisation,
            template="content/emails/organisation_live.txt",
            context={
                "first_name": editor.user.first_name,
                "name": organisation.name,
                "url": organisation.get_absolute_url(),
            },
            version=str(at),
        )
