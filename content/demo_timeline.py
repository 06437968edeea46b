"""The demo's past: acts in the order in which they happened, and between them all that runs by the clock."""

import heapq
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.demo import DOMAIN
from accounts.users.models import User
from content.contact.actions import forget_unconfirmed
from content.matching.actions import match_due
from content.matching.telling import tell_due
from content.moderation.actions import publish_overdue
from content.newsletters.sending import send_due
from content.organisations.models import Organisation
from content.posts.models import Post
from content.posts.terms import expire_due
from content.statistics.days import count_days
from content.themes.models import Theme
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.actions import forget_unconfirmed as forget_subscriptions
from wijk import clock
from wijk.mail.worker import deliver

Say = Callable[[str], None]
Act = Callable[[], object]
TEXTS = Path(__file__).with_name("demo_texts")
BY_CLOCK: tuple[Act, ...] = (
    publish_overdue, expire_due, match_due, tell_due, send_due, forget_unconfirmed, forget_subscriptions, deliver,
    count_days,
)  # fmt: skip
TICK = timedelta(hours=12)
# Before that there is nothing the clock could act on.
BUSY = timedelta(days=70)
RECENT = timedelta(days=2.5)
SEED = 20
MORNING = 8


def texts(name: str) -> list[dict[str, Any]]:
    """One file of the demo's words."""
    rows: list[dict[str, Any]] = json.loads((TEXTS / f"{name}.json").read_text(encoding="utf-8"))
    return rows


@dataclass
class Town:
    """Everybody and everything the acts need, and the acts themselves."""

    people: dict[str, User]
    places: dict[str, Neighbourhood]
    themes: dict[str, Theme]
    homes: dict[int, Neighbourhood]
    now: datetime = field(default_factory=clock.now)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  a made town, no secret
    organisations: dict[str, Organisation] = field(default_factory=dict)
    # By title and by the short name conversations use.
    posts: dict[str, Post] = field(default_factory=dict)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: Any = field(default_factory=count)

    @classmethod
    def of_the_demo(cls) -> "Town":
        """The town as accounts/demo.py and neighbourhoods/demo.py left it."""
        at_home = User.objects.present().filter(email__endswith=f"@{DOMAIN}", residence__isnull=False)
        users = at_home.select_related("residence__neighbourhood")
        return cls(
            people={user.email.partition("@")[0]: user for user in users},
            places={place.slug: place for place in Neighbourhood.objects.on()},
            themes={theme.slug: theme for theme in Theme.objects.all()},
            homes={user.pk: user.residence.neighbourhood for user in users},  # type: ignore[attr-defined]
            organisations={organisation.name: organisation for organisation in Organisation.objects.visible()},
        )

    def ago(self, days: float) -> datetime:
        """So many days back; when that is long enough ago, at an hour at which people are awake."""
        moment = self.now - timedelta(days=days)
        if moment > self.now - RECENT:
            return moment
        day = timezone.localdate(moment)
        return timezone.make_aware(datetime.combine(day, time(self.chance.randint(8, 21), self.chance.randint(0, 59))))

    def hours_later(self, least: float, most: float) -> datetime:
        """Some hours after the act that asks for it, or the morning after; never in the future."""
        moment = timezone.localtime(clock.now() + timedelta(hours=self.chance.uniform(least, most)))
        if moment.hour < MORNING:
            moment = moment.replace(hour=MORNING)
        return min(moment, self.now - timedelta(minutes=5))

    def at(self, moment: datetime, act: Act) -> None:
        """Plans an act; an act may plan others."""
        heapq.heappush(self._acts, (moment, next(self._number), act))

    def live(self, say: Say) -> None:
        """Lives through all acts up to now."""
        done, clock_at = 0, self.now - BUSY
        while self._acts:
            moment, _number, act = heapq.heappop(self._acts)
            while clock_at + TICK < moment:
                clock_at += TICK
                self._tick(clock_at)
            with clock.frozen(moment):
                act()
                deliver()
            done += 1
            if done % 100 == 0:
                say(f"{done} acts of the last months")
        self._tick(self.now)

    def _tick(self, moment: datetime) -> None:
        with clock.frozen(moment):
            for job in BY_CLOCK:
                job()

    def manager_of(self, neighbourhood: Neighbourhood, *, but: User) -> User | None:
        """Somebody who looks after it now, and is not this person."""
        active = Appointment.objects.active().filter(neighbourhood=neighbourhood).exclude(user=but)
        first = active.select_related("user").first()
        return first.user if first else None
