"""The leak guard of a post: everybody reads it, so what is private can be moved to the contact details."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from content.posts.models import Post
from wijk.leaks.guard import Advice, LeakGuard, key_of
from wijk.leaks.kinds import Finding, Kind
from wijk.leaks.reading import findings
from wijk.text import EmailField

EVERYBODY = _("Iedereen op internet kan dit lezen.")
ADVICE = {
    Kind.PHONE: Advice(
        _("Een telefoonnummer"),
        EVERYBODY,
        _("Zet je telefoonnummer bij je contactgegevens. Daar kies je zelf wie het ziet."),
    ),
    Kind.EMAIL: Advice(
        _("Een e-mailadres"),
        EVERYBODY,
        _("Zonder komen reacties ook bij je. Of zet het bij je contactgegevens. Daar kies je zelf wie het ziet."),
    ),
    Kind.HOUSE: Advice(
        _("Een adres"),
        _("Zo weet iedereen waar iemand woont, en wanneer daar niemand is."),
        _("Noem alleen de straat of de buurt. Het huisnummer geef je later, aan wie je zelf kiest."),
    ),
    Kind.IBAN: Advice(
        _("Een rekeningnummer"),
        _("Met je rekeningnummer en je naam kunnen oplichters iets bestellen of jou nadoen."),
        _("Geef het pas aan iemand met wie je iets hebt afgesproken."),
    ),
    Kind.HEALTH: Advice(
        _("Iets over gezondheid"),
        _("Iedereen op internet kan dit lezen, ook later, en ook wie je kent."),
        _("Je kunt ook alleen zeggen wat je nodig hebt, bijvoorbeeld: ik kan niet goed lopen."),
    ),
    Kind.DEBT: Advice(
        _("Iets over geld of schulden"),
        _("Iedereen op internet kan dit lezen. Er zijn mensen die daar misbruik van maken."),
        _("Je kunt ook zeggen wat je nodig hebt, zonder de reden."),
    ),
    Kind.CHILD: Advice(
        _("Iets over een kind"),
        _("Zo kunnen mensen die je niet kent, weten wie het kind is of waar het is."),
        _("Laat naam, leeftijd en school weg. Die vertel je aan wie reageert."),
    ),
}
MOVES_TO = {Kind.PHONE: "contact_phone", Kind.EMAIL: "contact_email"}
MOVED = _("Dat staat nu bij je contactgegevens, en het is nog verborgen. Kijk even of je tekst nog klopt.")
TEXTS = ("title", "text", "venue")


class PostGuard(LeakGuard, ModelForm):
    """Shows once what a post gives away, and moves a phone number or an e-mail address on request."""

    instance: Post
    guarded = TEXTS
    advice = ADVICE

    def matters(self, name: str, finding: Finding) -> bool:
        """An activity's place is asked for; and an organisation's work is no secret of a person's."""
        if finding.kind == Kind.HOUSE:
            return name != "venue" and not self.instance.organisation_id
        of_a_person = finding.kind in {Kind.HEALTH, Kind.DEBT, Kind.CHILD}
        return super().matters(name, finding) and not (of_a_person and self.instance.organisation_id)

    def known(self) -> set[str]:
        """What stands on the site already was asked about before it came there."""
        placed = self.instance.status in {Post.Status.LIVE, Post.Status.WAITING}
        texts = [str(self.initial.get(name, "")) for name in TEXTS] if placed else []
        return super().known() | {key_of(finding) for text in texts for finding in findings(text)}

    def can_move(self, kind: Kind) -> bool:
        return bool(kind in MOVES_TO and not getattr(self.instance, MOVES_TO[kind]) and self._first(kind))

    def _first(self, kind: Kind) -> str:
        """The number or address that would move."""
        values = [finding.value for _name, finding in self.found if finding.kind == kind]
        return next((value for value in values if kind == Kind.PHONE or _is_mailbox(value)), "")

    @cached_property
    def moved(self) -> dict[str, Any]:
        """The new values of fields when the button to move something was pressed; nothing else changes."""
        kind = next((kind for kind in MOVES_TO if self.data.get("move") == kind), None)
        if kind is None or self.errors or not self.can_move(kind):
            return {}
        value, field = self._first(kind), MOVES_TO[kind]
        going = [(name, finding) for name, finding in self.found if (finding.kind, finding.value) == (kind, value)]
        texts = {name: self.cleaned_data[name] for name, _finding in going}
        for name, finding in reversed(going):
            texts[name] = _without(texts[name], finding)
        return {**texts, field: value, field.replace("contact_", "show_"): False}


def _is_mailbox(address: str) -> bool:
    try:
        return bool(EmailField().clean(address))
    except ValidationError:
        return False


def _without(text: str, finding: Finding) -> str:
    """The text with the piece taken out, and no more space than there was."""
    before, after = text[: finding.start], text[finding.end :]
    if before.endswith(("(", "[")) and after.startswith((")", "]")):
        before, after = before[:-1], after[1:]
    if not before or before[-1].isspace():
        after = after.lstrip(" ")
    return (before.rstrip(" ") if after[:1] in ".,;:!?" else before) + after


def told_by(post: Post) -> list[str]:
    """What the texts of a post give away, as it stands in them, for its author's last look."""
    if post.organisation_id:
        return []
    texts = [post.title, post.text]
    return list(dict.fromkeys(finding.piece for text in texts for finding in findings(text)))
