"""The form to sign up, and the organiser's reason to take somebody off the list."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.contact.forms import AnswerForm
from content.posts.cards import turn_words
from content.posts.models import Post
from content.series.models import Turn
from content.signups import seats
from content.signups.models import MOST_PEOPLE, open_turns
from wijk.forms import OpenForm
from wijk.text import EmailField, LineField, TextField


class SignUpForm(OpenForm):
    """Who comes, and with how many. A member need not type the address we know."""

    name = LineField(
        label=_("Je naam"),
        max_length=60,
        help_text=_("Alleen wie de activiteit organiseert ziet je naam."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Vul je naam in, dan weet de organisator wie er komt.")},
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Niemand ziet dit. We mailen je eerst een link, om zeker te weten dat het jouw adres is."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    people = forms.IntegerField(
        label=_("Met hoeveel mensen kom je?"),
        help_text=_("Tel jezelf mee. Hooguit 6."),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Vul een getal in van 1 tot en met 6."),
            "invalid": _("Vul een getal in van 1 tot en met 6."),
            "min_value": _("Vul een getal in van 1 tot en met 6."),
            "max_value": _("Je kunt hooguit 6 mensen tegelijk aanmelden."),
        },
    )
    remark = TextField(
        label=_("Wil je nog iets zeggen?"),
        required=False,
        max_length=300,
        help_text=_("Bijvoorbeeld: ik eet geen vlees. Alleen de organisator leest dit."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    day = forms.TypedChoiceField(
        label=_("Welke keer?"),
        coerce=date.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Kies welke keer je komt."),
            "invalid_choice": _("Die keer kan niet meer. Kies een andere."),
        },
    )
    field_order = ("day",)

    def __init__(self, data: Any = None, *, post: Post, member: Any = None) -> None:
        super().__init__(data, auto_id="signup_%s")
        self.places = post.signup_places
        if post.series_rule:
            self._offer_days(post)
        else:
            del self.fields["day"]
        if member is not None:
            del self.fields["email"]
            self.fields["name"].initial = member.first_name

    def _offer_days(self, post: Post) -> None:
        turns = open_turns(post)
        rooms = seats.rooms(post, turns)
        days = [(str(turn.day), _labelled(turn, room)) for turn, room in zip(turns, rooms, strict=True)]
        self.fields["day"].choices = days  # type: ignore[attr-defined]
        self.fields["day"].initial = days[0][0] if days else None

    def clean_people(self) -> int:
        people: int = self.cleaned_data["people"]
        if self.places is not None and people > self.places:
            raise forms.ValidationError(_("Er zijn niet zoveel plekken. Kies een lager getal."))
        return people


def _labelled(turn: Turn, room: seats.Room) -> str:
    when = turn_words(turn)
    if room.full:
        return gettext("%(when)s, vol: je komt op de wachtlijst") % {"when": when}
    if room.left is None:
        return when
    left = ngettext("nog %(left)s plek", "nog %(left)s plekken", room.left) % {"left": room.left}
    return f"{when}, {left}"


class FirstMessageForm(AnswerForm):
    """What the organiser writes to one person who signed up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = pgettext_lazy("conversation", "Je bericht")
        self.fields["body"].error_messages["required"] = _("Schrijf eerst een bericht.")


class ReasonForm(forms.Form):
    """Why somebody is taken off the list; it is mailed and not kept."""

    reason = TextField(
        label=_("Waarom?"),
        max_length=500,
        help_text=_("We mailen dit aan degene die je van de lijst haalt."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Schrijf kort waarom. Diegene leest het in de mail.")},
    )
