"""The one mail to who may take over a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from content.importing.models import INVITATION_LASTS, Invitation
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue


def _still_open(mail: OutgoingMail) -> bool:
    return Invitation.objects.open().filter(pk=mail.about_pk).exists()


INVITATION = mail_kind(
    "organisation-invitation", _("Houd de pagina van je organisatie bij"), lasts=INVITATION_LASTS, wanted=_still_open
)


def invite(invitation: Invitation, *, to: str, names: list[str], neighbourhood: Neighbourhood, by: Any) -> None:
    """Says who invites, to what and how to refuse; the address is kept nowhere but in this mail (W-26)."""
    mine = Appointment.objects.active().filter(user=by, neighbourhood=neighbourhood)
    queue(
        INVITATION,
        to=to,
        about=invitation,
        template="content/emails/organisation_invitation.txt",
        context={
            "manager": mine.values_list("public_name", flat=True).first() or "",
            "neighbourhood": neighbourhood.name,
            "names": ", ".join(names),
            "url": invitation.url,
        },
        version="1",
    )
