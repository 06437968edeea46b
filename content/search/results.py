"""Everything that answers a question, the best first, in a fixed number of queries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from content.search.asking import Asked, Found, Place, asked, page_of, place
from content.search.facets import Chip, Chips, counted
from content.search.guide import found_in_guide, shown_of_guide
from content.search.index import holding
from content.search.models import SearchEntry
from content.search.question import MUNICIPALITY, NEAR, POSTS, Area, Question, during
from content.search.shown import post_cards
from content.search.words import plain_words
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk.published import published

# The order is made among so many: those with every word first, then the newest.
MOST_RANKED = 1000
MOST_PLACES = 6
SHORTEST_NAME = 2
LATEST = 10**17


def gather(question: Question) -> dict[str, Any]:
    """Everything the results page shows: at most eight queries."""
    words, area = asked(question.q), Area.of(question)
    browsing = not question.q and question.is_narrowed
    found, every = answering(words, browsing=browsing)
    facets = counted(found.filter(area.widest()), every, area) if words or browsing else []
    chips = Chips(question, area, facets)
    number = chips.number() if question.wat in {"", POSTS} else 0
    posts = ranked(found.filter(chosen(question, area)), question, words, every) if number else []
    guide = found_in_guide(question, area, words)
    shown, after = page_of(posts, question.na)
    places = [] if question.na else places_named(question)
    others = {} if question.na and question.wat == POSTS else shown_of_guide(guide, question, words)
    return {
        "question": question,
        "everything": Question(question.q).url(),
        "asked": bool(question.q) or browsing,
        "subjects": [] if question.q or browsing else Theme.objects.in_use(),
        "cards": post_cards(shown, words),
        "more": question.url(wat=POSTS, na=after) if after else "",
        "number": number,
        "full": (full := chips.number(full=True) if number and every else number),
        "some": number - full,
        "meant": corrections(words, question, [*posts, *(one for kind in guide.values() for one in kind)]),
        "kinds": chips.kinds({kind: len(rows) for kind, rows in guide.items()}),
        "themes": chips.themes(),
        "wijken": chips.places(),
        "times": chips.times(),
        "wider": wider(chips, area),
        "places": places,
        "nothing": not (number or places or any(others.values())),
        **others,
    }


def answering(words: Asked, *, browsing: bool = False) -> tuple[PostQuerySet, Q | None]:
    """Visible posts with any of the words, and the condition of holding every one where there are more."""
    posts = Post.objects.visible().in_search()
    if not words:
        return (posts if browsing else posts.none()), None
    every = Q(pk__in=holding(SearchEntry, words.terms, every=True)) if len(words.terms) > 1 else None
    return posts.filter(pk__in=holding(SearchEntry, words.terms, every=False)), every


def chosen(question: Question, area: Area) -> Q:
    """The condition for the chosen kind, theme, time and place of posts; what is sold only when asked for."""
    kind = Q(kind=question.kind) if question.kind else ~Q(kind=Post.Kind.SHOP)
    theme = Q(theme__slug=question.thema) if question.thema else Q()
    return kind & theme & area.posts() & (during(question.wanneer) if question.wanneer else Q())


def ranked(found: PostQuerySet, question: Question, words: Asked, every: Q | None) -> list[Found]:
    """The posts in the order of the answer: all words before some, title before text, then the newest."""
    found = found.newest()
    if every is not None:
        full = Case(When(every, then=Value(1)), default=Value(0), output_field=IntegerField())
        found = found.annotate(full=full).order_by("-full", "-published_at", "-pk")
    posts = []
    rows = found.values_list("pk", "published_at", "starts_at", "search_entry__words")[:MOST_RANKED]
    for pk, published_at, starts_at, held in rows:
        score = words.score(held or "")
        at = place(score, published_at, pk)
        if question.wanneer and starts_at:
            # Who asks for a time reads the soonest first.
            at = Place(score, LATEST - place(0, starts_at, pk).micros, pk)
        posts.append(Found(pk, at, held or ""))
    return sorted(posts, key=lambda one: one.place, reverse=True)


def corrections(words: Asked, question: Question, found: Iterable[Found]) -> list[dict[str, Any]]:
    """The words that nobody wrote, each with what it was taken for, as links: only words that these answers hold."""
    return [
        {
            "word": word,
            "read_as": [{"word": one, "url": question.url(q=_instead(question.q, word, one))} for one in meant],
        }
        for word, meant in words.read_as(found)
    ]


def _instead(query: str, word: str, other: str) -> str:
    """The question with another word in the place of this one."""
    return " ".join(other if list(plain_words(one)) == [word] else one for one in query.split())


def wider(chips: Chips, area: Area) -> Chip | None:
    """Where there would be something, when there is nothing here."""
    if area.here is None or chips.number():
        return None
    for waar, label in ((NEAR, _("Kijk ook in de wijken eromheen")), (MUNICIPALITY, _("Kijk in de hele gemeente"))):
        if count := chips.number(waar=waar):
            return {"label": label, "url": chips.question.url(waar=waar), "count": count}
    return {"label": _("Kijk overal"), "url": chips.question.url(wijk="", waar=""), "count": None}


def places_named(question: Question) -> list[Neighbourhood]:
    """Neighbourhoods with these words in their name, or of this municipality."""
    if len(question.q) < SHORTEST_NAME or question.is_narrowed:
        return []
    named = Q(name__icontains=question.q) | Q(municipality__name__iexact=question.q)
    return [
        published(row)
        for row in Neighbourhood.objects.on().filter(named).defer("outline").order_by("name")[:MOST_PLACES]
    ]
