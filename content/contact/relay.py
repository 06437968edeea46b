"""Who a message goes to, under which name, and whether the two can still write to each other (W-30, W-31)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests.rights import interest
from content.contact.about import speaker_for, team_for, why_over
from content.contact.models import Conversation, Message
from content.contact.sharing import SharedDetails
from content.organisations.models import Organisation
from content.posts.contact_person import names_another
from content.posts.models import Post
from wijk.links import of_link, signed
from wijk.text import clean_line

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
    one = _entrance_of(conversation.post) if conversation.post else None
    return one.url(conversation) if one else reverse("contact:thread", args=[conversation.pk])


def poster_mailbox(post: Post, *, besides: int | None = None, since: datetime | None = None) -> Mailbox | None:
    """The post's own contact address, else its author's account; who else answers is reached by the own account."""
    speaker = speaker_for(post, besides=besides, since=since)
    if speaker is None:
        return None
    one = _entrance_of(post)
    if one:
        return Mailbox(one.address, speaker, speaker.language)
    # The contact address was given by the author, and goes out of use with the author.
    address = (speaker.pk == post.author_id and post.contact_email) or speaker.email
    return Mailbox(address, speaker, speaker.language)


def is_named_other(conversation: Conversation, side: str, mailbox: Mailbox) -> bool:
    """Whether a mailbox is not the account's own: the author named somebody else, who may not know why (W-17)."""
    account = mailbox.account
    if side == Message.Side.VISITOR or account is None or conversation.post is None:
        return False
    post = conversation.post
    typed = account.pk == post.author_id and not post.with_help and mailbox.address == post.contact_email
    return typed and names_another(post)


def visitor_mailbox(conversation: Conversation) -> Mailbox | None:
    """The account of a member who wrote, else the address the visitor confirmed."""
    member = conversation.member
    if member is not None:
        return Mailbox(member.email, member, member.language) if member.takes_part else None
    if not conversation.visitor_email:
        return None
    return Mailbox(conversation.visitor_email, None, conversation.visitor_language)


def mailboxes_of(conversation: Conversation, side: str) -> list[Mailbox]:
    """Where one side is reached: an organisation at each of its editors, anybody else in one place."""
    if conversation.organisation and side == Message.Side.POSTER:
        team = team_for(conversation.organisation, besides=conversation.member_id)
        return [Mailbox(one.email, one, one.language) for one in team]
    found = mailbox_of(conversation, side)
    return [found] if found else []


def mailbox_of(conversation: Conversation, side: str) -> Mailbox | None:
    """Where one side of a conversation is reached first."""
    if side == Message.Side.VISITOR:
        return visitor_mailbox(conversation)
    if conversation.post:
        return poster_mailbox(conversation.post, besides=conversation.member_id, since=conversation.asked_at)
    return next(iter(mailboxes_of(conversation, side)), None)


def accounts_of(conversation: Conversation, side: str) -> list[Any]:
    """The accounts that may write on one side; none for a visitor without one."""
    return [one.account for one in mailboxes_of(conversation, side) if one.account]


# What a side gives the other -----------------------------------------------------------------------------------------


def other_side(side: str) -> str:
    return Message.Side.VISITOR if side == Message.Side.POSTER else Message.Side.POSTER


def owner_of(conversation: Conversation, side: str) -> Any:
    """Whose own side it is; nobody's of a visitor without an account, nor of an organisation."""
    if side == Message.Side.VISITOR:
        return conversation.member
    return conversation.post.author if conversation.post else None


def shared_by(conversation: Conversation, side: str) -> SharedDetails | None:
    """What one side gives now; nothing of who left or is frozen."""
    owner = owner_of(conversation, side)
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
    return (values | {conversation.visitor_phone, *conversation.about.shown_contact().values()}) - {""}


def given_name(conversation: Conversation, side: str) -> str:
    """The name a side gave on purpose: on its card, in the form, or by showing it on the post; empty when none."""
    card = shared_by(conversation, side)
    if card and card.name:
        return card.name
    if side == Message.Side.VISITOR:
        return conversation.visitor_name
    post = conversation.about
    organisation = post if isinstance(post, Organisation) else post.organisation
    return organisation.name if organisation else post.shown_contact().get("name", "")


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


def obstacle(conversation: Conversation, side: str, *, by: Any = None) -> str:
    """Why this side can write no more, in words; empty when it can. `by` is the account that is about to."""
    return _obstacle_of_state(conversation) or why_over(conversation.about) or _obstacle_of(conversation, side, by)


def _obstacle_of_state(conversation: Conversation) -> str:
    if conversation.state == Conversation.State.CLOSED:
        return _("Dit gesprek is gesloten. Je kunt niet meer antwoorden.")
    if conversation.state == Conversation.State.FROZEN:
        return _(
            "Dit gesprek staat stil, want er is een bericht gemeld. Een wijkbeheerder kijkt ernaar. Tot die tijd kan "
            "niemand antwoorden. Je krijgt een mail als het is bekeken."
        )
    return ""


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
