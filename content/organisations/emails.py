"""Mails to the editors of an organisation."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from content.organisations.models import Organisation
from wijk.mail.outbox import mail_kind, queue

ORGANISATION_LIVE = mail_kind("organisation-live", _("Jullie pagina staat op de site"))


def live(organisation: Organisation, *, at: datetime) -> None:
    """A manager switched the page on."""
    editors = organisation.editors.select_related("user").filter(user__is_active=True)
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
