"""The contact card's form, shared by posts and organisations; and an organisation's page."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.organisations.models import ContactCard, Organisation
from content.organisations.numbers import readable_phone, refuse_bsn, uniform_phone
from content.organisations.opening import HoursFields
from content.organisations.reach import places_near
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk.text import EmailField, LineField, TextField

E164 = re.compile(r"\+[0-9]{8,15}")


class PhoneField(LineField):
    """A phone number, kept as E.164 and shown in groups."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def prepare_value(self, value: Any) -> Any:
        """What was stored is shown in groups; what was typed wrong is shown as it was typed."""
        return readable_phone(value) if E164.fullmatch(str(value)) else value

    def to_python(self, value: object) -> str:
        typed = super().to_python(value)
        return uniform_phone(typed) if typed else ""


class ContactCardForm(forms.ModelForm):
    """Four details, each with its own switch, all off (W-24, W-64). Mix it in before other model forms."""

    contact_name = LineField(
        label=_("Naam"),
        required=False,
        max_length=80,
        validators=[refuse_bsn],
        help_text=_("Hoe mensen je mogen noemen. Alleen je voornaam is genoeg."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = EmailField(
        label=_("E-mailadres"),
        required=False,
        help_text=_("Hier komen reacties binnen. Laat je het leeg, dan gebruiken we het adres van je account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = PhoneField(
        label=_("Telefoonnummer"), required=False, max_length=30, help_text=_("Voor wie liever belt dan schrijft.")
    )
    contact_address = LineField(
        label=_("Adres"),
        required=False,
        max_length=160,
        validators=[refuse_bsn],
        help_text=_("Alleen nodig als mensen ergens naartoe moeten komen."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    show_name = forms.BooleanField(label=_("Laat mijn naam zien"), required=False)
    show_email = forms.BooleanField(label=_("Laat mijn e-mailadres zien"), required=False)
    show_phone = forms.BooleanField(label=_("Laat mijn telefoonnummer zien"), required=False)
    show_address = forms.BooleanField(label=_("Laat mijn adres zien"), required=False)
    confirm_address = forms.BooleanField(
        label=_("Ja, iedereen op internet mag mijn adres zien"), required=False, widget=forms.CheckboxInput
    )

    # An organisation's address is meant to be found; a home address asks twice (W-34).
    private_person = True

    class Meta:
        model: type[ContactCard]
        fields = [f"{part}_{name}" for name in ContactCard.CONTACT_FIELDS for part in ("contact", "show")]

    def contact_pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each detail with its switch, for components/contact_field.html."""
        return [(self[f"contact_{name}"], self[f"show_{name}"]) for name in ContactCard.CONTACT_FIELDS]

    @property
    def contact_open(self) -> bool:
        """Whether the card is unfolded: there is something in it, or something wrong with it."""
        names = self.Meta.fields
        return any(self[name].value() or self[name].errors for name in names if name in self.fields)

    @property
    def asks_about_address(self) -> bool:
        """Whether the second question about a home address is on the page."""
        return bool(self["confirm_address"].errors)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ContactCard.CONTACT_FIELDS:
            if f"contact_{name}" in cleaned and not cleaned[f"contact_{name}"]:
                # A switch over nothing stays off, so that what is filled in later is not public by accident.
                cleaned[f"show_{name}"] = False
        newly_shown = cleaned.get("show_address") and not self.initial.get("show_address")
        if self.private_person and newly_shown and not cleaned.get("confirm_address"):
            self.add_error(
                "confirm_address",
                _("Zo ziet iedereen waar je woont. Weet je het zeker? Zet dan dit vinkje."),
            )
        return cleaned


class OrganisationForm(ContactCardForm, HoursFields):
    """The page of an organisation."""

    private_person = False

    name = LineField(
        label=_("Naam van de organisatie"),
        max_length=120,
        validators=[refuse_bsn],
        help_text=_("Iedereen ziet deze naam, in de gids en erbuiten."),
    )
    summary = LineField(
        label=_("In één zin"),
        max_length=160,
        validators=[refuse_bsn],
        help_text=_("Wat doen jullie, en voor wie? Dit staat in de gids."),
    )
    text = TextField(
        label=_("Over ons"),
        max_length=4000,
        validators=[refuse_bsn],
        required=False,
        help_text=_("Vertel wat jullie doen en wie welkom is."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Bijvoorbeeld https://www.voorbeeld.nl"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        error_messages={"invalid": _("Dit is geen geldig webadres. Een voorbeeld: https://www.voorbeeld.nl.")},
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(),
        label=_("Thema's"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Kies thema's uit de lijst."),
            "invalid_pk_value": _("Kies thema's uit de lijst."),
        },
    )
    contact_function = LineField(
        label=_("Functie"),
        required=False,
        max_length=60,
        validators=[refuse_bsn],
        help_text=_("Bijvoorbeeld: coördinator. Staat naast de naam, als je die laat zien."),
    )
    neighbourhoods = forms.ModelMultipleChoiceField(
        Neighbourhood.objects.none(),
        label=_("In welke wijken zijn jullie er?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Kies ten minste één wijk."),
            "invalid_choice": _("Kies wijken uit de lijst."),
            "invalid_pk_value": _("Kies wijken uit de lijst."),
        },
    )

    class Meta:
        model = Organisation
        fields = [
            *("name", "summary", "text", "website", "hours_note", "themes", "neighbourhoods", "contact_function"),
            *ContactCardForm.Meta.fields,
        ]

    def __init__(self, *args: Any, home: Neighbourhood, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = Theme.objects.in_use()  # type: ignore[attr-defined]
        choices = Q(pk__in=places_near(home).values("pk"))
        if self.instance.pk:
            # Where it is already, even when that is far away or takes no part any more.
            choices |= Q(pk__in=self.instance.neighbourhoods.values("pk"))
        else:
            self.initial.setdefault("neighbourhoods", [home.pk])
        near = Neighbourhood.objects.filter(choices).defer("outline")
        self.fields["neighbourhoods"].queryset = near  # type: ignore[attr-defined]

    def clean_website(self) -> str:
        """Only the web: a javascript: or file: address is no website."""
        website = str(self.cleaned_data["website"])
        if website and not website.startswith(("https://", "http://")):
            raise forms.ValidationError(self.fields["website"].error_messages["invalid"])
        return website
