"""What an operator notes of an agreement with Mailchimp."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.compliance.forms import DayField
from content.mailchimp.line import NUMBER, server_of
from content.mailchimp.models import Connection
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import LineField

NO_KEY = _("Dit is geen sleutel van Mailchimp. Hij eindigt op een streepje en een code, zoals -us7.")


class KeyField(LineField):
    """A key: typed, and never shown again."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)
        super().__init__(widget=widget, max_length=60, error_messages={"required": NO_KEY}, **options)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not server_of(value):
            raise forms.ValidationError(NO_KEY)


class UntilField(DayField):
    """The last day of an agreement, which cannot be over."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value < clock.today():
            raise forms.ValidationError(_("Deze dag is al voorbij."))


class ConnectForm(forms.Form):
    """One neighbourhood, one audience, one agreement."""

    neighbourhood = forms.ModelChoiceField(
        label=_("Wijk"),
        help_text=_("Wie zich in deze wijk aanmeldt voor de nieuwsbrief, leest dat het via Mailchimp gaat."),
        queryset=Neighbourhood.objects.none(),
        error_messages={"required": _("Kies een wijk."), "invalid_choice": _("Kies een wijk uit de lijst.")},
    )
    agreement_on = DayField(
        label=_("Datum van de verwerkersovereenkomst"),
        past=True,
        help_text=_("Van jullie met Mailchimp. Zonder overeenkomst mag er niets heen."),
    )
    agreement_until = UntilField(
        label=_("Loopt tot en met"),
        required=False,
        help_text=_("Na deze dag stopt alles vanzelf, en wissen we iedereen daar. Leeg: tot je hem beëindigt."),
    )
    transfer = forms.ChoiceField(
        label=_("Waarom mogen er gegevens naar de VS?"),
        choices=Connection.Transfer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een grond. Past er geen? Dan mag het niet.")},
    )
    basis = LineField(
        label=_("Waar liggen de overeenkomst en de beoordeling?"),
        max_length=300,
        help_text=_("Bijvoorbeeld: map 2026/12. Schrijf geen namen op."),
        error_messages={"required": _("Schrijf op waar dat te vinden is.")},
    )
    audience = LineField(
        label=_("Nummer van de lijst bij Mailchimp (Audience ID)"),
        max_length=10,
        help_text=_("Neem een lege lijst, alleen voor deze wijk."),
        error_messages={"required": _("Vul het nummer van de lijst in.")},
    )
    api_key = KeyField(label=_("Sleutel (API key)"), help_text=_("We bewaren hem versleuteld en tonen hem nooit meer."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["neighbourhood"]
        field.queryset = Neighbourhood.objects.on().order_by("name").defer("outline")

    def clean_neighbourhood(self) -> Neighbourhood:
        place: Neighbourhood = self.cleaned_data["neighbourhood"]
        if Connection.objects.filter(neighbourhood=place, ended_at=None).exists():
            raise forms.ValidationError(_("Deze wijk heeft al een koppeling."))
        return place

    def clean_audience(self) -> str:
        audience = str(self.cleaned_data["audience"])
        if not NUMBER.fullmatch(audience):
            raise forms.ValidationError(_("Een lijstnummer heeft tien tekens: cijfers en de letters a tot en met f."))
        if Connection.objects.filter(audience=audience, emptied_at=None).exists():
            raise forms.ValidationError(_("Deze lijst is van een andere koppeling, of wordt nog leeggemaakt."))
        return audience

    @property
    def values(self) -> dict[str, Any]:
        """What is kept, by the names of the model."""
        return {name: value for name, value in self.cleaned_data.items() if name != "neighbourhood"}


class RenewForm(forms.Form):
    """Another last day, another key."""

    agreement_until = UntilField(
        label=_("Loopt tot en met"), required=False, help_text=_("Leeg: tot je hem beëindigt.")
    )
    api_key = KeyField(
        label=_("Nieuwe sleutel"), required=False, help_text=_("Leeg: we houden de sleutel die we hebben.")
    )
