"""Where data may be: the European Economic Area, and nowhere else (K-48, X-5)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

EEA = {
    "NL": _("Nederland"),
    "BE": _("België"),
    "DE": _("Duitsland"),
    "BG": _("Bulgarije"),
    "CY": _("Cyprus"),
    "DK": _("Denemarken"),
    "EE": _("Estland"),
    "FI": _("Finland"),
    "FR": _("Frankrijk"),
    "GR": _("Griekenland"),
    "HU": _("Hongarije"),
    "IE": _("Ierland"),
    "IS": _("IJsland"),
    "IT": _("Italië"),
    "HR": _("Kroatië"),
    "LV": _("Letland"),
    "LI": _("Liechtenstein"),
    "LT": _("Litouwen"),
    "LU": _("Luxemburg"),
    "MT": _("Malta"),
    "NO": _("Noorwegen"),
    "AT": _("Oostenrijk"),
    "PL": _("Polen"),
    "PT": _("Portugal"),
    "RO": _("Roemenië"),
    "SI": _("Slovenië"),
    "SK": _("Slowakije"),
    "ES": _("Spanje"),
    "CZ": _("Tsjechië"),
    "SE": _("Zweden"),
}
ELSEWHERE = "--"
COUNTRIES = [*EEA.items(), (ELSEWHERE, _("een ander land"))]
LOCATIONS = {"data_location": "OPERATOR_DATA_LOCATION", "backup_location": "OPERATOR_BACKUP_LOCATION"}


def in_the_eea(place: str) -> bool:
    """Whether a place, as an operator wrote it in any language of the site, is a country where data may be."""
    known = set(EEA)
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {str(name) for name in EEA.values()}
    return place.strip().casefold() in {name.casefold() for name in known}


@register()
def data_stays_in_the_eea(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The declared places of the data and of its copies are rendered for everybody, so they must be allowed (D-18)."""
    return [
        Error(
            f"{name} is {settings.OPERATOR[key]!r}: write the name or the code of one EEA country.", id="accounts.E001"
        )
        for key, name in LOCATIONS.items()
        if settings.OPERATOR[key] and not in_the_eea(settings.OPERATOR[key])
    ]
