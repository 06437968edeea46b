"""The forms of a notice: its words in each language, whose data leaked, and the count that is typed to send it."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.notices.models import AFFECTED, OTHERS, PARTS, WORDS, Notice
from accounts.notices.reach import EVERYONE, NUMBERS, REACHES
from accounts.users.models import User
from wijk.text import LineField, TextField

LONGEST = 4000
MOST_NUMBERS = 5000
LABELS = {
    "subject": _("Onderwerp"),
    "what": _("Wat is er gebeurd?"),
    "consequences": _("Wat kunnen de gevolgen zijn voor de lezer?"),
    "measures": _("Wat hebben wij gedaan?"),
    "advice": _("Wat kan de lezer zelf doen?"),
    "contact": _("Waar kan de lezer terecht met een vraag?"),
    AFFECTED: _("Voor wie het over de eigen gegevens gaat"),
    OTHERS: _("Voor wie het niet over de eigen gegevens gaat"),
}


class NoticeForm(forms.Form):
    """All words are optional here, so that a half-written draft can be kept; sending asks for all of them."""

    is_drill = forms.BooleanField(
        label=_("Dit is een oefening"),
        required=False,
        help_text=_("Er staat dan OEFENING boven, en bewoners krijgen niets."),
    )
    drill_to = forms.ChoiceField(
        label=_("Bij een oefening"), choices=Notice.DrillTo.choices, widget=forms.RadioSelect, required=False
    )
    reach = forms.ChoiceField(label=_("Van wie zijn de gegevens die lekten?"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, notice: Notice) -> None:
        super().__init__(data, initial=self._kept(notice))
        self.fields["reach"].choices = [(code, way.label) for code, way in REACHES.items()]  # type: ignore[attr-defined]
        for code, way in REACHES.items():
            if way.choices:
                self.fields[f"to_{code}"] = forms.MultipleChoiceField(
                    label=_("Welke?"), choices=list(way.choices()), required=False, widget=forms.CheckboxSelectMultiple
                )
        self.fields[f"to_{NUMBERS}"] = TextField(
            label=_("Nummers van de accounts"),
            required=False,
            max_length=60_000,
            help_text=_("Met spaties of komma's ertussen, alleen als je kiest voor bepaalde accounts."),
            widget=forms.Textarea(attrs={"rows": 2, "inputmode": "numeric"}),
        )
        for language, _name in settings.LANGUAGES:
            for part in WORDS:
                self.fields[f"{language}_{part}"] = _words(part)

    @staticmethod
    def _kept(notice: Notice) -> dict[str, Any]:
        said = {f"{language}_{part}": text for language, parts in notice.words.items() for part, text in parts.items()}
        chosen = " ".join(notice.reach_to) if notice.reach == NUMBERS else notice.reach_to
        ways = {"is_drill": notice.is_drill, "drill_to": notice.drill_to, "reach": notice.reach}
        return {**said, **ways, f"to_{notice.reach}": chosen}

    @property
    def languages(self) -> list[tuple[str, list[Any], list[Any]]]:
        """Per language: its name, the parts of the mail, and the two paragraphs of which a reader gets one."""
        return [
            (name, [self[f"{code}_{part}"] for part in PARTS], [self[f"{code}_{part}"] for part in (AFFECTED, OTHERS)])
            for code, name in settings.LANGUAGES
        ]

    @property
    def ways(self) -> list[dict[str, Any]]:
        """What may be chosen for each way to say whose data leaked; open where something was chosen or is wrong."""
        return [
            {
                "label": way.label,
                "field": self[f"to_{code}"],
                "open": self["reach"].value() == code or bool(self.errors.get(f"to_{code}")),
            }
            for code, way in REACHES.items()
            if code != EVERYONE
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        code = cleaned.get("reach", EVERYONE)
        chosen = cleaned.get(f"to_{code}") or []
        if code == NUMBERS:
            chosen = self._numbers(str(chosen or ""))
        if code != EVERYONE and not chosen and f"to_{code}" not in self.errors:
            self.add_error(f"to_{code}", _("Kies er minstens een."))
        cleaned["reach_to"] = list(chosen)
        return cleaned

    def _numbers(self, typed: str) -> list[str]:
        """The typed account numbers, each once; one that does not exist is named, so that a typing error is seen."""
        pieces = [piece for piece in re.split(r"[\s,;]+", typed) if piece]
        wrong = [piece for piece in pieces if not re.fullmatch(r"[0-9]{1,18}", piece)]
        if wrong or len(pieces) > MOST_NUMBERS:
            self.add_error(f"to_{NUMBERS}", _("Vul hier alleen nummers in, hooguit 5000."))
            return []
        numbers = sorted({int(piece) for piece in pieces})
        known: set[int] = set()
        for first in range(0, len(numbers), 500):
            known |= set(User.objects.filter(pk__in=numbers[first : first + 500]).values_list("pk", flat=True))
        if unknown := [str(number) for number in numbers if number not in known][:10]:
            self.add_error(f"to_{NUMBERS}", _("Deze nummers bestaan niet: %(list)s.") % {"list": ", ".join(unknown)})
        return [str(number) for number in numbers]

    @property
    def values(self) -> dict[str, Any]:
        """What is kept, by the names of the model."""
        typed = self.cleaned_data
        words = {
            language: {part: typed[f"{language}_{part}"] for part in WORDS} for language, _name in settings.LANGUAGES
        }
        drill_to = typed["drill_to"] or Notice.DrillTo.OFFICERS
        return {
            "words": words,
            "is_drill": typed["is_drill"],
            "drill_to": drill_to,
            "reach": typed["reach"],
            "reach_to": typed["reach_to"],
        }


def _words(part: str) -> forms.CharField:
    if part == "subject":
        return LineField(label=LABELS[part], max_length=120, required=False)
    rows = 2 if part in {"contact", AFFECTED, OTHERS} else 4
    return TextField(
        label=LABELS[part], max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class SendForm(forms.Form):
    """The number of readers, typed by hand: nobody mails a whole town by a slip of the finger (P-31)."""

    count = forms.IntegerField(
        label=_("Typ hoeveel mensen deze mail krijgen"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Typ het aantal."), "invalid": _("Typ het aantal, in cijfers.")},
    )

    def __init__(self, data: Any = None, *, readers: int) -> None:
        super().__init__(data)
        self.readers = readers

    def clean_count(self) -> int:
        typed: int = self.cleaned_data["count"]
        if typed != self.readers:
            raise forms.ValidationError(
                _("Er zijn nu %(readers)d ontvangers. Jij typte een ander aantal.") % {"readers": self.readers}
            )
        return typed
