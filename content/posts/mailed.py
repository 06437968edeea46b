"""The link in a mail about the end of a post: for who has that mailbox, to say without logging in how it stands.

It does nothing else, and ends by itself: with its term, some days after the post, and when the account closes, comes
back or gets another address.
"""

from datetime import timedelta

from django.urls import reverse

from content.posts.models import Post
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.links import of_link, signed

SALT = "post-life"
LASTS = timedelta(days=30)
AFTER_END = timedelta(days=14)


def link_of(post: Post, choice: str = "") -> str:
    """Where its author says how it stands; `choice` is what they are about to say."""
    address = reverse("posts:mailed", args=[signed([post.pk, _fence(post)], salt=SALT)])
    return f"{address}?keuze={choice}" if choice else address


def post_of(word: str) -> Post | None:
    """The post a link still opens; None for any other word, whatever is wrong with it."""
    link = of_link(word, salt=SALT)
    if link is None or link.age > LASTS:
        return None
    pk, fence = link.what
    known = Post.objects.select_related("author", "neighbourhood", "theme", "organisation")
    post = known.defer("neighbourhood__outline").filter(pk=pk).first()
    fits = post is not None and post.author.takes_part and fence == _fence(post)
    return post if fits and not _is_over(post) else None  # type: ignore[arg-type]


def _fence(post: Post) -> str:
    author = post.author
    return keyed_hash("post-life", f"{author.pk}:{author.epoch}:{author.email}")[:20]


def _is_over(post: Post) -> bool:
    return post.expires_at is not None and post.expires_at + AFTER_END < clock.now()
