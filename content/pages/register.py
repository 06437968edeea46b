"""What the register of personal data says, in words for the privacy page: no promise the code does not keep."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.users.purposes import PURPOSES
from wijk.personal_data import REGISTER, TERMS, Declaration, Ground

GROUNDS = {
    Ground.CONTRACT: gettext_lazy("nodig voor wat je met ons afspreekt"),
    Ground.CONSENT: gettext_lazy("je toestemming"),
    Ground.LEGITIMATE: gettext_lazy("een goed belang"),
    Ground.LAW: gettext_lazy("de wet"),
}


def holdings() -> list[dict[str, Any]]:
    """Per purpose: why, what, on which ground, how long (W-6, W-8)."""
    rows = []
    for code, purpose in PURPOSES.items():
        entries = [entry for declaration in REGISTER.values() for entry in labelled(declaration, code)]
        if entries:
            rows.append(
                {
                    "label": purpose.label,
                    "why": purpose.why,
                    "what": ", ".join(unique(str(entry.label) for entry in entries)),
                    "grounds": ", ".join(unique(str(GROUNDS[entry.ground]) for entry in entries)),
                    "terms": ", ".join(unique(str(TERMS[entry.retention].label) for entry in entries)),
                }
            )
    return rows


def labelled(declaration: Declaration, purpose: str) -> list[Any]:
    """The fields of one model that serve a purpose and have a name people know."""
    return [entry for entry in declaration.fields.values() if entry.label and entry.purpose == purpose and entry.ground]


def unique(words: Any) -> list[str]:
    return list(dict.fromkeys(words))


def cookies() -> list[dict[str, Any]]:
    """Every cookie this site can set, from the settings themselves (W-56, P-34)."""
    return [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "why": _("om te weten dat je bent ingelogd"),
            "term": _("tot je je browser sluit, hooguit twee weken"),
        },
        {
            "name": settings.CSRF_COOKIE_NAME,
            "why": _("zodat niemand anders in jouw naam een formulier verstuurt"),
            "term": _("zolang je ingelogd bent, hooguit een jaar"),
        },
        {
            "name": settings.LANGUAGE_COOKIE_NAME,
            "why": _("om je taal te onthouden, als je er een kiest"),
            "term": _("tot je je browser sluit"),
        },
    ]
