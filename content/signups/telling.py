"""What runs by the clock: telling of changes, giving places that came free, reminding, forgetting."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.signals import account_closing
from content.posts.models import Post
from content.signups import emails, seats
from content.signups.actions import locked
from content.signups.models import SignUp
from neighbourhoods.places.models import Neighbourhood
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
    ahead = Post.objects.filter(starts_at__gt=clock.now(), pk__in=SignUp.objects.active().values("post"))
    return list(ahead.select_related("author"))


def follow(post: Post) -> None:
    """Tells each person once of what changed, keeps the end of the activity, and fills places that are free."""
    word, ends_at = emails.word_of(post), post.natural_end(clock.now())
    post.sign_ups.exclude(activity_ends_at=ends_at).update(activity_ends_at=ends_at)
    if word and _untold(post, word).exists():
        while _tell(post.pk):
            pass
    if word not in {"", emails.OFF} and post.sign_ups.filter(state=State.WAITING).exists():
        _move_up(post.pk)


def _untold(post: Post, word: str) -> Any:
    return SignUp.objects.active().present().filter(post=post).exclude(told=word)


@transaction.atomic
def _tell(pk: int) -> int:
    post = locked(pk)
    word = emails.word_of(post)
    told = list(_untold(post, word).with_post().in_order()[:BATCH]) if word else []
    for one in told:
        if word == emails.OFF:
            emails.called_off(one)
        else:
            emails.changed(one)
        # Another day asks for another reminder.
        one.told, one.reminded_at = word, seats.needs_no_reminder(post)
        one.save(update_fields=["told", "reminded_at"])
    if told:
        record("signup.tell", by=None, about=post, neighbourhood=post.neighbourhood, people=len(told))
    return len(told)


@transaction.atomic
def _move_up(pk: int) -> None:
    post = locked(pk)
    moved = seats.give(post)
    if moved:
        record("signup.move_up", by=None, about=post, neighbourhood=post.neighbourhood, people=len(moved))
        Neighbourhood.objects.filter(pk=post.neighbourhood_id).touch()


def remind() -> int:
    """Reminds who has a place, the day before, once; returns how many."""
    now = clock.now()
    soon = Post.objects.visible().filter(starts_at__gt=now, starts_at__lte=now + seats.REMIND_BEFORE)
    due = SignUp.objects.present().filter(state=State.GOING, reminded_at=None, post__in=soon)
    reminded = 0
    for pk in due.in_order().values_list("pk", flat=True)[:BATCH]:
        reminded += _remind(pk)
    return reminded


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
    for pk in [post.pk for post in _to_come() if post.author_id == user.pk]:
        while _tell(pk):
            pass
