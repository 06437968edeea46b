"""What people can agree to: the words of each matter, and the version of those words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Matter:
    """One thing to agree to; what an account cannot do without is not optional and ends with it (X-25)."""

    key: str
    label: str | Promise
    text: str | Promise
    version: str
    optional: bool = True
    url: str = ""


MATTERS = {
    matter.key: matter
    for matter in (
        Matter(
            "terms", _("De voorwaarden"), _("De afspraken waar iedereen zich aan houdt."), "1", False, "/voorwaarden/"
        ),
        Matter("privacy", _("De privacyverklaring"), _("Je hebt die gelezen."), "1", False, "/privacy/"),
        Matter(
            "research",
            _("Meedenken over de site"),
            _("We mogen je af en toe mailen met een vraag over hoe de site werkt. Je antwoordt alleen als je wilt."),
            "1",
        ),
    )
}


def version_of(key: str) -> str:
    """The version of the words shown now; empty for a matter that is not in this list."""
    return MATTERS[key].version if key in MATTERS else ""
