"""The one mail to who is invited, and the one to who invited when the answer is yes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from content.invitations.models import INVITATION_LASTS, Invitation
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue


def _still_open(mail: OutgoingMail) -> bool:
    return Invitation.objects.open().filter(pk=mail.about_pk).exists()


FROM_LIST = mail_kind(
    "organisation-invitation", _("Houd de pagina van je organisatie bij"), lasts=INVITATION_LASTS, wanted=_still_open
)
BY_HAND = mail_kind("invitation", _("Uitnodiging om iets mee bij te houden"), wanted=_still_open)
ACCEPTED = mail_kind("invitation-accepted", _("Iemand zei ja op je uitnodiging"))


def invite_from_list(
    invitation: Invitation, *, to: str, names: list[str], neighbourhood: Neighbourhood, by: Any
) -> None:
    """Says who invites, to what and how to refuse; the address is kept nowhere but in this mail (W-26)."""
    mine = Appointment.objects.active().filter(user=by, neighbourhood=neighbourhood)
    queue(
        FROM_LIST,
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


def invite(invitation: Invitation, *, to: str, by: Any, as_manager: bool) -> None:
    """The same, from somebody who typed the address by hand."""
    queue(
        BY_HAND,
        to=to,
        about=invitation,
        template="content/emails/invitation.txt",
        context={
            "inviter": by.get_full_name(),
            "name": str(invitation.thing),
            "is_post": isinstance(invitation.thing, Post),
            "by_manager": as_manager,
            "takes_over": invitation.takes_over,
            "url": invitation.url,
        },
        version="1",
    )


def accepted(invitation: Invitation, *, who: Any, url: str) -> None:
    """Tells who invited that the answer is yes; after a hand-over there is no page for them to look at."""
    inviter = invitation.invited_by
    if inviter is None or not inviter.takes_part:
        return
    queue(
        ACCEPTED,
        to=inviter.email,
        account=inviter,
        about=invitation,
        template="content/emails/invitation_accepted.txt",
        context={
            "first_name": inviter.first_name,
            "who": who.get_full_name(),
            "name": str(invitation.thing),
            "is_post": isinstance(invitation.thing, Post),
            "takes_over": invitation.takes_over,
            "url": url,
        },
        version="1",
    )
