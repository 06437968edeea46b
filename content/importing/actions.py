"""Keeping an upload for a moment, reading it in, and what becomes of invitations."""

import json
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.audit.models import record
from content.importing import emails
from content.importing.models import Import, ImportDraft, ImportedThing, Invitation, Sort, invited_hash
from content.importing.plan import NEW, Planned, Typed, plan
from content.organisations.actions import found, set_live
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.actions import SUMMARY_LENGTH, submit
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import excerpt

State = Invitation.State


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
        invite(address=address, organisations=organisations, neighbourhood=batch.neighbourhood, by=by)


@transaction.atomic
def switch_all_on(*, batch: Import, by: Any) -> int:
    """Puts the organisations of one file on the site; returns how many were off."""
    waiting = Organisation.objects.filter(imported__batch=batch, is_live=False)
    for organisation in waiting:
        set_live(organisation=organisation, by=by)
    return len(waiting)


# Invitations ---------------------------------------------------------------------------------------------------------


def invite(*, address: str, organisations: list[Organisation], neighbourhood: Neighbourhood, by: Any) -> bool:
    """Asks whoever reads a mailbox to keep these pages; one mail to an address, ever (W-26). False when it had one."""
    key = invited_hash(address)
    if Invitation.objects.filter(address_hash=key).exists():
        return False
    made = [
        Invitation.objects.create(organisation=one, address_hash=key, invited_by=by, made_at=clock.now())
        for one in organisations
    ]
    names = [one.name for one in organisations]
    emails.invite(made[0], to=address, names=names, neighbourhood=neighbourhood, by=by)
    record("invitation.send", by=by, about=made[0], neighbourhood=neighbourhood, pages=len(made))
    return True


def is_invited(invitation: Invitation, user: Any) -> bool:
    """Whether the invitation went to a proven address of this account: nobody accepts what was sent to another."""
    own = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return invitation.address_hash in {invited_hash(address) for address in own}


@transaction.atomic
def accept(*, invitation: Invitation, by: Any) -> int:
    """The account becomes an editor of every page its mailbox was invited to; returns of how many."""
    rows = _together(invitation) if is_invited(invitation, by) else []
    for row in rows:
        OrganisationEditor.objects.get_or_create(organisation=row.organisation, user=by)
        _answer(row, State.ACCEPTED, by)
    return len(rows)


@transaction.atomic
def refuse(*, invitation: Invitation) -> int:
    """Whoever has the link says no: this mailbox is never invited again; returns to how many pages it was a no."""
    rows = _together(invitation)
    for row in rows:
        _answer(row, State.REFUSED, None)
    return len(rows)


def _together(invitation: Invitation) -> list[Invitation]:
    open_rows = Invitation.objects.open().filter(address_hash=invitation.address_hash)
    return list(open_rows.select_for_update(of=("self",)).select_related("organisation"))


def _answer(row: Invitation, state: str, by: Any) -> None:
    row.state, row.answered_at = state, clock.now()
    row.save(update_fields=["state", "answered_at"])
    record(f"invitation.{state}", by=by, about=row)
