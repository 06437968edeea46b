"""The answer to "what do you hold about me?": the seven parts the law asks for, made from the register (K-33, K-39).

Only rows that are the member's own by the register are in it: of a conversation only what the member wrote, and never
an address or name of somebody else (K-34). A value says whether the member supplied it, and whether it belongs to what
may be taken along: supplied by the member, and held by consent or for the agreement with them (X-17).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.compliance.models import Processor
from accounts.compliance.transfers import transfers
from accounts.users.holdings import GROUNDS, circle_of, declared, loaded, own_rows, place_of, shown_value
from accounts.users.models import User
from accounts.users.purposes import purpose_of
from accounts.users.switches import is_shown
from wijk import clock
from wijk.personal_data import TERMS, Declaration, Ground, Kind, Personal, Source

FORMAT = "wijk-export-2"
CHUNK = 1000
SOURCES: dict[Source, str | Promise] = {
    Source.PERSON: gettext_lazy("jijzelf"),
    Source.SITE: gettext_lazy("de site zelf, terwijl je haar gebruikt"),
    Source.OTHERS: gettext_lazy("een wijkbeheerder of wie de site beheert"),
    Source.OPEN_DATA: gettext_lazy("open gegevens van de overheid"),
}
# Nobody types these: the site makes them.
BY_ITSELF = {Kind.NONE, Kind.TECHNICAL, Kind.SECRET}
PORTABLE = {Ground.CONTRACT, Ground.CONSENT}
Used = list[tuple[Declaration, Personal]]


def bundle(user: User) -> dict[str, Any]:
    """The seven parts as plain values, in the active language; the same whatever the file's form."""
    used: Used = []
    data = _data(user, used)
    return {
        "format": FORMAT,
        "made_at": _plain(clock.now()),
        "language": get_language() or settings.LANGUAGE_CODE,
        "processed": {"answer": True, "words": _("Ja, we bewaren gegevens over jou. Ze staan in dit bestand.")},
        "data": data,
        "purposes": _purposes(used),
        "categories": _categories(used),
        "recipients": _recipients(used),
        "rights": {"rights": list(_rights()), "operator": _operator(), "authority": _authority()},
        "sources": _grouped(used, lambda entry: str(SOURCES[source_of(entry)])),
    }


def source_of(entry: Personal) -> Source:
    """Who said what a field says."""
    if entry.kind in BY_ITSELF and entry.source in {None, Source.PERSON}:
        return Source.SITE
    return entry.source or Source.PERSON


def portable(entry: Personal) -> bool:
    """Whether a field is among what somebody may take along to another organisation (K-39, C-55, X-17)."""
    return source_of(entry) == Source.PERSON and entry.ground in PORTABLE


# The data ------------------------------------------------------------------------------------------------------------


def _data(user: User, used: Used) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for declaration, subject, exported in declared():
        rows = loaded(own_rows(declaration, subject, user), exported).order_by("pk")
        label = declaration.model._meta.label_lower
        held: dict[Any, Any] = found.get(label, {}).get("rows", {})
        same = {name: _same(entry) for name, entry in exported.items()}
        for row in rows.iterator(chunk_size=CHUNK):
            held[row.pk] = {name: _field(row, name, entry, same[name]) for name, entry in exported.items()}
        if held and label not in found:
            found[label] = {**_about(declaration), "rows": held}
            used.extend((declaration, entry) for entry in exported.values())
    ordered = sorted(found.items(), key=lambda one: place_of(one[1]["code"]))
    return {label: {**about, "rows": list(about["rows"].values())} for label, about in ordered}


def _about(declaration: Declaration) -> dict[str, str]:
    return {
        "code": declaration.purpose,
        "purpose": str(purpose_of(declaration.purpose).label),
        "ground": str(GROUNDS[declaration.ground]),
        "kept": str(TERMS[declaration.retention].label),
    }


def _same(entry: Personal) -> dict[str, Any]:
    """What is said of a field in every row; looking words up in another language takes longest, so only once."""
    return {
        "label": str(entry.label),
        "provided_by_subject": source_of(entry) == Source.PERSON,
        "portable": portable(entry),
        "seen_by": str(circle_of(None, "", entry)[0]),
    }


def _field(row: Model, name: str, entry: Personal, same: dict[str, Any]) -> dict[str, Any]:
    """One value, with how it reads where that is not what is stored."""
    value, words = stored_value(row, name), shown_value(row, name)
    in_words = {"words": words} if words and words != value else {}
    seen = {"seen_by": str(circle_of(row, name, entry)[0])} if is_shown(row, name, entry) else {}
    return {**same, "value": value, **in_words, **seen}


