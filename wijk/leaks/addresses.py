"""E-mail addresses and houses in a text, also when they are spelled out."""

import re
from collections.abc import Iterator
from re import Match

from wijk.leaks.kinds import Finding, Kind, from_match
from wijk.leaks.lists import LISTS

# E-mail ---------------------------------------------------------------------------------------------------------------

_S = r"[^\S\n]"  # white space within a line
_LABEL = r"[A-Za-z0-9-]{1,63}"
_LOCAL = rf"(?<![\w.%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{{0,63}}(?:{_S}(?:punt|dot){_S}[A-Za-z0-9_-]{{1,30}}){{0,3}}"
_BRACKETED = r"[(\[{{<]\s?(?:{})\s?[)\]}}>]"
_SPOKEN_DOT = rf"(?:{_S}(?:punt|dot){_S}|{_S}?{_BRACKETED.format('punt|dot|[.]')}{_S}?)"
_DOT = rf"(?:{_SPOKEN_DOT}|[.]|{_S}[.]{_S}?)"
_AT = (
    rf"(?:{_S}?{_BRACKETED.format('at|apenstaartje|apestaartje|@')}{_S}?|{_S}(?:apenstaartje|apestaartje|@){_S}?|@{_S})"
)
_ENDING = r"[A-Za-z]{2,24}(?![A-Za-z0-9])"
# "at" is an ordinary word: only with a dot that is spelled out too, or before a well-known mail provider.
_PROVIDERS = "gmail|hotmail|outlook|live|icloud|yahoo|ziggo|kpnmail|planet|xs4all|upcmail|telenet|proton|protonmail"
_EMAILS = (
    re.compile(rf"(?<![\w.%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{{0,63}}@(?:{_LABEL}[.]){{1,5}}{_ENDING}"),
    re.compile(rf"{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,2}}{_DOT}{_ENDING}", re.IGNORECASE),
    re.compile(rf"{_LOCAL}{_S}at{_S}{_LABEL}(?:[.]{_LABEL}){{0,2}}{_SPOKEN_DOT}{_ENDING}", re.IGNORECASE),
    re.compile(rf"{_LOCAL}{_S}at{_S}(?:{_PROVIDERS})[.]{_ENDING}", re.IGNORECASE),
)
_SIGNS = (
    (re.compile(rf"{_AT}|{_S}at{_S}", re.IGNORECASE), "@"),
    (re.compile(_DOT, re.IGNORECASE), "."),
)


def emails(text: str) -> Iterator[Finding]:
    """Addresses of mailboxes, as `naam@voorbeeld.nl` and as `naam at voorbeeld punt nl`."""
    for pattern in _EMAILS:
        for found in pattern.finditer(text):
            value = found.group()
            for spelled, sign in _SIGNS:
                value = spelled.sub(sign, value)
            yield from_match(Kind.EMAIL, found, value.lower())


# Houses ---------------------------------------------------------------------------------------------------------------

SURE = tuple(LISTS["street"])
UNSURE = tuple(LISTS["named street"])
NO_STREETS = frozenset(LISTS["no street"])
# The same words on their own, in a name of two words: Grote Markt 5.
ALONE = frozenset(SURE + UNSURE) - {"str"}
# Before a street name, but no part of it.
LEADS = {"in", "op", "aan", "bij", "de", "het", "naar", "van", "voor", "kom", "te", "ik", "wij", "we", "onze", "mijn"}

_HOUSE = r"\d{1,4}(?:[^\S\n]?[-/]?[^\S\n]?(?:bis|hs|huis|rd|[IVX]{1,4}|[A-Za-z]|\d{1,4}))?(?!\w)"
# What makes the number a time, a day, a price or an amount.
_AMOUNT = (
    r"(?!\s?(?:uur|u|h|am|pm|keer|maal|x|jaar|jarige?|jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?"
    r"|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?|euro|personen|mensen|kinderen|katten"
    r"|huizen|woningen|buren|dag(?:en)?|we(?:ek|ken)|maanden|minuten|min|km|meter|m|cm|kg|stuks|plekken|plaatsen"
    r"|deelnemers|january|february|march|may|june|july|october|people|times)\b|\s?[%€]|[:.,]\d|,-)"
)
_STREET = re.compile(
    rf"(?<![^\W_])(?P<word>[^\W\d_]{{3,60}})\.?,?{_S}{{1,3}}(?:nr\.?{_S}?|nummer{_S}|huisnummer{_S})?"
    rf"(?P<house>{_HOUSE}){_AMOUNT}",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:(?:[^\W\d_][\w'’.-]{{0,30}}|'[ts]){_S}){{1,5}}$")
_TYPE_FIRST = re.compile(
    r"(?<![^\W_])(?:Laan|Weg|Plein|Kade|Hof|Singel|Straat|Park|Dreef)"
    rf"{_S}(?:van|voor|naar){_S}(?:(?:de|den|der|het){_S})?[^\W\d_]{{2,40}}(?:{_S}[A-Z][^\W\d_]{{1,40}})?"
    rf"{_S}{_HOUSE}{_AMOUNT}"
)
_POSTCODE = rf"(?<![\w€])[1-9]\d{{3}}(?:{_S}?(?!S[ADS])[A-Z]{{2}}|(?!s[ads])[a-z]{{2}})(?!\w)"
_POSTCODES = (
    re.compile(rf"{_POSTCODE},?{_S}{{0,3}}(?:(?:nr\.?|nummer|huisnummer|no\.?){_S})?{_HOUSE}{_AMOUNT}"),
    re.compile(rf"(?<![\w.,:-])(?!(?:19|20)\d\d\b){_HOUSE},?\s{{1,2}}{_POSTCODE}"),
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def houses(text: str) -> Iterator[Finding]:
    """Where somebody can be found at the door: a street with a number, a postcode with a number."""
    for pattern in (_TYPE_FIRST, *_POSTCODES):
        for found in pattern.finditer(text):
            yield from_match(Kind.HOUSE, found)
    for found in _STREET.finditer(text):
        before = _words_before(text, found)
        if not _YEAR.fullmatch(found["house"]) and _is_street(found["word"], before):
            start = found.start() - len(before)
            piece = text[start : found.end()]
            yield Finding(Kind.HOUSE, start, found.end(), piece, " ".join(piece.casefold().split()))


def _words_before(text: str, found: Match[str]) -> str:
    """The part of the street's name before its last word: `Jan van ` of `Jan van Goyenkade`."""
    near = _BEFORE.search(text, max(0, found.start() - 60), found.start())
    words = near.group().split(" ") if near and found["word"][0].isupper() else [""]
    kept: list[str] = []
    for word in reversed(words[:-1]):
        if not (word[0].isupper() or word in {"van", "de", "der", "den", "het", "ter", "ten", "'t", "'s", "in", "op"}):
            break
        kept.insert(0, word)
    while kept and (not kept[0][0].isupper() or kept[0].casefold() in LEADS):
        kept.pop(0)
    joined = "".join(f"{word} " for word in kept)
    return joined if text[: found.start()].endswith(joined) else ""


def _is_street(word: str, before: str) -> bool:
    small, is_name = word.casefold(), word[0].isupper()
    if small in ALONE:
        return is_name and bool(before)
    if small in NO_STREETS:
        return False
    return _ends(small, SURE) or (is_name and _ends(small, UNSURE))


def _ends(word: str, endings: tuple[str, ...]) -> bool:
    return any(word.endswith(ending) and len(word) > len(ending) + 1 for ending in endings)
