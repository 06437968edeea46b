"""The desk's form for news, and the admin's form for images."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from content.pages.images import CleanFile, clean_upload
from content.pages.models import NewsPage
from wijk import clock
from wijk.text import LineField, TextField, clean_text

WINDOW = timedelta(days=366)
PICTURES = "image/jpeg,image/png,image/webp"


class CleanImageForm(BaseImageForm):
    """Wagtail's image form, whose file is made anew from its pixels before anything of it is kept."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        return clean_upload(file) if "file" in self.changed_data and file else file


class NewsForm(forms.Form):
    """News as a manager writes it: plain words, and perhaps one photo."""

    title = LineField(label=_("Titel"), max_length=120, error_messages={"required": _("Geef het nieuws een titel.")})
    published_on = forms.DateField(
        label=_("Datum"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"invalid": _("Schrijf de datum als 24-11-2026."), "required": _("Kies een datum.")},
    )
    summary = LineField(
        label=_("In het kort"),
        max_length=200,
        required=False,
        help_text=_("Eén zin. Die staat op de pagina van de wijk en in de nieuwsbrief."),
    )
    text = TextField(
        label=_("Tekst"),
        max_length=8000,
        help_text=_("Laat een regel leeg voor een nieuwe alinea. Een webadres wordt vanzelf een link."),
        error_messages={"required": _("Schrijf wat er te vertellen is.")},
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    photo = forms.FileField(
        label=_("Foto"),
        required=False,
        max_length=200,
        help_text=_("Een JPEG, PNG of WebP van hooguit 10 MB. Plaats en toestel halen we eruit."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
        error_messages={"empty": _("Dit bestand is leeg. Kies een andere foto.")},
    )
    alt = LineField(
        label=_("Wat staat er op de foto?"),
        max_length=200,
        required=False,
        help_text=_("Voor wie de foto niet ziet. Bijvoorbeeld: vier buren planten een boom op het plein."),
    )
    consent = forms.BooleanField(label=_("Wie herkenbaar op de foto staat, vindt dit goed"), required=False)
    remove_photo = forms.BooleanField(label=_("Haal de foto weg"), required=False)

    def __init__(self, *args: Any, item: NewsPage | None = None, **kwargs: Any) -> None:
        self.item = item
        kwargs["initial"] = self.present(item) if item else None
        super().__init__(*args, **kwargs)
        if item is None or item.image is None:
            del self.fields["remove_photo"]
        if item is not None and not is_plain(item.body):
            # The editors gave it headings or lists, which plain text would lose.
            del self.fields["text"]

    @staticmethod
    def present(item: NewsPage) -> dict[str, Any]:
        alt = item.image.description if item.image else ""
        text = as_text(item.body)
        return {
            "title": item.title,
            "published_on": item.published_on,
            "summary": item.summary,
            "text": text,
            "alt": alt,
        }

    def clean_published_on(self) -> date:
        day: date = self.cleaned_data["published_on"]
        if abs(day - clock.today()) > WINDOW:
            raise forms.ValidationError(_("Kies een datum van hooguit een jaar geleden of over een jaar."))
        return day

    def clean_photo(self) -> CleanFile | None:
        photo = self.cleaned_data["photo"]
        return clean_upload(photo) if photo else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.files.get("photo"):
            if not cleaned.get("alt"):
                self.add_error("alt", _("Vertel in een paar woorden wat er op de foto staat."))
            if not cleaned.get("consent"):
                self.add_error("consent", _("Een foto van herkenbare mensen kan alleen als zij dat goed vinden."))
        return cleaned

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "published_on", "summary")}


def is_plain(html: str) -> bool:
    """Whether a text is only paragraphs, lines and bare links, so that it survives as plain text."""
    return as_html_tags(html) <= {"p", "br", "br/", "a"}


def as_html_tags(html: str) -> set[str]:
    return {piece.split(">", 1)[0].split(" ", 1)[0].lstrip("/") for piece in html.split("<")[1:]}


def as_text(html: str) -> str:
    """The plain text from which such paragraphs came."""
    text = strip_tags(html.replace("<br>", "\n").replace("<br/>", "\n").replace("</p>", "\n\n"))
    for mark, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(mark, character)
    return clean_text(text)
