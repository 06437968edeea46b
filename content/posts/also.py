"""The part of the form about other neighbourhoods: which of those nearby a post is asked for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.posts.models import Post
from content.posts.placements import MOST, Placement, offered
from neighbourhoods.places.models import Neighbourhood

TOO_MANY = _("Kies hoogstens %(most)s andere wijken.")
UNKNOWN = _("Kies een wijk uit de lijst.")


class AlsoForm(forms.ModelForm):
    """Up to four of the nearest neighbourhoods; the manager of each decides."""

    also = forms.TypedMultipleChoiceField(
        coerce=int,
        label=_("In welke wijken ook?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Hoogstens vier. De beheerder van elke wijk beslist, zodra je bericht in je eigen wijk staat."),
        error_messages={"invalid_choice": UNKNOWN, "invalid_list": UNKNOWN},
    )

    class Meta:
        model = Post
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(offered(self.instance))
        if not self.places:
            del self.fields["also"]
            return
        self.fields["also"].choices = [(place.pk, place.name) for place in self.places]  # type: ignore[attr-defined]
        asked = Placement.objects.filter(post=self.instance.pk).standing()
        self.initial["also"] = list(asked.values_list("neighbourhood", flat=True))

    def clean_also(self) -> list[Neighbourhood]:
        chosen = set(self.cleaned_data["also"])
        if len(chosen) > MOST:
            raise ValidationError(TOO_MANY, params={"most": MOST})
        return [place for place in self.places if place.pk in chosen]
