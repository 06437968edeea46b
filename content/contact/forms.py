"""The contact form of a post, and the answer form of a conversation."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.contact.leaks import ADVICE
from content.organisations.numbers import refuse_bsn
from wijk.forms import OpenForm
from wijk.leaks.guard import LeakGuard
from wijk.text import EmailField, LineField, TextField

LONGEST_MESSAGE = 3000
LONGEST_THANKS = 300
# One person, or all who look after an organisation.
WHO_READS = _("Alleen wie het krijgt, leest dit. Na 30 dagen wissen we de tekst.")


class ContactForm(LeakGuard, OpenForm):
    """What a visitor tells a poster: a message and an address are needed, a name and a number are not (K-10)."""

    guarded = ("message",)
    advice = ADVICE

    message = TextField(
        label=pgettext_lazy("conversation", "Je bericht"),
        max_length=LONGEST_MESSAGE,
        validators=[refuse_bsn],
        help_text=WHO_READS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf eerst een bericht.")},
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("De ander ziet dit niet. Ben je ingelogd? Dan mag je dit leeg laten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = LineField(
        label=_("Je naam"),
        required=False,
        max_length=60,
        validators=[refuse_bsn],
        help_text=_("Vul je dit in? Dan ziet de ander je naam."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = LineField(
        label=_("Je telefoonnummer"),
        required=False,
        max_length=30,
        help_text=_("Vul je dit in? Dan kan de ander je bellen."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, data: Any = None, *, member: Any = None) -> None:
        super().__init__(data, auto_id="contact_%s")
        # A member who writes from a page everybody shares need not type the address we know already.
        self.fields["email"].required = member is None


class AnswerForm(forms.Form):
    """One message in a conversation that runs."""

    body = TextField(
        label=_("Je antwoord"),
        max_length=LONGEST_MESSAGE,
        validators=[refuse_bsn],
        help_text=WHO_READS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Schrijf eerst een antwoord.")},
    )
    form_key = LineField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_urlsafe(24)


class ThanksForm(LeakGuard, forms.Form):
    """A few words, and whom they go to."""

    guarded = ("body",)
    advice = ADVICE

    people = forms.MultipleChoiceField(
        label=_("Wie wil je bedanken?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies wie je wilt bedanken."), "invalid_choice": _("Kies uit de lijst.")},
    )
    body = TextField(
        label=_("Je bedankje"),
        max_length=LONGEST_THANKS,
        validators=[refuse_bsn],
        help_text=WHO_READS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Schrijf eerst een paar woorden.")},
    )

    def __init__(self, data: Any = None, *, people: list[tuple[int, str, datetime]]) -> None:
        """`people` are the conversations: number, name of the other, and since when."""
        super().__init__(data, initial={"people": [str(people[0][0])] if len(people) == 1 else []})
        self.fields["people"].choices = [(str(pk), _named(name, since)) for pk, name, since in people]  # type: ignore[attr-defined]


def _named(name: str, since: datetime) -> str:
    """`Willem, schreef je op 12 november`."""
    return gettext("%(name)s, schreef je op %(day)s") % {"name": name, "day": date_format(localdate(since), "j F")}


class DetailsForm(forms.Form):
    """What one side gives the other: each detail has a box of its own, and only its owner ticks it (W-31)."""

    name = LineField(
        label=_("Je naam"),
        required=False,
        max_length=60,
        help_text=_("Zo heet je dan in dit gesprek."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Dan kan de ander je buiten Wijk om mailen."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = LineField(
        label=_("Je telefoonnummer"),
        required=False,
        max_length=30,
        help_text=_("Dan kan de ander je bellen."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = LineField(
        label=_("Je adres"),
        help_text=_("Dan weet de ander waar het is."),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    BOXES = {
        "name": _("Deel mijn naam"),
        "email": _("Deel mijn e-mailadres"),
        "phone": _("Deel mijn telefoonnummer"),
        "address": _("Deel mijn adres"),
    }

    def __init__(self, data: Any = None, *, known: dict[str, str], given: Iterable[str], with_address: bool) -> None:
        """`known` fills the fields, `given` says what the other has already."""
        super().__init__(data, auto_id="deel_%s", initial=known)
        if not with_address:
            del self.fields["address"]
        self.names = list(self.fields)
        for name in self.names:
            box = forms.BooleanField(label=self.BOXES[name], required=False, initial=name in given)
            self.fields[f"share_{name}"] = box

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each box with its detail, for the page."""
        return [(self[f"share_{name}"], self[name]) for name in self.names]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ticked = [name for name in self.names if cleaned.get(f"share_{name}")]
        if not ticked:
            self.add_error(None, _("Zet een vinkje bij wat je wilt delen."))
        for name in ticked:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Vul dit in, of haal het vinkje weg."))
        return cleaned

    @property
    def given(self) -> dict[str, str]:
        """Only what is ticked."""
        return {name: self.cleaned_data[name] for name in self.names if self.cleaned_data[f"share_{name}"]}
