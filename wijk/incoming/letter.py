"""What we take of one mail, and how a mail is refused."""

from dataclasses import dataclass, field


class Unreadable(Exception):
    """A mail that is refused as a whole; its text is a code: "size", "parts", "depth", "time", "memory", "broken"."""


@dataclass(frozen=True)
class Report:
    """What a mail server tells of a mail we sent: that it did not arrive, or that its reader calls it spam."""

    kind: str  # "bounce" or "complaint"
    status: str = ""  # "5.1.1" of a bounce; the first digit says whether it is for good


@dataclass(frozen=True)
class Read:
    """What we take of a mail; nothing else of it goes on."""

    # The one address in From, as it is spelled; empty when there is none or more than one.
    author: str = ""
    message_id: str = ""
    subject: str = ""
    # What the sender wrote anew: text, without the history below it and without the signature.
    words: str = ""
    # How many attachments and pictures are left behind.
    left_out: int = 0
    # Why this is no letter of a person, as a code; empty when it is one (RFC 3834).
    automatic: str = ""
    report: Report | None = None
    # The Authentication-Results headers, the topmost first, each on one line.
    verdicts: list[str] = field(default_factory=list)
