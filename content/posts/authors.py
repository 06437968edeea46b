"""What becomes of posts when their author leaves, is frozen, comes back, or shows and hides a contact detail."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from accounts.archive.contents import Row, comes_back, found_by, moment
from accounts.closure.unused import in_use
from accounts.requests.stopping import on_pause
from accounts.signals import account_closing
from accounts.users.switches import after_switch
from content.organisations.models import ContactCard
from content.organisations.reach import home_of
from content.posts.actions import PATIENCE, SUMMARY_LENGTH
from content.posts.models import Post
from content.posts.placements import places_of
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import excerpt

WORDS = ("kind", "title", "text", "venue", *(f"contact_{name}" for name in ContactCard.CONTACT_FIELDS))


@receiver(account_closing)
@on_pause
def refresh_neighbourhoods(user: Any, **_: Any) -> None:
    """visible() hides the posts of who leaves or is frozen by itself; this keeps no cached page from showing them."""
    places_of(Post.objects.filter(author=user)).touch()


@in_use
def authors_of_what_stands() -> QuerySet:
    """Who has something on the site, or waiting for it, renewed it maybe from a mail, without logging in."""
    return Post.objects.filter(status__in=[Post.Status.LIVE, Post.Status.WAITING]).values("author")


@on_pause
def look_again(user: Any) -> None:
    """What missed its 48 hours while its author was frozen waits for a manager anew; the clock must not be first."""
    now = clock.now()
    missed = Post.objects.waiting().filter(author=user, publish_by__lt=now - timedelta(hours=1))
    missed.update(publish_by=now + PATIENCE)


@after_switch(Post)
def refresh_pages(posts: QuerySet[Post]) -> None:
    """What was switched shows, or is gone, on the pages of its neighbourhood at once."""
    places_of(posts).touch()


@comes_back(Post._meta.label_lower)
def posts_come_back(account: Any, rows: list[Row]) -> int:
    """Each as a draft of the new account, in nobody's name but its own, and with no contact detail shown (W-80)."""
    posts = [_draft(account, row) for row in rows]
    for post in posts:
        post.save()
    return len(posts)


def _draft(account: Any, row: Row) -> Post:
    return Post(
        author=account,
        status=Post.Status.DRAFT,
        summary=excerpt(row["text"], SUMMARY_LENGTH),
        theme=found_by(Theme, row["theme"]) or Theme.objects.catch_all(),
        neighbourhood=found_by(Neighbourhood, row["neighbourhood"]) or home_of(account),
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        **{name: row[name] for name in WORDS},
    )
