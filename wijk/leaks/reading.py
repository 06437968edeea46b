"""Reads a text for all that it may give away."""

from collections.abc import Callable, Iterator

from django.conf import settings

from wijk.leaks.addresses import emails, houses
from wijk.leaks.kinds import Finding
from wijk.leaks.numbers import bsns, ibans, phones
from wijk.leaks.words import children, private_words

# Longer than any text of ours: what is refused for its length anyway need not be read.
LONGEST = 10_000
# What was found first keeps its place: an account number holds no phone number.
BEFORE_PHONES: tuple[Callable[[str], Iterator[Finding]], ...] = (ibans, emails, bsns)
AFTER_PHONES: tuple[Callable[[str], Iterator[Finding]], ...] = (houses, children, private_words)


def findings(text: str, *, region: str = "") -> list[Finding]:
    """All that this text gives away, in its order.

    `region` is where a phone number without a country belongs; usually the country this site is run from.
    """
    text, region = text[:LONGEST], region or settings.OPERATOR["country"].upper()
    taken: list[Finding] = []
    for found in (
        *(reader(text) for reader in BEFORE_PHONES),
        phones(text, region),
        *(reader(text) for reader in AFTER_PHONES),
    ):
        taken = _merged(taken, list(found))
    return taken


def _merged(taken: list[Finding], found: list[Finding]) -> list[Finding]:
    """Both in the order of the text. Of two in one place the first reader's stays, and of one reader the longest."""
    merged: list[Finding] = []
    old = {id(finding) for finding in taken}
    for finding in sorted([*taken, *found], key=lambda one: (one.start, -one.end)):
        if merged and merged[-1].overlaps(finding):
            if id(finding) not in old:
                continue
            while merged and merged[-1].overlaps(finding):
                merged.pop()
        merged.append(finding)
    return merged
