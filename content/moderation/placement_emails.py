"""The mail with what the manager of another neighbourhood said."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.posts.placements import Placement
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue

State = Placement.State


def _still(state: State) -> Callable[[OutgoingMail], bool]:
    """Whether the answer that a mail tells is still the answer."""

    def wanted(mail: OutgoingMail) -> bool:
        return Placement.objects.filter(pk=mail.about_pk, state=state).exists()

    return wanted


ANSWERED = {
    State.APPROVED: mail_kind(
        "also-approved", _("Je bericht staat ook in een andere wijk"), wanted=_still(State.APPROVED)
    ),
    State.REFUSED: mail_kind("also-refused", _("Je bericht komt niet in de andere wijk"), wanted=_still(State.REFUSED)),
    State.STOPPED: mail_kind("also-stopped", _("Je bericht is weg uit een andere wijk"), wanted=_still(State.STOPPED)),
}


def tell_author(row: Placement) -> None:
    """To who asked for it, once for each answer."""
    author = row.post.author
    queue(
        ANSWERED[State(row.state)],
        to=author.email,
        account=author,
        about=row,
        template="content/emails/also_answered.txt",
        context={
            "first_name": author.first_name,
            "title": row.post.title,
            "name": row.neighbourhood.name,
            "state": str(row.state),
            "note": row.note,
            "url": reverse("posts:mine_detail", args=[row.post_id]),
        },
        version=str(row.decided_at),
    )
