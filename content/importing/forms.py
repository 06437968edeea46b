"""The form of the upload, and for each row of a file the form that judges it: its fields are the columns."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.importing import sheets
from content.importing.models import Sort
from content.organisations.numbers import refuse_bsn
from wijk import clock
from wijk.text import EmailField, LineField, TextField

FURTHEST = timedelta(days=366)
DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d-%m-%y"]
TIMES = ["%H:%M", "%H:%M:%S", "%H.%M"]


class UploadForm(forms.Form):
    """A file, what it lists, and where it comes from."""

    sort = forms.ChoiceField(
        label=_("Wat staat erin?"),
        widget=forms.RadioSelect,
        choices=Sort.choices,
        error_messages={"required": _("Kies wat erin staat."), "invalid_choice": _("Kies uit de lijst.")},
    )
    source = LineField(
        label=_("Waar komt de lijst vandaan?"),
        max_length=160,
        help_text=_("Bijvoorbeeld: sociale kaart van de gemeente, mei 2026. Wijkbeheerders zien dit."),
        error_messages={"required": _("Schrijf op waar de lijst vandaan komt.")},
    )
    file = forms.FileField(
        label=_("Het bestand"),
        help_text=_("CSV of Excel (.xlsx), hooguit 500 rijen en 2 MB. Je ziet eerst wat er gebeurt."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": _("Kies een bestand."),
            "invalid": _("Kies een bestand."),
            "empty": _("In dit bestand staat niets."),
        },
    )

    def clean_file(self) -> list[sheets.Row]:
        """The rows of the file; the upload itself is kept nowhere."""
        upload = self.cleaned_data["file"]
        self.file_name = str(upload.name)[:120]
        try:
            return sheets.read(upload)
        except sheets.SheetError as problem:
            raise forms.ValidationError(str(problem)) from None


class OrganisationRow(forms.Form):
    """One organisation of a list."""

    COLUMNS = {
        "naam": "name",
        "in één zin": "summary",
        "over ons": "text",
        "website": "website",
        "thema's": "themes",
        "e-mailadres": "email",
    }

    name = LineField(max_length=120, validators=[refuse_bsn], help_text=_("De naam, zoals iedereen die ziet."))
    summary = LineField(
        required=False, max_length=160, validators=[refuse_bsn], help_text=_("Wat ze doen, en voor wie.")
    )
    text = TextField(
        required=False, max_length=4000, validators=[refuse_bsn], help_text=_("Meer over de organisatie. Openbaar.")
    )
    website = forms.URLField(
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Bijvoorbeeld https://www.voorbeeld.nl"),
        error_messages={"invalid": _("Dit is geen geldig webadres.")},
    )
    themes = LineField(required=False, max_length=300, help_text=_("Eén of meer thema's, met een komma ertussen."))
    email = EmailField(
        required=False,
        help_text=_("Van wie erover gaat. Die krijgt één mail om de pagina over te nemen. Komt niet op de site."),
    )

    def clean_website(self) -> str:
        """Only the web."""
        website = str(self.cleaned_data["website"])
        if website and not website.startswith(("https://", "http://")):
            raise forms.ValidationError(self.fields["website"].error_messages["invalid"])
        return website


class ActivityRow(forms.Form):
    """One activity of a list."""

    COLUMNS = {
        "titel": "title",
        "tekst": "text",
        "datum": "day",
        "begint": "begins",
        "eindigt": "ends",
        "waar": "venue",
        "organisatie": "organisation",
        "thema": "theme",
    }

    title = LineField(max_length=90, validators=[refuse_bsn], help_text=_("Hoe het heet. Iedereen leest dit."))
    text = TextField(
        max_length=3000, validators=[refuse_bsn], help_text=_("Wat er te doen is, voor wie, wat het kost.")
    )
    day = forms.DateField(
        input_formats=DAYS,
        help_text=_("Bijvoorbeeld 26-11-2026"),
        error_messages={"invalid": _("Dit is geen datum. Een voorbeeld: 26-11-2026.")},
    )
    begins = forms.TimeField(
        input_formats=TIMES,
        help_text=_("Bijvoorbeeld 18:00"),
        error_messages={"invalid": _("Dit is geen tijd. Een voorbeeld: 18:00.")},
    )
    ends = forms.TimeField(
        required=False,
        input_formats=TIMES,
        help_text=_("Mag leeg blijven."),
        error_messages={"invalid": _("Dit is geen tijd. Een voorbeeld: 20:00.")},
    )
    venue = LineField(required=False, max_length=120, validators=[refuse_bsn], help_text=_("De plek."))
    organisation = LineField(max_length=120, help_text=_("De naam van een organisatie die hier op de site staat."))
    theme = LineField(required=False, max_length=60, help_text=_("Eén thema."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, begins, ends = cleaned.get("day"), cleaned.get("begins"), cleaned.get("ends")
        if not day or not begins:
            return cleaned
        starts_at = timezone.make_aware(datetime.combine(day, begins))
        if starts_at < clock.now():
            self.add_error("day", _("Dit moment is al geweest."))
        elif starts_at > clock.now() + FURTHEST:
            self.add_error("day", _("Dit is meer dan een jaar vooruit."))
        if ends and ends <= begins:
            self.add_error("ends", _("Het eindigt voor het begint."))
        cleaned["starts_at"] = starts_at
        cleaned["ends_at"] = timezone.make_aware(datetime.combine(day, ends)) if ends else None
        return cleaned


ROWS: dict[str, type[OrganisationRow] | type[ActivityRow]] = {
    Sort.ORGANISATIONS: OrganisationRow,
    Sort.ACTIVITIES: ActivityRow,
}
