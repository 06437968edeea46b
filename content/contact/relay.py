"""Who a message goes to, under which name, and whether the two can still write to each other (W-30, W-31)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests.rights import interest
from content.contact.models import Conversation, Message
from content.posts.models import Post
from wijk.text import clean_line

# A post that ended well or ran out may still be talked about; one that was taken back or away may not.
TALKED_ABOUT = {Post.Status.LIVE, Post.Status.FULFILLED, Post.Status.EXPIRED}
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


def poster_mailbox(post: Post) -> Mailbox | None:
    """The post's own contact address, else its author's account; never of somebody who left or is frozen."""
    author = post.author
    if not author.takes_part:
        return None
    return Mailbox(post.contact_email or author.email, author, author.language)


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
        return poster_mailbox(conversation.post)
    return visitor_mailbox(conversation)


def account_of(conversation: Conversation, side: str) -> Any:
    """The account that writes on one side; None for a visitor without one."""
    return conversation.post.author if side == Message.Side.POSTER else conversation.member


def given_name(conversation: Conversation, side: str) -> str:
    """The name a side gave on purpose: in the form, or by showing it on the post; empty when none."""
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


def obstacle(conversation: Conversation, side: str) -> str:
    """Why this side can write no more, in words; empty when it can."""
    if conversation.state == Conversation.State.CLOSED:
        return _("Dit gesprek is gesloten. Je kunt niet meer antwoorden.")
    if conversation.post.status not in TALKED_ABOUT:
        return _("Het bericht waar dit gesprek over gaat staat niet meer op de site. Je kunt niet meer antwoorden.")
    if mailbox_of(conversation, side) is None:
        return _("Je account staat stil. Je kunt nu niet antwoorden.")
    if poster_mailbox(conversation.post) is None or visitor_mailbox(conversation) is None:
        return _("De ander doet niet meer mee op Wijk. Je kunt niet meer antwoorden.")
    return ""
