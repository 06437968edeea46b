"""What was reported, decided and objected to in a neighbourhood, per year, for everybody to read.

The figures are added up night by night from what happened since the last time, and kept apart from it: a post that is
erased later does not change them, and they hold nothing about anybody. A year that is over is never counted again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from content.moderation.authors import Appeal
from content.moderation.models import AGAINST, Decision, Notice, Reason, Report
from content.moderation.notices import PageReport
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import public
from wijk.personal_data import Ground, declare
from wijk.published import FEWEST

YEARS_SHOWN = 6
HOUR = timedelta(hours=1)
# Up to how many hours something waited for a manager; the last is for all that waited longer.
STEPS = (4, 12, 24, 48, 96, 168, 336)
LONGER = "longer"
DAYS_FROM = 48


class OversightYear(models.Model):
    """Up to which moment of a year everything was counted."""

    year = models.PositiveSmallIntegerField(unique=True)
    counted_until = models.DateTimeField()


class OversightCount(models.Model):
    """How often something happened in a neighbourhood in a year."""

    class Topic(models.TextChoices):
        REPORT = "report", gettext_lazy("melding")
        ACT = "act", gettext_lazy("besluit")
        REASON = "reason", gettext_lazy("reden")
        APPEAL = "appeal", gettext_lazy("bezwaar")
        WAIT = "wait", gettext_lazy("wachttijd")

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="oversight")
    year = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=8, choices=Topic.choices)
    code = models.CharField(max_length=16)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "year", "topic", "code"], name="oversight_count_once")
        ]


Topic = OversightCount.Topic
Found = tuple[int, str, str]

declare(
    OversightYear, purpose="moderation", ground=Ground.LEGITIMATE, retention="site", technical="id year counted_until"
)
declare(
    OversightCount,
    purpose="moderation",
    ground=Ground.LEGITIMATE,
    retention="site",
    technical="id",
    public="neighbourhood year topic code number",
    holds="codes and numbers of whole neighbourhoods",
)


# Counting ------------------------------------------------------------------------------------------------------------


def count_nights() -> int:
    """Run by the clock: adds what happened up to last midnight; returns how many things that were."""
    # A transaction that began before midnight is over an hour later.
    today = timezone.localdate(clock.now() - HOUR)
    last_year = OversightYear.objects.filter(year=today.year - 1).first()
    added = _add_up(last_year.year, clock.midnight(date(today.year, 1, 1))) if last_year else 0
    return added + _add_up(today.year, clock.midnight(today))


@transaction.atomic
def _add_up(year: int, until: datetime) -> int:
    """Adds what lies between the last moment and this one; where nothing does, nothing changes."""
    OversightYear.objects.get_or_create(year=year, defaults={"counted_until": clock.midnight(date(year, 1, 1))})
    row = OversightYear.objects.select_for_update().get(year=year)
    if row.counted_until >= until:
        return 0
    counts = Counter(_happened(row.counted_until, until))
    for (neighbourhood, topic, code), number in counts.items():
        kept, _made = OversightCount.objects.get_or_create(
            neighbourhood_id=neighbourhood, year=year, topic=topic, code=code
        )
        OversightCount.objects.filter(pk=kept.pk).update(number=F("number") + number)
    row.counted_until = until
    row.save(update_fields=["counted_until"])
    Neighbourhood.objects.filter(pk__in={found[0] for found in counts}).touch()
    return sum(counts.values())


def _reported(within: Callable[[QuerySet[Any]], QuerySet[Any]]) -> Iterator[Found]:
    posts = within(Report.objects.filter(post__isnull=False))
    for place, why in posts.values_list("post__neighbourhood", "why"):
        yield place, Topic.REPORT, why
    for kind in (Report, PageReport):
        pages = within(kind._default_manager.filter(organisation__isnull=False))
        for place, why in pages.values_list("organisation__neighbourhoods", "why"):
            if place:
                yield place, Topic.REPORT, why


def _happened(since: datetime, until: datetime) -> Iterator[Found]:
    """Everything in that time, as its neighbourhood, topic and code."""

    def within(rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        return rows.filter(**{f"{moment}__gte": since, f"{moment}__lt": until}).order_by()

    yield from _reported(lambda rows: within(rows, "made_at"))
    decided = within(Decision.objects.all(), "decided_at").exclude(decided_by=F("post__author"))
    for place, act, reason, submitted, at in decided.values_list(
        "post__neighbourhood", "act", "reason", "post__submitted_at", "decided_at"
    ):
        yield from _decided(place, act, reason, at - submitted if submitted else None)
    for place in within(Appeal.objects.all(), "made_at").values_list("decision__post__neighbourhood", flat=True):
        yield place, Topic.APPEAL, "made"
    answered = within(Appeal.objects.all(), "answered_at")
    for place, outcome in answered.values_list("decision__post__neighbourhood", "outcome"):
        yield place, Topic.APPEAL, outcome


def _decided(place: int, act: str, reason: str, waited: timedelta | None) -> Iterator[Found]:
    yield place, Topic.ACT, act
    if act in AGAINST and reason:
        yield place, Topic.REASON, reason
    # How long a first look takes; what was live already did not wait.
    if waited is not None and act in {Decision.Act.APPROVE, Decision.Act.REFUSE, Decision.Act.CLOCK}:
        yield place, Topic.WAIT, _step(waited)


def _step(waited: timedelta) -> str:
    return next((str(step) for step in STEPS if waited <= step * HOUR), LONGER)


# The page ------------------------------------------------------------------------------------------------------------

APPEAL_WORDS = {
    "made": gettext_lazy("bezwaar gemaakt"),
    Appeal.Outcome.UPHELD: Appeal.Outcome.UPHELD.label,
    Appeal.Outcome.UNDONE: Appeal.Outcome.UNDONE.label,
}
TABLES: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    (Topic.REPORT, gettext_lazy("Meldingen"), dict(Notice.Why.choices)),
    (Topic.ACT, gettext_lazy("Besluiten over berichten"), dict(Decision.Act.choices)),
    (Topic.REASON, gettext_lazy("Redenen, als een bericht niet mocht"), dict(Reason.choices)),
    (Topic.APPEAL, gettext_lazy("Bezwaren"), APPEAL_WORDS),
)


@public
@require_safe
def oversight(request: HttpRequest, slug: str) -> HttpResponse:
    """What the managers of a neighbourhood did, in figures, year by year."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on().defer("outline"), slug=slug)
    rows = OversightCount.objects.filter(neighbourhood=neighbourhood)
    numbers = {(row.year, row.topic, row.code): row.number for row in rows}
    years = OversightYear.objects.order_by("-year")[:YEARS_SHOWN]
    context = {"neighbourhood": neighbourhood, "years": [_shown(year, numbers) for year in years], "nav": "wijken"}
    return render(request, "moderation/oversight.html", context)


