"""A leak in the order of the authority's form, for the page, the file and paper (W-70, L-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.breaches.models import Breach
from accounts.compliance.models import DataCategory


@dataclass(frozen=True)
class Answer:
    """One question of the form; the code is its name in the file."""

    code: str
    question: str
    answer: str


@dataclass(frozen=True)
class Section:
    """One part of the form."""

    code: str
    title: str
    answers: list[Answer]

    @property
    def known(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.answer]

    @property
    def blank(self) -> list[str]:
        """The questions without an answer, as words inside a sentence."""
        return [answer.question[:1].lower() + answer.question[1:] for answer in self.answers if not answer.answer]


def sections(breach: Breach) -> list[Section]:
    """The whole form; a question without an answer is there too, so that nobody overlooks it."""
    return [
        Section("report", _("1. De melding"), _report(breach)),
        Section("organisation", _("2. Wie meldt"), _organisation(breach)),
        Section("incident", _("3. Wat is er gebeurd"), _incident(breach)),
        Section("time", _("4. Wanneer"), _time(breach)),
        Section("data", _("5. Welke gegevens"), _data(breach)),
        Section("people", _("6. Om wie gaat het"), _people(breach)),
        Section("consequences", _("7. Gevolgen"), _consequences(breach)),
        Section("measures", _("8. Maatregelen"), _measures(breach)),
        Section("informing", _("9. De mensen om wie het gaat"), _informing(breach)),
        Section("abroad", _("10. Andere landen"), _abroad(breach)),
    ]


def _report(breach: Breach) -> list[Answer]:
    kind = _("vervolg op een eerdere melding") if breach.authority_reported_at else _("eerste melding")
    return [
        Answer("reference", _("Ons nummer"), breach.reference + (f" ({_('OEFENING')})" if breach.is_drill else "")),
        Answer("authority", _("Toezichthouder"), str(breach.get_authority_display())),
        Answer("kind", _("Soort melding"), kind),
        Answer("authority_reference", _("Nummer bij de toezichthouder"), breach.authority_reference),
        Answer("reported_at", _("Gemeld op"), moment(breach.authority_reported_at)),
        Answer("late_reason", _("Waarom later dan 72 uur"), breach.late_reason),
    ]


def _organisation(breach: Breach) -> list[Answer]:
    operator = settings.OPERATOR
    place = ", ".join(part for part in (operator["name"], operator["place"]) if part)
    parties = ", ".join(f"{party.name} ({party.get_role_display()})" for party in breach.processors.all())
    return [
        Answer("name", _("Organisatie"), place),
        Answer("register_number", _("Nummer in het handelsregister"), operator["register_number"]),
        Answer("contact", _("Contactpersoon"), operator["privacy_officer"] or operator["privacy_email"]),
        Answer("dpo", _("Functionaris gegevensbescherming"), operator["data_protection_officer"]),
        Answer("processors", _("Betrokken verwerkers"), parties or _("geen")),
    ]


def _incident(breach: Breach) -> list[Answer]:
    return [
        Answer("summary", _("In één zin"), breach.summary),
        Answer("what", _("Wat er gebeurde"), breach.what),
        Answer("where", _("Waar"), breach.seen_where),
        Answer("incident", _("Soort incident"), str(breach.get_incident_display())),
        Answer("aspects", _("Wat er met de gegevens is"), labels(Breach.Aspect, breach.aspects)),
    ]


def _time(breach: Breach) -> list[Answer]:
    until = _("het duurt nog voort") if breach.still_going else moment(breach.happened_until)
    return [
        Answer("discovered_at", _("Ontdekt op"), moment(breach.discovered_at)),
        Answer("found_how", _("Hoe ontdekt"), breach.found_how),
        Answer("happened_from", _("Begonnen op"), moment(breach.happened_from)),
        Answer("happened_until", _("Geëindigd op"), until),
    ]


def _data(breach: Breach) -> list[Answer]:
    return [
        Answer("categories", _("Soort gegevens"), labels(DataCategory, breach.categories)),
        Answer("special", _("Bijzondere gegevens"), _("ja") if breach.has_special_data else _("nee")),
        Answer("categories_note", _("Toelichting"), breach.categories_note),
    ]


def _people(breach: Breach) -> list[Answer]:
    return [
        Answer("people", _("Groepen"), labels(Breach.People, breach.people)),
        Answer("people_least", _("Minstens hoeveel mensen"), number(breach.people_least)),
        Answer("people_most", _("Hoogstens hoeveel mensen"), number(breach.people_most)),
    ]


def _consequences(breach: Breach) -> list[Answer]:
    decision = str(breach.get_decision_display())
    return [
        Answer("consequences", _("Mogelijke gevolgen"), breach.consequences),
        Answer("risk", _("Risico voor mensen"), str(breach.get_risk_display())),
        Answer("decision", _("Besluit"), f"{decision}, {moment(breach.decided_at)}" if decision else ""),
        Answer("decision_reason", _("Reden van het besluit"), breach.decision_reason),
    ]


def _measures(breach: Breach) -> list[Answer]:
    return [
        Answer("protection", _("Bescherming die er al was"), breach.protection),
        Answer("measures", _("Wat is gedaan"), breach.measures),
        Answer("measures_next", _("Wat nog komt"), breach.measures_next),
        Answer("lessons", _("Wat we ervan leren"), breach.lessons),
    ]


def _informing(breach: Breach) -> list[Answer]:
    return [
        Answer("informed_at", _("Ingelicht op"), moment(breach.informed_at)),
        Answer("informed_how", _("Hoe, en wat er stond"), breach.informed_how),
    ]


def _abroad(breach: Breach) -> list[Answer]:
    abroad = _("ja") if breach.cross_border else _("nee")
    return [
        Answer("cross_border", _("Gaat het ook om mensen in andere landen?"), abroad),
        Answer("cross_border_where", _("Welke landen, en welke toezichthouders"), breach.cross_border_where),
    ]


def moment(value: datetime | None) -> str:
    return formats.date_format(timezone.localtime(value), "j F Y, H:i") if value else ""


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def labels(kind: type[TextChoices], codes: Iterable[str]) -> str:
    return ", ".join(str(kind(code).label) for code in codes if code in kind.values)


def as_file(breach: Breach) -> dict[str, Any]:
    """The form as plain values, with exact times beside the words."""
    times = ("discovered_at", "happened_from", "happened_until", "authority_reported_at", "informed_at", "closed_at")
    return {
        "format": "wijk-breach-1",
        "reference": breach.reference,
        "drill": breach.is_drill,
        "state": breach.state,
        "due_at": breach.due_at,
        "times": {name: getattr(breach, name) for name in times},
        "codes": {
            name: getattr(breach, name)
            for name in ("authority", "incident", "aspects", "categories", "people", "risk", "decision")
        },
        "sections": [
            {
                "code": section.code,
                "title": section.title,
                "answers": {
                    answer.code: {"question": answer.question, "answer": answer.answer} for answer in section.answers
                },
            }
            for section in sections(breach)
        ],
    }
