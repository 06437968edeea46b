"""Who runs this site, and which authority hears complaints: shown in the footer and on the legal pages (W-7)."""

from dataclasses import dataclass
from os import environ

from django.core.exceptions import ImproperlyConfigured

from wijk.environment import required


@dataclass(frozen=True)
class Country:
    """What differs between the countries a site can be run from (W-93, K-58)."""

    authority: str
    authority_address: str
    authority_phone: str
    complaint_url: str
    register_label: str


COUNTRIES = {
    "nl": Country(
        "Autoriteit Persoonsgegevens",
        "Postbus 93374, 2509 AJ Den Haag",
        "088 1805 250",
        "https://www.autoriteitpersoonsgegevens.nl/een-tip-of-klacht-indienen-bij-de-ap",
        "KvK",
    ),
    "be": Country(
        "Gegevensbeschermingsautoriteit",
        "Drukpersstraat 35, 1000 Brussel",
        "02 274 48 00",
        "https://www.gegevensbeschermingsautoriteit.be/burger/acties/klacht-indienen",
        "KBO",
    ),
}


def operator() -> dict[str, str]:
    """The operator's own facts from the environment, with what follows from the country."""
    country = (environ.get("OPERATOR_COUNTRY") or "nl").lower()
    if country not in COUNTRIES:
        raise ImproperlyConfigured(f"OPERATOR_COUNTRY is {country!r}; it must be one of {', '.join(COUNTRIES)}.")
    email = required("OPERATOR_EMAIL", "hulp@example.org")
    location = environ.get("OPERATOR_DATA_LOCATION") or "Nederland"
    return {
        "name": required("OPERATOR_NAME", "Wijk (voorbeeld)"),
        "place": required("OPERATOR_PLACE", "Arnhem"),
        "address": environ.get("OPERATOR_ADDRESS", ""),
        "register_number": environ.get("OPERATOR_REGISTER_NUMBER", ""),
        "vat_number": environ.get("OPERATOR_VAT_NUMBER", ""),
        "email": email,
        "phone": environ.get("OPERATOR_PHONE", ""),
        # Questions and requests about data go here (K-57).
        "privacy_email": environ.get("OPERATOR_PRIVACY_EMAIL") or email,
        "data_location": location,
        "backup_location": environ.get("OPERATOR_BACKUP_LOCATION") or location,
        # Who guards the data of residents: name and address, as visitors see them (C-60).
        "privacy_officer": environ.get("OPERATOR_PRIVACY_OFFICER", ""),
        "data_protection_officer": environ.get("OPERATOR_DATA_PROTECTION_OFFICER", ""),
        "country": country,
        **COUNTRIES[country].__dict__,
    }
