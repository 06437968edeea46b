"""Who keeps a post together with its author: may change and renew it, and sees nothing of the author's account."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import record
from accounts.users.models import takes_part
from content.posts import emails
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from wijk import clock
from wijk.access import own, scope
from wijk.personal_data import Kind, Personal, Visibility, declare


class CoManager(models.Model):
    """A member who may change and renew somebody else's post (W-25)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="co_managers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="co_managed")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="co_manager_once")]


declare(
    CoManager,
    subject="user",
    purpose="posts",
    technical="id user",
    fields={
        "post": Personal(_("Bericht van een ander dat je mee bijhoudt"), Kind.CONTENT, Visibility.OWNER),
        "since": Personal(_("Sinds"), Kind.TECHNICAL),
    },
)


@own(CoManager)
def places_of(user: Any) -> models.QuerySet[CoManager]:
    """Beside whom somebody keeps a post; what its author has not finished, and whoever is away, stays out of it."""
    return CoManager.objects.filter(takes_part("post__author"), user=user).exclude(post__status=Post.Status.DRAFT)


def kept_by(user: Any) -> PostQuerySet:
    """The posts somebody may change: their own, and those they keep with their author."""
    gate = scope(user)
    beside = gate.own(CoManager).values("post")
    return Post.objects.filter(Q(pk__in=gate.own(Post).values("pk")) | Q(pk__in=beside))


@transaction.atomic
def join(*, post: Post, user: Any) -> None:
    """Whoever was invited keeps it too from now on."""
    CoManager.objects.get_or_create(post=post, user=user)
    record("post.join", by=user, about=post, neighbourhood=post.neighbourhood)


@transaction.atomic
def part(*, post: Post, user: Any, by: Any) -> bool:
    """Somebody keeps it no more, by the own choice or the author's, who then tells them; False when they did not."""
    gone, _rows = CoManager.objects.filter(post=post, user=user).delete()
    if not gone:
        return False
    record("post.part", by=by, about=post, neighbourhood=post.neighbourhood)
    if by.pk != user.pk:
        emails.let_go(post, user)
    return True
