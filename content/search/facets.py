"""How many of the found posts are of each kind, theme, time and place, as links that narrow the question."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from content.posts.models import Post
from content.posts.placements import Placement
from content.posts.when import TIMES, Chip, time_chips
from content.search.question import (
    MUNICIPALITY,
    NEAR,
    NEWS,
    ORGANISATIONS,
    POSTS,
    WIDTHS,
    Area,
    Question,
    during,
)

MOST_CHIPS = 8


@dataclass(frozen=True)
class Facet:
    """How many of the found posts are of one kind, theme and place and on at the same times; `full` hold every word.

    `where` says for each of WIDTHS whether they stand in it.
    """

    kind: str
    theme: tuple[str, str]
    place: tuple[str, str]
    # Not their home: they stand there too, and count for the place alone.
    let_in: bool
    where: tuple[bool, ...]
    times: tuple[bool, ...]
    number: int
    full: int

    def fits(self, question: Question, area: Area, waar: str | None = None) -> bool:
        kind, theme, when = question.kind, question.thema, question.wanneer
        return (
            (self.kind == kind if kind else self.kind != Post.Kind.SHOP)
            and (not theme or self.theme[0] == theme)
            and (not when or self.times[TIMES.index(when)])
            and area.holds(self.where, waar)
        )


def counted(found: Any, every: Q | None, area: Area) -> list[Facet]:
    """All counts for all chips from one query; `every` is the condition of holding every word."""
    rows = _grouped(found, every, area, "neighbourhood")
    if not area.question.wijk:
        # Only where no place is chosen each place has a chip, also for what is at home in another.
        let_in = found.filter(placements__in=Placement.objects.approved().filter(neighbourhood__is_on=True))
        rows = rows.union(_grouped(let_in, every, area, "placements__neighbourhood"), all=True)
    english = get_language() == "en"
    return [
        Facet(
            kind=kind,
            theme=(theme, name_en if english and name_en else name),
            place=(slug, place),
            let_in=bool(let_in),
            where=tuple(bool(one) for one in flags[: len(WIDTHS)]),
            times=tuple(bool(one) for one in flags[len(WIDTHS) :]),
            number=number,
            full=full,
        )
        for kind, theme, name, name_en, slug, place, let_in, *flags, number, full in rows
    ]


def _grouped(found: Any, every: Q | None, area: Area, column: str) -> Any:
    """The rows by the place in this column: kind, theme, place, the flags, and the two numbers."""
    named = ("kind", "theme__slug", "theme__name", "theme__name_en", f"{column}__slug", f"{column}__name")
    flags = {f"in_{waar or 'wijk'}": _flag(area.posts(waar) if area.here else Q()) for waar in WIDTHS}
    flags |= {f"on_{name}": _flag(during(name)) for name in TIMES}
    let_in = Value(column != "neighbourhood", output_field=BooleanField())
    return (
        found.order_by()
        .values(*named, let_in=let_in, **flags)
        .annotate(number=Count("pk"), full=Count("pk", filter=every) if every else Count("pk"))
        .values_list(*named, "let_in", *flags, "number", "full")
    )


def _flag(condition: Q) -> Any:
    """Whether it holds, as a column; without a condition it does."""
    if not condition:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


class Chips:
    """The rows of choices above the answers, each with what it would give."""

    def __init__(self, question: Question, area: Area, facets: list[Facet]) -> None:
        self.question, self.area, self.facets = question, area, facets

    def number(self, waar: str | None = None, full: bool = False, **changes: str) -> int:
        """How many posts there would be with something of the question changed."""
        asked = replace(self.question, **changes)
        fitting = (facet for facet in self.facets if facet.fits(asked, self.area, waar))
        return sum(facet.full if full else facet.number for facet in fitting if not facet.let_in)

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
        return time_chips(
            self.question.wanneer,
            count=lambda when: self.number(wanneer=when),
            url=lambda when: self.question.url(wanneer=when),
        )

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
            if facet.fits(asked, self.area) and (name == "wijk" or not facet.let_in):
                numbers[read(facet)] += facet.number
        ranked = sorted(numbers, key=lambda key: (key[0] != chosen, -numbers[key], key[1]))
        if len(ranked) < 2 and not chosen:
            return []
        return [
            self._chip(label, name, slug, numbers[slug, label])
            | ({"url": self.question.url(**{name: ""})} if slug == chosen else {})
            for slug, label in ranked[:MOST_CHIPS]
        ]
