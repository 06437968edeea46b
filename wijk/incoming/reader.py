"""Reads one mail as it came over the wire. Knows no site and no database: it runs in a process of its own."""

from wijk.incoming.author import author_of
from wijk.incoming.automatic import why_automatic
from wijk.incoming.body import left_out, text_of
from wijk.incoming.bounce import report_of
from wijk.incoming.decoding import words_of_header
from wijk.incoming.letter import Read, Report, Unreadable
from wijk.incoming.quoting import new_text
from wijk.incoming.structure import Part, take_apart

__all__ = ["Read", "Report", "Unreadable", "read"]

LONGEST_ID = 998
LONGEST_VERDICT = 4_000
MOST_VERDICTS = 50
# Longer than any letter that a door takes, so that it can say so.
LONGEST_WORDS = 100_000


def read(raw: bytes) -> Read:
    """The mail of these bytes; raises Unreadable."""
    mail = take_apart(raw)
    subject = words_of_header(mail.first("subject"))
    return Read(
        author=author_of(mail),
        message_id=mail.first("message-id")[:LONGEST_ID],
        subject=subject,
        words=new_text(text_of(mail))[:LONGEST_WORDS],
        left_out=left_out(mail),
        automatic=why_automatic(mail, subject),
        report=report_of(mail, subject),
        verdicts=_verdicts(mail),
    )


def _verdicts(mail: Part) -> list[str]:
    """All of them or none: a cut list could hide the one that says no."""
    verdicts = mail.all("authentication-results")
    return verdicts if len(verdicts) <= MOST_VERDICTS and max(map(len, verdicts), default=0) <= LONGEST_VERDICT else []
