"""The forms of help."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content.helping.models import CODE_LENGTH, LETTERS, OnBehalf
from content.helping.words import VERSION
from content.organisations.models import Organisation
from content.organisations.numbers import refuse_bsn
from content.posts.forms import TellForm
from content.posts.leaks import ADVICE
from content.posts.models import Post
from content.themes.models import Theme
from wijk import clock
from wijk.leaks.guard import LeakGuard
from wijk.leaks.kinds import Kind
from wijk.text import EmailField, LineField, TextField

Channel = OnBehalf.Channel
LONGEST_AGO = timedelta(days=60)


class OnBehalfForm(LeakGuard, forms.Form):
    """What somebody asks to be placed, and how they said yes."""

    guarded = ("title", "text")
    advice = ADVICE

    kind = forms.ChoiceField(
        label=_("Wat is het?"),
        widget=forms.RadioSelect,
        choices=[(Post.Kind.REQUEST, _("Een vraag")), (Post.Kind.OFFER, _("Een aanbod"))],
        error_messages={"required": _("Kies een vraag of een aanbod."), "invalid_choice": _("Kies uit de lijst.")},
    )
    title = LineField(
        label=_("Titel"),
        max_length=90,
        validators=[refuse_bsn],
        help_text=_("In een paar woorden. Iedereen leest dit."),
        error_messages={"required": _("Vul dit in, in een paar woorden.")},
    )
    text = TextField(
        label=_("Tekst"),
        max_length=3000,
        validators=[refuse_bsn],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In de woorden van de bewoner. Iedereen leest dit. Zet er geen achternaam of adres in."),
        error_messages={"required": _("Vertel er iets over, zodat mensen weten wat er nodig is.")},
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Waar hoort het bij?"),
        empty_label=_("Kies een thema"),
        error_messages={"required": _("Kies een thema."), "invalid_choice": _("Kies een thema uit de lijst.")},
    )
    first_name = LineField(
        label=_("Voornaam van de bewoner"),
        max_length=40,
        validators=[refuse_bsn],
        help_text=_("Alleen wijkbeheerders zien dit, tenzij de bewoner hieronder anders kiest."),
        error_messages={"required": _("Vul een voornaam in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name_shown = forms.BooleanField(
        label=_("De bewoner wil dat de voornaam bij het bericht staat"),
        required=False,
        help_text=_("Anders staat er: Een bewoner."),
    )
    channel = forms.ChoiceField(
        label=_("Waar komen reacties binnen?"),
        widget=forms.RadioSelect,
        initial=Channel.HELPER,
        choices=[
            (Channel.HELPER, _("Bij mij. Ik geef ze door aan de bewoner.")),
            (Channel.MAIL, _("Bij de bewoner, per mail. Die zegt eerst zelf ja, met een knop in de mail.")),
        ],
        error_messages={"required": _("Kies waar reacties binnenkomen."), "invalid_choice": _("Kies uit de lijst.")},
    )
    email = EmailField(
        label=_("E-mailadres van de bewoner"),
        required=False,
        help_text=_("Alleen voor reacties per mail. Komt niet op de site. Wie reageert, ziet het niet."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    agreed = forms.BooleanField(
        label=_("Ik heb dit voorgelezen en de bewoner zei ja"),
        error_messages={"required": _("Lees de tekst voor. Zonder ja kun je dit niet plaatsen.")},
    )
    how = forms.ChoiceField(
        label=_("Hoe zei de bewoner ja?"),
        widget=forms.RadioSelect,
        choices=OnBehalf.How.choices,
        error_messages={"required": _("Kies hoe de bewoner ja zei."), "invalid_choice": _("Kies uit de lijst.")},
    )
    consent_on = forms.DateField(
        label=_("Op welke dag?"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Kies een dag."),
            "invalid": _("Dit is geen datum. Een voorbeeld: 26-11-2026."),
        },
    )
    version = LineField(widget=forms.HiddenInput, required=False, initial=VERSION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.in_use()  # type: ignore[attr-defined]
        self.fields["consent_on"].initial = clock.today

    def clean_consent_on(self) -> Any:
        day = self.cleaned_data["consent_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Deze dag moet nog komen."))
        if day < clock.today() - LONGEST_AGO:
            raise forms.ValidationError(_("Dit is lang geleden. Vraag opnieuw of het goed is."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("version") != VERSION:
            self.add_error("agreed", _("De tekst om voor te lezen is veranderd. Lees haar opnieuw voor."))
        if cleaned.get("channel") == Channel.MAIL and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Vul het e-mailadres in, of kies dat reacties bij jou komen."))
        if cleaned.get("channel") == Channel.HELPER:
            # Not needed, so not kept.
            cleaned["email"] = ""
        return cleaned


class CodeForm(forms.Form):
    """The code of a slip of paper, as somebody reads it out."""

    code = LineField(
        label=_("Code van het briefje"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        return "".join(letter for letter in self.cleaned_data["code"].upper() if letter in LETTERS)[:CODE_LENGTH]


class SwitchForm(forms.Form):
    """For how long a manager may change the words of a post."""

    DAYS = ((1, _("1 dag")), (7, _("7 dagen")), (30, _("30 dagen")))

    days = forms.TypedChoiceField(
        label=_("Hoe lang mag het?"),
        coerce=int,
        choices=DAYS,
        initial=7,
        widget=forms.RadioSelect,
        help_text=_("Daarna stopt het vanzelf. Je kunt ook eerder stoppen."),
        error_messages={"required": _("Kies hoe lang het mag."), "invalid_choice": _("Kies uit de lijst.")},
    )


class WordsForm(TellForm):
    """The words of a post and its theme; who the poster is and what is shown is not a manager's to change."""

    KEPT = ("title", "text", "theme")

    class Meta:
        model = Post
        fields = ["title", "text", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in self.KEPT]:
            del self.fields[name]
        self.fields["title"].label, self.fields["text"].label = _("Titel"), _("Tekst")
        self.fields["title"].help_text = _("Iedereen leest dit. De schrijver krijgt een mail met wat je verandert.")

    def can_move(self, kind: Kind) -> bool:
        return False


class ReferForm(forms.Form):
    """To which organisation a request could be passed on."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Naar welke organisatie?"),
        empty_label=_("Kies een organisatie"),
        help_text=_("De schrijver krijgt eerst een mail. Zonder ja hoort de organisatie niets."),
        error_messages={
            "required": _("Kies een organisatie."),
            "invalid_choice": _("Kies een organisatie uit de lijst."),
        },
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is not None:
            self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
