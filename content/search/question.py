"""A visitor's question: the words, and what narrows them, as an address holds it."""

from dataclasses import dataclass, fields, replace
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from content.posts.models import KIND_WORDS, Post
from content.posts.placements import Placement
from content.posts.when import TIMES, span
from content.search.words import LONGEST_QUERY
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import clean_line

NEAR, MUNICIPALITY = "rondom", "gemeente"
# How wide is looked around a neighbourhood: not at all, around it, or its municipality.
WIDTHS = ("", NEAR, MUNICIPALITY)
POSTS, ORGANISATIONS, NEWS = "berichten", "organisaties", "nieuws"
CHOICES = {
    "soort": KIND_WORDS,
    "waar": (NEAR, MUNICIPALITY),
    "wanneer": TIMES,
    "wat": (POSTS, ORGANISATIONS, NEWS),
}
LONGEST_CHOICE = 120


@dataclass(frozen=True)
class Question:
    """What somebody looks for: ?q=&wijk=&waar=&soort=&thema=&wanneer=&wat=, each empty when it says nothing.

    `na` is the place after which the answers begin.
    """

    q: str = ""
    wijk: str = ""
    waar: str = ""
    soort: str = ""
    thema: str = ""
    wanneer: str = ""
    wat: str = ""
    na: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        given = {each.name: clean_line(query.get(each.name, "")[:LONGEST_CHOICE]) for each in fields(cls)}
        given["q"] = clean_line(query.get("q", "")[: LONGEST_QUERY * 4])[:LONGEST_QUERY]
        unknown = [name for name, known in CHOICES.items() if given[name] not in known]
        return cls(**{**given, **dict.fromkeys(unknown, "")})

    @property
    def kind(self) -> str:
        return KIND_WORDS.get(self.soort, "")

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for less than everything with its words."""
        return self != Question(self.q)

    @property
    def is_plain(self) -> bool:
        """Whether it asks for anything, not for posts of one kind, theme or time."""
        return not (self.soort or self.thema or self.wanneer)

    def url(self, **changes: str) -> str:
        """The address of this question with something changed; answers begin at the top again."""
        other = replace(self, **{"na": "", **changes})
        values = {each.name: getattr(other, each.name) for each in fields(other)}
        return f"{reverse('search:results')}?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True)
class Area:
    """Where is looked: everywhere, in one neighbourhood, around it, or in its whole municipality."""

    question: Question
    here: Neighbourhood | None = None
    near: frozenset[int] = frozenset()

    @classmethod
    def of(cls, question: Question) -> Self:
        if not question.wijk:
            return cls(question)
        around = Q(slug=question.wijk) | Q(neighbours__slug=question.wijk, neighbours__is_on=True)
        places = Neighbourhood.objects.on().filter(around).select_related("municipality").defer("outline").distinct()
        found = {place.slug: place for place in places}
        return cls(question, found.get(question.wijk), frozenset(place.pk for place in found.values()))

    def holds(self, where: tuple[bool, ...], waar: str | None = None) -> bool:
        """Whether posts are in it that stand in these of WIDTHS, or in what it would be with another `waar`."""
        if not self.question.wijk:
            return True
        return self.here is not None and where[WIDTHS.index(self.question.waar if waar is None else waar)]

    def chosen(self, column: str = "neighbourhood", waar: str | None = None) -> Q:
        """The condition for what is in it, by the column that names the neighbourhood."""
        waar = self.question.waar if waar is None else waar
        if not self.question.wijk:
            return Q()
        if self.here is None:
            return Q(pk__in=[])
        if waar == MUNICIPALITY:
            return Q(**{f"{column}__municipality": self.here.municipality_id})
        return Q(**{f"{column}__in": self.near if waar == NEAR else [self.here.pk]})

    def posts(self, waar: str | None = None) -> Q:
        """The condition for posts that stand in it: at home there, or let in by its manager."""
        return _standing(self.chosen(waar=waar)) if self.question.wijk else Q()

    def widest(self) -> Q:
        """The condition for posts that the choices about the place count."""
        if self.here is None:
            return self.chosen()
        return _standing(self.chosen(waar=MUNICIPALITY) | self.chosen(waar=NEAR))


def _standing(place: Q) -> Q:
    """At home in such a place or let in there; PostQuerySet.in_neighbourhood() is for what only the place chooses."""
    return place | Q(pk__in=Placement.objects.approved().filter(place).values("post"))


def during(wanneer: str) -> Q:
    """Activities that are on in what is left of that time."""
    first, after = span(wanneer)
    begin = max(clock.now(), first)
    on = Q(ends_at__gte=begin) | Q(ends_at=None, starts_at__gte=begin)
    return Q(on, kind=Post.Kind.ACTIVITY, starts_at__lt=after)
