"""What one post may be compared with, and how well each fits. Nothing here leaves the neighbourhoods around a post."""

from dataclasses import dataclass
from typing import Any

from content.matching.models import Analysis, matchable
from content.matching.scoring import Fit, Pool, fit, hub, likeness
from content.matching.signature import Signature, reader
from content.posts.models import Post
from content.posts.querysets import PostQuerySet

Kind = Post.Kind
MOST_CANDIDATES = 2000


@dataclass(frozen=True)
class Found:
    """A post that fits another, by its number."""

    post_id: int
    fit: Fit


def signature_of(post: Post) -> Signature:
    """What the matcher sees of a post."""
    return reader().read(post.title, post.text, post.theme.slug)


def candidates(post: Post) -> PostQuerySet:
    """Live posts of the other side, in the same neighbourhood and those that touch it, never of the same author.

    A call of an organisation for volunteers meets people who offer themselves, not other organisations.
    """
    near = matchable().filter(neighbourhood__in=post.neighbourhood.within_reach()).exclude(author=post.author_id)
    by_organisation = bool(post.organisation_id)
    if post.kind == Kind.REQUEST:
        if by_organisation:
            return near.filter(kind=Kind.OFFER, organisation=None)
        return near.filter(kind__in=[Kind.OFFER, Kind.ACTIVITY])
    if post.kind == Kind.SHOP:
        return near.none()
    asked = near.filter(kind=Kind.REQUEST)
    return asked.filter(organisation=None) if by_organisation or post.kind == Kind.ACTIVITY else asked


def fitting(post: Post, own: Signature) -> tuple[list[Found], float]:
    """Everything that may be compared with a post, with its fit, and how much the post is like the nearest of them."""
    rows: Any = Analysis.objects.filter(post__in=candidates(post), is_due=False).order_by("-post_id")
    others = [(row.post_id, row.hub, row.signature) for row in rows[:MOST_CANDIDATES]]
    pool = Pool([own, *(other for _, _, other in others)])
    alike = [likeness(own, other) for _, _, other in others]
    nearest = hub(alike)
    found = [
        Found(pk, _fit(post, own, other, pool, spelling=2 * near - nearest - theirs))
        for (pk, theirs, other), near in zip(others, alike, strict=True)
    ]
    found.sort(key=lambda one: (-one.fit.score, one.post_id))
    return found, nearest


def _fit(post: Post, own: Signature, other: Signature, pool: Pool, *, spelling: float) -> Fit:
    request, offer = (own, other) if post.kind == Kind.REQUEST else (other, own)
    return fit(request, offer, pool, spelling=spelling)
