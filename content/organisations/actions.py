"""Making, changing and switching on the pages of organisations, audited."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from accounts.audit.models import record
from accounts.users.models import User
from accounts.users.switches import after_switch
from content.organisations import emails
from content.organisations.locations import set_locations
from content.organisations.models import ContactCard, Organisation, OrganisationEditor
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import scope

FIELDS = ("name", "summary", "text", "website", "hours", "hours_note", "contact_function")
CARD_FIELDS = tuple(f"{part}_{name}" for name in ContactCard.CONTACT_FIELDS for part in ("contact", "show"))
RESERVED = {"nieuw"}


@transaction.atomic
def create(*, by: Any, values: dict[str, Any]) -> Organisation:
    """Makes an organisation's page; its maker edits it, and a manager of one of its neighbourhoods switches it on."""
    # One at a time for each member, so that a form sent twice makes one page.
    User.objects.select_for_update().get(pk=by.pk)
    before = scope(by).own(Organisation).filter(name=values["name"]).first()
    if before:
        return before
    organisation = found(by=by, values=values)
    OrganisationEditor.objects.create(organisation=organisation, user=by)
    return organisation


@transaction.atomic
def found(*, by: Any, values: dict[str, Any]) -> Organisation:
    """Makes a page that nobody keeps yet, switched off."""
    organisation = Organisation(slug=_free_slug(values["name"]))
    _fill(organisation, values)
    record("organisation.create", by=by, about=organisation)
    return organisation


def _free_slug(name: str) -> str:
    """The name as an address; when it is taken or reserved, with something nobody else has behind it."""
    slug = slugify(name)[:100].strip("-") or "organisatie"
    if slug in RESERVED or Organisation.objects.filter(slug=slug).exists():
        return f"{slug}-{secrets.token_hex(3)}"
    return slug


@transaction.atomic
def edit(*, organisation: Organisation, by: Any, values: dict[str, Any]) -> Organisation:
    """Changes the page and its contact card; its address stays."""
    _touch(organisation)
    _fill(organisation, values)
    record("organisation.edit", by=by, about=organisation)
    _touch(organisation)
    return organisation


@transaction.atomic
def set_live(
    *, organisation: Organisation, by: Any, live: bool = True, reason: Any = "", note: str = ""
) -> Organisation:
    """A manager switches the page on, or off again; its editors hear of it, with the reason (L-4).

    The reason is a choice with a label.
    """
    if organisation.is_live == live:
        return organisation
    organisation.is_live = live
    organisation.save(update_fields=["is_live"])
    record("organisation.live" if live else "organisation.hide", by=by, about=organisation, reason=str(reason))
    _touch(organisation)
    if live:
        emails.live(organisation, at=clock.now())
    else:
        emails.off(organisation, reason=getattr(reason, "label", ""), note=note, at=clock.now())
    return organisation


@transaction.atomic
def hide_contact(*, organisation: Organisation, by: Any) -> None:
    """Switches every contact detail off."""
    organisation.hide_contact()
    organisation.save(update_fields=[f"show_{name}" for name in ContactCard.CONTACT_FIELDS])
    record("organisation.contact", by=by, about=organisation, shown=[])
    _touch(organisation)


def _fill(organisation: Organisation, values: dict[str, Any]) -> None:
    for name in (*FIELDS, *CARD_FIELDS):
        if name in values:
            setattr(organisation, name, values[name])
    organisation.changed_at = clock.now()
    organisation.save()
    organisation.themes.set(values["themes"])
    organisation.neighbourhoods.set(values["neighbourhoods"])
    if "locations" in values:
        set_locations(organisation, values["locations"])


@after_switch(Organisation)
def refresh_pages(organisations: QuerySet[Organisation]) -> None:
    """What was switched shows, or is gone, on the pages of its neighbourhoods at once."""
    Neighbourhood.objects.filter(organisations__in=organisations).touch()


def _touch(organisation: Organisation) -> None:
    Neighbourhood.objects.filter(organisations=organisation).touch()
