"""The forms of a request: a member's, a visitor's, and those of the privacy desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.requests.models import RightsRequest
from accounts.requests.rights import INTERESTS, WHOLE_ACCOUNT, Interest, Right
from accounts.requests.standstill import Restriction
from accounts.users.frozen import LAWFUL_GROUNDS
from wijk.encryption import keyed_hash
from wijk.forms import MomentField, OpenForm
from wijk.text import EmailField, LineField, TextField

LONG = 4000
Delivery, Outcome, Channel = RightsRequest.Delivery, RightsRequest.Outcome, RightsRequest.Channel
PICK = {"required": _("Kies er een."), "invalid_choice": _("Kies er een uit de lijst.")}
# What can be asked without another word.
PLAIN = {Right.ACCESS, Right.COPY, Right.PORTABILITY, Right.OBJECTION}
MAY_FREEZE = {Right.RECTIFICATION: Restriction.Reason.ACCURACY, Right.OBJECTION: Restriction.Reason.OBJECTION}
LAWFUL_REASONS = [
    (Restriction.Reason.ACCURACY, _("Er klopt iets niet, en jullie zoeken dat uit")),
    (Restriction.Reason.UNLAWFUL, _("Jullie mochten dit niet gebruiken, maar wis het niet")),
    (Restriction.Reason.CLAIM, _("Ik heb de gegevens nodig voor een zaak")),
    (Restriction.Reason.OBJECTION, _("Ik maakte bezwaar, en wacht op het antwoord")),
]
ASKED = {
    Right.RECTIFICATION: _("Wat klopt er niet, en wat moet het zijn?"),
    Right.ERASURE: _("Wat wil je laten wissen?"),
    Right.RESTRICTION: _("Om welke gegevens gaat het, en waarom?"),
    Right.OBJECTION: _("Waarom wil je dit niet?"),
    Right.WITHDRAWAL: _("Welke toestemming trek je in?"),
    Right.COMPLAINT: _("Wat gaat er niet goed?"),
}


def one_of(label: Any, choices: Any, hint: Any = "", **options: Any) -> forms.ChoiceField:
    """A choice of which all possibilities are in sight."""
    options = {"widget": forms.RadioSelect, "error_messages": PICK, **options}
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, **options)


def words(label: Any, hint: Any = "", *, rows: int = 4, **options: Any) -> TextField:
    """Some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return TextField(label=label, help_text=hint, max_length=LONG, widget=widget, **options)


def stoppable() -> list[tuple[str, Interest]]:
    """What stops at once when somebody objects."""
    return [(code, found) for code, found in INTERESTS.items() if not found.goes_on]


