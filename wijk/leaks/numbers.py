"""Bank account numbers, citizen service numbers and phone numbers in a text."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberType

from wijk.leaks.kinds import Finding, Kind, from_match
from wijk.leaks.lists import LISTS

# Bank account numbers -------------------------------------------------------------------------------------------------

IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in LISTS["iban"]}
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?:[^\S\n]?[.-]?[A-Za-z0-9]){11,30}")


def ibans(text: str) -> Iterator[Finding]:
    """Account numbers of any country that pass their own check (mod 97)."""
    for found in _IBAN.finditer(text):
        end = _end_of_iban(found.group())
        value = re.sub(r"[^A-Z0-9]", "", found.group()[:end].upper())
        if end and _mod_97(value) == 1:
            yield Finding(Kind.IBAN, found.start(), found.start() + end, found.group()[:end], value)


def _end_of_iban(piece: str) -> int:
    """How much of the piece is the account number, by the length of its country; 0 when it does not end there."""
    left = IBAN_LENGTHS.get(piece[:2].upper(), 0)
    for index, sign in enumerate(piece):
        left -= sign.isalnum()
        if left == 0:
            return 0 if piece[index + 1 : index + 2].isalnum() else index + 1
    return 0


def _mod_97(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


# Citizen service numbers ----------------------------------------------------------------------------------------------

_SEPARATOR = r"[ .\-\u2013/\u00a0\u202f]"
# Nine digits in the groupings in which a BSN is written. What follows a plus, a letter, a digit, "(0)", a currency or
# the slash of a web address is part of a phone number, an IBAN, a price or something longer.
_BSN = re.compile(
    r"(?<![\w+@/=#,€$£])(?<![€$£]\s)(?<!\(0\))(?<!\(0\) )"
    rf"(?:\d{{9}}|\d{{4}}({_SEPARATOR})\d{{2}}\1\d{{3}}|\d{{3}}({_SEPARATOR})\d{{3}}\2\d{{3}})"
    rf"(?!\w|@|{_SEPARATOR}?\d|,\d|,-|\s?(?:euro|EUR|€))"
)
# After the word itself any grouping is one, and so is a number that begins with a nought or misses it.
_NAMED_BSN = re.compile(
    r"(?<!\w)(?:bsn|burger ?service ?nummer|sofi-?nummer|citizen service number)(?!\w)[^\d\n]{0,20}"
    rf"(?P<number>\d(?:{_SEPARATOR}?\d){{7,8}})(?!\w|{_SEPARATOR}?\d)",
    re.IGNORECASE,
)
_COUNTRY_CODE = re.compile(r"(?:\+|\b00)\d{1,3}[ .-]?$")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def bsns(text: str) -> Iterator[Finding]:
    """Numbers that pass the eleven-test of a citizen service number (C-12)."""
    for found in _NAMED_BSN.finditer(text):
        digits = _digits(found["number"]).zfill(9)
        if passes_eleven_test(digits):
            yield Finding(Kind.BSN, found.start("number"), found.end("number"), found["number"], digits)
    for found in _BSN.finditer(text):
        digits = _digits(found.group())
        # Without the word, a nought in front makes a Belgian phone number far more often than anything else.
        is_phone = digits.startswith("0") or _COUNTRY_CODE.search(text[max(0, found.start() - 8) : found.start()])
        if not is_phone and passes_eleven_test(digits):
            yield from_match(Kind.BSN, found, digits)


def passes_eleven_test(digits: str) -> bool:
    return any(map(int, digits)) and sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def _digits(text: str) -> str:
    """The digits of a text in our own writing: `\\d` takes those of every script."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


# Phone numbers --------------------------------------------------------------------------------------------------------

# Numbers that lead to people. Those of services look too much like opening hours, and are no secret.
OF_PEOPLE = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.UAN,
}
# Looking a number up costs most of the time; no neighbour's text has this many.
MOST_TRIED = 400
_DIGITS = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
_TEENS = ["tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]
_TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
_ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def _number_words() -> dict[str, str]:
    words = {word: str(number) for number, word in enumerate(_DIGITS + _TEENS)}
    words |= {word: str(number) for number, word in enumerate(_ENGLISH)} | {"één": "1"}
    for ten, name in enumerate(_TENS, start=2):
        words[name] = f"{ten}0"
        for one, unit in enumerate(_DIGITS[1:], start=1):
            words |= {f"{unit}{joint}{name}": f"{ten}{one}" for joint in ("en", "ën")}
    return words


_WORDS = _number_words()
# Digits, maybe with the letter o for the first nought; or a word, which may be a number.
_TOKEN = re.compile(r"(?<![^\W_])(?:(?:\+|[oO])?\d+(?![^\W\d_])|[^\W\d_]+)")
_GAP = re.compile(r"(?:,?[^\S\n]|[.\-\u2010-\u2014/()_]){0,5}")
_PHONE = re.compile(r"0[1-9]\d{7,8}|(?:\+|00)[1-9]\d{7,13}")
# A day with its year, a time of day, and a span of two.
_MOMENT = re.compile(
    r"(?<!\d)(?:\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d\d(?!\d)|\d{1,2}:\d\d(?!\d)"
    r"|\d{1,2}\.\d\d(?=\s?(?:uur|u)\b|\s?[-\u2013]\s?\d{1,2}\.\d\d(?![\d.-])))"
)
_Token = tuple[int, int, str]


def phones(text: str, region: str = "NL") -> Iterator[Finding]:
    """Phone numbers that exist, in digits, in words, or in a mixture of both."""
    tries = [MOST_TRIED]
    for run in _runs(_MOMENT.sub(lambda found: "x" * len(found.group()), text)):
        first = 0
        while first < len(run):
            last, value = _phone_from(run, first, region, tries)
            if value:
                start, end = run[first][0], run[last][1]
                yield Finding(Kind.PHONE, start, end, text[start:end], value)
            first = last + 1


def _runs(text: str) -> Iterator[list[_Token]]:
    """Numbers that stand so close together that they may be one."""
    run: list[_Token] = []
    for found in _TOKEN.finditer(text):
        digits = _digits_of(found.group())
        if not digits:
            continue
        if run and not _GAP.fullmatch(text, run[-1][1], found.start()):
            yield run
            run = []
        run.append((found.start(), found.end(), digits))
    yield run


def _digits_of(token: str) -> str:
    if token[-1].isdecimal():
        return {"+": "+", "o": "0", "O": "0"}.get(token[0], "") + _digits(token)
    return _WORDS.get(token.casefold(), "")


def _phone_from(run: list[_Token], first: int, region: str, tries: list[int]) -> tuple[int, str]:
    """The last token and the value of the longest number that begins here; no value when none does."""
    typed, found = "", (first, "")
    for last in range(first, min(first + 16, len(run))):
        typed += run[last][2]
        if not typed.startswith(("0", "+")) or len(typed) > 17:
            break
        if _PHONE.fullmatch(typed) and tries[0]:
            tries[0] -= 1
            value = _existing(typed, region)
            found = (last, value) if value else found
    return found


def _existing(typed: str, region: str) -> str:
    """A number as E.164 when it can be somebody's; empty when it cannot."""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in OF_PEOPLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
