"""Numbers people type: phone numbers made uniform, citizen service numbers refused."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = ("NL", "BE")
# Nine digits in the groupings in which a BSN is written. What follows a plus, a letter, a digit or "(0)" is part of a
# phone number, an IBAN or something longer.
_BSN = re.compile(
    r"(?<![\w+])(?<!\(0\))(?<!\(0\) )"
    r"(?:\d{9}(?!\w)|\d{4}[ .-]\d{2}[ .-]\d{3}(?![ .-]?\d)|\d{3}[ .-]\d{3}[ .-]\d{3}(?![ .-]?\d))"
)
_COUNTRY_CODE = re.compile(r"(?:\+|\b00)\d{1,3}[ .-]?$")


def uniform_phone(typed: str) -> str:
    """A Dutch or Belgian phone number, or any with its country code, as E.164 (W-36)."""
    for region in REGIONS:
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValidationError(_("Dit is geen geldig telefoonnummer. Een voorbeeld: 06 12 34 56 78."), code="phone")


def readable_phone(number: str) -> str:
    """An E.164 number in groups, as people read it aloud."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number, REGIONS[0]), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


def refuse_bsn(text: str) -> None:
    """Raises when the text holds a number that passes the test of a citizen service number (C-12)."""
    for found in _BSN.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if not _COUNTRY_CODE.search(text[: found.start()]) and _is_bsn(digits):
            raise ValidationError(
                _("Er staat een nummer in dat op een burgerservicenummer (BSN) lijkt. Haal dat nummer weg."),
                code="bsn",
            )


def _is_bsn(digits: str) -> bool:
    """The eleven-test. Numbers that begin with a zero are Belgian phone numbers far more often than anything else."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return not digits.startswith("0") and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0
