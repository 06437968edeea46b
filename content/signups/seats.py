"""Who has a place: counted exactly, given in order of arrival, taken from nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from content.posts.models import Post
from content.signups import emails
from content.signups.models import SignUp, is_open
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


def room(post: Post) -> Room:
    """How much room there is."""
    return Room(is_open(post), post.signup_places, free(post))


def free(post: Post) -> int | None:
    """How many places nobody has; None where there is no limit."""
    if post.signup_places is None:
        return None
    return max(0, post.signup_places - SignUp.objects.filter(post=post, state=State.GOING).people())


def give(post: Post, newcomer: SignUp | None = None) -> list[SignUp]:
    """Gives free places to who waits, in order, as far as they fit; the caller has locked the post.

    Who came just now is not told of moving up: the mail about signing up says it.
    """
    if post.starts_at is None or post.starts_at <= clock.now():
        return []
    left, seated = free(post), []
    for one in SignUp.objects.present().filter(post=post, state=State.WAITING).with_post().in_order():
        if left is None or one.people <= left:
            left = None if left is None else left - one.people
            _seat(one, post)
            seated.append(one)
            if newcomer is None or one.pk != newcomer.pk:
                emails.moved_up(one)
    return seated


def _seat(one: SignUp, post: Post) -> None:
    one.state, one.reminded_at = State.GOING, needs_no_reminder(post)
    one.save(update_fields=["state", "reminded_at"])


def needs_no_reminder(post: Post) -> datetime | None:
    """Now, so shortly before it begins that the mail of this moment is the reminder; else None."""
    now = clock.now()
    return now if post.starts_at is not None and post.starts_at - now <= REMIND_BEFORE else None


def beyond(post: Post, going: list[SignUp]) -> list[SignUp]:
    """Who came last and is too many, after the organiser lowered the number of places; `going` in order of arrival."""
    over, people = [], 0
    for one in going:
        people += one.people
        if post.signup_places is not None and people > post.signup_places:
            over.append(one)
    return over
