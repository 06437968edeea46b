"""How many of the found posts are of each kind, theme, time and place, as links that narrow the question."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, When
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from content.posts.models import Post
from content.search.question import (
    MONTH,
    MUNICIPALITY,
    NEAR,
    NEWS,
    ORGANISATIONS,
    POSTS,
    WEEK,
    WEEKEND,
    Area,
    Question,
    during,
)

MOST_CHIPS = 8
TIMES = (WEEK, WEEKEND, MONTH)

Chip = dict[str, Any]


@dataclass(frozen=True)
class Facet:
    """How many of the found posts are of one kind, theme and place and on at the same times; `full` hold every word."""

    kind: str
    theme: tuple[str, str]
    place: tuple[str, str]
    neighbourhood: int
    municipality: int
    times: tuple[bool, ...]
    number: int
    full: int

    def fits(self, question: Question, area: Area, waar: str | None = None) -> bool:
        kind, theme, when = question.kind, question.thema, question.wanneer
        return (
            (self.kind == kind if kind else self.kind != Post.Kind.SHOP)
            and (not theme or self.theme[0] == theme)
            and (not when or self.times[TIMES.index(when)])
            and area.holds(self.neighbourhood, self.municipality, waar)
        )


def counted(found: Any, every: Q | None) -> list[Facet]:
    """All counts for all chips from one query; `every` is the condition of holding every word."""
    named = ("kind", "theme__slug", "theme__name", "theme__name_en", "neighbourhood__slug", "neighbourhood__name")
    on = {name: Case(When(during(name), then=True), default=False, output_field=BooleanField()) for name in TIMES}
    rows = (
        found.order_by()
        .values(*named, "neighbourhood", "neighbourhood__municipality", **on)
        .annotate(number=Count("pk"), full=Count("pk", filter=every) if every else Count("pk"))
        .values_list(*named, "neighbourhood", "neighbourhood__municipality", *TIMES, "number", "full")
    )
    english = get_language() == "en"
    return [
        Facet(
            kind=kind,
            theme=(theme, name_en if english and name_en else name),
            place=(slug, place),
            neighbourhood=pk,
            municipality=municipality,
            times=tuple(times),
            number=number,
            full=full,
        )
        for kind, theme, name, name_en, slug, place, pk, municipality, *times, number, full in rows
    ]


class Chips:
    """The rows of choices above the answers, each with what it would give."""

    def __init__(self, question: Question, area: Area, facets: list[Facet]) -> None:
        self.question, self.area, self.facets = question, area, facets

    def number(self, waar: str | None = None, full: bool = False, **changes: str) -> int:
        """How many posts there would be with something of the question changed."""
        asked = replace(self.question, **changes)
        fitting = (facet for facet in self.facets if facet.fits(asked, self.area, waar))
        return sum(facet.full if full else facet.number for facet in fitting)

    def _chip(self, label: str, name: str, value: str, count: int | None, **changes: str) -> Chip:
        current = getattr(self.question, name) == value
        return {
            "label": label,
            "url": self.question.url(**{name: value}, **changes),
            "count": count,
            "current": current,
        }

    def kinds(self, others: dict[str, int]) -> list[Chip]:
        """All, each kind of post, and organisations and news: whatever was found of it or is chosen."""
        offers = pgettext("filter", "Aanbod")
        posts = {"vraag": _("Vragen"), "aanbod": offers, "activiteit": _("Activiteiten"), "etalage": _("Etalage")}
        beside = {ORGANISATIONS: _("Organisaties"), NEWS: _("Nieuws")}
        made = [self._kind(_("Alles"), self.number(soort="") + sum(others.values()))]
        made += [self._kind(label, self.number(soort=soort), soort=soort) for soort, label in posts.items()]
        made += [self._kind(label, others[wat], wat=wat) for wat, label in beside.items()]
        return [made[0], *(chip for chip in made[1:] if chip["count"] or chip["current"])]

    def _kind(self, label: str, count: int, soort: str = "", wat: str = "") -> Chip:
        current = self.question.soort == soort and self.question.wat.replace(POSTS, "") == wat
        return {"label": label, "url": self.question.url(soort=soort, wat=wat), "count": count, "current": current}

    def times(self) -> list[Chip]:
        """When activities are; nothing where no activity was found."""
        labels = {WEEK: _("Deze week"), WEEKEND: _("Dit weekend"), MONTH: _("Deze maand")}
        made = [self._chip(label, "wanneer", value, self.number(wanneer=value)) for value, label in labels.items()]
        for chip in made:
            if chip["current"]:
                chip["url"] = self.question.url(wanneer="")
        return [chip for chip in made if chip["count"] or chip["current"]]

    def themes(self) -> list[Chip]:
        return self._most("thema", lambda facet: facet.theme)

    def places(self) -> list[Chip]:
        """Own neighbourhood, around it, the municipality; or the neighbourhoods with most where none is chosen."""
        here = self.area.here
        if here is None:
            return self._most("wijk", lambda facet: facet.place)
        labels = {
            "": here.name,
            NEAR: _("En eromheen"),
            MUNICIPALITY: _("Heel %(municipality)s") % {"municipality": here.municipality.name},
        }
        made = [self._chip(label, "waar", value, self.number(waar=value)) for value, label in labels.items()]
        everywhere = {"label": _("Overal"), "url": self.question.url(wijk="", waar=""), "count": None, "current": False}
        return [*made, everywhere]

    def _most(self, name: str, read: Callable[[Facet], tuple[str, str]]) -> list[Chip]:
        """The choices with most found in them; the chosen one takes itself off again."""
        chosen = getattr(self.question, name)
        asked = replace(self.question, **{name: ""})
        numbers: Counter[tuple[str, str]] = Counter()
        for facet in self.facets:
            if facet.fits(asked, self.area):
                numbers[read(facet)] += facet.number
        ranked = sorted(numbers, key=lambda key: (key[0] != chosen, -numbers[key], key[1]))
        if len(ranked) < 2 and not chosen:
            return []
        return [
            self._chip(label, name, slug, numbers[slug, label])
            | ({"url": self.question.url(**{name: ""})} if slug == chosen else {})
            for slug, label in ranked[:MOST_CHIPS]
        ]