def stored_value(row: Model, name: str) -> Any:
    """A stored value as any file can hold it; what a model keeps beside its row, it gives by a method of its own."""
    in_full = getattr(row, f"export_{name}", None)
    if in_full is not None:
        return in_full()
    if row._meta.get_field(name).many_to_many:
        return [str(thing) for thing in getattr(row, name).all()]
    return _plain(getattr(row, name))


def _plain(value: Any) -> Any:
    """A value every format knows: text, number, yes or no, nothing, or a list or table of these."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return value if value is None or isinstance(value, bool | int | float) else str(value)


# What is said about the data -----------------------------------------------------------------------------------------


def _purposes(used: Used) -> list[dict[str, Any]]:
    codes = dict.fromkeys(declaration.purpose for declaration, _entry in used)
    return [
        {
            "purpose": str(purpose_of(code).label),
            "why": str(purpose_of(code).why),
            "grounds": _words(GROUNDS[entry.ground] for found, entry in used if found.purpose == code and entry.ground),
        }
        for code in codes
    ]


def _categories(used: Used) -> list[dict[str, Any]]:
    """Per purpose and term: which sorts of data."""
    groups: dict[tuple[str, str], list[Personal]] = {}
    for declaration, entry in used:
        groups.setdefault((declaration.purpose, entry.retention), []).append(entry)
    return [
        {
            "purpose": str(purpose_of(code).label),
            "what": _words(entry.label for entry in entries),
            "kept": str(TERMS[retention].label),
        }
        for (code, retention), entries in groups.items()
    ]


def _recipients(used: Used) -> list[dict[str, Any]]:
    """Who sees what on the site; then who handles data for the operator, by name where the register names them."""
    hosted = _("wie de site voor ons laat draaien en de mail bezorgt, alleen in onze opdracht, in %(place)s")
    everything = {"who": hosted % {"place": settings.OPERATOR["data_location"]}, "what": [_("alles")]}
    named = [
        {
            "who": f"{party.name} ({party.country_name}), {party.get_role_display()}",
            "what": [party.fields, *_purposes_of(party)],
        }
        for party in Processor.objects.active()
    ]
    far = [{"who": f"{one.who} ({one.where})", "what": [one.what, one.why, one.basis]} for one in transfers()]
    return [*_grouped(used, lambda entry: str(circle_of(None, "", entry)[0])), everything, *named, *far]


def _purposes_of(party: Processor) -> list[str]:
    """For what a party has the data, and for nothing else (W-45)."""
    purposes = ", ".join(str(label) for label in party.purpose_labels)
    return [_("alleen voor: %(purposes)s") % {"purposes": purposes}] if purposes else []


def _grouped(used: Used, who: Callable[[Personal], str]) -> list[dict[str, Any]]:
    groups: dict[str, list[Personal]] = {}
    for _declaration, entry in used:
        groups.setdefault(who(entry), []).append(entry)
    return [{"who": name, "what": _words(entry.label for entry in entries)} for name, entries in groups.items()]


def _words(words: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(word) for word in words))


def _rights() -> Iterator[dict[str, str]]:
    base = settings.BASE_URL
    rows = (
        (_("Inzien en meenemen"), _("Je ziet alles en downloadt het, zo vaak je wilt. Het kost niets."), "gegevens"),
        (_("Verbeteren"), _("Klopt iets niet of mist er iets? Pas het zelf aan, of vraag het ons."), "gegevens"),
        (_("Verbergen"), _("Je kiest per bericht wat iedereen ziet. Alles verbergen is één knop."), "gegevens"),
        (_("Toestemming intrekken"), _("Wat je goedvond, kun je altijd weer intrekken."), "toestemmingen"),
        (_("Wissen"), _("Zeg je op, dan ben je meteen van de site. Binnen 48 uur is alles gewist."), "opzeggen"),
        (_("Bezwaar maken of laten bevriezen"), _("Schrijf ons. Je krijgt binnen 30 dagen antwoord."), ""),
    )
    for name, words, page in rows:
        where = f"{base}/mijn/{page}/" if page else f"{base}/hulp/"
        yield {"right": name, "words": words, "where": where}


def _operator() -> dict[str, str]:
    who = settings.OPERATOR
    return {"name": who["name"], "place": who["place"], "email": who["privacy_email"]}


def _authority() -> dict[str, str]:
    """Where somebody can complain about us: the data protection authority of the operator's country."""
    who = settings.OPERATOR
    return {
        "name": who["authority"],
        "address": who["authority_address"],
        "phone": who["authority_phone"],
        "url": who["complaint_url"],
    }
