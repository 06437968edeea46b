"""Who a message goes to, under which name, and whether the two can still write to each other (W-30, W-31)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests.rights import interest
from accounts.users.models import takes_part
from content.contact.models import Conversation, Message
from content.contact.sharing import SharedDetails
from content.organisations.models import OrganisationEditor
from content.posts.models import Post
from wijk import clock
from wijk.links import of_link, signed
from wijk.text import clean_line

# About a post that ended well or ran out there is still something to arrange; what was taken back or away is over.
ENDED_WELL = {Post.Status.FULFILLED, Post.Status.EXPIRED}
AFTERWARDS = timedelta(days=14)
REPORT_SALT = "contact-report"
NAME_LENGTH = 60
interest(
    "contact",
    purpose="contact",
    label=gettext_lazy("Gesprekken die wij doorsturen"),
    why=gettext_lazy("Zo schrijven jullie elkaar zonder elkaars adres te zien."),
    goes_on=gettext_lazy(
        "Een gesprek sluit je zelf, bij Gesprekken. De ander mag de eigen woorden houden, hooguit 60 dagen."
    ),
)


@dataclass(frozen=True)
class Mailbox:
    """Where the mail of one side goes. It is never shown to the other side."""

    address: str
    account: Any
    language: str

    @property
    def reader(self) -> dict[str, Any]:
        """Whom a mail goes to and in which language, as queue() asks it."""
        return {"to": self.address, "account": self.account, "language": self.language}


def speaker_for(post: Post, *, besides: int | None = None) -> Any:
    """Who speaks for a post: its author, or else the longest serving other editor of its organisation (W-30).

    None of those who left or are frozen, nor the one `besides`: who wrote to the post does not answer for it.
    """
    if post.author.takes_part or not post.organisation_id:
        return post.author if post.author.takes_part else None
    others = OrganisationEditor.objects.filter(
        takes_part("user"), organisation=post.organisation_id, organisation__is_live=True
    )
    first = others.exclude(user=besides).select_related("user").order_by("since", "pk").first()
    return first.user if first else None


@dataclass(frozen=True)
class Entrance:
    """Where somebody without an account, for whom a member placed a post, is reached and answers."""

    address: str
    url: Callable[[Conversation], str]


Way = Callable[[Post], Entrance | None]
WAYS: list[Way] = []


def entrance(way: Way) -> Way:
    """Registers where to find the one a post was placed for; features above this one know them."""
    WAYS.append(way)
    return way


def _entrance_of(post: Post) -> Entrance | None:
    """Asked only of posts that were placed for somebody else."""
    found = [one for way in WAYS if (one := way(post))] if post.with_help else []
    return found[0] if found else None


def poster_url(conversation: Conversation) -> str:
    """Where the poster's side reads and answers a conversation."""
    one = _entrance_of(conversation.post)
    return one.url(conversation) if one else reverse("contact:thread", args=[conversation.pk])


def poster_mailbox(post: Post, *, besides: int | None = None) -> Mailbox | None:
    """The post's own contact address, else its author's account; a stand-in is reached by the own account."""
    speaker = speaker_for(post, besides=besides)
    if speaker is None:
        return None
    one = _entrance_of(post)
    if one:
        return Mailbox(one.address, speaker, speaker.language)
    # The contact address was given by the author, and goes out of use with the author.
    address = (speaker.pk == post.author_id and post.contact_email) or speaker.email
    return Mailbox(address, speaker, speaker.language)


def visitor_mailbox(conversation: Conversation) -> Mailbox | None:
    """The account of a member who wrote, else the address the visitor confirmed."""
    member = conversation.member
    if member is not None:
        return Mailbox(member.email, member, member.language) if member.takes_part else None
    if not conversation.visitor_email:
        return None
    return Mailbox(conversation.visitor_email, None, conversation.visitor_language)


def mailbox_of(conversation: Conversation, side: str) -> Mailbox | None:
    """Where one side of a conversation is reached."""
    if side == Message.Side.POSTER:
        return poster_mailbox(conversation.post, besides=conversation.member_id)
    return visitor_mailbox(conversation)


def account_of(conversation: Conversation, side: str) -> Any:
    """The account that writes on one side; None for a visitor without one."""
    if side == Message.Side.POSTER:
        return speaker_for(conversation.post, besides=conversation.member_id)
    return conversation.member


# What a side gives the other -----------------------------------------------------------------------------------------


def other_side(side: str) -> str:
    return Message.Side.VISITOR if side == Message.Side.POSTER else Message.Side.POSTER


