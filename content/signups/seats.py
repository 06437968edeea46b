"""Who has a place: counted exactly, given in order of arrival, taken from nobody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from content.posts.models import Post
from content.series.models import Turn
from content.signups import emails
from content.signups.models import SignUp, day_of, is_open
from wijk import clock

State = SignUp.State
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True)
class Room:
    """What everybody may know of an activity's places: numbers, never who."""

    open: bool
    places: int | None
    left: int | None

    @property
    def full(self) -> bool:
        return self.left == 0


def room(post: Post, turn: Turn | None) -> Room:
    """How much room there is, one time."""
    return Room(is_open(post, turn), post.signup_places, free(post, day_of(post, turn)))


def rooms(post: Post, turns: list[Turn]) -> list[Room]:
    """How much room there is at each of these times, in one query."""
    if post.signup_places is None:
        return [Room(is_open(post, turn), None, None) for turn in turns]
    going = SignUp.objects.filter(post=post, state=State.GOING).order_by().values_list("day").annotate(Sum("people"))
    taken = dict(going)
    left = [max(0, post.signup_places - (taken.get(day_of(post, turn)) or 0)) for turn in turns]
    return [Room(is_open(post, turn), post.signup_places, free) for turn, free in zip(turns, left, strict=True)]


def free(post: Post, day: date | None) -> int | None:
    """How many places nobody has; None where there is no limit."""
    if post.signup_places is None:
        return None
    return max(0, post.signup_places - SignUp.objects.of(post, day).filter(state=State.GOING).people())


def give(post: Post, day: date | None, newcomer: SignUp | None = None) -> list[SignUp]:
    """Gives free places to who waits, in order, as far as they fit; the caller has locked the post.

    Who came just now is not told of moving up: the mail about signing up says it.
    """
    turn = post.turn_on(day)
    if turn is None or turn.is_off or turn.starts_at <= clock.now():
        return []
    left, seated = free(post, day), []
    for one in SignUp.objects.present().of(post, day).filter(state=State.WAITING).with_post().in_order():
        if left is None or one.people <= left:
            left = None if left is None else left - one.people
            _seat(one, turn)
            seated.append(one)
            if newcomer is None or one.pk != newcomer.pk:
                emails.moved_up(one)
    return seated


def _seat(one: SignUp, turn: Turn) -> None:
    one.state, one.reminded_at = State.GOING, needs_no_reminder(turn)
    one.save(update_fields=["state", "reminded_at"])


def needs_no_reminder(turn: Turn | None) -> datetime | None:
    """Now, so shortly before it begins that the mail of this moment is the reminder; else None."""
    now = clock.now()
    return now if turn is not None and turn.starts_at - now <= REMIND_BEFORE else None


def beyond(post: Post, going: list[SignUp]) -> list[SignUp]:
    """Who came last and is too many, after the organiser lowered the number of places; `going` in order of arrival."""
    over, people = [], 0
    for one in going:
        people += one.people
        if post.signup_places is not None and people > post.signup_places:
            over.append(one)
    return over
