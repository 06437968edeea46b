"""What everybody with an account agrees to: the words for each matter, and the version of its text."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Matter:
    """One text that belongs to having an account; who no longer agrees closes the account (X-25)."""

    key: str
    label: str | Promise
    text: str | Promise
    url: str


MATTERS = {
    matter.key: matter
    for matter in (
        Matter("terms", _("De voorwaarden"), _("De afspraken waar iedereen zich aan houdt."), "/voorwaarden/"),
        Matter("privacy", _("De privacyverklaring"), _("Wat we met je gegevens doen."), "/privacy/"),
    )
}
FIRST_VERSION = "1.0"

VersionSource = Callable[[str], str]
_sources: list[VersionSource] = []


def text_versions(source: VersionSource) -> VersionSource:
    """Names the function that knows which version of a text stands at an address now."""
    _sources.append(source)
    return source


def version_of(key: str) -> str:
    """The version of the text somebody agrees to now (W-9)."""
    found = [source(MATTERS[key].url) for source in _sources] if key in MATTERS else []
    return next((version for version in found if version), FIRST_VERSION)
