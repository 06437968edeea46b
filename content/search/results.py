"""A visitor's question, and everything that answers it, in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.cards import cards
from content.posts.models import KIND_WORDS, Post
from content.search.index import LONGEST_QUERY, find, query_words
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk.published import published
from wijk.text import clean_line

MOST_POSTS = 50
MOST_OTHERS = 6
MOST_CHIPS = 8
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Question:
    """What somebody looks for, and where: the words of ?q=&wijk=&soort=&thema=, each empty when it says nothing."""

    words: str = ""
    wijk: str = ""
    soort: str = ""
    thema: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        wijk, soort, thema = (clean_line(query.get(name, "")[:120]) for name in ("wijk", "soort", "thema"))
        words = clean_line(query.get("q", "")[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
        return cls(words, wijk, soort if soort in KIND_WORDS else "", thema)

    @property
    def kind(self) -> str:
        return KIND_WORDS.get(self.soort, "")

    @property
    def is_plain(self) -> bool:
        """Whether it asks for anything, not for posts of one kind or theme."""
        return not (self.soort or self.thema)

    def url(self, **changes: str) -> str:
        """The address of this question with something changed."""
        other = replace(self, **changes)
        values = {"q": other.words, "wijk": other.wijk, "soort": other.soort, "thema": other.thema}
        return f"{reverse('search:results')}?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True)
class Facet:
    """How many of the found posts are of one kind, theme and neighbourhood."""

    kind: str
    theme: tuple[str, str]
    wijk: tuple[str, str]
    number: int

    def fits(self, question: Question) -> bool:
        kind, theme, wijk = question.kind, question.thema, question.wijk
        return (
            (not kind or self.kind == kind)
            and (not theme or self.theme[0] == theme)
            and (not wijk or self.wijk[0] == wijk)
        )


def gather(question: Question) -> dict[str, Any]:
    """Everything the results page shows: at most seven queries."""
    browsing = not question.words and bool(question.thema or question.soort or question.wijk)
    found = Post.objects.visible().in_search() if browsing else find(question.words)
    facets = counted(found) if browsing or query_words(question.words) else []
    posts = narrowed(found, question)
    number = sum(facet.number for facet in facets if facet.fits(question))
    others = elsewhere(question) if len(question.words) >= SHORTEST_NAME and question.is_plain else {}
    return {
        "question": question,
        "everything": Question(question.words).url(),
        "asked": bool(question.words) or browsing,
        "subjects": [] if question.words or browsing else Theme.objects.in_use(),
        "cards": cards(posts.newest().for_cards()[:MOST_POSTS], with_place=True) if number else [],
        "number": number,
        "too_many": number > MOST_POSTS,
        "kinds": kind_chips(question, facets),
        "themes": chips(question, facets, "thema", "theme"),
        "wijken": chips(question, facets, "wijk", "wijk"),
        "nothing": not number and not any(others.values()),
        **others,
    }


def narrowed(found: Any, question: Question) -> Any:
    """The found posts of the chosen kind, theme and neighbourhood."""
    chosen = {"kind": question.kind, "theme__slug": question.thema, "neighbourhood__slug": question.wijk}
    return found.filter(**{name: value for name, value in chosen.items() if value})


def counted(found: Any) -> list[Facet]:
    """All counts for all chips from one query."""
    named = ("kind", "theme__slug", "theme__name", "theme__name_en", "neighbourhood__slug", "neighbourhood__name")
    english = get_language() == "en"
    return [
        Facet(kind, (theme, name_en if english and name_en else name), (wijk, wijk_name), number)
        for kind, theme, name, name_en, wijk, wijk_name, number in found.order_by()
        .values_list(*named)
        .annotate(number=Count("pk"))
    ]


def kind_chips(question: Question, facets: list[Facet]) -> list[dict[str, Any]]:
    """All, requests, offers, activities: each with what it would give."""
    offers = pgettext("filter", "Aanbod")
    labels = {"": _("Alles"), "vraag": _("Vragen"), "aanbod": offers, "activiteit": _("Activiteiten")}
    made = []
    for soort, label in labels.items():
        number = sum(facet.number for facet in facets if facet.fits(replace(question, soort=soort)))
        if number or not soort or soort == question.soort:
            current = question.soort == soort
            made.append({"label": label, "url": question.url(soort=soort), "count": number, "current": current})
    return made


def chips(question: Question, facets: list[Facet], name: str, attribute: str) -> list[dict[str, Any]]:
    """The themes or neighbourhoods with most found in them; the chosen one takes itself off again."""
    chosen = getattr(question, name)
    numbers: Counter[tuple[str, str]] = Counter()
    for facet in facets:
        if facet.fits(replace(question, **{name: ""})):
            numbers[getattr(facet, attribute)] += facet.number
    ranked = sorted(numbers, key=lambda key: (key[0] != chosen, -numbers[key], key[1]))
    if len(ranked) < 2 and not chosen:
        return []
    return [
        {
            "label": label,
            "url": question.url(**{name: "" if slug == chosen else slug}),
            "count": numbers[slug, label],
            "current": slug == chosen,
        }
        for slug, label in ranked[:MOST_CHIPS]
    ]


def elsewhere(question: Question) -> dict[str, Any]:
    """Organisations, neighbourhoods and news with these words."""
    words = question.words
    organisations = Organisation.objects.visible().filter(Q(name__icontains=words) | Q(summary__icontains=words))
    news = NewsPage.objects.public().filter(Q(title__icontains=words) | Q(summary__icontains=words))
    if question.wijk:
        organisations = organisations.filter(neighbourhoods__slug=question.wijk)
        news = news.filter(url_path__contains=f"/wijk/{question.wijk}/")
    places = Neighbourhood.objects.on().filter(Q(name__icontains=words) | Q(municipality__name__iexact=words))
    found = {
        "organisations": organisations.only("name", "slug", "summary").order_by("name"),
        "news": news,
        "places": places.none() if question.wijk else places.defer("outline").order_by("name"),
    }
    return {name: [published(row) for row in rows[:MOST_OTHERS]] for name, rows in found.items()}
