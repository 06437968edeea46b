"""Neighbourhoods where work waits for nobody, and the daily word to the operators about them.

It is here because it counts posts; whom it tells is decided below, with the managers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit.models import record
from accounts.users.models import takes_part
from content.moderation.authors import Appeal
from content.moderation.models import Report
from content.posts.models import Post
from neighbourhoods.managers import emails
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.mail.models import OutgoingMail

LATE, TOO_LATE = timedelta(hours=24), timedelta(hours=48)
ABSENT = timedelta(days=14)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong, in words of the reader's language."""

    code: str
    number: int = 0

    def __str__(self) -> str:
        return REASONS[self.code](self.number) % {"number": self.number}


REASONS: dict[str, Callable[[int], str]] = {
    "unmanaged": lambda _number: _("Er is geen wijkbeheerder die nu kan werken."),
    "absent": lambda number: ngettext(
        "Er wacht iets, en de wijkbeheerder was al %(number)d dag niet in het beheer.",
        "Er wacht iets, en de wijkbeheerder was al %(number)d dagen niet in het beheer.",
        number,
    ),
    "late": lambda number: ngettext(
        "%(number)d bericht, melding of bezwaar wacht langer dan 24 uur.",
        "%(number)d berichten, meldingen of bezwaren wachten langer dan 24 uur.",
        number,
    ),
    "too_late": lambda number: ngettext(
        "%(number)d daarvan wacht langer dan 48 uur.", "%(number)d daarvan wachten langer dan 48 uur.", number
    ),
}


@dataclass
class Work:
    """What waits in one neighbourhood, and who was there last."""

    waiting: int = 0
    late: int = 0
    too_late: int = 0
    oldest: datetime | None = None
    managed: bool = False
    seen_on: date | None = None

    def add(self, row: dict[str, Any]) -> None:
        self.waiting += row["waiting"]
        self.late += row["late"]
        self.too_late += row["too_late"]
        self.oldest = min(row["oldest"], self.oldest or row["oldest"])

    def reasons(self) -> Iterator[Reason]:
        """What is wrong here, the gravest first."""
        days = (clock.today() - self.seen_on).days if self.seen_on else 0
        if not self.managed:
            yield Reason("unmanaged")
        elif self.waiting and days >= ABSENT.days:
            yield Reason("absent", days)
        if self.late:
            yield Reason("late", self.late)
        if self.too_late:
            yield Reason("too_late", self.too_late)


@dataclass
class Unattended:
    """A neighbourhood that takes part and needs an operator."""

    neighbourhood: Neighbourhood
    work: Work
    reasons: list[Reason] = field(default_factory=list)


def unattended() -> list[Unattended]:
    """The neighbourhoods that take part and where nobody works, or too slowly; in a fixed number of queries."""
    places = {place.pk: place for place in Neighbourhood.objects.on().defer("outline").order_by("name")}
    work = {pk: Work() for pk in places}
    for pk, seen_on in _presence():
        if pk in work:
            work[pk].managed = True
            work[pk].seen_on = max(seen_on, work[pk].seen_on or seen_on)
    for row in _waiting():
        if row["place"] in work:
            work[row["place"]].add(row)
    found = [Unattended(places[pk], one, list(one.reasons())) for pk, one in work.items()]
    # Where most waits too long comes first; what was by name stays by name.
    return sorted((one for one in found if one.reasons), key=lambda one: (-one.work.too_late, -one.work.late))


@transaction.atomic
def look_after() -> int:
    """Tells the operators once a day, in one mail, of all such neighbourhoods; returns of how many."""
    lately = OutgoingMail.objects.filter(kind=emails.NOT_LOOKED_AFTER.name, created_at__gt=clock.now() - A_DAY)
    found = [] if lately.exists() else unattended()
    if not found or not emails.not_looked_after(found):
        return 0
    record("neighbourhood.waits", by=None, places=len(found))
    return len(found)


def _presence() -> Iterator[tuple[int, date]]:
    """For who can work now: the neighbourhood, and the day they were last there, or logged in, or began."""
    rows = (
        Appointment.objects.able().distinct().values_list("neighbourhood", "seen_on", "starts_on", "user__last_login")
    )
    for place, seen_on, starts_on, last_login in rows:
        logged_in = timezone.localdate(last_login) if last_login else starts_on
        yield place, seen_on or max(starts_on, logged_in)


def _waiting() -> Iterator[dict[str, Any]]:
    """How many posts, reports and appeals wait where, and since when.

    An appeal may wait for an operator: nobody answers one against their own decision.
    """
    posts = Post.objects.waiting().order_by().filter(submitted_at__isnull=False)
    yield from _counted(posts.values("neighbourhood"), "neighbourhood", "submitted_at")
    reports = Report.objects.filter(takes_part("post__author"), closed_at=None)
    yield from _counted(reports.values("post__neighbourhood"), "post__neighbourhood", "made_at")
    of_pages = Report.objects.filter(organisation__neighbourhoods__isnull=False, closed_at=None)
    yield from _counted(of_pages.values("organisation__neighbourhoods"), "organisation__neighbourhoods", "made_at")
    appeals = Appeal.objects.filter(takes_part("decision__post__author"), answered_at=None).order_by()
    yield from _counted(appeals.values("decision__post__neighbourhood"), "decision__post__neighbourhood", "made_at")


def _counted(groups: Any, place: str, since: str) -> Iterator[dict[str, Any]]:
    now = clock.now()
    rows = groups.annotate(
        waiting=Count("pk"),
        late=Count("pk", filter=Q(**{f"{since}__lt": now - LATE})),
        too_late=Count("pk", filter=Q(**{f"{since}__lt": now - TOO_LATE})),
        oldest=Min(since),
    )
    for row in rows:
        yield {**row, "place": row[place]}
