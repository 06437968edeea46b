"""Forms at the desk, and the report form for visitors."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from content.moderation.actions import possible_acts
from content.moderation.authors import Appeal
from content.moderation.models import Decision, Reason, Report
from content.posts.models import Post
from wijk.forms import OpenForm
from wijk.text import EmailField, LineField, TextField

Act = Decision.Act
# A decision against somebody's post always has a reason (L-4); a request for a change says which.
NEED_REASON = (Act.HOLD, Act.REFUSE, Act.REMOVE)
NEED_NOTE = (Act.ASK_CHANGE,)


def note_field(label: Any, help_text: Any = "") -> TextField:
    """A few lines to the author."""
    rows = forms.Textarea(attrs={"rows": 4})
    return TextField(label=label, help_text=help_text, max_length=1000, required=False, widget=rows)


class DecisionForm(forms.Form):
    """One act on a post, with its reason and a note to the author."""

    act = forms.ChoiceField(widget=forms.HiddenInput, choices=Act.choices)
    # The version of the text that was on the manager's screen.
    seen = LineField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label=_("Waarom?"),
        widget=forms.RadioSelect,
        required=False,
        choices=Reason.choices,
        error_messages={"invalid_choice": _("Kies een reden uit de lijst.")},
    )
    note = note_field(_("Uitleg voor de schrijver"), _("De schrijver krijgt deze tekst per mail."))

    def __init__(self, *args: Any, act: str = "", post: Post | None = None, **kwargs: Any) -> None:
        """With an act, the empty form for it: each act's fields have ids of their own on the page."""
        if post is not None:
            kwargs["initial"] = {"act": act, "seen": post.changed_at.isoformat()}
        kwargs["auto_id"] = f"{act or 'act'}_%s"
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = act in NEED_REASON
        self.fields["reason"].error_messages["required"] = _("Kies een reden. De schrijver heeft daar recht op.")
        if act in NEED_NOTE:
            del self.fields["reason"]
            note = self.fields["note"]
            note.required, note.label = True, _("Wat moet er anders?")
            note.error_messages["required"] = _("Schrijf op wat er anders moet.")

    def clean_seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("reason") == Reason.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Leg uit wat de reden is. De schrijver wil het begrijpen."))
        return cleaned


