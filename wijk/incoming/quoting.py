"""Cuts what others wrote before from the text of a mail: what is quoted, and the history below it.

Line by line and with patterns that look at one short line at a time, so that no text takes long.
"""

import re

from wijk.incoming.html_text import HISTORY, QUOTED
from wijk.incoming.letter import Unreadable
from wijk.incoming.signature import without_signature

MOST_LINES = 100_000
# A line of history is short; a longer one is somebody's text.
LONGEST_LINE = 500
MOST_LINES_OF_INTRODUCTION = 4
MOST_LINES_OF_HEADERS = 12

_QUOTE = re.compile(r" {0,3}>(?!\s*:$)")
_RULE = re.compile(r"[\s_=*—–-]*")
# "Op ma 3 nov. 2026 om 10:14 schreef Anna <anna@example.org>:" and its likes.
_WROTE = re.compile(
    r"\b(?:schreef|schrijft|geschreven|wrote|writes|schrieb|geschrieben|a écrit|écrivait|escribió|ha scritto|escreveu"
    r"|napisał|napisał\(a\)|skrev|yazdı|şunu yazdı|написал|написала|пише|كتب)\b",
    re.I,
)
_BEGINS = re.compile(r"[\s*_-]*(?:op|on|am|le|el|il|em|den|dne|dnia|in een bericht|quoting|citeren)\b", re.I)
_DATED = re.compile(r"[\s*]*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[^\W\d_]{3,9}\.?)[-/. ]\d{2,4})\b")
_WHEN = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|[\w.+-]@[\w-]")
_DIGIT = re.compile(r"\d")
_LINK = re.compile(r"\[?<(?:mailto|https?):[^<>\s]*>\]?")
# "-----Oorspronkelijk bericht-----"
_TITLE = re.compile(
    r"(?:oorspronkelijk|origineel|originele|original|ursprüngliche)[ -]?(?:bericht|e-?mail|mail|message|nachricht)"
    r"|originalnachricht|message (?:d['’]origine|original|initial)|mensaje original|messaggio originale"
    r"|mensagem original|oryginalna wiadomość|orijinal (?:mesaj|ileti)|исходное сообщение",
    re.I,
)
_TITLE_OF_FORWARD = re.compile(
    r"(?:doorgestuurde?|forwarded|weitergeleitete)[ -](?:bericht|e-?mail|mail|message|nachricht).{0,40}"
    r"|message (?:transféré|réexpédié).{0,40}",
    re.I,
)
_TITLE_OF_APPLE = re.compile(
    r"(?:begin doorgestuurd bericht|begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du message (?:transféré|réexpédié|renvoyé)) ?:?",
    re.I,
)
_FIELD = re.compile(r"[*\s]*([^\W\d_]{1,2}[\w .'’-]{0,24}?)[*\s]*:[*\s]*(?:\S|$)")
_SENDER = {
    "van",
    "from",
    "von",
    "de",
    "da",
    "expéditeur",
    "afzender",
    "absender",
    "od",
    "kimden",
    "gönderen",
    "от",
    "від",
    "fra",
    "från",
}
_OTHERS = {
    *("verzonden", "verstuurd", "datum", "aan", "onderwerp", "cc", "kopie", "bcc", "beantwoorden", "antwoord aan"),
    *("sent", "date", "to", "subject", "reply-to", "importance", "prioriteit", "urgentie", "bijlagen", "attachments"),
    *("gesendet", "an", "betreff", "kopie (cc)", "envoyé", "à", "objet", "date d'envoi", "envoyé le", "destinataire"),
    *(
        "para",
        "asunto",
        "enviado",
        "fecha",
        "data",
        "oggetto",
        "inviato",
        "a",
        "do",
        "temat",
        "wysłano",
        "tarih",
        "kime",
    ),
    *("konu", "gönderildi", "кому", "тема", "отправлено", "дата", "надіслано", "till", "til", "ämne", "emne", "sendt"),
    *("verzonden op", "send", "onderwerp van het bericht", "priority", "organisatie", "answer to", "antwort an"),
}
_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: [^\n]{0,200}\n){0,9}\n?")
_SEAL = "\n-----BEGIN PGP SIGNATURE-----"
_BLANKS = re.compile(r"\n{3,}")


def new_text(text: str) -> str:
    """What the writer of a mail wrote anew; raises Unreadable."""
    if text.count("\n") > MOST_LINES:
        raise Unreadable("size")
    lines = [line.rstrip() for line in _unsealed(text).split("\n")]
    pieces = [without_signature(piece) for piece in _pieces(lines)]
    return _BLANKS.sub("\n\n", "\n\n".join("\n".join(piece) for piece in pieces if any(piece))).strip("\n")


