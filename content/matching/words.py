"""Matches as plain values for cards, each with its reasons in plain words (C-62)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.requests.standstill import objects_to
from content.matching.candidates import fitting, signature_of
from content.matching.interests import MATCHING
from content.matching.lexicon import shared
from content.matching.models import Match, matchable
from content.matching.scoring import Reason, weights
from content.posts.cards import card
from content.posts.models import Post

MOST_REASONS = 2
SHOWN = 5
SHOWN_TO_VISITORS = 3


def reasons_in_words(reasons: Iterable[Reason]) -> list[str]:
    """The largest reasons; what is private, such as illness or debt, is never printed."""
    said = [words for reason in reasons if (words := _words(reason))]
    return said[:MOST_REASONS] or [_("De teksten lijken op elkaar.")]


def _words(reason: Reason) -> str:
    if reason.code in {"concept", "hint"}:
        concepts = shared().concepts
        open_ones = [name for name in reason.about if name in concepts and not concepts[name].discreet]
        return _("Allebei over: %(what)s.") % {"what": ", ".join(open_ones[:2])} if open_ones else ""
    if reason.code == "words" and reason.about:
        return _("Zelfde woorden: %(words)s.") % {"words": ", ".join(reason.about)}
    if reason.code == "theme":
        return _("Zelfde thema.")
    return ""


def matches_for(post: Post, *, most: int = SHOWN) -> list[dict[str, Any]]:
    """What fits a placed post, the best first, each as a card with why."""
    if not matchable().filter(pk=post.pk).exists():
        return []
    side = "offer" if post.kind == Post.Kind.REQUEST else "request"
    rows = list(Match.objects.of(post).standing()[:most].values_list("pk", f"{side}_id", "reasons"))
    others = Post.objects.for_cards().in_bulk([other for _pk, other, _reasons in rows])
    return [{"number": pk, **_card(post, others[other], [_reason(each) for each in kept])} for pk, other, kept in rows]


def suggestions_for(post: Post) -> list[dict[str, Any]]:
    """What would fit a post that is not placed yet, worked out now and kept nowhere."""
    if not (post.title or post.text) or not post.author.takes_part or objects_to(post.author, MATCHING.code):
        return []
    found, _nearest = fitting(post, signature_of(post))
    good = [one for one in found[:SHOWN] if one.fit.score >= weights().good]
    others = matchable().for_cards().in_bulk([one.post_id for one in good])
    return [_card(post, others[one.post_id], one.fit.reasons) for one in good if one.post_id in others]


def _reason(kept: dict[str, Any]) -> Reason:
    return Reason(kept["code"], tuple(kept["about"]))


def _card(post: Post, other: Post, reasons: Iterable[Reason]) -> dict[str, Any]:
    here = other.neighbourhood_id == post.neighbourhood_id
    why = reasons_in_words(reasons)
    why.append(
        _("In dezelfde wijk.") if here else _("In een wijk ernaast: %(name)s.") % {"name": other.neighbourhood.name}
    )
    return {"post": card(other, with_place=not here), "why": " ".join(why)}