class DeliveryForm(forms.Form):
    """How somebody wants the answer (K-31)."""

    delivery = one_of(_("Hoe wil je ons antwoord?"), Delivery.choices, initial=Delivery.MAIL)
    deliver_to = LineField(
        label=_("Je postadres of telefoonnummer"),
        help_text=_("Alleen nodig als je het antwoord per post of mondeling wilt. Alleen wie je antwoordt ziet dit."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("delivery") in {Delivery.POST, Delivery.SPOKEN} and not cleaned.get("deliver_to"):
            self.add_error("deliver_to", _("Vul in waar we je kunnen bereiken."))
        return cleaned


class AskForm(DeliveryForm):
    """What a member asks; which fields there are follows from the right."""

    purpose = one_of(_("Waartegen maak je bezwaar?"), [], _("We stoppen hier meteen mee, waar dat kan."))
    why = one_of(_("Waarom?"), LAWFUL_REASONS, _("Bevriezen gaat meteen in. Je kunt het zelf weer opheffen."))
    text = words("", _("Alleen wie je antwoordt leest dit."))
    freeze = forms.BooleanField(
        label=_("Bevries mijn account tot jullie antwoorden"),
        help_text=_("Niemand ziet dan iets van je, en je krijgt alleen mail die moet."),
        required=False,
    )
    form_key = LineField(widget=forms.HiddenInput, max_length=40, required=False)
    field_order = ["purpose", "why", "text", "freeze", "delivery", "deliver_to"]

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right
        text: Any = self.fields["text"]
        text.label = ASKED.get(right, _("Wil je er iets bij zeggen?"))
        text.required = right not in PLAIN
        text.error_messages["required"] = _("Vertel kort waar het over gaat.")
        self.fields["purpose"].choices = [(code, found.label) for code, found in INTERESTS.items()]  # type: ignore[attr-defined]
        unused = {
            "purpose": right != Right.OBJECTION,
            "why": right != Right.RESTRICTION,
            "freeze": right not in MAY_FREEZE,
        }
        for name in [name for name, drop in unused.items() if drop]:
            del self.fields[name]

    def asked(self, user: Any) -> dict[str, Any]:
        """The values for actions.ask()."""
        typed = self.cleaned_data
        freeze = typed.get("why") or (MAY_FREEZE[self.right] if typed.get("freeze") else "")
        return {
            "right": self.right,
            "freeze": freeze,
            "purpose": typed.get("purpose", ""),
            "form_key": keyed_hash("rights-form", f"{user.pk}:{typed['form_key']}:{self.right}")[:40],
            **{name: typed[name] for name in ("text", "delivery", "deliver_to")},
        }


class OpenRequestForm(DeliveryForm, OpenForm):
    """What anybody may ask without an account; the link in the mail shows whose address it is (X-13)."""

    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("We sturen een mail om te zien of dit adres van jou is. Een kopie van je paspoort is niet nodig."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    right = one_of(_("Wat wil je?"), Right.choices)
    whole = forms.BooleanField(
        label=_("Wis mijn hele account"),
        help_text=_("Alleen als je hierboven kiest voor wissen. Dan is alles weg, binnen 48 uur nadat je bevestigt."),
        required=False,
    )
    text = words(_("Waar gaat het over?"), _("Alleen wie je antwoordt leest dit."), required=False)
    field_order = ["website", "sent_at", "email", "right", "whole", "text", "delivery", "deliver_to"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("whole") and cleaned.get("right") not in {None, Right.ERASURE}:
            self.add_error("whole", _("Wil je alles wissen? Kies dan hierboven voor wissen. Zet dit anders uit."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """The values for actions.ask_openly()."""
        typed = self.cleaned_data
        whole = typed["whole"]
        values = {name: typed[name] for name in ("email", "right", "text", "delivery", "deliver_to")}
        return {**values, "purpose": WHOLE_ACCOUNT if whole else "", "form_key": self.form_key}


# The desk ------------------------------------------------------------------------------------------------------------


class EnterForm(DeliveryForm):
    """A request that came by mail, letter or phone."""

    right = one_of(_("Wat vraagt deze persoon?"), Right.choices)
    channel = one_of(_("Hoe kwam het binnen?"), [one for one in Channel.choices if one[0] != Channel.WEB])
    received_at = MomentField(
        label=_("Binnengekomen op"), help_text=_("De echte dag. Vanaf dit moment telt de termijn van 30 dagen.")
    )
    email = EmailField(
        label=_("E-mailadres"),
        help_text=_("Het adres dat wij van deze persoon kennen. Leeg, als er geen is."),
        required=False,
    )
    text = words(_("Wat staat er in de brief of mail?"), _("Neem over wat nodig is om te antwoorden. Niet meer."))
    field_order = ["right", "channel", "received_at", "email", "text", "delivery", "deliver_to"]


class TakeUpForm(forms.Form):
    """That somebody works on it; who asks must be known by then."""

    sure = forms.BooleanField(
        label=_("Ik weet zeker wie dit vraagt"),
        help_text=_("Bewaar geen kopie van een paspoort of rijbewijs. Twijfel je? Stuur dan eerst de link."),
        error_messages={"required": _("Stuur eerst de link, of zorg dat je het op een andere manier weet.")},
    )


class NoteForm(forms.Form):
    """What the desk writes down for itself."""

    text = words(_("Aantekening"), _("De persoon kan dit later lezen: het komt in de download."), required=False)


class ExtendForm(forms.Form):
    """Why it takes longer."""

    reason = words(
        _("Waarom duurt het langer?"),
        _("Dit komt in de mail. Het mag één keer, en alleen als het verzoek ingewikkeld is of er veel zijn."),
        error_messages={"required": _("Geef een reden.")},
    )


class DecideForm(forms.Form):
    """The answer; it is always free, a request that asks too much is refused with the reason (K-32)."""

    outcome = one_of(_("Wat is het besluit?"), Outcome.choices)
    answer = words(
        _("Ons antwoord, met de reden"),
        _("Gewone taal. Wat hebben jullie gedaan, of waarom niet? Dit krijgt de persoon te lezen."),
        rows=6,
        error_messages={"required": _("Schrijf het antwoord, met de reden.")},
    )
    stays = words(
        _("Wat blijft er bewaard, en waarom?"),
        _("Bij wissen: noem wat de wet vraagt te bewaren. Laat leeg als er niets blijft."),
        required=False,
    )
    no_mail = forms.BooleanField(
        label=_("Stuur dit adres nooit meer mail"),
        help_text=_("Alleen als de persoon dat vraagt. Mail die van de wet moet gaat wel door."),
        required=False,
    )

    def __init__(self, *args: Any, identified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identified = identified

    def clean_outcome(self) -> str:
        outcome = str(self.cleaned_data["outcome"])
        if outcome != Outcome.REFUSED and not self.identified:
            raise forms.ValidationError(_("We weten nog niet zeker wie dit vraagt. Nu kun je alleen nee zeggen."))
        return outcome


class CloseAccountForm(forms.Form):
    """Erasing a whole account from the desk."""

    how = one_of(
        _("Wat moet er gebeuren?"),
        [
            ("asked", _("Wissen, omdat de persoon het vraagt")),
            ("minor", _("Meteen wissen, want jonger dan 16")),
        ],
        _("Jonger dan 16: zonder bedenktijd en zonder kopie."),
    )


class LookForm(forms.Form):
    """On which of the four grounds of the law somebody looks at what is frozen (K-47)."""

    ground = one_of(_("Waarom mag je dit zien?"), LAWFUL_GROUNDS, _("Je keuze en je naam komen in het logboek."))


class ReasonForm(forms.Form):
    """One of the reasons of the law for which the desk freezes an account, or no longer does."""

    reason = forms.ChoiceField(choices=[one for one in Restriction.Reason.choices if one[0] != "own_wish"])


class StandForm(forms.Form):
    """One thing that stops, or goes on again, for who asked by mail or letter."""

    purpose = forms.ChoiceField(choices=lambda: [(code, found.label) for code, found in stoppable()])


class MailAgainForm(forms.Form):
    """A mailbox that may be mailed again."""

    email = EmailField(label=_("E-mailadres"), help_text=_("Alleen als de eigenaar van het adres dit vraagt."))
