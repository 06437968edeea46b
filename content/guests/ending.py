"""Whose last request is over needs no account any more: it closes as if they asked for it, without a copy (K-13)."""

import logging

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.closure.actions import close
from accounts.users.models import User
from content.contact.about import AFTERWARDS
from content.moderation.authors import APPEAL_WITHIN, Appeal
from content.moderation.models import Decision
from content.posts.models import Post
from wijk import clock

log = logging.getLogger("wijk.guests")
MOST = 200
Status = Post.Status
TAKEN_AWAY = (Status.REFUSED, Status.REMOVED)
OVER = (Status.WITHDRAWN, Status.FULFILLED, Status.EXPIRED, *TAKEN_AWAY)


def over() -> QuerySet[User]:
    """Guests with nothing that runs, ended lately, or can still be objected to."""
    posts = Post.objects.filter(author=OuterRef("pk"))
    # As long as people may still write about what ended well.
    lately = Q(expires_at__gt=clock.now() - AFTERWARDS) | Q(changed_at__gt=clock.now() - AFTERWARDS)
    running = posts.filter(~Q(status__in=OVER) | (Q(status__in=OVER) & lately))
    recent = Decision.objects.filter(post__author=OuterRef("pk"), post__status__in=TAKEN_AWAY)
    objectable = recent.filter(decided_at__gt=clock.now() - APPEAL_WITHIN)
    pending = Appeal.objects.filter(decision__post__author=OuterRef("pk"), answered_at=None)
    # Who is frozen asked that nothing changes.
    guests = User.objects.present().filter(is_guest=True, date_joined__lt=clock.now() - AFTERWARDS)
    return guests.filter(~Exists(running), ~Exists(objectable), ~Exists(pending)).order_by("pk")


def close_due() -> int:
    """Run by the clock: closes what is over; returns how many. One in trouble must not hold up the others."""
    closed = 0
    for guest in over()[:MOST]:
        try:
            close(user=guest, by=None, at_once=True)
            closed += 1
        except Exception as problem:
            log.exception("guest %s was not closed: %s", guest.pk, type(problem).__name__)
    return closed
