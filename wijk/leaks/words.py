"""Words that tell of somebody's health, debts or children. The lists are in lists.txt."""

import re
from collections.abc import Iterator

from wijk.leaks.kinds import Finding, Kind, from_match
from wijk.leaks.lists import LISTS, any_of

_POINTING, _HELPING = (re.compile(any_of(LISTS[name]), re.IGNORECASE) for name in ("pointing", "helping"))
_PRIVATE = {kind: re.compile(any_of(LISTS[kind]), re.IGNORECASE) for kind in (Kind.HEALTH, Kind.DEBT)}
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\w)[^.!?\n]+)*")


def private_words(text: str) -> Iterator[Finding]:
    """Words of health and debt in a sentence that points at somebody, and does not offer help with it."""
    for sentence in _SENTENCE.finditer(text):
        if not _POINTING.search(sentence.group()) or _HELPING.search(sentence.group()):
            continue
        for kind, pattern in _PRIVATE.items():
            for found in pattern.finditer(text, sentence.start(), sentence.end()):
                yield from_match(kind, found)


# Children: whose child it is, and then an age, a name or a school within the same few words.
_OWN, _CHILD, _SCHOOL = (any_of(LISTS[name]) for name in ("own", "child", "school"))
_OWN_CHILD = rf"{_OWN}\s(?:[^\W\d_]{{2,20}}\s)?{_CHILD}"
_FEW_WORDS = r"(?:[^\S\n]|[^\W\d_]|[,'’()-]){0,40}?"
_NO_AGE = r"(?!\d|\s?(?:tot|uur|u|euro|km|%)\b|[:.,]\d)"
_AGE = (
    rf"(?:van|is|wordt|zijn|bijna|aged?|of|turns)\s(?:net\s|nu\s|al\s|bijna\s)?\d{{1,2}}{_NO_AGE}"
    r"|\(\d{1,2}(?:\sjaar)?\)|\d{1,2}[\s-]?(?:jaar|jarige?|maanden|weken\soud|years?|months?)\b"
)
_AT_SCHOOL = rf"(?:de\s|het\s|the\s)?(?:{_SCHOOL}|(?:groep|klas|year|grade)\s\d{{1,2}}(?!\d))"
# Words with a capital that are no name of a child.
_NO_NAMES = r"(?!(?:Nederlands|Engels|Frans|Duits|Turks|Arabisch|Dutch|English|Kerst|Sinterklaas|Pasen|I)\b)"
_NAMED = r",?\s(?i:(?:heet|heten|genaamd|is|named|called)\s)?"
_CHILDREN = [
    re.compile(rf"(?i:{_OWN_CHILD}){_NAMED}{_NO_NAMES}[A-Z][^\W\d_]{{1,20}}(?!\w)"),
    *(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"{_OWN_CHILD}{_FEW_WORDS}(?:{_AGE})",
            rf"{_OWN}\s\d{{1,2}}[\s-]?(?:jarige?|year-?old)(?:\s{_CHILD})?",
            rf"{_OWN_CHILD}{_FEW_WORDS}(?<!\w)(?:op|in|naar|van|uit|bij|at|to|from)\s{_AT_SCHOOL}",
            rf"(?<!\w)(?:zit|zitten|gaat|gaan|goes|go)\s(?:op|in|naar|to|at)\s{_AT_SCHOOL}",
        )
    ),
]


def children(text: str) -> Iterator[Finding]:
    """Where a child is named, or can be found: `mijn dochter van 7`, `onze zoon zit op basisschool De Kring`."""
    for pattern in _CHILDREN:
        for found in pattern.finditer(text):
            yield from_match(Kind.CHILD, found)
