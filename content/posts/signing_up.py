"""The part of an activity's form about signing up through us."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.posts.models import Post
from wijk import clock
from wijk.forms import DayAndTimeField

MOST_PLACES = 500
A_NUMBER = _("Vul een getal in van 1 tot en met 500, of laat het leeg.")


class SignUpFields(forms.ModelForm):
    """Whether people sign up through us, for how many places, until when."""

    signup_on = forms.BooleanField(
        label=_("Mensen melden zich aan via Wijk"),
        required=False,
        help_text=_("Je ziet dan wie er komt. Anderen zien alleen hoeveel plekken er nog zijn."),
    )
    signup_places = forms.IntegerField(
        label=_("Hoeveel plekken zijn er?"),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text=_("Is het vol, dan komen mensen op een wachtlijst. Laat leeg als iedereen erbij kan."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": A_NUMBER, "min_value": A_NUMBER, "max_value": A_NUMBER},
    )
    signup_until = DayAndTimeField(
        label=_("Tot wanneer kan dat?"),
        required=False,
        help_text=_("Laat leeg als het kan tot de activiteit begint."),
    )

    class Meta:
        model = Post
        fields = ["signup_on", "signup_places", "signup_until"]

    def judge_last_moment(self, starts_at: datetime) -> None:
        """The last moment to sign up lies before the activity begins; a new one also after now."""
        cleaned: Any = self.cleaned_data
        until = cleaned.get("signup_until")
        if not until or not cleaned.get("signup_on"):
            return
        if until > starts_at:
            self.add_error("signup_until", _("Dit is na het begin van de activiteit. Kies een eerder moment."))
        elif until < clock.now() and until != self.initial.get("signup_until"):
            self.add_error("signup_until", _("Dit moment is al geweest. Kies een moment dat nog komt."))