class AuthorQuestionForm(forms.Form):
    """A manager's question about a post."""

    question = TextField(
        label=_("Je vraag"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Je vraag gaat per mail. Het antwoord komt in jouw mailbox. De schrijver ziet je e-mailadres."),
        error_messages={"required": _("Schrijf je vraag op.")},
    )


class ReportForm(OpenForm):
    """Somebody says that a post is not right."""

    why = forms.ChoiceField(
        label=_("Wat is er mis?"),
        widget=forms.RadioSelect,
        choices=Report.Why.choices,
        error_messages={"required": _("Kies wat er mis is."), "invalid_choice": _("Kies iets uit de lijst.")},
    )
    text = TextField(
        label=_("Wil je er iets bij vertellen?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("De schrijver van het bericht ziet dit niet."),
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        required=False,
        help_text=_("Alleen als je wilt horen wat ermee gebeurt. De wijkbeheerder ziet dit adres, de schrijver niet."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("why") == Report.Why.OTHER and not cleaned.get("text"):
            self.add_error("text", _("Vertel wat er mis is."))
        return cleaned


class MessageReportForm(ReportForm):
    """Somebody says that a message in a conversation is not right; where to answer is known."""

    email = None  # type: ignore[assignment]
    # What happens with a report about a child is about posts.
    CHOICES = [choice for choice in Report.Why.choices if choice[0] != Report.Why.MINOR]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = self.CHOICES  # type: ignore[attr-defined]
        self.fields["text"].help_text = _("Alleen de wijkbeheerder leest dit.")


class OutcomeForm(forms.Form):
    """What becomes of what was reported; some outcomes need a reason."""

    need_reason: tuple[str, ...] = ()

    outcome = forms.ChoiceField(
        label=_("Wat gebeurt er met het bericht?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Kies wat er met het bericht gebeurt."),
            "invalid_choice": _("Kies iets uit de lijst."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Waarom gaat het weg?"),
        widget=forms.RadioSelect,
        required=False,
        choices=Reason.choices,
        help_text=_("Alleen nodig als het bericht weggaat. De schrijver krijgt de reden per mail."),
    )
    note = note_field(_("Uitleg voor de schrijver"), _("Schrijf niet wie het gemeld heeft."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") in self.need_reason:
            if not cleaned.get("reason"):
                self.add_error("reason", _("Kies een reden. De schrijver heeft daar recht op."))
            elif cleaned["reason"] == Reason.OTHER and not cleaned.get("note"):
                self.add_error("note", _("Leg uit wat de reden is. De schrijver wil het begrijpen."))
        return cleaned


class CloseReportForm(OutcomeForm):
    """What becomes of a reported post."""

    KEEP = "keep"
    need_reason = NEED_REASON

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Act.APPROVE: _("Het mag weer op de site"),
            Act.REMOVE: _("Het gaat van de site"),
            Act.REFUSE: _("Het komt niet op de site"),
        }
        keep = _("Het blijft staan") if post.is_live else _("Er verandert niets")
        acts = [(act, words[Act(act)]) for act in possible_acts(post) if act in words]
        self.fields["outcome"].choices = [(self.KEEP, keep), *acts]  # type: ignore[attr-defined]

    @property
    def act(self) -> str:
        outcome = self.cleaned_data["outcome"]
        return "" if outcome == self.KEEP else outcome


class CloseTalkReportForm(OutcomeForm):
    """What becomes of the conversation in which a message was reported."""

    GO_ON, END = "go_on", "end"
    need_reason = (END,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome, reason, note = (self.fields[name] for name in ("outcome", "reason", "note"))
        outcome.label = _("Wat gebeurt er met het gesprek?")
        outcome.choices = [  # type: ignore[attr-defined]
            (self.GO_ON, _("Het gesprek mag verder")),
            (self.END, _("Het gesprek stopt")),
        ]
        reason.label = _("Waarom stopt het?")
        reason.help_text = _("Alleen nodig als het gesprek stopt. Beide kanten krijgen de reden per mail.")
        note.label, note.help_text = _("Uitleg voor allebei"), _("Beide kanten lezen dit, als het gesprek stopt.")


class PageOutcomeForm(OutcomeForm):
    """What becomes of a reported page of an organisation, or news."""

    KEEP, OFF = "keep", "off"
    need_reason = (OFF,)

    def __init__(self, *args: Any, is_live: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome, note = self.fields["outcome"], self.fields["note"]
        outcome.label = _("Wat gebeurt er met de pagina?")
        keep = _("Ze blijft staan") if is_live else _("Er verandert niets")
        off = [(self.OFF, _("Ze gaat van de site"))] if is_live else []
        outcome.choices = [(self.KEEP, keep), *off]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("Alleen nodig als de pagina weggaat. Wie haar bijhoudt, krijgt de reden.")
        note.label = _("Uitleg voor wie de pagina bijhoudt")


class MotivationForm(forms.Form):
    """Why something is off the site, in a choice and in words."""

    reason = forms.ChoiceField(
        label=_("Waarom?"),
        widget=forms.RadioSelect,
        choices=Reason.choices,
        error_messages={
            "required": _("Kies een reden. De schrijver heeft daar recht op."),
            "invalid_choice": _("Kies een reden uit de lijst."),
        },
    )
    note = note_field(_("Uitleg voor de schrijver"), _("De schrijver krijgt deze tekst per mail."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = _("Schrijf een paar woorden. De schrijver wil het begrijpen.")


class AppealForm(OpenForm):
    """Why an author does not agree with a decision."""

    text = TextField(
        label=_("Waarom ben je het er niet mee eens?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("De wijkbeheerders en de beheerder van de site lezen dit. Iemand anders dan eerst beslist."),
        error_messages={"required": _("Schrijf op waarom je het er niet mee eens bent.")},
    )


class AppealAnswerForm(forms.Form):
    """Whether a decision stands, and why."""

    outcome = forms.ChoiceField(
        label=_("Wat vind jij?"),
        widget=forms.RadioSelect,
        choices=[
            (Appeal.Outcome.UNDONE, _("De schrijver heeft gelijk. Draai het besluit terug.")),
            (Appeal.Outcome.UPHELD, _("Het besluit was goed. Het blijft zo.")),
        ],
        error_messages={"required": _("Kies wat jij ervan vindt."), "invalid_choice": _("Kies iets uit de lijst.")},
    )
    answer = TextField(
        label=_("Leg uit waarom"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("De schrijver krijgt deze tekst per mail."),
        error_messages={"required": _("Leg uit waarom. De schrijver heeft daar recht op.")},
    )


class OrganisationOffForm(forms.Form):
    """Why the page of an organisation goes off the site; without a choice it is still to be looked into."""

    reason = forms.ChoiceField(
        label=_("Waarom gaat de pagina weg?"),
        widget=forms.RadioSelect,
        initial=Reason.UNCLEAR,
        choices=Reason.choices,
        error_messages={"invalid_choice": _("Kies een reden uit de lijst.")},
    )
    note = note_field(_("Uitleg voor wie de pagina bijhoudt"), _("Zij krijgen deze tekst per mail."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data and {"reason": Reason.UNCLEAR.value, **data.dict()})

    def clean_reason(self) -> Reason:
        return Reason(self.cleaned_data["reason"])
