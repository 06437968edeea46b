"""The steps of placing a post, and the form to change one later."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.organisations.forms import ContactCardForm
from content.organisations.models import Organisation
from content.organisations.numbers import refuse_bsn
from content.organisations.reach import places_near
from content.posts.also import AlsoForm
from content.posts.answering import WhoAnswersFields
from content.posts.leaks import PostGuard
from content.posts.models import Post
from content.posts.signing_up import SignUpFields
from content.series.forms import FIELDS as SERIES_FIELDS
from content.series.forms import SeriesFields
from content.series.rules import FURTHEST
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import scope
from wijk.leaks.kinds import Kind
from wijk.text import LineField, TextField

# Per kind: label and hint of the title, label and hint of the text. Asking is said in fewer words than offering.
WORDS = {
    Post.Kind.REQUEST: (
        _("Wat is je vraag?"),
        _("Bijvoorbeeld: wie helpt mij een lamp ophangen?"),
        _("Vertel er iets bij"),
        _("Eén of twee zinnen is genoeg. Zet er geen adres of telefoonnummer in."),
    ),
    Post.Kind.OFFER: (
        _("Wat bied je aan?"),
        _("Bijvoorbeeld: ladder te leen, 4 meter."),
        _("Vertel er iets over"),
        _("Wat kunnen mensen verwachten? Wanneer kan het? Zet er geen adres of telefoonnummer in."),
    ),
    Post.Kind.SHOP: (
        _("Wat verkoop of doe je?"),
        _("Bijvoorbeeld: vers brood, elke dag vanaf acht uur."),
        _("Vertel er iets over"),
        _("Wat kost het? Waar en wanneer kunnen mensen terecht?"),
    ),
    Post.Kind.ACTIVITY: (
        _("Hoe heet de activiteit?"),
        _("Bijvoorbeeld: samen eten in het wijkcentrum."),
        _("Vertel er iets over"),
        _("Wat gaan jullie doen? Voor wie is het? Kost het iets?"),
    ),
}


SELLS = _("Alleen een organisatie met een eigen pagina kan iets in de etalage zetten.")


class TellForm(PostGuard, SignUpFields, SeriesFields):
    """What it is about; for an activity also when and where."""

    title = LineField(
        max_length=90,
        validators=[refuse_bsn],
        error_messages={"required": _("Vul dit in, in een paar woorden.")},
    )
    text = TextField(
        max_length=3000,
        validators=[refuse_bsn],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Vertel er iets over, zodat mensen weten wat je bedoelt.")},
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Waar hoort het bij?"),
        empty_label=_("Kies een thema"),
        error_messages={"required": _("Kies een thema."), "invalid_choice": _("Kies een thema uit de lijst.")},
    )
    day = forms.DateField(
        label=_("Op welke dag?"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Kies een dag."),
            "invalid": _("Dit is geen datum. Een voorbeeld: 26-11-2026."),
        },
    )
    begins = forms.TimeField(
        label=_("Hoe laat begint het?"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": _("Vul een tijd in."), "invalid": _("Dit is geen tijd. Een voorbeeld: 18:00.")},
    )
    ends = forms.TimeField(
        label=_("Tot hoe laat?"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Dit is geen tijd. Een voorbeeld: 20:00.")},
    )
    venue = LineField(
        label=_("Waar is het?"),
        required=False,
        max_length=120,
        validators=[refuse_bsn],
        help_text=_("De plek, zoals iedereen die leest. Bijvoorbeeld: wijkcentrum, Klarendalseweg."),
    )

    class Meta:
        model = Post
        fields = ["title", "text", "theme", "venue", *SignUpFields.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = Post.Kind(self.instance.kind)
        title, text = self.fields["title"], self.fields["text"]
        title.label, title.help_text, text.label, text.help_text = WORDS[kind]
        # A browser that cuts what is pasted loses words; we say how many are too many.
        for field in (title, text):
            field.widget.attrs.pop("maxlength", None)
        chosen = self.instance.theme_id
        self.fields["theme"].queryset = Theme.objects.in_use() | Theme.objects.filter(pk=chosen)  # type: ignore[attr-defined]
        if not self.instance.title:
            self.initial["theme"] = None  # a new draft has one only because it must
        if kind != Post.Kind.ACTIVITY:
            for name in ("day", "begins", "ends", "venue", *SERIES_FIELDS, *SignUpFields.Meta.fields):
                del self.fields[name]
        elif self.instance.starts_at:
            self._fill_times()

    def _fill_times(self) -> None:
        begin = timezone.localtime(self.instance.starts_at)
        self.initial.update({"day": begin.date(), "begins": begin.time()})
        if self.instance.ends_at:
            self.initial["ends"] = timezone.localtime(self.instance.ends_at).time()
        self.fill_series()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, begins, ends = cleaned.get("day"), cleaned.get("begins"), cleaned.get("ends")
        if not day or not begins:
            return cleaned
        starts_at = timezone.make_aware(datetime.combine(day, begins))
        if self.instance.status == Post.Status.DRAFT or starts_at != self.instance.starts_at:
            self._judge_start(starts_at)
        if ends and ends <= begins:
            self.add_error("ends", _("Het eindigt voor het begint. Duurt het tot na middernacht? Laat dit dan leeg."))
        elif not self.errors.keys() & {"day", "begins", "ends"}:
            cleaned["starts_at"] = starts_at
            self.judge_last_moment(starts_at)
            cleaned["ends_at"] = timezone.make_aware(datetime.combine(day, ends)) if ends else None
            cleaned.update(self.series_values(starts_at))
        return cleaned

    def _judge_start(self, starts_at: datetime) -> None:
        if starts_at < clock.now():
            self.add_error("day", _("Dit moment is al geweest. Kies een dag en tijd die nog komen."))
        elif starts_at > clock.now() + FURTHEST:
            self.add_error("day", _("Dit is meer dan een jaar vooruit. Kies een dag die dichterbij is."))


class WhereForm(forms.ModelForm):
    """Which neighbourhood it is for, and in whose name."""

    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(),
        label=_("In welke wijk?"),
        empty_label=None,
        help_text=_("Mensen uit deze wijk zien je bericht het eerst."),
        error_messages={"required": _("Kies een wijk."), "invalid_choice": _("Kies een wijk uit de lijst.")},
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Uit wiens naam?"),
        required=False,
        blank=True,
        empty_label=_("Uit mijn eigen naam"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Kies een naam uit de lijst.")},
    )

    class Meta:
        model = Post
        fields = ["neighbourhood", "organisation"]

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = scope(by).own(Organisation).visible()  # type: ignore[attr-defined]
        self.fields["neighbourhood"].queryset = places_near(self.instance.neighbourhood)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        if self.instance.kind == Post.Kind.SHOP:
            self._sell()
        elif not organisations.exists():
            del self.fields["organisation"]

    def _sell(self) -> None:
        """What is sold is sold by an organisation."""
        field: Any = self.fields["organisation"]
        field.required, field.empty_label, field.error_messages["required"] = True, None, SELLS


class ContactForm(WhoAnswersFields, ContactCardForm):
    """How the poster may be reached, and what of it everybody sees."""

    class Meta(ContactCardForm.Meta):
        model = Post

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.private_person = self.instance.organisation_id is None


class TermForm(forms.ModelForm):
    """Whether an offer goes on and on; of no other post it can be said."""

    standing = forms.BooleanField(
        label=_("Dit is een doorlopend aanbod"),
        required=False,
        help_text=_("Het blijft dan staan. Twee keer per jaar vragen we of het nog klopt."),
    )

    class Meta:
        model = Post
        fields = ["standing"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind != Post.Kind.OFFER:
            del self.fields["standing"]


class LookForm(TermForm, AlsoForm):
    """What is asked with the last button: how long it stays, and where else."""

    class Meta:
        model = Post
        fields = TermForm.Meta.fields


class EditForm(ContactForm, TellForm, TermForm, AlsoForm):
    """Everything of a placed post its author may change."""

    class Meta:
        model = Post
        fields = [*TellForm.Meta.fields, *ContactCardForm.Meta.fields, *TermForm.Meta.fields]


class SharedEditForm(TellForm):
    """What somebody who keeps it with its author may change: the words, never the contact card."""

    def can_move(self, kind: Kind) -> bool:
        return False
