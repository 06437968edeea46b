"""Whom somebody wants no messages from any more (L-11)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.contact.models import Conversation, ConversationQuerySet, Message, visitor_hash
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
    """One member wants nothing more from one other; who that is can be compared with, not read."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks")
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
        ]


HASHED = Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash")
declare(
    Block,
    subject="owner",
    purpose="contact",
    ground=Ground.LEGITIMATE,
    technical="id owner conversation",
    fields={
        "post": Personal(_("Iemand geblokkeerd in een gesprek over"), Kind.CONTENT),
        "made_at": Personal(_("Geblokkeerd op"), Kind.TECHNICAL),
        "address_key": HASHED,
        "account_key": HASHED,
    },
)


@own(Block)
def blocks_of(user: Any) -> models.QuerySet[Block]:
    return Block.objects.filter(owner=user)


def is_blocked(post: Post, *, account: Any, email: str) -> bool:
    """Whether the author of a post wants no messages from this account or mailbox."""
    return Block.objects.filter(owner=post.author_id).against(account=account, email=email).exists()


def between(talk: Conversation) -> ConversationQuerySet:
    """All conversations of the same two, whoever began them."""
    author = talk.post.author_id
    same = models.Q(pk=talk.pk)
    if talk.visitor_hash:
        same |= models.Q(post__author=author, visitor_hash=talk.visitor_hash)
    if talk.member_id:
        same |= models.Q(post__author=author, member=talk.member_id)
        same |= models.Q(post__author=talk.member_id, member=author)
    return Conversation.objects.filter(same)


def owner_of(talk: Conversation, side: str) -> Any:
    """Who blocks, when this side does; None for a visitor, to whom nobody can begin a conversation."""
    return talk.post.author if side == Message.Side.POSTER else talk.member


def other_of(talk: Conversation, side: str) -> dict[str, Any]:
    """The account and the mailbox of the other side."""
    if side == Message.Side.POSTER:
        return {"account": talk.member, "email": talk.member.email if talk.member else talk.visitor_email}
    return {"account": talk.post.author, "email": talk.post.author.email}
