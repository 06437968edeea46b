"""Whom somebody wants no messages from any more (L-11)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.contact.about import Thing
from content.contact.models import Conversation, ConversationQuerySet, Message, visitor_hash
from content.contact.relay import owner_of
from content.organisations.models import Organisation
from content.posts.comanagers import contact_of
from content.posts.models import Post
from wijk import clock
from wijk.access import own
from wijk.encryption import keyed_hash
from wijk.personal_data import Ground, Kind, Personal, Visibility, declare


def account_hash(account: Any) -> str:
    """By which a block finds an account again, whatever its address becomes."""
    return keyed_hash("blocked-account", str(account.pk)) if account else ""


class BlockQuerySet(models.QuerySet["Block"]):
    def against(self, *, account: Any, email: str) -> Self:
        """Those that stop an account, or whoever has this mailbox."""
        found = models.Q(address_key=visitor_hash(email)) if email else models.Q(pk__in=[])
        return self.filter(found | models.Q(account_key=account_hash(account)) if account else found)


class Block(models.Model):
    """One member, or organisation, wants nothing more from one other; who that is can be compared with, not read."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="blocks"
    )
    # Instead of an owner: each of its editors may block, and the block stays when that one leaves.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="blocks"
    )
    address_key = models.CharField(max_length=64, blank=True, db_index=True)
    account_key = models.CharField(max_length=64, blank=True, db_index=True)
    # By which its owner knows again who it was, as long as these are there.
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "address_key", "account_key"], name="blocked_once"),
            models.UniqueConstraint(
                fields=["organisation", "address_key", "account_key"], name="blocked_once_by_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False, organisation=None)
                | models.Q(owner=None, organisation__isnull=False),
                name="block_by_one",
            ),
        ]


HASHED = Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash")
declare(
    Block,
    subject="owner",
    purpose="contact",
    ground=Ground.LEGITIMATE,
    technical="id owner organisation conversation",
    fields={
        "post": Personal(_("Iemand geblokkeerd in een gesprek over"), Kind.CONTENT),
        "made_at": Personal(_("Geblokkeerd op"), Kind.TECHNICAL),
        "address_key": HASHED,
        "account_key": HASHED,
    },
)


@own(Block)
def blocks_of(user: Any) -> models.QuerySet[Block]:
    """Their own, and those of the organisations they edit."""
    edited = user.organisation_editorships.values("organisation")
    return Block.objects.filter(models.Q(owner=user) | models.Q(organisation__in=edited))


def is_blocked(thing: Thing, *, account: Any, email: str) -> bool:
    """Whether who answers for a post, or an organisation, wants no messages from this account or mailbox."""
    by = {"owner__in": _answering(thing)} if isinstance(thing, Post) else {"organisation": thing}
    return Block.objects.filter(**by).against(account=account, email=email).exists()


def _answering(post: Post) -> list[int]:
    contact = contact_of(post)
    return [post.author_id, *([contact.user_id] if contact else [])]


def between(talk: Conversation) -> ConversationQuerySet:
    """All conversations of the same two, whoever began them."""
    same = models.Q(pk=talk.pk)
    if talk.post is None:
        return Conversation.objects.filter(same | _with_organisation(talk))
    author = talk.post.author_id
    if talk.visitor_hash:
        same |= models.Q(post__author=author, visitor_hash=talk.visitor_hash)
    if talk.member_id:
        same |= models.Q(post__author=author, member=talk.member_id)
        same |= models.Q(post__author=talk.member_id, member=author)
    return Conversation.objects.filter(same)


def _with_organisation(talk: Conversation) -> models.Q:
    same = models.Q(organisation=talk.organisation_id)
    theirs = models.Q(visitor_hash=talk.visitor_hash) if talk.visitor_hash else models.Q(pk=talk.pk)
    return same & (theirs | models.Q(member=talk.member_id) if talk.member_id else theirs)


def blocker(talk: Conversation, side: str) -> dict[str, Any]:
    """Who blocks, when this side does; nobody for a visitor, to whom nobody can begin a conversation."""
    if talk.organisation_id and side == Message.Side.POSTER:
        return {"organisation": talk.organisation}
    owner = owner_of(talk, side)
    return {"owner": owner} if owner else {}


def other_of(talk: Conversation, side: str) -> dict[str, Any]:
    """The account and the mailbox of the other side."""
    if side == Message.Side.POSTER:
        return {"account": talk.member, "email": talk.member.email if talk.member else talk.visitor_email}
    # An organisation writes to nobody first.
    author = talk.post.author if talk.post else None
    return {"account": author, "email": author.email if author else ""}