def shared_by(conversation: Conversation, side: str) -> SharedDetails | None:
    """What one side gives now; nothing of who left or is frozen."""
    owner = conversation.post.author if side == Message.Side.POSTER else conversation.member
    if owner is not None and not owner.takes_part:
        return None
    return next((one for one in conversation.shared.all() if one.side == side and one.values), None)


def shared_with(conversation: Conversation, side: str) -> SharedDetails | None:
    """What one side gets from the other now."""
    return shared_by(conversation, other_side(side))


def shared_values(conversation: Conversation) -> set[str]:
    """All that either side gave the other on purpose: on the card, with the first message, or on the post itself."""
    cards = [shared_by(conversation, side) for side in Message.Side.values]
    values = {value for card in cards if card for value in card.values.values()}
    return (values | {conversation.visitor_phone, *conversation.post.shown_contact().values()}) - {""}


def given_name(conversation: Conversation, side: str) -> str:
    """The name a side gave on purpose: on its card, in the form, or by showing it on the post; empty when none."""
    card = shared_by(conversation, side)
    if card and card.name:
        return card.name
    if side == Message.Side.VISITOR:
        return conversation.visitor_name
    post = conversation.post
    if post.organisation_id and post.organisation:
        return post.organisation.name
    return post.shown_contact().get("name", "")


def name_of(conversation: Conversation, side: str) -> str:
    """How the other side sees this side."""
    nameless = _("Een buur") if side == Message.Side.VISITOR else _("De plaatser")
    return given_name(conversation, side) or nameless


def sender_name(name: str) -> str:
    """A From name that says whose words these are and who carries them; a name that poses as an address is not used."""
    name = clean_line(name)[:NAME_LENGTH].strip()
    if "@" in name or not name:
        name = _("Een buur")
    return _("%(name)s via Wijk") % {"name": name}


# Whether they can still write ----------------------------------------------------------------------------------------


def ends_at(post: Post) -> datetime | None:
    """Until when people can still write about a post that ended well; None for any other."""
    return post.expires_at + AFTERWARDS if post.status in ENDED_WELL and post.expires_at else None


def is_talked_about(post: Post) -> bool:
    """Whether the conversations about a post can go on."""
    end = ends_at(post)
    return post.status in {Post.Status.LIVE, *ENDED_WELL} and (end is None or end > clock.now())


def obstacle(conversation: Conversation, side: str, *, by: Any = None) -> str:
    """Why this side can write no more, in words; empty when it can. `by` is the account that is about to."""
    return (
        _obstacle_of_state(conversation) or _obstacle_of_post(conversation.post) or _obstacle_of(conversation, side, by)
    )


def _obstacle_of_state(conversation: Conversation) -> str:
    if conversation.state == Conversation.State.CLOSED:
        return _("Dit gesprek is gesloten. Je kunt niet meer antwoorden.")
    if conversation.state == Conversation.State.FROZEN:
        return _(
            "Dit gesprek staat stil, want er is een bericht gemeld. Een wijkbeheerder kijkt ernaar. Tot die tijd kan "
            "niemand antwoorden. Je krijgt een mail als het is bekeken."
        )
    return ""


def _obstacle_of_post(post: Post) -> str:
    if is_talked_about(post):
        return ""
    if post.status == Post.Status.FULFILLED:
        return _("Dit bericht is gelukt. Twee weken daarna stopt ook het gesprek. Je kunt niet meer antwoorden.")
    if post.status == Post.Status.EXPIRED:
        return _("Dit bericht is verlopen. Twee weken daarna stopt ook het gesprek. Je kunt niet meer antwoorden.")
    return _("Het bericht waar dit gesprek over gaat staat niet meer op de site. Je kunt niet meer antwoorden.")


def _obstacle_of(conversation: Conversation, side: str, by: Any) -> str:
    if (by is not None and not by.takes_part) or mailbox_of(conversation, side) is None:
        return _("Je account staat stil. Je kunt nu niet antwoorden.")
    if mailbox_of(conversation, other_side(side)) is None:
        return _("De ander doet niet meer mee op Wijk. Je kunt niet meer antwoorden.")
    return ""


# Reporting a message -------------------------------------------------------------------------------------------------


def report_url(message: Message) -> str:
    """Where the reader of a message says that it is not right; works without logging in."""
    return reverse("moderation:report_message", args=[signed(message.pk, salt=REPORT_SALT)])


def message_of_link(word: str) -> Message | None:
    """The message a report link is about, as long as its words are there."""
    link = of_link(word, salt=REPORT_SALT)
    message = Message.objects.with_talk().filter(pk=link.what).first() if link else None
    return message if message and message.body else None
