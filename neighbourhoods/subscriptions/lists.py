"""The lists of a neighbourhood: what each is for, the words somebody agrees to, and how often there is mail."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.consent.texts import Shown, label_source, text_source
from neighbourhoods.places.models import Neighbourhood


class MailingList(models.TextChoices):
    """What somebody can ask for in a neighbourhood; each list has its own yes, its own sender's name and its own stop.

    Neighbours get the news of their neighbourhood; organisations what concerns their work there (K-17, K-18).
    """

    NEWS = "news", _("voor buren")
    PROFESSIONAL = "professional", _("voor organisaties")


class Digest(models.TextChoices):
    """How often somebody gets the new posts as well, besides the issues the managers send."""

    NONE = "none", _("Alleen de nieuwsbrief van de wijkbeheerder")
    WEEKLY = "weekly", _("Ook elke maandag een overzicht van wat er nieuw is")
    DAILY = "daily", _("Ook elke dag een overzicht van wat er nieuw is")


# Names the words of consent beside the sign-up form; change it together with those words.
TEXT_VERSION = "2026-11"
# What each version of those words was for. Words for another purpose get the next number: who agreed to an earlier one
# gets nothing until that person says yes again (W-90).
PURPOSE_OF = {"2026-11": 1}
WORDS = _("We gebruiken dit alleen voor de nieuwsbrief van %(name)s. In elke mail staat een link om te stoppen.")
PROFESSIONAL_VERSION = "organisaties-2026-11"
PROFESSIONAL_PURPOSE_OF = {"organisaties-2026-11": 1}
PROFESSIONAL_WORDS = _(
    "We gebruiken dit alleen voor de brief voor organisaties van %(name)s: informatie voor wie hier werkt. "
    "In elke mail staat een link om te stoppen."
)


@dataclass(frozen=True)
class Addition:
    """Words that a feature above adds to those for neighbours, for the same purpose, where it works."""

    words: str | Promise
    where: Callable[[], Exists]

    def holds_in(self, neighbourhood: Neighbourhood, mark: str) -> bool:
        known = getattr(neighbourhood, f"says_{mark}", None)
        return Neighbourhood.objects.filter(self.where(), pk=neighbourhood.pk).exists() if known is None else known


# By the mark that the version of the words then carries.
_added: dict[str, Addition] = {}


def adds_words(mark: str, words: str | Promise, where: Callable[[], Exists]) -> None:
    """Registers more words; `where` is asked of a query of neighbourhoods."""
    _added[mark] = Addition(words, where)


def with_additions() -> dict[str, Exists]:
    """Annotations for a query of neighbourhoods whose words are all shown, so that none is asked about alone."""
    return {f"says_{mark}": addition.where() for mark, addition in _added.items()}


def _additions(neighbourhood: Neighbourhood) -> dict[str, str]:
    return {mark: str(one.words) for mark, one in _added.items() if one.holds_in(neighbourhood, mark)}


def text_version(mailing: str = MailingList.NEWS, neighbourhood: Neighbourhood | None = None) -> str:
    """The words of a list; as they are shown in one neighbourhood, where words may be added."""
    if mailing != MailingList.NEWS:
        return PROFESSIONAL_VERSION
    return "".join([TEXT_VERSION, *(f"+{mark}" for mark in (_additions(neighbourhood) if neighbourhood else ()))])


def purposes(mailing: str = MailingList.NEWS) -> dict[str, int]:
    """What each version of the words of a list was for."""
    return PURPOSE_OF if mailing == MailingList.NEWS else PROFESSIONAL_PURPOSE_OF


def same_purpose(mailing: str = MailingList.NEWS) -> list[str]:
    """The versions of the words whose yes still holds."""
    known = purposes(mailing)
    same = [version for version, purpose in known.items() if purpose == known[text_version(mailing)]]
    marks = ["", *(f"+{mark}" for mark in _added)] if mailing == MailingList.NEWS else [""]
    return [version + mark for version in same for mark in marks]


def yes_holds() -> Q:
    """What somebody agreed to is what the list is for now."""
    holds = Q(pk__in=[])
    for mailing in MailingList.values:
        holds |= Q(list=mailing, text_version__in=same_purpose(mailing))
    return holds


def consent_words(neighbourhood: Neighbourhood, mailing: str = MailingList.NEWS) -> str:
    """What stands beside the button, on every form and page that asks for a newsletter."""
    if mailing != MailingList.NEWS:
        return str(PROFESSIONAL_WORDS) % {"name": neighbourhood.name}
    return " ".join([str(WORDS) % {"name": neighbourhood.name}, *_additions(neighbourhood).values()])


FAMILY = {MailingList.NEWS: "newsletter", MailingList.PROFESSIONAL: "professional"}


def consent_key(neighbourhood: Neighbourhood, mailing: str = MailingList.NEWS) -> str:
    """What a list of a neighbourhood is called in the ledger of consents."""
    return f"{FAMILY[MailingList(mailing)]}:{neighbourhood.code}"


def list_of_key(key: str) -> MailingList:
    """The list behind a name in the ledger of consents."""
    return next(mailing for mailing, family in FAMILY.items() if family == key.partition(":")[0])


@text_source("newsletter")
@text_source("professional")
def words_shown(key: str) -> Shown:
    """The words of one list of a neighbourhood, in the language of the page (P-10)."""
    neighbourhood = Neighbourhood.objects.defer("outline").get(code=key.partition(":")[2])
    mailing = list_of_key(key)
    version = text_version(mailing, neighbourhood)
    return Shown(version, consent_words(neighbourhood, mailing), purposes(mailing)[text_version(mailing)])


@label_source("newsletter")
@label_source("professional")
def newsletter_label(key: str) -> str:
    """What a newsletter is called, also after its neighbourhood was switched off."""
    code = key.partition(":")[2]
    name = Neighbourhood.objects.filter(code=code).values_list("name", flat=True).first()
    return letter_label(name or code, list_of_key(key))


def letter_label(name: str, mailing: str) -> str:
    """What the mail of a list is called, where it begins a line."""
    label = _("Nieuwsbrief van %(name)s") if mailing == MailingList.NEWS else _("Brief voor organisaties van %(name)s")
    return str(label) % {"name": name}
