"""Numbers people type: phone numbers made uniform, citizen service numbers refused."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wijk.leaks.kinds import Kind
from wijk.leaks.reading import findings

REGIONS = ("NL", "BE")


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
    if any(finding.kind == Kind.BSN for finding in findings(text)):
        raise ValidationError(
            _(
                "Er staat een nummer in dat op een burgerservicenummer (BSN) lijkt. Haal dat nummer weg. "
                "Met een BSN kan iemand zich voor jou uitgeven."
            ),
            code="bsn",
        )
