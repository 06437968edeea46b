"""How many requests, offers and activities each neighbourhood has, for the map: only what everybody may see."""

from collections import Counter, defaultdict

from django.db.models import Count
from django.utils.translation import ngettext

from content.posts.models import Post
from content.posts.placements import Placement
from neighbourhoods.places.tallies import Tally, tells


@tells
def posts_by_neighbourhood(keys: list[int]) -> dict[int, Tally]:
    """One query for all of them."""
    visible = Post.objects.visible().order_by()
    home = visible.filter(neighbourhood__in=keys).values_list("neighbourhood", "kind").annotate(number=Count("pk"))
    let_in = Placement.objects.approved().filter(neighbourhood__in=keys, post__in=visible.values("pk"))
    also = let_in.values_list("neighbourhood", "post__kind").annotate(number=Count("pk"))
    numbers: dict[int, Counter[str]] = defaultdict(Counter)
    for key, kind, number in home.union(also, all=True):
        numbers[key][kind] += number
    return {key: Tally(sum(kinds.values()), in_words(kinds)) for key, kinds in numbers.items()}


def in_words(kinds: dict[str, int]) -> str:
    """As "3 vragen, 1 keer aanbod"; what there is none of is not told."""
    requests, offers, activities = (
        kinds.get(kind, 0) for kind in (Post.Kind.REQUEST, Post.Kind.OFFER, Post.Kind.ACTIVITY)
    )
    words = (
        (requests, ngettext("%(n)s vraag", "%(n)s vragen", requests)),
        (offers, ngettext("%(n)s keer aanbod", "%(n)s keer aanbod", offers)),
        (activities, ngettext("%(n)s activiteit", "%(n)s activiteiten", activities)),
    )
    return ", ".join(word % {"n": number} for number, word in words if number)
