"""Keeping an upload for a moment, and reading it in."""

import json
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from content.importing.models import Import, ImportDraft, ImportedThing, Sort
from content.importing.plan import NEW, Planned, Typed, plan
from content.invitations.actions import invite_from_list
from content.organisations.actions import found, set_live
from content.organisations.models import Organisation
from content.posts.actions import SUMMARY_LENGTH, submit
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import excerpt


@transaction.atomic
def keep(
    *,
    by: Any,
    neighbourhood: Neighbourhood,
    sort: str,
    source: str,
    file_name: str,
    rows: list[tuple[int, Typed]],
    unread: list[str],
) -> ImportDraft:
    """Keeps what was uploaded until its uploader says yes; a new upload takes its place."""
    ImportDraft.objects.filter(importer=by, neighbourhood=neighbourhood).delete()
    draft = ImportDraft.objects.create(
        importer=by,
        neighbourhood=neighbourhood,
        sort=sort,
        source=source,
        file_name=file_name,
        cells=json.dumps(rows),
        unread=", ".join(unread)[:500],
        made_at=clock.now(),
    )
    record("import.upload", by=by, about=draft, neighbourhood=neighbourhood, rows=len(rows))
    return draft


@transaction.atomic
def throw_away(*, draft: ImportDraft, by: Any) -> None:
    """Nothing of it is kept."""
    record("import.discard", by=by, about=draft, neighbourhood=draft.neighbourhood)
    draft.delete()


@transaction.atomic
def read_in(*, draft: ImportDraft, by: Any) -> Import | None:
    """Makes what is new in the file, and notes where it came from; None when that was done before.

    Rows are judged again: the site may have changed since the page that was confirmed.
    """
    # One at a time for a neighbourhood, so that the same file read in twice at once makes nothing double.
    Neighbourhood.objects.select_for_update().get(pk=draft.neighbourhood_id)
    held = ImportDraft.objects.select_related("neighbourhood").filter(pk=draft.pk, importer=by).first()
    if held is None:
        return None
    rows = [row for row in plan(held) if row.state == NEW]
    here = held.neighbourhood
    batch = Import.objects.create(
        neighbourhood=here,
        imported_by=by,
        sort=held.sort,
        source=held.source[:160],
        file_name=held.file_name[:120],
        done_at=clock.now(),
    )
    if held.sort == Sort.ORGANISATIONS:
        _make_organisations(batch, rows, by)
    else:
        for row in rows:
            ImportedThing.objects.create(batch=batch, key=row.key, post=_activity(row, here, by))
    held.delete()
    record("import.read", by=by, about=batch, neighbourhood=here, sort=str(batch.sort), rows=len(rows))
    return batch


def _activity(row: Planned, neighbourhood: Neighbourhood, by: Any) -> Post:
    """A post of the importer in the organisation's name, by the rules of every post."""
    values = {name: row.values[name] for name in ("title", "text", "theme", "organisation", "starts_at", "ends_at")}
    post = Post.objects.create(
        author=by,
        neighbourhood=neighbourhood,
        kind=Post.Kind.ACTIVITY,
        venue=row.values["venue"],
        summary=excerpt(values["text"], SUMMARY_LENGTH),
        **values,
    )
    # One page tells of all of them: no mail about each.
    return submit(post=post, by=by, mail=False)


def _make_organisations(batch: Import, rows: list[Planned], by: Any) -> None:
    """Pages that are switched off until a manager looked at them; who is named is invited to keep them."""
    invited: dict[str, list[Organisation]] = {}
    for row in rows:
        values = {name: row.values[name] for name in ("name", "summary", "text", "website", "themes")}
        made = found(by=by, values={**values, "neighbourhoods": [batch.neighbourhood]})
        ImportedThing.objects.create(batch=batch, key=row.key, organisation=made)
        if row.values["email"]:
            invited.setdefault(row.values["email"], []).append(made)
    for address, organisations in invited.items():
        invite_from_list(address=address, organisations=organisations, neighbourhood=batch.neighbourhood, by=by)


@transaction.atomic
def switch_all_on(*, batch: Import, by: Any) -> int:
    """Puts the organisations of one file on the site; returns how many were off."""
    waiting = Organisation.objects.filter(imported__batch=batch, is_live=False)
    for organisation in waiting:
        set_live(organisation=organisation, by=by)
    return len(waiting)
