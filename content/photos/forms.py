"""A photo and what belongs to it: what is on it, and whether people on it agree (C-24)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.pages.images import read_bounded, refusal
from content.photos.child import Rendition
from content.photos.darkroom import develop
from content.photos.models import Photo
from content.posts.leaks import ADVICE
from content.posts.models import Post
from wijk.leaks.guard import LeakGuard
from wijk.leaks.kinds import Finding, Kind
from wijk.pictures import Refused
from wijk.text import LineField

TOO_HEAVY = _("Het lukt niet om deze foto te lezen. Maak hem kleiner en probeer het nog eens.")


class WordsForm(LeakGuard, forms.Form):
    """What is on a photo, and whether people on it agree."""

    guarded = ("alt",)
    advice = ADVICE

    alt = LineField(
        label=_("Wat staat erop?"),
        max_length=200,
        help_text=_("Eén zin, voor wie de foto niet ziet. Bijvoorbeeld: een rode bakfiets voor een schuur."),
        error_messages={"required": _("Vertel in één zin wat er op de foto staat.")},
    )
    people = forms.ChoiceField(
        label=_("Zijn er mensen op te herkennen?"),
        choices=Photo.People.choices,
        widget=forms.RadioSelect,
        help_text=_("Vraag het hun eerst. Bij een kind vraag je het de ouders. Zegt iemand nee? Kies een andere foto."),
        error_messages={
            "required": _("Kies ja of nee. Zonder antwoord kan de foto niet op de site."),
            "invalid_choice": _("Kies iets uit de lijst."),
        },
    )

    def __init__(self, data: Any = None, files: Any = None, *, post: Post, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.post = post

    def matters(self, name: str, finding: Finding) -> bool:
        """An organisation's address is no secret."""
        return super().matters(name, finding) and not (finding.kind == Kind.HOUSE and self.post.organisation_id)


class PhotoForm(WordsForm):
    """A new photo with its words. A photo that was understood is not lost when a word is still missing."""

    file = forms.FileField(
        label=_("Kies een foto"),
        help_text=_("JPEG, PNG of WebP, hooguit 10 MB. Waar en waarmee hij gemaakt is, halen we eruit."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Kies eerst een foto."),
            "empty": _("Dit bestand is leeg. Kies een andere foto."),
            "missing": _("Kies eerst een foto."),
            "invalid": _("Kies eerst een foto."),
        },
    )
    field_order = ["file", "alt", "people"]

    developed: list[Rendition] | None = None

    def clean_file(self) -> None:
        content = read_bounded(self.cleaned_data["file"])
        try:
            self.developed = develop(content)
        except Refused as refused:
            code = str(refused)
            raise (ValidationError(TOO_HEAVY, code=code) if code == "too_heavy" else refusal(code)) from None
