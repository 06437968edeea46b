"""Holding an issue up while it goes out: by a manager, or by the site itself when too much of it comes back."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from accounts.audit.models import record
from content.newsletters.emails import NEWSLETTER, tell_paused
from content.newsletters.models import Delivery, Newsletter, NewsletterQuerySet
from wijk import clock
from wijk.mail.models import OutgoingMail, OutgoingMailQuerySet
from wijk.personal_data import TERMS

State, Pause, Return, MailState = Newsletter.State, Newsletter.Pause, OutgoingMail.Return, OutgoingMail.State
# One bad address among a handful says nothing; after so many mails a share does.
ENOUGH_SENT = 20
# Large mailbox providers turn against a sender at about these shares.
MOST_BOUNCES, MOST_COMPLAINTS = 0.05, 0.005
# Mail that stands still has this hour until it goes on; nothing else in the outbox is due so late.
HELD_FOR = timedelta(days=3650)
YEAR = TERMS["year"].span or timedelta(days=365)


def waiting_mail(newsletter: Newsletter) -> OutgoingMailQuerySet:
    """What is in the outbox of this issue, in no worker's hands."""
    return OutgoingMail.objects.filter(deliveries__newsletter=newsletter, state=MailState.WAITING)


def under_way() -> NewsletterQuerySet:
    """Issues of which something may still leave by our own mail: being sent, or in the outbox as a whole."""
    waiting = OutgoingMail.objects.unsent().filter(deliveries__newsletter=OuterRef("pk"))
    lately = Q(state=State.SENT, sent_at__gt=clock.now() - NEWSLETTER.lasts)
    return Newsletter.objects.filter(Q(state=State.SENDING, is_held=False) | Q(lately, Exists(waiting)))


@transaction.atomic
def pause(*, newsletter: Newsletter, by: Any, reason: str = Pause.MANAGER) -> bool:
    """Nothing more leaves until somebody lets it go on; what a worker has in hands still goes."""
    if not under_way().filter(pk=newsletter.pk).update(state=State.PAUSED, pause_reason=reason):
        return False
    _hold(newsletter)
    record("newsletter.pause", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood, reason=str(reason))
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def go_on(*, newsletter: Newsletter, by: Any) -> bool:
    """The rest goes after all. Who lets it go on after it stopped by itself has decided that once."""
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.PAUSED)
    looked = newsletter.pause_reason != Pause.MANAGER
    if not rows.update(state=State.SENDING, pause_reason="", went_on=newsletter.went_on or looked):
        return False
    now = clock.now()
    waiting_mail(newsletter).update(due_at=now, expires_at=now + NEWSLETTER.lasts)
    record("newsletter.go_on", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def stop(*, newsletter: Newsletter, by: Any) -> bool:
    """The rest is not sent, and the ledger says so; the issue leaves the site until somebody shows it again."""
    going = under_way().filter(pk=newsletter.pk) | Newsletter.objects.filter(pk=newsletter.pk, state=State.PAUSED)
    if not going.update(state=State.STOPPED, stopped_at=clock.now(), pause_reason="", on_site=False):
        return False
    _call_back(newsletter)
    left = newsletter.deliveries.filter(queued_at=None).count()
    record("newsletter.stop", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood, not_sent=left)
    newsletter.refresh_from_db()
    return True


def look_after() -> int:
    """Pauses what comes back too much, and keeps still what stands still; safe to run at any time."""
    paused = 0
    for newsletter in under_way().filter(went_on=False).select_related("neighbourhood"):
        reason = too_much_came_back(newsletter)
        if reason and pause(newsletter=newsletter, by=None, reason=reason):
            tell_paused(newsletter)
            paused += 1
    for newsletter in Newsletter.objects.filter(state=State.PAUSED):
        _hold(newsletter)
    for newsletter in Newsletter.objects.filter(state=State.STOPPED, stopped_at__gt=clock.now() - clock.MINUTE * 60):
        _call_back(newsletter)
    Delivery.objects.filter(queued_at=None, newsletter__stopped_at__lt=clock.now() - YEAR).delete()
    return paused


def too_much_came_back(newsletter: Newsletter) -> str:
    """Why this issue should stand still: too many addresses that do not work, or readers who called it spam."""
    mails = OutgoingMail.objects.filter(deliveries__newsletter=newsletter)
    # By the index of what came back: nearly always there is nothing, and then nothing is counted.
    back = mails.exclude(returned_at=None).aggregate(
        hard=Count("pk", filter=Q(returned=Return.HARD)), spam=Count("pk", filter=Q(returned=Return.COMPLAINT))
    )
    if not back["hard"] and not back["spam"]:
        return ""
    tried = mails.filter(state__in=[MailState.SENT, MailState.FAILED]).count()
    if tried < ENOUGH_SENT:
        return ""
    if back["spam"] > MOST_COMPLAINTS * tried:
        return Pause.COMPLAINTS
    return Pause.BOUNCES if back["hard"] > MOST_BOUNCES * tried else ""


def _hold(newsletter: Newsletter) -> None:
    # It stays in the outbox, so that it leaves under the same Message-ID if it was tried before.
    held = clock.now() + HELD_FOR
    waiting_mail(newsletter).filter(due_at__lt=held - HELD_FOR / 2).update(due_at=held, expires_at=held)


def _call_back(newsletter: Newsletter) -> None:
    numbers = list(waiting_mail(newsletter).select_for_update(of=("self",)).values_list("pk", flat=True))
    OutgoingMail.objects.filter(pk__in=numbers, state=MailState.WAITING).cancel()
    Delivery.objects.filter(newsletter=newsletter, mail__state=MailState.CANCELLED).update(queued_at=None)
