"""How posts come back from a sealed copy."""

from typing import Any

from accounts.archive.contents import Row, comes_back, found_by, moment
from content.organisations.models import ContactCard
from content.organisations.reach import home_of
from content.posts.actions import SUMMARY_LENGTH
from content.posts.models import Post
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk.text import excerpt

WORDS = ("kind", "title", "text", "venue", *(f"contact_{name}" for name in ContactCard.CONTACT_FIELDS))


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
