"""Takes out of a mail what we know of both sides and neither showed: mail programs put it there by themselves.

Also what somebody typed by hand: who wants to give an address or a number does so with the card on the site.
"""

import re

import phonenumbers
from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from content.contact import relay
from content.contact.models import Conversation
from content.organisations.numbers import REGIONS
from wijk.text import spellings

# What may stand between the digits of a number, and between the words of an address.
_GAP = r"[\s().\-/\u2010-\u2015\u00a0]*"
_AT = r"\s*(?:@|\(at\)|\[at\]|&#64;|%40)\s*"
_ALIAS = re.compile(r"[a-z2-7]{26}" + _AT + r"[\w.-]+", re.IGNORECASE)


def scrubbed(text: str, talk: Conversation) -> str:
    """The text without the private addresses and numbers of both sides; marked where something was."""
    shared = relay.shared_values(talk)
    for address in _mailboxes(talk) - {spelling for value in shared for spelling in _spelled(value)}:
        text = _mail_pattern(address).sub(_("[e-mailadres weggelaten]"), text)
    text = _ALIAS.sub(_("[e-mailadres weggelaten]"), text)
    # A visitor who gave a number gave it to the poster.
    phone, home = talk.about.contact_phone, talk.about.contact_address
    if phone and _parts(phone) not in map(_parts, shared):
        text = _number_pattern(phone).sub(_("[telefoonnummer weggelaten]"), text)
    if home and home not in shared:
        text = _home_pattern(home).sub(_("[adres weggelaten]"), text)
    return text


def _mailboxes(talk: Conversation) -> set[str]:
    """Every address of the accounts on both sides, and the one of the post, in each spelling."""
    sides = ("poster", "visitor")
    speakers = [account for side in sides for account in (relay.owner_of(talk, side), *relay.accounts_of(talk, side))]
    accounts = [account for account in speakers if account]
    others = EmailAddress.objects.filter(user__in=accounts).values_list("email", flat=True)
    reached_at = [mailbox.address for mailbox in relay.mailboxes_of(talk, "poster")]
    own = {talk.about.contact_email, *reached_at, talk.visitor_email, *(account.email for account in accounts)}
    return {spelling for address in {*own, *others} for spelling in _spelled(address)}


def _spelled(address: str) -> list[str]:
    return spellings(address) if "@" in address else []


def _mail_pattern(address: str) -> re.Pattern[str]:
    """An address, with or without a part after a plus, and with spaces around its signs."""
    local, _sign, domain = address.partition("@")
    name = re.escape(local.partition("+")[0]) + r"(?:\+[\w.-]*)?"
    host = r"\s*\.\s*".join(map(re.escape, domain.split(".")))
    return re.compile(rf"(?<![\w.+-]){name}{_AT}{host}(?![\w-])", re.IGNORECASE)


def _number_pattern(number: str) -> re.Pattern[str]:
    """A number in any spelling: with or without its country, with spaces, strokes, dots and brackets."""
    country, digits = _parts(number)
    before = rf"(?:(?:\+|00){_GAP}{_GAP.join(country)}{_GAP})?(?:\(?0\)?{_GAP})?" if country else ""
    return re.compile(rf"(?<!\d){before}{_GAP.join(digits)}(?!\d)")


def _parts(number: str) -> tuple[str, str]:
    """The digits of the country and those within it; one that could not be read is all digits."""
    try:
        found = phonenumbers.parse(number, REGIONS[0])
    except phonenumbers.NumberParseException:
        return "", re.sub(r"\D", "", number) or "-"
    return str(found.country_code), str(found.national_number)


def _home_pattern(home: str) -> re.Pattern[str]:
    words = r"[\s,]+".join(map(re.escape, re.findall(r"[^\s,]+", home)))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
