"""A post that gets another author: its conversations go on, and a leaver's co-manager goes on with the post (W-78)."""

import re
from typing import Any

from accounts.audit.models import record
from accounts.closure.outside import Continued, Thing, continued
from accounts.users.models import takes_part
from content.contact import aliases
from content.contact.models import Conversation, Message
from content.contact.sharing import SharedDetails
from content.organisations.editors import words_of
from content.organisations.models import OrganisationEditor
from content.posts import emails
from content.posts.comanagers import CoManager
from content.posts.models import Post
from content.posts.placements import touch

STANDING = (Post.Status.LIVE, Post.Status.WAITING, Post.Status.CHANGES, Post.Status.HELD)


def pass_talks(post: Post, before: Any) -> None:
    """The conversations go on with the next; what the one before wrote and gave stays theirs, and goes with them."""
    talks = Conversation.objects.filter(post=post)
    Message.objects.filter(conversation__in=talks, side=Message.Side.POSTER, stand_in=None).update(stand_in=before)
    SharedDetails.objects.filter(conversation__in=talks, side=Message.Side.POSTER).delete()
    for talk in talks:
        aliases.revoke(talk, Message.Side.POSTER)


def things(user: Any) -> list[Thing]:
    """A member's posts that somebody else keeps too, but for those whose words name the member."""
    beside = CoManager.objects.filter(takes_part("user")).exclude(user=user)
    # What was placed for somebody else goes to another manager.
    shared = Post.objects.filter(author=user, status__in=STANDING, with_help=False, pk__in=beside.values("post"))
    return [Thing(post.pk, post.title) for post in shared.order_by("pk") if not _names(post, user)]


def _names(post: Post, user: Any) -> bool:
    words = set(re.findall(r"\w+", f"{post.title} {post.text} {post.venue}".casefold()))
    return bool(words & (words_of(user.first_name) | words_of(user.last_name)))


def give(user: Any, pk: int) -> None:
    """Makes the longest serving co-manager the author. Who leaves stays beside it, until they are erased or back."""
    post = Post.objects.select_for_update(of=("self",)).select_related("neighbourhood").get(pk=pk)
    heir = post.co_managers.filter(takes_part("user")).exclude(user=user).order_by("since", "pk").first()
    if heir is None:
        return
    pass_talks(post, user)
    post.hide_contact()
    for name in Post.CONTACT_FIELDS:
        setattr(post, f"contact_{name}", "")
    if not OrganisationEditor.objects.filter(organisation=post.organisation_id, user=heir.user).exists():
        post.organisation = None
    post.author = heir.user
    post.save()
    heir.delete()
    CoManager.objects.get_or_create(post=post, user=user)
    record("post.hand_over", by=user, about=post, neighbourhood=post.neighbourhood)
    touch(post)
    emails.handed_over(post)


continued(Continued(things, give))
