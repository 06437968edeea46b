"""Bringing matches up to date, and what members say about them."""

import logging
from dataclasses import asdict
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from content.matching.candidates import Found, fitting, signature_of
from content.matching.models import MATCHED_FIELDS, Analysis, Match, MatchMail, Misfit, matchable
from content.matching.scoring import weights
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

log = logging.getLogger("wijk.matching")
BATCH = 50
MOST_KEPT = 20


def note_change(post: Post, update_fields: frozenset[str] | None) -> None:
    """A post that is live and changed is matched anew by the worker; one that is not has no matches."""
    if update_fields is not None and not MATCHED_FIELDS & set(update_fields):
        return
    if post.is_live:
        Analysis.objects.update_or_create(post=post, defaults={"is_due": True})
    elif post.published_at:
        _forget(post)


def _forget(post: Post) -> None:
    Analysis.objects.filter(post=post).delete()
    gone = Match.objects.of(post)
    gone.filter(asker_told_at=None, giver_told_at=None).delete()
    gone.update(score=0)


def match_due() -> int:
    """Run by the clock: matches what was placed or changed; returns how many posts."""
    done = 0
    for pk in Analysis.objects.to_match().values_list("pk", flat=True)[:BATCH]:
        try:
            done += match(pk)
        except Exception as problem:
            # One post in trouble must not keep the others from being matched.
            log.exception("post %s was not matched: %s", pk, type(problem).__name__)
            Analysis.objects.filter(pk=pk).update(is_due=False)
    return done


@transaction.atomic
def match(pk: int) -> int:
    """Reads a post, compares it with what is around, and keeps what fits; 1 when there was such a post."""
    analysis = Analysis.objects.select_for_update().filter(pk=pk).first()
    posts = matchable().select_related("theme", "neighbourhood").defer("neighbourhood__outline")
    post = posts.filter(pk=pk).first()
    if analysis is None:
        return 0
    if post is None:
        analysis.delete()
        return 0
    own = signature_of(post)
    found, nearest = fitting(post, own)
    analysis.keep(own)
    analysis.hub = nearest
    analysis.save()
    if _keep(post, [one for one in found[:MOST_KEPT] if one.fit.score >= weights().maybe]):
        Neighbourhood.objects.filter(pk=post.neighbourhood_id).touch()
    return 1


def _keep(post: Post, found: list[Found]) -> bool:
    """Replaces the matches of a post; those that somebody was told of stay known, so that nobody is told twice."""
    asks = post.kind == Post.Kind.REQUEST
    mine, other = ("request_id", "offer_id") if asks else ("offer_id", "request_id")
    old = Match.objects.of(post).exclude(**{f"{other}__in": [one.post_id for one in found]})
    gone, _ = old.filter(asker_told_at=None, giver_told_at=None).delete()
    old.update(score=0)
    rows = [
        Match(
            **{mine: post.pk, other: one.post_id},
            score=one.fit.score,
            reasons=[asdict(reason) for reason in one.fit.reasons],
        )
        for one in found
    ]
    Match.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["request", "offer"], update_fields=["score", "reasons"]
    )
    return bool(rows or gone)


@transaction.atomic
def call_misfit(*, match: Match, post: Post, by: Any) -> None:
    """The author of `post` says that the other one does not fit; twice is once."""
    _row, made = Misfit.objects.get_or_create(post=post, other=match.other_than(post))
    if made:
        record("match.misfit", by=by, about=post, neighbourhood=post.neighbourhood)
        Neighbourhood.objects.filter(pk=post.neighbourhood_id).touch()


@transaction.atomic
def choose_mail(*, user: Any, how: str, by: Any) -> MatchMail:
    """How often this member hears that something fits; stopping works at once, also for a mail that waits."""
    choice, _made = MatchMail.objects.select_for_update().get_or_create(user=user)
    if choice.how != how:
        choice.how = MatchMail.How(how)
        choice.save(update_fields=["how"])
        record("match.mail", by=by, about=choice, how=str(how), at=clock.now().isoformat())
    return choice
