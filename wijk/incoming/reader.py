"""Reads one mail as it came over the wire. Knows no site and no database: it runs in a process of its own."""

import email
import email.policy
import email.utils
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


def read(raw: bytes) -> Read:
    """The mail of these bytes; raises Unreadable."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    addresses = email.utils.getaddresses(mail.get_all("From", []))
    return Read(
        author=addresses[0][1] if len(addresses) == 1 else "",
        message_id=str(mail.get("Message-ID", "")).strip(),
        subject=str(mail.get("Subject", "")),
        words=body.get_content() if body else "",
        verdicts=[str(value) for value in mail.get_all("Authentication-Results", [])],
    )
