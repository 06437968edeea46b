"""The terms of posts, run by the clock: what is past its time ends, and its author is reminded before (C-1)."""

from datetime import timedelta

from django.db import transaction

from accounts.audit.models import record
from content.posts import emails
from content.posts.models import REOPENABLE, Post
from content.posts.placements import touch
from wijk import clock

BATCH = 200


def expire_due() -> int:
    """Run by the clock: ends what is past its time, reminds authors 7 and 1 days before; returns how many ended."""
    ended = 0
    for post in Post.objects.past_end().select_related("author", "neighbourhood")[:BATCH]:
        ended += _expire(post)
    for days, sent in ((1, 1), (7, 0)):
        due = Post.objects.to_remind(before=timedelta(days=days), sent=sent)
        for post in due.select_related("author", "neighbourhood")[:BATCH]:
            _remind(post, days, sent)
    return ended


@transaction.atomic
def _expire(post: Post) -> int:
    again = Post.objects.past_end().filter(pk=post.pk)
    done = again.update(status=Post.Status.EXPIRED, reopen_until=clock.now() + REOPENABLE)
    if done:
        record("post.expire", by=None, about=post, neighbourhood=post.neighbourhood)
        touch(post)
        if post.kind != Post.Kind.ACTIVITY:
            emails.expired(post)
    return done


@transaction.atomic
def _remind(post: Post, days: int, sent: int) -> None:
    again = Post.objects.to_remind(before=timedelta(days=days), sent=sent).filter(pk=post.pk)
    if again.update(reminders=sent + 1):
        record("post.remind", by=None, about=post, neighbourhood=post.neighbourhood, days=days)
        emails.expiring(post, days)
