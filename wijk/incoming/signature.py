"""Cuts the signature under a text: only where it clearly is one, for a lost word is worse than a name too many."""

import re

MOST_LINES = 15
LONGEST_NAME = 40
LONGEST_CARD = 60
LONGEST_LINE = 300

_DELIMITER = re.compile(r"(?:—|__|–)\s*")
_RULE = re.compile(r"[_*=~#—–-]{3,}")
_MADE_WITH = re.compile(
    r"\(?(?:verzonden|verstuurd|sent|gesendet|envoyé|sendt|skickat|inviato|enviado|wysłano) "
    r"(?:vanaf|vanuit|from|von|de|depuis|fra|från|dal|desde|z) (?:mijn|my|meinem|mon|ma|min|mio|mi|mojego)\b.{1,60}|"
    r"(?:verzonden|verstuurd|verstuurt|gestuurd|sent|gesendet|envoyé|écrit|von meinem|van mijn"
    r"|dit bericht is verzonden|diese nachricht wurde)\b"
    r".{0,60}?(?:iphone|ipad|android|samsung|galaxy|outlook|\bmail\b|huawei|xiaomi|telefoon|mobiel|mobile|tablet"
    r"|smartphone|apparaat|webmail|ziggo|kpn|xs4all|yahoo|proton|gmail|gmx|web\.de|oneplus|motorola|blackberry|windows"
    r"|fairphone|toestel|handy|mobiltelefon|mobilgerät|téléphone|phone|device|k-9|fairemail|spark|thunderbird|hotmail|nokia|pixel).{0,120}",
    re.I,
)
_ADVERT = re.compile(
    r"(?:(?:get|download|obtenez|télécharger|holen sie|laden sie|download de app) .{0,20}outlook.{0,120}"
    r"|outlook (?:voor|für|pour) \w{2,10} (?:downloaden|beziehen|herunterladen).{0,120}"
    r"|(?:virusvrij|virus-free|virenfrei|garanti sans virus)\b.{0,120}|.{0,40}avast.{0,80}|yahoo mail: .{0,120})",
    re.I,
)
_DISCLAIMER = re.compile(
    r"[\s*]*(?:disclaimer|proclaimer"
    r"|(?:dit|deze) (?:e-?mail)?[ -]?(?:bericht|e-?mail|mail)\b.{0,80}(?:vertrouwelijk|bestemd)"
    r"|de informatie (?:in|verzonden)\b.{0,80}(?:bericht|mail)|aan dit bericht kunnen geen rechten|denk aan het milieu"
    r"|(?:this|the information).{0,80}(?:confidential|intended|privileged)|confidentiality notice"
    r"|please consider the environment|diese (?:e-?mail|nachricht).{0,80}vertraulich"
    r"|ce (?:message|courriel).{0,80}confidentiel)",
    re.I,
)
_CLOSING = re.compile(
    r"[\s*]*(?:(?:met|mit|with|de|een|veel|alvast bedankt en)? ?(?:de )?(?:hele )?(?:zeer )?"
    r"(?:vriendelijke|hartelijke|warme|lieve|beste|zonnige|vrolijke|kind|best|warm|freundlichen|besten|vielen|viele|liebe|"
    r"beste|herzliche|schöne|bien|meilleures|sincères)? ?"
    r"(?:groet|groeten|groetjes|gr|grt|grtz|groetjes en tot snel|mvg|m\.v\.g|regards|wishes|cheers|thanks|grüßen|grüße|"
    r"gruß|grüßle|gruessen|gruesse|mfg|lg|cordialement|salutations|à vous|amicalement|sincerely|liefs|hoogachtend)"
    r"(?:[\s,]+(?-i:[A-ZÀ-Þ])[\w'’. -]{0,30})?)[\s*.,!]*",
    re.I,
)
_CONTACT = re.compile(
    r"\+?\d[\d\s()./–-]{7,}\d|[\w.+-]@[\w-]|\bwww\.|https?://|\b\d{4} ?[A-Z]{2}\b"
    r"|^\s*(?:t|m|tel|mob|telefoon|mobiel|gsm|e|e-?mail|phone|mobile|fax|w)\s?[.:|]"
    r"|\b[A-Za-zÀ-ÿ]{4,} \d{1,4} ?[a-zA-Z]?$",
    re.M | re.I,
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’&-])*")
_AFTERTHOUGHT = re.compile(r"\s*(?:ps|p\.s|nb|n\.b|o ja|p\.p\.s)\b", re.I)
_SENTENCE = re.compile(r".*[.!?…)]$")


