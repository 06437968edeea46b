"""The record of processing activities (GDPR art. 30; L-2, D-4, D-13), and the same in fewer words on the privacy page.

No line of it is written by hand: what is processed comes from the register of personal data, who handles it from the
register of parties, why from the words of the purposes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.compliance.models import Processor
from accounts.compliance.transfers import Transfer, transfers
from accounts.users.holdings import GROUNDS
from accounts.users.purposes import PURPOSES
from wijk import clock, tables
from wijk.personal_data import (
    REGISTER,
    STORES,
    TERMS,
    Declaration,
    Erase,
    Kind,
    Personal,
    Recipient,
    Store,
    Visibility,
)
from wijk.stores import cookie_names

FORMAT = "wijk-record-1"
KINDS: dict[Kind, str | Promise] = {
    Kind.NONE: gettext_lazy("niets over mensen"),
    Kind.IDENTIFIER: gettext_lazy("naam of nummer"),
    Kind.CONTACT: gettext_lazy("contactgegevens"),
    Kind.CONTENT: gettext_lazy("wat iemand koos of invulde"),
    Kind.FREE_TEXT: gettext_lazy("teksten"),
    Kind.TECHNICAL: gettext_lazy("technische gegevens"),
    Kind.SECRET: gettext_lazy("versleutelde sleutels en wachtwoorden"),
}
SEEN_BY: dict[Visibility, str | Promise] = {
    Visibility.PUBLIC: gettext_lazy("iedereen"),
    Visibility.CHOICE: gettext_lazy("iedereen, als je het zelf laat zien"),
    Visibility.MANAGER: gettext_lazy("jij en de wijkbeheerder"),
    Visibility.SIDES: gettext_lazy("jij en de ander in het gesprek"),
    Visibility.STAFF: gettext_lazy("wie de site beheert"),
    Visibility.OWNER: gettext_lazy("alleen jij"),
    Visibility.NOBODY: gettext_lazy("niemand"),
}
RECIPIENTS: dict[Recipient, str | Promise] = {
    Recipient.HOST: gettext_lazy("wie de site voor ons laat draaien"),
    Recipient.MAIL: gettext_lazy("wie onze mail bezorgt"),
}
MEASURES = (
    gettext_lazy("Contactgegevens, gesprekken en mail zijn versleuteld in de database. De sleutel staat apart."),
    gettext_lazy("Wat niet openbaar verklaard is, komt op geen pagina. Elk adres van de site zegt wie het mag zien."),
    gettext_lazy("Wie gegevens van anderen ziet, logt in met een tweede stap en tekende voor geheimhouding."),
    gettext_lazy("Elke handeling staat in een logboek dat niemand ongemerkt verandert."),
    gettext_lazy("Pagina's vragen niets op bij anderen, en er zijn geen volgcookies."),
    gettext_lazy("Back-ups zijn versleuteld. Wordt er een teruggezet, dan wordt eerst opnieuw gewist."),
)
NEVER_OUTSIDE = gettext_lazy("Gegevens gaan nooit naar een land buiten de Europese Economische Ruimte.")
Field = tuple[Declaration, str, Personal]


def personal_fields() -> Iterator[Field]:
    """Every declared field that says something about somebody."""
    for declaration in REGISTER.values():
        for name, entry in declaration.fields.items():
            if entry.label or entry.kind not in {Kind.NONE, Kind.TECHNICAL}:
                yield declaration, name, entry


def activities() -> list[dict[str, Any]]:
    """Per purpose: what, why, on which ground, about whom, who sees and gets it, how long (W-6, W-8)."""
    fields = list(personal_fields())
    parties = list(Processor.objects.active())
    found = []
    for code in PURPOSES:
        of_purpose = [field for field in fields if field[2].purpose == code]
        if of_purpose:
            found.append(_activity(code, of_purpose, [party for party in parties if code in party.purposes]))
    return found


def _activity(code: str, fields: list[Field], parties: list[Processor]) -> dict[str, Any]:
    purpose, entries = PURPOSES[code], [entry for _declaration, _name, entry in fields]
    kept = [entry for entry in entries if entry.erase == Erase.KEEP]
    return {
        "code": code,
        "label": str(purpose.label),
        "why": str(purpose.why),
        "grounds": _words(GROUNDS[entry.ground] for entry in entries if entry.ground),
        "balance": str(purpose.balance),
        "people": list(_people(fields)),
        "what": _words(entry.label for entry in entries if entry.label),
        "kinds": _words(KINDS[entry.kind] for entry in entries),
        "terms": _words(TERMS[entry.retention].label for entry in entries),
        "seen_by": _seen_by({entry.visibility for entry in entries}),
        "recipients": [*_words(_recipients(entries)), *[f"{party} ({party.data_country_name})" for party in parties]],
        "kept": _words(f"{entry.keep_reason} ({TERMS[entry.retention].label})" for entry in kept),
    }


def _seen_by(circles: set[Visibility]) -> list[str]:
    """The widest circle first; nobody is only said where it is true of everything."""
    seen = circles - {Visibility.NOBODY} or circles
    return [str(words) for circle, words in SEEN_BY.items() if circle in seen]


def _recipients(things: Iterable[Personal | Store]) -> Iterator[str | Promise]:
    for thing in things:
        yield from (RECIPIENTS[recipient] for recipient in thing.handed_to)


def _people(fields: list[Field]) -> Iterator[str]:
    """About whom: found by what leads from a row to somebody."""
    if any(declaration.subjects for declaration, _name, _entry in fields):
        yield _("mensen met een account")
    if any(entry.kind == Kind.CONTACT and _may_have_no_account(found) for found, _name, entry in fields):
        yield _("mensen die hun adres achterlieten")
    if any(entry.visibility == Visibility.STAFF and entry.kind == Kind.IDENTIFIER for _d, _n, entry in fields):
        yield _("wie hier werkt")


def _may_have_no_account(declaration: Declaration) -> bool:
    """Whether a row can be about somebody without an account."""
    links = [subject.path.partition("__")[0] for subject in declaration.subjects]
    columns = [declaration.model._meta.get_field(link) for link in links if link != "self"]
    return not links or any(getattr(column, "null", False) for column in columns)


def _words(words: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(word) for word in words))


def stores() -> list[dict[str, Any]]:
    """What holds data and is no table: files, caches, logs, copies, cookies."""
    return [
        {
            "code": code,
            "label": str(store.label),
            "what": str(store.what),
            "purpose": str(PURPOSES[store.purpose].label),
            "ground": str(GROUNDS[store.ground]),
            "term": str(store.term.label),
            "seen_by": str(SEEN_BY[store.visibility]),
            "recipients": _words(_recipients([store])),
            "erased": str(store.erased),
            "personal": store.personal,
            "cookies": cookie_names(store),
        }
        for code, store in STORES.items()
    ]


def places() -> list[dict[str, Any]]:
    """Where data about people are, without the cookies, which have a page of their own."""
    return [store for store in stores() if store["personal"] and not store["cookies"]]


# As a file -----------------------------------------------------------------------------------------------------------


def lines() -> list[dict[str, str]]:
    """One line per field of each table, and per store: the whole register."""
    fields = [
        _line(declaration.model, name, entry)
        for declaration in REGISTER.values()
        for name, entry in declaration.fields.items()
    ]
    return fields + [_store_line(code, store) for code, store in STORES.items()]


def _line(model: type[Model], name: str, entry: Personal) -> dict[str, str]:
    return {
        "where": model._meta.label,
        "name": name,
        "label": str(entry.label),
        "kind": entry.kind,
        "purpose": str(PURPOSES[entry.purpose].label),
        "ground": str(GROUNDS[entry.ground]) if entry.ground else "",
        "balance": str(PURPOSES[entry.purpose].balance),
        "kept": str(TERMS[entry.retention].label),
        "seen_by": str(SEEN_BY[entry.visibility]),
        "exported": "" if entry.not_exported else "yes",
        "why_not_exported": entry.not_exported,
        "erase": str(entry.erase or ""),
        "why_kept": str(entry.keep_reason) if entry.erase == Erase.KEEP else "",
        "in_sealed_copy": "yes" if entry.archive else "",
        "recipients": ", ".join(_words(_recipients([entry]))),
        "source": str(entry.source or ""),
        "holds": entry.holds if entry.kind in {Kind.NONE, Kind.TECHNICAL} else "",
    }


def _store_line(code: str, store: Store) -> dict[str, str]:
    return {
        "where": ", ".join(store.places),
        "name": code,
        "label": str(store.label),
        "kind": "store",
        "purpose": str(PURPOSES[store.purpose].label),
        "ground": str(GROUNDS[store.ground]),
        "balance": str(PURPOSES[store.purpose].balance),
        "kept": str(store.term.label),
        "seen_by": str(SEEN_BY[store.visibility]),
        "erase": str(store.erased),
        "recipients": ", ".join(_words(_recipients([store]))),
        "holds": str(store.what),
    }


def document() -> dict[str, Any]:
    """All that art. 30 asks for, as plain values."""
    who = settings.OPERATOR
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "controller": {name: who[name] for name in ("name", "address", "place", "register_number", "email", "phone")},
        "privacy": {name: who[name] for name in ("privacy_email", "privacy_officer", "data_protection_officer")},
        "outside_the_eea": [_transfer(one) for one in transfers()] or str(NEVER_OUTSIDE),
        "data_in": who["data_location"],
        "backups_in": who["backup_location"],
        "measures": _words(MEASURES),
        "activities": activities(),
        "stores": stores(),
        "parties": [_party(party) for party in Processor.objects.active()],
        "register": lines(),
    }


def _transfer(transfer: Transfer) -> dict[str, str]:
    return {name: str(value or "") for name, value in vars(transfer).items()}


def _party(party: Processor) -> dict[str, Any]:
    return {
        "name": party.name,
        "role": str(party.get_role_display()),
        "task": party.task,
        "purposes": _words(party.purpose_labels),
        "fields": party.fields,
        "data_in": party.data_country_name,
        "agreement_on": party.agreement_on.isoformat(),
    }


def as_csv() -> str:
    """The register as a table; no cell can be taken for a formula."""
    rows = lines()
    names = list(rows[0])
    return tables.as_csv([names, *([row.get(name, "") for name in names] for row in rows)])
