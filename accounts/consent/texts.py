"""What people say yes or no to: the matters, the words each shows now, and what the page of consents gathers.

A feature that rests on consent registers three things here: where its words come from (`text_source`), what happens
when somebody says yes or no (`switches`), and its part of the page (`section`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_VERSION = "1.0"


class Basis(StrEnum):
    """What a yes means: terms are a contract, the statement is taken note of, only the rest is consent (X-25)."""

    CONTRACT = "contract"
    NOTICE = "notice"
    CONSENT = "consent"


@dataclass(frozen=True)
class Matter:
    """One text of the site itself; who no longer agrees with what belongs to an account closes it."""

    key: str
    label: str | Promise
    text: str | Promise
    url: str
    basis: Basis
    # Shown to everybody from the day of signing up; the others only to who was told of a change.
    at_signup: bool = False


MATTERS = {
    matter.key: matter
    for matter in (
        Matter(
            "terms",
            _("De voorwaarden"),
            _("De afspraken waar iedereen zich aan houdt."),
            "/voorwaarden/",
            Basis.CONTRACT,
            at_signup=True,
        ),
        Matter(
            "privacy",
            _("De privacyverklaring"),
            _("Wat we met je gegevens doen. Je las haar; dat is geen toestemming."),
            "/privacy/",
            Basis.NOTICE,
            at_signup=True,
        ),
        Matter("cookies", _("De cookieverklaring"), _("Wat je browser onthoudt."), "/cookies/", Basis.NOTICE),
        Matter(
            "accessibility",
            _("De verklaring over toegankelijkheid"),
            _("Hoe iedereen de site kan gebruiken."),
            "/toegankelijkheid/",
            Basis.NOTICE,
        ),
    )
}


def matter_of(url: str) -> Matter:
    """The matter whose text stands at an address."""
    return next(matter for matter in MATTERS.values() if matter.url == url)


# The words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A text as somebody sees it now; `purpose` goes up with each version that changes what it is for (W-90)."""

    version: str
    words: str = ""
    purpose: int = 1


TextSource = Callable[[str], Shown]
_sources: dict[str, TextSource] = {}


def family(key: str) -> str:
    """`newsletter` of `newsletter:WK020204`: matters of one sort share their words and what they switch."""
    return key.partition(":")[0]


def text_source(name: str) -> Callable[[TextSource], TextSource]:
    """Names the function that knows the present words of a matter, in the language of the page."""

    def register(source: TextSource) -> TextSource:
        _sources[name] = source
        return source

    return register


def shown(key: str) -> Shown:
    """The text of a matter as it is shown now (W-9)."""
    source = _sources.get(family(key))
    return source(key) if source else Shown(FIRST_VERSION)


def version_of(key: str) -> str:
    """The version of the text somebody agrees to now (W-9)."""
    return shown(key).version


Label = Callable[[str], str]
_labels: dict[str, Label] = {}


def label_source(name: str) -> Callable[[Label], Label]:
    """Names the function that says what a matter of one family is called, such as the newsletter of a neighbourhood."""

    def register(source: Label) -> Label:
        _labels[name] = source
        return source

    return register


def label(key: str) -> str:
    """What a matter is called on a page; its key where nobody gave it a name."""
    source = _labels.get(family(key))
    return str(MATTERS[key].label) if key in MATTERS else source(key) if source else key


# What a yes or no does -----------------------------------------------------------------------------------------------

# Called with user=, key=, on=, by=, said=; writes the ledger and does what it says. Answers a sentence when it cannot.
Switch = Callable[..., str]
SWITCHES: dict[str, Switch] = {}


def switches(name: str) -> Callable[[Switch], Switch]:
    """Registers what saying yes or no to a matter does."""

    def register(act: Switch) -> Switch:
        SWITCHES[name] = act
        return act

    return register


# The page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One thing on the page of consents. With `on` it has one button, which posts `fields` to `action`."""

    key: str
    label: str | Promise
    text: str | Promise
    on: bool | None = None
    note: str | Promise = ""
    # Empty: the page's own address, which finds the switch of the key's family.
    action: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    yes: str | Promise = _("Zet aan")
    no: str | Promise = _("Zet uit")
    read_url: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page of consents: a feature's own rows under one heading."""

    key: str
    title: str | Promise
    intro: str | Promise
    rows: list[Row]
    more_url: str = ""
    more_label: str | Promise = ""


SectionSource = Callable[[Any], Section | None]
_sections: list[tuple[int, SectionSource]] = []


def section(order: int) -> Callable[[SectionSource], SectionSource]:
    """Registers a part of /mijn/toestemmingen/: a function of the account; the lowest order stands on top."""

    def register(source: SectionSource) -> SectionSource:
        _sections.append((order, source))
        return source

    return register


def sections(user: Any) -> Iterable[Section]:
    """What the page shows one person."""
    found = (source(user) for _order, source in sorted(_sections, key=lambda pair: pair[0]))
    return [part for part in found if part is not None and part.rows]
