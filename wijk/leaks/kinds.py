"""The kinds of things a text can give away, and one such thing."""

from dataclasses import dataclass
from enum import StrEnum
from re import Match


class Kind(StrEnum):
    BSN = "bsn"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    HOUSE = "house"
    HEALTH = "health"
    DEBT = "debt"
    CHILD = "child"


@dataclass(frozen=True)
class Finding:
    """A piece of a text: where it stands, how it was written, and what it comes down to."""

    kind: Kind
    start: int
    end: int
    piece: str
    value: str

    def overlaps(self, other: "Finding") -> bool:
        return self.start < other.end and other.start < self.end


def from_match(kind: Kind, found: Match[str], value: str = "") -> Finding:
    """The whole of a match; without a value, its letters and digits are what it comes down to."""
    piece = found.group()
    return Finding(kind, found.start(), found.end(), piece, value or " ".join(piece.casefold().split()))
