"""The forms of a suggested wording; the leak guard reads a manager's words before anybody else does."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from content.organisations.numbers import refuse_bsn
from content.posts.leaks import ADVICE
from content.posts.models import Post
from wijk.leaks.guard import key_of
from wijk.leaks.kinds import Finding
from wijk.leaks.reading import findings
from wijk.text import LineField, TextField


def gives_away(post: Post, title: str, text: str) -> list[Finding]:
    """What other words tell about somebody that the post itself does not (W-87).

    Only the author may decide to tell more, so what is found here is refused and not asked about.
    """
    known = {key_of(found) for words in (post.title, post.text) for found in findings(words)}
    return [found for words in (title, text) for found in findings(words) if key_of(found) not in known]


class SuggestionForm(forms.Form):
    """Another title and text for somebody's post."""

    seen = LineField(widget=forms.HiddenInput, required=False)
    title = LineField(
        label=_("Titel"),
        max_length=90,
        validators=[refuse_bsn],
        help_text=_("Alleen de schrijver ziet je voorstel. Iedereen ziet het pas als de schrijver het overneemt."),
        error_messages={"required": _("Vul een titel in.")},
    )
    text = TextField(
        label=_("Tekst"),
        max_length=3000,
        validators=[refuse_bsn],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Verander zo weinig mogelijk. Het blijft het bericht van de schrijver."),
        error_messages={"required": _("Vul een tekst in.")},
    )
    remark = TextField(
        label=_("Waarom is dit beter?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("De schrijver krijgt dit in de mail. Bijvoorbeeld: zo weten mensen om welke dag het gaat."),
    )

    def __init__(self, data: Any = None, *, post: Post) -> None:
        initial = {"title": post.title, "text": post.text, "seen": post.changed_at.isoformat()}
        super().__init__(data, initial=initial)
        self.post = post

    def clean_seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def clean_title(self) -> str:
        return self._without_leaks("title")

    def clean_text(self) -> str:
        return self._without_leaks("text")

    def _without_leaks(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        found = gives_away(self.post, words, "")
        if found:
            kinds = dict.fromkeys(str(ADVICE[one.kind].label).lower() for one in found if one.kind in ADVICE)
            raise ValidationError(
                _("Hier staat iets in dat privé is en niet in het bericht stond: %(what)s. Haal het weg."),
                params={"what": ", ".join(kinds) or "…"},
            )
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("title"), cleaned.get("text")) == (self.post.title, self.post.text):
            self.add_error("text", _("Je hebt nog niets veranderd."))
        return cleaned


class SuggestionAnswerForm(forms.Form):
    """The author takes it over, or not, with a word if they like."""

    ACCEPT, DECLINE = "accept", "decline"

    choice = forms.ChoiceField(choices=[(ACCEPT, ACCEPT), (DECLINE, DECLINE)], widget=forms.HiddenInput)
    answer = TextField(
        label=_("Wil je er iets bij zeggen?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("De wijkbeheerder leest dit."),
    )
