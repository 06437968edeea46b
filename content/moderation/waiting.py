"""What waits at the desk, in numbers: one query for the whole menu and the queue."""

from collections import Counter
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from content.moderation.authors import desk_appeals
from content.moderation.models import desk_posts, desk_reports
from content.moderation.notices import desk_page_reports
from content.moderation.placements import desk_placements
from content.posts.models import Post
from neighbourhoods.managers.desk import desk_counter
from neighbourhoods.places.models import Neighbourhood

REPORTS, PAGES, APPEALS, ALSO = "reports", "pages", "appeals", "also"
IN_HAND = (Post.Status.WAITING, Post.Status.HELD, Post.Status.CHANGES)


def numbers(user: Any, neighbourhood: Neighbourhood) -> Counter[str]:
    """How many posts wait, are held or asked to change, and how many reports, appeals and posts from elsewhere wait.

    Asked once for a page: each item of the menu wants its own number, and finds it with the neighbourhood.
    """
    known: Counter[str] | None = vars(neighbourhood).get("_waiting")
    if known is None:
        known = vars(neighbourhood)["_waiting"] = _count(user, neighbourhood)
    return known


def _count(user: Any, neighbourhood: Neighbourhood) -> Counter[str]:
    posts = desk_posts(user, neighbourhood).filter(status__in=IN_HAND).order_by()
    appeals = desk_appeals(user, neighbourhood).filter(answered_at=None).exclude(decision__decided_by=user)
    branches = (
        _labelled(desk_reports(user, neighbourhood).filter(closed_at=None), REPORTS),
        _labelled(desk_page_reports(user, neighbourhood).filter(closed_at=None), PAGES),
        _labelled(appeals, APPEALS),
        _labelled(desk_placements(user, neighbourhood).asked(), ALSO),
    )
    by_status = posts.values("status").annotate(number=Count("pk")).values_list("status", "number")
    return Counter(dict(by_status.union(*branches, all=True)))


def _labelled(rows: QuerySet[Any], label: str) -> QuerySet[Any]:
    named = rows.order_by().select_related(None).annotate(what=Value(label, output_field=CharField())).values("what")
    return named.annotate(number=Count("pk", distinct=True)).values_list("what", "number")


@desk_counter("queue")
def count_waiting(user: Any, neighbourhood: Neighbourhood) -> int:
    return numbers(user, neighbourhood)[Post.Status.WAITING]


@desk_counter("also")
def count_from_elsewhere(user: Any, neighbourhood: Neighbourhood) -> int:
    """Posts of other neighbourhoods that ask to stand here too."""
    return numbers(user, neighbourhood)[ALSO]


@desk_counter("reports")
def count_reports(user: Any, neighbourhood: Neighbourhood) -> int:
    """Open reports about posts and about pages."""
    return numbers(user, neighbourhood)[REPORTS] + numbers(user, neighbourhood)[PAGES]


@desk_counter("appeals")
def count_appeals(user: Any, neighbourhood: Neighbourhood) -> int:
    """Open appeals that this person may answer."""
    return numbers(user, neighbourhood)[APPEALS]