def without_signature(lines: list[str]) -> list[str]:
    """The lines of a piece of text without what a program or habit puts under each mail."""
    lines = _without_adverts(_before_delimiter(_trimmed(lines)))
    return _trimmed(_without_card(_without_closing_block(_trimmed(lines))))


def _trimmed(lines: list[str]) -> list[str]:
    """Without empty lines and rules around it."""
    start, end = 0, len(lines)
    while end > start and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1].strip())):
        end -= 1
    while start < end and not lines[start].strip():
        start += 1
    return lines[start:end]


def _before_delimiter(lines: list[str]) -> list[str]:
    """Up to the line of two dashes, or a rule above a card, or a disclaimer."""
    for number in range(max(0, len(lines) - 4 * MOST_LINES), len(lines)):
        line, below = lines[number], lines[number + 1 :]
        if line == "--" or len(below) <= MOST_LINES and _is_divider(line, below):
            return lines[:number]
        if _DISCLAIMER.match(line[:LONGEST_LINE]) and number and not lines[number - 1]:
            return lines[:number]
    return lines


def _is_divider(line: str, below: list[str]) -> bool:
    if len(line) > LONGEST_LINE:
        return False
    if _DELIMITER.fullmatch(line):
        return True
    first = next((other for other in below if other), "")
    return bool(_RULE.fullmatch(line.strip())) and _is_name(first) and any(map(_has_contact, below))


def _without_adverts(lines: list[str]) -> list[str]:
    """Without "Verzonden vanaf mijn iPhone" and its likes among the last lines."""
    near = len(lines) - MOST_LINES
    return [line for number, line in enumerate(lines) if number < near or not _is_advert(line.strip(" *_[]<>"))]


def _is_advert(line: str) -> bool:
    return len(line) <= LONGEST_LINE and bool(_MADE_WITH.fullmatch(line) or _ADVERT.fullmatch(line))


def _without_closing_block(lines: list[str]) -> list[str]:
    """Of "Groeten, Bram" and a card below it, the greeting and the name remain."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 2 * MOST_LINES), -1):
        if len(lines[number]) <= LONGEST_NAME and _CLOSING.fullmatch(lines[number]):
            below = lines[number + 1 :]
            return [*lines[: number + 1], *_name_and_afterthought(below)] if any(map(_has_contact, below)) else lines
    return lines


def _name_and_afterthought(below: list[str]) -> list[str]:
    """The name at the beginning, and what is a text of its own again."""
    start = next((number for number, line in enumerate(below) if line), len(below))
    name = below[start : start + 1] if _is_name(below[start]) else []
    rest = below[start + len(name) :]
    for number, line in enumerate(rest):
        if _AFTERTHOUGHT.match(line) or _is_prose(line) and (number == 0 or not rest[number - 1]):
            return [*name, "", *rest[number:]]
    return name


def _without_card(lines: list[str]) -> list[str]:
    """Without a last paragraph that is a name with an address or telephone below it; the name remains."""
    start = len(lines)
    while start > 0 and lines[start - 1]:
        start -= 1
    card = lines[start:]
    if start == 0 or not 2 <= len(card) <= MOST_LINES or not _is_name(card[0]) or _CLOSING.fullmatch(card[0]):
        return lines
    before = next((line for line in reversed(lines[:start]) if line), "")
    if (
        before.endswith(":")
        or any(_is_prose(line) or len(line) > LONGEST_CARD for line in card)
        or not any(map(_has_contact, card))
    ):
        return lines
    return [*lines[:start], card[0]]


def _has_contact(line: str) -> bool:
    return bool(_CONTACT.search(line[:LONGEST_LINE]))


def _is_name(line: str) -> bool:
    short = len(line) <= LONGEST_NAME and 1 <= len(line.split()) <= 5
    return short and bool(_NAME.fullmatch(line.strip(" *_"))) and not _SENTENCE.match(line.replace(".", ""))


def _is_prose(line: str) -> bool:
    """Whether it is a sentence of a letter, not a line of a card or the small print."""
    long = len(line.split()) >= 5 and bool(_SENTENCE.match(line[-LONGEST_LINE:]))
    return long and not _DISCLAIMER.match(line[:LONGEST_LINE])