def _shown(year: OversightYear, numbers: dict[tuple[int, str, str], int]) -> dict[str, Any]:
    """One year as the page shows it: no sums, from which what is too small to show could be worked out."""

    def number(topic: str, code: str) -> int:
        return numbers.get((year.year, topic, code), 0)

    tables = [
        {"title": title, "rows": [(words, shown(number(topic, code))) for code, words in named.items()]}
        for topic, title, named in TABLES
    ]
    waits = {code: number(Topic.WAIT, code) for code in (*map(str, STEPS), LONGER)}
    return {"year": year.year, "until": year.counted_until - HOUR, "tables": tables, "half": half_within(waits)}


def shown(number: int) -> str:
    """A number; none below five, and nought looks like the others, so that nothing can be worked out."""
    return str(number) if number >= FEWEST else _("minder dan 5")


def half_within(waits: dict[str, int]) -> str:
    """Within how long half of what waited was looked at; empty when too few did."""
    total = sum(waits.values())
    if total < FEWEST:
        return ""
    reached = zip(waits, accumulate(waits.values()), strict=True)
    code = next(code for code, so_far in reached if so_far * 2 >= total)
    if code == LONGER:
        return _("meer dan twee weken")
    hours = int(code)
    return _("%d uur") % hours if hours <= DAYS_FROM else _("%d dagen") % (hours // 24)
