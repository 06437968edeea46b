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
    """A member who may change and renew somebody else's post (W-25), and answers for it when so chosen (W-17)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="co_managers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="co_managed")
    since = models.DateTimeField(default=clock.now)
    # From when on this one is the contact person of the post: one of its co-managers, or none.
    contact_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="co_manager_once"),
            models.UniqueConstraint(
                fields=["post"], condition=Q(contact_since__isnull=False), name="co_manager_one_contact"
            ),
        ]


declare(
    CoManager,
    subject="user",
    purpose="posts",
    technical="id user",
    fields={
        "post": Personal(_("Bericht van een ander dat je mee bijhoudt"), Kind.CONTENT, Visibility.OWNER),
        "since": Personal(_("Sinds"), Kind.TECHNICAL),
        "contact_since": Personal(_("Contactpersoon sinds"), Kind.TECHNICAL),
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


# Who answers ---------------------------------------------------------------------------------------------------------


def _contacts() -> models.QuerySet[CoManager]:
    return CoManager.objects.filter(takes_part("user"), contact_since__isnull=False).select_related("user")


def contacts_at_hand(path: str = "") -> models.Prefetch:
    """What contact_of() would ask for each post, asked once for a list of them."""
    return models.Prefetch(f"{path}co_managers", _contacts(), to_attr="contacts_found")


def contact_of(post: Post) -> CoManager | None:
    """The co-manager whom its author chose to answer, as long as both are there."""
    found = getattr(post, "contacts_found", None)
    if found is None:
        found = list(_contacts().filter(post=post))
    return found[0] if found and post.author.takes_part else None
