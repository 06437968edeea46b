"""Whether our own receiving server found that a mail comes from whom it says (RFC 8601, DMARC).

Only a header under the name of that server counts, and only when there is no doubt: a forged one beside the true one
makes two verdicts, and two are none.
"""

import re

from django.conf import settings

from wijk.text import canonical_email

_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_QUOTED = re.compile(r'"[^"]*"')


def is_from(verdicts: list[str], address: str) -> bool:
    """Whether our server says that the domain of this address stands behind the mail."""
    found = [verdict for header in verdicts for verdict in _dmarc_of(header)]
    domain = canonical_email(address).rpartition("@")[2]
    return len(found) == 1 and bool(domain) and found[0] == ("pass", domain)


def _dmarc_of(header: str) -> list[tuple[str, str]]:
    """The DMARC results of one header of our own server, each with the domain it is about."""
    flat = _plain(header)
    name, *results = [piece.strip() for piece in flat.split(";")]
    if not settings.RECEIVING_SERVER or name.split(" ")[0].lower() != settings.RECEIVING_SERVER.lower():
        return []
    found = []
    for result in results:
        words = dict(word.partition("=")[::2] for word in result.lower().split(" ") if "=" in word)
        if "dmarc" in words:
            about = canonical_email(f"a@{words.get('header.from', '')}").rpartition("@")[2]
            found.append((words["dmarc"], about))
    return found


def _plain(header: str) -> str:
    """Without comments and quoted words, in which anything may stand."""
    text, before = _QUOTED.sub("", header), None
    while before != text:
        before, text = text, _COMMENT.sub(" ", text)
    return " ".join(text.split())
