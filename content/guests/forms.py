"""The forms of asking without an account, and of becoming a member afterwards."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.users.forms import NameField
from content.helping.forms import WordsForm
from content.organisations.numbers import refuse_bsn
from content.posts.forms import WORDS
from content.posts.leaks import ADVICE
from content.posts.models import Post
from content.themes.models import Theme
from neighbourhoods.places.forms import NeighbourhoodField
from neighbourhoods.residents.forms import SignupForm
from wijk.forms import OpenForm
from wijk.leaks.guard import LeakGuard
from wijk.text import EmailField, LineField, TextField

TITLE, TITLE_HINT, TEXT, TEXT_HINT = WORDS[Post.Kind.REQUEST]
AGREED = _("Ik ga akkoord met de voorwaarden en heb de privacyverklaring gelezen")


class AskForm(LeakGuard, OpenForm):
    """What somebody asks, where, and the mailbox that answers go to; nothing else is needed (K-13)."""

    guarded = ("title", "text")
    advice = ADVICE

    title = LineField(
        label=TITLE,
        max_length=90,
        validators=[refuse_bsn],
        help_text=TITLE_HINT,
        error_messages={"required": _("Vul dit in, in een paar woorden.")},
    )
    text = TextField(
        label=TEXT,
        max_length=3000,
        validators=[refuse_bsn],
        help_text=TEXT_HINT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Vertel er iets over, zodat mensen weten wat je bedoelt.")},
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Waar hoort het bij?"),
        empty_label=_("Kies een thema"),
        error_messages={"required": _("Kies een thema."), "invalid_choice": _("Kies een thema uit de lijst.")},
    )
    neighbourhood = NeighbourhoodField(
        label=_("In welke wijk?"),
        help_text=_("Mensen uit deze wijk zien je bericht het eerst."),
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Hier sturen we reacties heen. De wijkbeheerder ziet het, andere mensen niet."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    first_name = NameField(
        label=_("Je voornaam"),
        required=False,
        max_length=60,
        help_text=_("Zo spreken we je aan in de mail. De wijkbeheerder ziet je naam, andere mensen niet."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    is_16 = forms.BooleanField(
        label=_("Ik ben 16 jaar of ouder"),
        help_text=_("Wijk is voor mensen vanaf 16 jaar. We vragen niet naar je geboortedatum."),
        error_messages={
            "required": _("Je kunt een vraag stellen als je 16 jaar of ouder bent. Zet dan hier een vinkje.")
        },
    )
    terms = forms.BooleanField(
        label=AGREED,
        help_text=_(
            'Lees de <a href="/voorwaarden/" target="_blank" rel="noopener">voorwaarden</a> en de '
            '<a href="/privacy/" target="_blank" rel="noopener">privacyverklaring</a> (ze openen een nieuw tabblad). '
            "We bewaren dat je akkoord ging en wanneer."
        ),
        error_messages={"required": _("Zet hier een vinkje als je akkoord gaat. Zonder kun je niets plaatsen.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.in_use()  # type: ignore[attr-defined]
        # A browser that cuts what is pasted loses words; we say how many are too many.
        for name in self.guarded:
            self.fields[name].widget.attrs.pop("maxlength", None)


class LinkForm(OpenForm):
    """The address of somebody whose link is lost or too old."""

    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Het adres waarmee je je vraag stelde. Alleen om je de link te sturen."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class OwnWordsForm(WordsForm):
    """The words of one's own request and its theme."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, hint in (("title", TITLE, TITLE_HINT), ("text", TEXT, TEXT_HINT)):
            self.fields[name].label, self.fields[name].help_text = label, hint


class BecomeForm(SignupForm):
    """What a guest adds to become a member; the mailbox is proven and the terms stand as they stood."""

    password1 = forms.CharField(
        label=_("Kies een wachtwoord"),
        help_text=_("Minstens 10 tekens. Een korte zin is makkelijk te onthouden en moeilijk te raden."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Vul een wachtwoord in.")},
    )

    def __init__(self, *args: Any, guest: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guest = guest

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.guest))
