"""What would happen with each row of a file, in words; the same judgement again when it really happens."""

import json
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content.importing.forms import ROWS
from content.importing.models import ImportDraft, ImportedThing, Sort
from content.importing.sheets import Row, SheetError
from content.organisations.models import Organisation
from content.posts.models import Post
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk.encryption import keyed_hash
from wijk.leaks.kinds import Kind
from wijk.leaks.reading import findings
from wijk.text import clean_line

NEW, THERE, ERROR = "new", "there", "error"
TELLING = {Kind.PHONE, Kind.EMAIL, Kind.IBAN}
Typed = dict[str, str]


@dataclass
class Planned:
    """One row: what it is called, what will happen, and why not."""

    number: int
    name: str
    state: str = NEW
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    typed: Typed = field(default_factory=dict)


def folded(name: str) -> str:
    """A name as it is compared: by its letters, not by case, spaces or which sign for "en"."""
    return clean_line(name).casefold().replace("’", "'").replace(" & ", " en ")


# From a file to what a draft keeps -----------------------------------------------------------------------------------


def columns(sort: str) -> dict[str, str]:
    return ROWS[sort].COLUMNS


def mapped(rows: list[Row], sort: str) -> tuple[list[tuple[int, Typed]], list[str]]:
    """Each row by the names of our fields, and the columns we do not read; raises SheetError."""
    known, head = columns(sort), [folded(cell) for cell in rows[0].cells]
    places = {known[title]: place for place, title in reversed(list(enumerate(head))) if title in known}
    needed = [title for title, name in known.items() if ROWS[sort].base_fields[name].required]
    missing = [title for title in needed if known[title] not in places]
    if missing:
        raise SheetError(
            _("Deze kolommen missen we in de eerste rij: %(names)s. Gebruik het voorbeeld.")
            % {"names": ", ".join(missing)}
        )
    kept = [(row.number, {name: _at(row.cells, place) for name, place in places.items()}) for row in rows[1:]]
    filled = [(number, typed) for number, typed in kept if any(typed.values())]
    if not filled:
        raise SheetError(_("Onder de eerste rij staat niets."))
    return filled, [cell for cell, title in zip(rows[0].cells, head, strict=True) if title and title not in known]


def _at(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


# The plan ------------------------------------------------------------------------------------------------------------


def plan(draft: ImportDraft) -> list[Planned]:
    """What happens with each row now; a few queries, however many rows."""
    rows: list[tuple[int, Typed]] = json.loads(draft.cells)
    judge = _Organisations if draft.sort == Sort.ORGANISATIONS else _Activities
    judged = judge(draft.neighbourhood)
    planned = [_judged(judged, number, typed, draft.sort) for number, typed in rows]
    _mark_known(planned)
    return planned


def _judged(judge: "_Organisations | _Activities", number: int, typed: Typed, sort: str) -> Planned:
    form = ROWS[sort](typed)
    name = clean_line(typed.get("name") or typed.get("title") or "")[:120]
    row = Planned(number, name or _("zonder naam"), typed=typed)
    titles = {field_name: title for title, field_name in columns(sort).items()}
    if not form.is_valid():
        row.errors = [f"{titles.get(part, part)}: {error}" for part, errors in form.errors.items() for error in errors]
    else:
        row.values = form.cleaned_data
        judge.look(row)
    if row.errors:
        row.state = ERROR
    return row


def _mark_known(planned: list[Planned]) -> None:
    """A row that was read in before, or that stands in this file twice, does nothing."""
    keys = [row.key for row in planned if row.key]
    known = set(ImportedThing.objects.filter(key__in=keys).values_list("key", flat=True))
    first: dict[str, int] = {}
    for row in planned:
        if row.state != NEW:
            continue
        if row.key in first:
            row.state = THERE
            row.notes.append(_("Staat dubbel in dit bestand, ook op rij %(row)s.") % {"row": first[row.key]})
        elif row.key in known:
            row.state = THERE
            row.notes.append(_("Is al eerder ingelezen."))
        first.setdefault(row.key, row.number)


class _Judge:
    def __init__(self, neighbourhood: Neighbourhood) -> None:
        self.neighbourhood = neighbourhood
        themes = list(Theme.objects.in_use())
        called = [(word, theme) for theme in themes for word in (theme.name, theme.slug, theme.name_en)]
        self.themes = {folded(word): theme for word, theme in called if word}
        here = Organisation.objects.filter(neighbourhoods=neighbourhood).only("name", "is_live", "slug")
        self.organisations = {folded(one.name): one for one in here}

    def key(self, *parts: object) -> str:
        return keyed_hash("imported", "\n".join(map(str, (self.neighbourhood.pk, *parts))))

    def theme(self, word: str, row: Planned) -> Theme | None:
        theme = self.themes.get(folded(word))
        if theme is None and word:
            row.notes.append(_("Het thema ‘%(word)s’ kennen we niet.") % {"word": word[:60]})
        return theme


class _Organisations(_Judge):
    def look(self, row: Planned) -> None:
        words = [word.strip() for word in row.values["themes"].replace(";", ",").split(",") if word.strip()]
        row.values["themes"] = [theme for word in words if (theme := self.theme(word, row))]
        row.key = self.key(Sort.ORGANISATIONS, folded(row.values["name"]))
        if folded(row.values["name"]) in self.organisations:
            row.state = THERE
            row.notes.append(_("Staat al in deze wijk."))


class _Activities(_Judge):
    def __init__(self, neighbourhood: Neighbourhood) -> None:
        super().__init__(neighbourhood)
        posts = Post.objects.filter(neighbourhood=neighbourhood, kind=Post.Kind.ACTIVITY, starts_at__isnull=False)
        there = posts.exclude(status=Post.Status.DRAFT).values_list("title", "starts_at")
        self.there = {(folded(title), moment) for title, moment in there}
        self.catch_all = Theme.objects.catch_all()

    def look(self, row: Planned) -> None:
        values = row.values
        organisation = self.organisations.get(folded(values["organisation"]))
        if organisation is None:
            row.errors.append(_("Deze organisatie kennen we niet in deze wijk. Lees eerst de organisaties in."))
            return
        if not organisation.is_live:
            row.errors.append(_("Deze organisatie staat nog niet op de site. Zet haar eerst aan."))
            return
        values["organisation"] = organisation
        values["theme"] = self.theme(values["theme"], row) or self.catch_all
        row.key = self.key(Sort.ACTIVITIES, organisation.pk, folded(values["title"]), values["starts_at"].isoformat())
        if (folded(values["title"]), values["starts_at"]) in self.there:
            row.state = THERE
            row.notes.append(_("Staat al in de agenda."))
        if {found.kind for found in findings(f"{values['title']}\n{values['text']}")} & TELLING:
            row.notes.append(_("In de tekst staat een nummer of een e-mailadres. Iedereen leest dat."))


def counted(planned: list[Planned]) -> dict[str, int]:
    """How many rows of each sort."""
    return {state: sum(row.state == state for row in planned) for state in (NEW, THERE, ERROR)}


def explained(sort: str) -> list[dict[str, Any]]:
    """The columns, for who makes a file."""
    fields: dict[str, forms.Field] = ROWS[sort].base_fields
    return [
        {"title": title, "text": fields[name].help_text, "needed": fields[name].required}
        for title, name in columns(sort).items()
    ]


def things_of(batch: Any) -> QuerySet[ImportedThing]:
    """What one file made, as far as it is still there."""
    return (
        ImportedThing.objects.filter(batch=batch)
        .select_related("organisation", "post")
        .prefetch_related("organisation__invitations")
        .order_by("pk")
    )
