"""Tells people what fits, by the clock: each once per pair, several in one mail, and nobody too often."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit.models import record
from accounts.users.models import User
from content.matching import emails
from content.matching.models import Match, MatchMail
from content.posts.models import Post
from wijk import clock

READERS = 100
# In one mail; what is left comes with the next.
MOST_IN_A_MAIL = 5
# Asked of one offer in a week, so that the same few helpers are not always asked.
MOST_ASKED = 3
WEEK = timedelta(days=7)
# A quarter of an hour less than a day, so that a daily mail does not creep through the day.
BETWEEN = {MatchMail.How.DAILY: timedelta(hours=23, minutes=45), MatchMail.How.WEEKLY: WEEK}


def tell_due() -> int:
    """Run by the clock: mails everybody for whom something new fits and whose turn it is; returns how many."""
    untold = Match.objects.standing()
    asking = untold.filter(asker_told_at=None).values("request__author")
    giving = untold.filter(giver_told_at=None).values("offer__author")
    readers = User.objects.filter(Q(pk__in=asking) | Q(pk__in=giving)).exclude(pk__in=_not_now())
    return sum(_tell(pk) for pk in readers.order_by("pk").values_list("pk", flat=True)[:READERS])


def _not_now() -> Any:
    """Who wants no mail, or had one lately."""
    recent = Q(pk__in=[])
    for how, between in BETWEEN.items():
        recent |= Q(how=how, last_at__gt=clock.now() - between)
    return MatchMail.objects.filter(recent | Q(how=MatchMail.How.NEVER)).values("user")


@transaction.atomic
def _tell(pk: int) -> int:
    """One mail to one member, if it is still their turn now that nobody else is telling them."""
    choice, _made = MatchMail.objects.select_for_update().get_or_create(user_id=pk)
    if not MatchMail.objects.wanting().exclude(user__in=_not_now()).filter(user=pk).exists():
        return 0
    rows = _new_for(pk)
    if not rows:
        return 0
    now = clock.now()
    for match, own, _other in rows:
        told = "asker_told_at" if own.pk == match.request_id else "giver_told_at"
        Match.objects.filter(pk=match.pk).update(**{told: now})
    choice.last_at = now
    choice.save(update_fields=["last_at"])
    emails.tell(rows[0][1].author, rows)
    record("match.tell", by=None, about=choice, number=len(rows))
    return 1


def _new_for(pk: int) -> list[tuple[Match, Post, Post]]:
    """What this member was not told of: each match with their own post and the other one."""
    theirs = Q(request__author=pk, asker_told_at=None) | Q(offer__author=pk, giver_told_at=None)
    found = Match.objects.standing().filter(theirs).select_related("request__author", "offer__author")
    asked = _asked_lately(pk)
    rows: list[tuple[Match, Post, Post]] = []
    for match in found[: 10 * MOST_IN_A_MAIL]:
        asks = match.request.author_id == pk
        if not asks and asked[match.offer_id] >= MOST_ASKED:
            continue
        asked[match.offer_id] += not asks
        rows.append((match, match.request, match.offer) if asks else (match, match.offer, match.request))
    return rows[:MOST_IN_A_MAIL]


def _asked_lately(pk: int) -> Counter[int]:
    """How often each offer of this member was put before them in the last week."""
    told = Match.objects.filter(offer__author=pk, giver_told_at__gt=clock.now() - WEEK)
    return Counter(told.values_list("offer_id", flat=True))