def _unsealed(text: str) -> str:
    """Without the frame that PGP puts around a text."""
    start = _SIGNED.search(text)
    if not start:
        return text
    seal = text.find(_SEAL, start.end())
    return text[: start.start()] + re.sub(r"^- ", "", text[start.end() : seal if seal >= 0 else None], flags=re.M)


def _pieces(lines: list[str]) -> list[list[str]]:
    """The runs of new lines between what is quoted, up to the history."""
    pieces: list[list[str]] = [[]]
    at = 0
    while at < len(lines):
        if _is_quoted(lines[at]):
            pieces.append([])
            at += 1
            continue
        after = _after_introduction(lines, at)
        if not after:
            pieces[-1].append(lines[at])
            at += 1
        elif _quoted_next(lines, after):
            at = after
        else:
            break
    return pieces


def _is_quoted(line: str) -> bool:
    return line == QUOTED or bool(_QUOTE.match(line))


def _quoted_next(lines: list[str], at: int) -> bool:
    """Whether the first line with text from here on is quoted."""
    while at < len(lines) and not lines[at]:
        at += 1
    return at < len(lines) and _is_quoted(lines[at])


def _after_introduction(lines: list[str], at: int) -> int:
    """The line after what introduces history and begins here; 0 when nothing of the sort does."""
    line = lines[at]
    if line == HISTORY:
        return len(lines)
    if not line or len(line) > LONGEST_LINE:
        return 0
    return _after_title(lines, at) or _after_headers(lines, at) or _after_attribution(lines, at)


def _after_title(lines: list[str], at: int) -> int:
    line = lines[at].strip()
    bare = line.strip(" _=*—–-:>")
    framed = len(line) - len(bare) >= 4
    if framed and _TITLE_OF_FORWARD.fullmatch(bare) or _TITLE_OF_APPLE.fullmatch(line.strip("*")):
        return len(lines)
    if not framed or not _TITLE.fullmatch(bare):
        return 0
    following = _next_with_text(lines, at + 1)
    if following == len(lines):
        return following
    return _after_headers(lines, following) or _after_attribution(lines, following) or at + 1


def _next_with_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at]:
        at += 1
    return at


def _after_headers(lines: list[str], at: int) -> int:
    """The line after "Van: ... Verzonden: ... Aan: ...", if such a block begins here; a rule above it belongs to it."""
    if at < len(lines) and len(lines[at]) >= 5 and _RULE.fullmatch(lines[at]):
        at = _next_with_text(lines, at + 1)
    if at >= len(lines) or not _name_of_field(lines[at]):
        return 0
    names: list[str] = []
    end = at
    for number in range(at, min(at + MOST_LINES_OF_HEADERS, len(lines))):
        name = _name_of_field(lines[number])
        if lines[number] in ("", HISTORY):
            break
        if name:
            names.append(name)
            end = number + 1
    return end if len(names) >= 3 and _SENDER & set(names) else 0


def _name_of_field(line: str) -> str:
    found = _FIELD.match(line) if len(line) <= LONGEST_LINE else None
    name = found.group(1).strip().lower() if found else ""
    return name if name in _SENDER or name in _OTHERS else ""


def _after_attribution(lines: list[str], at: int) -> int:
    """The line after "Op ... schreef ...:", which may be broken over a few lines."""
    said = ""
    most = MOST_LINES_OF_INTRODUCTION if _may_be_broken(lines[at]) else 1
    for number in range(at, min(at + most, len(lines))):
        if lines[number] in ("", HISTORY) or _is_quoted(lines[number]) or len(said) > LONGEST_LINE:
            return 0
        if number > at and _begins_anew(lines[number]) and not _WROTE.search(said):
            return 0
        said = f"{said} {lines[number].strip()}".strip()
        ends = said.rstrip("*_ ").endswith(":")
        if ends and _is_attribution(said, quoted=_quoted_next(lines, number + 1)):
            return number + 1
    return 0


def _begins_anew(line: str) -> bool:
    return bool(_BEGINS.match(line) and _DIGIT.search(line))


def _may_be_broken(line: str) -> bool:
    """Whether what begins here may go on in the next line: "On Tue, Nov 3, 2026", "Anna <a@example.org> wrote"."""
    return bool(_begins_anew(line) or _DATED.match(line) or "@" in line and _WROTE.search(line))


def _is_attribution(said: str, *, quoted: bool) -> bool:
    """Above something quoted a name and a verb will do; above plain text only a moment or an address is proof."""
    said = _LINK.sub("@", said)
    if _DATED.match(said) and "@" in said:
        return True
    begins = bool(_BEGINS.match(said))
    if quoted:
        return bool(_WROTE.search(said)) or begins and "@" in said
    return bool(_WROTE.search(said) and _WHEN.search(said)) and (begins or "@" in said)
