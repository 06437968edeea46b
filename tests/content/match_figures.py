"""Figures of a ranking: nDCG@5, recall@5, MRR, and what would be shown at a threshold."""

import math
import re
from typing import Any

K = 5


def figures(data: dict[str, Any], run: dict[str, Any], *, threshold: float, direction: str = "request") -> dict:
    """`gap` is nDCG@5 over the requests that share no word with their match; pairs that are not listed are no match."""
    one, other = ("request", "offer") if direction == "request" else ("offer", "request")
    good: dict[str, dict[str, int]] = {post["id"]: {} for post in data["posts"] if post["kind"] == one}
    for pair in data["qrels"]:
        if pair["grade"]:
            good[pair[one]][pair[other]] = pair["grade"]
    posts = {post["id"]: post for post in data["posts"]}
    asked = {query: found for query, found in good.items() if found}
    gaps = [query for query in asked if _shares_no_word(posts, query, _best(asked[query]))]
    shown = {query: [found for found, score in run[query][:K] if score >= threshold] for query in good}
    best_known = [query for query in asked if _best(asked[query])]
    return {
        "ndcg": _mean(_ndcg(run[query], asked[query]) for query in asked),
        "recall": _mean(sum(f in asked[query] for f, _ in run[query][:K]) / len(asked[query]) for query in asked),
        "mrr": _mean(_first(run[query], asked[query]) for query in asked),
        "gap": _mean(_ndcg(run[query], asked[query]) for query in gaps),
        "precision": _mean(found in good[query] for query in good for found in shown[query]),
        "coverage": _mean(bool(set(shown[query]) & set(_best(asked[query]))) for query in best_known),
        "quiet": _mean(not shown[query] for query in good if query not in asked),
    }


def _best(found: dict[str, int]) -> list[str]:
    return [post for post, grade in found.items() if grade == 2]


def _shares_no_word(posts: dict[str, Any], query: str, best: list[str]) -> bool:
    return bool(best) and not any(_words(posts[query]) & _words(posts[found]) for found in best)


def _words(post: dict[str, str]) -> set[str]:
    return {word[:6] for word in re.findall(r"\w{4,}", f"{post['title']} {post['body']}".lower())}


def _ndcg(ranked: list, good: dict[str, int]) -> float:
    gains = [good.get(found, 0) for found, _ in ranked[:K]]
    return _dcg(gains) / _dcg(sorted(good.values(), reverse=True)[:K])


def _dcg(gains: list[int]) -> float:
    return sum((2**gain - 1) / math.log2(place + 2) for place, gain in enumerate(gains))


def _first(ranked: list, good: dict[str, int]) -> float:
    return next((1 / (place + 1) for place, (found, _) in enumerate(ranked) if found in good), 0.0)


def _mean(values: Any) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0
