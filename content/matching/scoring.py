"""How well an offer fits a request: a weighted sum of what both share, and the largest terms of it as reasons.

Pure functions over signatures, the same in both directions: who asks and who gives see one number.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.matching.signature import NO_THEME, Signature

# BM25's own constants, and where the sums of words and concepts reach half of their weight.
SATURATION, BY_LENGTH = 1.2, 0.5
HALF_OF_WORDS, HALF_OF_CONCEPTS = 8, 4
# Unseen posts are added, to this many at least, so that the words of ten neighbours do not look common.
UNSEEN, SETTLED = 150, 375
NEAREST = 10
USUAL = 0.12
SPELLING_SCALE, SPELLING_LIMIT = 0.1, 3
MOST_WORDS_NAMED = 3


@dataclass(frozen=True)
class Weights:
    """The numbers of weights.json: fitted by a script on invented posts, never on what people do."""

    bias: float
    word: float
    concept: float
    hint: float
    same_theme: float
    other_theme: float
    spelling: float
    good: float
    maybe: float


@cache
def weights() -> Weights:
    """The weights the product uses."""
    return Weights(**json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Reason:
    """One term of the sum: `concept`, `words`, `theme` or `spelling`, with what both share."""

    code: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """How well two posts go together, between 0 and 1, and why: the largest reason first."""

    score: float
    reasons: tuple[Reason, ...] = ()


class Pool:
    """How common words and concepts are among these posts: what many share says little."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        posts = list(signatures)
        self.size = len(posts)
        self.words = Counter(word for post in posts for word in post.words)
        self.concepts = Counter(concept for post in posts for concept in post.concepts)
        self.length = sum(post.length for post in posts) / max(1, self.size) or 1

    def rarity(self, count: int) -> float:
        """What sharing something is worth that so many posts have."""
        size = max(self.size + UNSEEN, SETTLED)
        return math.log(1 + (size - count + 0.5) / (count + 0.5))


def likeness(one: Signature, other: Signature) -> float:
    """How much the spelling of two texts is alike, as the cosine of their pieces."""
    if not one.spelling or not other.spelling:
        return 0.0
    common = (one.spelling & other.spelling).bit_count()
    return common / math.sqrt(one.spelling.bit_count() * other.spelling.bit_count())


def hub(likenesses: Iterable[float]) -> float:
    """How much a post is like its nearest ones: what is near to all is near to none."""
    nearest = sorted(likenesses, reverse=True)[:NEAREST]
    # With few posts around the nearest are not near; what is missing counts as usual.
    nearest += [USUAL] * (NEAREST - len(nearest))
    return sum(nearest) / NEAREST


def fit(request: Signature, offer: Signature, pool: Pool, *, spelling: float) -> Fit:
    """The fit of a request and an offer; `spelling` is how much more they are alike than others."""
    by = weights()
    words = _shared_words(request, offer, pool)
    concepts = {name: pool.rarity(pool.concepts[name]) for name in request.concepts & offer.concepts}
    hinted = (request.concepts & offer.hints) | (request.hints & offer.concepts)
    themed = NO_THEME.isdisjoint({request.theme, offer.theme})
    terms = {
        "concept": by.concept * _bounded(sum(concepts.values()), HALF_OF_CONCEPTS),
        "hint": by.hint * _bounded(sum(pool.rarity(pool.concepts[name]) for name in hinted), HALF_OF_CONCEPTS),
        "words": by.word * _bounded(sum(words.values()), HALF_OF_WORDS),
        "theme": by.same_theme * (themed and request.theme == offer.theme),
        "spelling": by.spelling * max(-SPELLING_LIMIT, min(SPELLING_LIMIT, spelling / SPELLING_SCALE)),
    }
    total = by.bias + sum(terms.values()) + by.other_theme * (themed and request.theme != offer.theme)
    score = 1 / (1 + math.exp(-total))
    named = {
        "concept": tuple(sorted(concepts, key=lambda name: -concepts[name])),
        "hint": tuple(sorted(hinted)),
        "words": tuple(request.written[word] for word in _largest(words)),
    }
    reasons = tuple(
        Reason(code, named.get(code, ())) for code in sorted(terms, key=lambda code: -terms[code]) if terms[code] > 0
    )
    # What only looks alike is never called a good match.
    return Fit(score if words or concepts or hinted else min(score, by.good - 0.01), reasons)


def _shared_words(request: Signature, offer: Signature, pool: Pool) -> dict[str, float]:
    norm = SATURATION * (1 - BY_LENGTH + BY_LENGTH * offer.length / pool.length)
    return {
        word: pool.rarity(pool.words[word]) * count * (SATURATION + 1) / (count + norm)
        for word in request.words
        if (count := offer.words.get(word))
    }


def _largest(words: dict[str, float]) -> list[str]:
    return sorted(words, key=lambda word: -words[word])[:MOST_WORDS_NAMED]


def _bounded(total: float, half: int) -> float:
    return total / (total + half)


def rank(
    requests: dict[str, Signature],
    offers: dict[str, Signature],
    *,
    allowed: Callable[[str, str], bool] = lambda request, offer: True,
) -> dict[tuple[str, str], Fit]:
    """The fit of every request with every offer of a set of posts."""
    pool = Pool([*requests.values(), *offers.values()])
    alike = {(ask, give): likeness(requests[ask], offers[give]) for ask in requests for give in offers}
    asked = {ask: hub(alike[ask, give] for give in offers) for ask in requests}
    given = {give: hub(alike[ask, give] for ask in requests) for give in offers}
    return {
        (ask, give): fit(requests[ask], offers[give], pool, spelling=2 * near - asked[ask] - given[give])
        for (ask, give), near in alike.items()
        if allowed(ask, give)
    }
