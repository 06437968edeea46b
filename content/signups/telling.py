"""What runs by the clock: telling of changes, giving places that came free, reminding, forgetting."""

import logging
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.signals import account_closing
from content.posts.models import Post
from content.posts.placements import touch
from content.signups import emails, seats
from content.signups.actions import locked
from content.signups.models import SignUp, SignUpQuerySet
from wijk import clock

log = logging.getLogger("wijk.signups")
BATCH = 100
State = SignUp.State


def look_after() -> None:
    """Brings every activity that people signed up for up to date; what a run does not come to, the next one does."""
    forget_unconfirmed()
    for post in _to_come():
        try:
            follow(post)
        except Exception as problem:
            # One activity in trouble must not keep the others from being told.
            log.exception("sign-ups of post %s were not looked after: %s", post.pk, type(problem).__name__)
    remind()


def forget_unconfirmed() -> int:
    """Erases what nobody confirmed within a day; returns how many."""
    _rows, per_model = SignUp.objects.overdue().delete()
    return per_model.get(SignUp._meta.label, 0)


def _to_come() -> list[Post]:
    """Activities that people signed up for and that did not begin, or were moved after all this began."""
    now, active = clock.now(), SignUp.objects.active()
    waited_for = active.filter(Q(day=None) | Q(activity_ends_at__gt=now)).values("post")
    ahead = Q(starts_at__gt=now) | Q(series_rule__gt="")
    return list(Post.objects.filter(ahead, pk__in=waited_for).select_related("author"))


def _days(post: Post) -> list[date | None]:
    """The times that somebody waits for."""
    rows = SignUp.objects.filter(Q(day=None) | Q(activity_ends_at__gt=clock.now()), post=post)
    return list(rows.order_by("day").values_list("day", flat=True).distinct())


def follow(post: Post) -> None:
    """Tells each person once of what changed, keeps the end of the activity, and fills places that are free."""
    _settle(post.pk)
    for day in _days(post):
        _follow(post, day)


@transaction.atomic
def _settle(pk: int) -> None:
    locked(pk)


def _follow(post: Post, day: date | None) -> None:
    word, turn = emails.word_of(post, day), post.turn_on(day)
    of_day = SignUp.objects.of(post, day)
    if turn is not None:
        of_day.exclude(activity_ends_at=turn.kept_until).update(activity_ends_at=turn.kept_until)
    if word and _untold(post, day, word).exists():
        while _tell(post.pk, day):
            pass
    if word not in {"", emails.OFF} and of_day.filter(state=State.WAITING).exists():
        _move_up(post.pk, day)


def _untold(post: Post, day: date | None, word: str) -> Any:
    return SignUp.objects.active().present().of(post, day).exclude(told=word)


@transaction.atomic
def _tell(pk: int, day: date | None) -> int:
    post = locked(pk)
    word = emails.word_of(post, day)
    told = list(_untold(post, day, word).with_post().in_order()[:BATCH]) if word else []
    for one in told:
        if word == emails.OFF:
            emails.called_off(one)
        else:
            emails.changed(one)
        # Another day asks for another reminder.
        one.told, one.reminded_at = word, seats.needs_no_reminder(post.turn_on(day))
        one.save(update_fields=["told", "reminded_at"])
    if told:
        record("signup.tell", by=None, about=post, neighbourhood=post.neighbourhood, people=len(told))
    return len(told)


@transaction.atomic
def _move_up(pk: int, day: date | None) -> None:
    post = locked(pk)
    moved = seats.give(post, day)
    if moved:
        record("signup.move_up", by=None, about=post, neighbourhood=post.neighbourhood, people=len(moved))
        touch(post)


def remind() -> int:
    """Reminds who has a place, the day before, once; returns how many."""
    now = clock.now()
    soon = Post.objects.visible().filter(starts_at__gt=now, starts_at__lte=now + seats.REMIND_BEFORE)
    unreminded = SignUp.objects.present().filter(state=State.GOING, reminded_at=None)
    due = unreminded.filter(Q(post__in=soon, day=None) | _of_series(unreminded))
    reminded = 0
    for pk in due.in_order().values_list("pk", flat=True)[:BATCH]:
        reminded += _remind(pk)
    return reminded


def _of_series(unreminded: SignUpQuerySet) -> Q:
    """Whose time of a series begins within a day: by the rule, so each time is looked at."""
    now, days = clock.now(), [clock.today(), clock.today() + timedelta(days=1)]
    pairs = unreminded.filter(day__in=days, post__in=Post.objects.visible()).values_list("post", "day").distinct()
    posts = Post.objects.in_bulk([pk for pk, _day in pairs])
    soon = Q(pk__in=[])
    for pk, day in pairs:
        turn = posts[pk].turn_on(day)
        if turn and not turn.is_off and now < turn.starts_at <= now + seats.REMIND_BEFORE:
            soon |= Q(post=pk, day=day)
    return soon


@transaction.atomic
def _remind(pk: int) -> int:
    due = SignUp.objects.filter(pk=pk, state=State.GOING, reminded_at=None)
    if due.update(reminded_at=clock.now()):
        one = SignUp.objects.with_post().get(pk=pk)
        emails.reminder(one)
        record("signup.remind", by=None, about=one, neighbourhood=one.post.neighbourhood)
        return 1
    return 0


@receiver(account_closing)
def call_off(user: Any, **_: Any) -> None:
    """Whose organiser leaves hears at once that it is off, before the activity is erased."""
    for pk, days in [(post.pk, _days(post)) for post in _to_come() if post.author_id == user.pk]:
        for day in days:
            while _tell(pk, day):
                pass
