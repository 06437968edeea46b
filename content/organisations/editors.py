"""Who edits an organisation's page: coming, going, and what becomes of a page that nobody edits any more."""

import re
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from accounts.audit.models import record
from accounts.users.models import takes_part
from content.organisations import emails
from content.organisations.models import ContactCard, Organisation, OrganisationEditor
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import canonical_email

CARD = [f"contact_{name}" for name in (*ContactCard.CONTACT_FIELDS, "function")]
SWITCHES = [f"show_{name}" for name in ContactCard.CONTACT_FIELDS]


def team_of(organisation: Organisation) -> QuerySet[OrganisationEditor]:
    """Its editors, the longest serving first; not who is away or frozen."""
    found = organisation.editors.filter(takes_part("user")).select_related("user")
    return found.order_by("since", "pk")


def is_last(organisation: Organisation, user: Any) -> bool:
    """Whether the page would be left with nobody who can edit it."""
    return not team_of(organisation).exclude(user=user).exists()


@transaction.atomic
def join(*, organisation: Organisation, user: Any) -> None:
    """Whoever was invited edits the page too from now on."""
    OrganisationEditor.objects.get_or_create(organisation=organisation, user=user)
    record("organisation.join", by=user, about=organisation)
    _touch(organisation)


@transaction.atomic
def part(*, organisation: Organisation, user: Any, by: Any) -> bool:
    """Somebody edits the page no more; False when that would leave nobody, or when they did not edit it.

    A contact card that is theirs is emptied. Who is taken off by another editor gets a mail.
    """
    _lock(organisation)
    if is_last(organisation, user) or not _gone(organisation, user):
        return False
    if card_names(organisation, user):
        clear_card(organisation)
    record("organisation.part", by=by, about=organisation)
    if by.pk != user.pk:
        emails.let_go(organisation, user)
    _touch(organisation)
    return True


type Look = Callable[[Organisation], None]
_LEFT: list[Look] = []


def when_left(look: Look) -> Look:
    """Registers what higher features do, in the same transaction, with a page that nobody edits any more."""
    _LEFT.append(look)
    return look


@transaction.atomic
def leave_alone(*, organisation: Organisation, by: Any) -> bool:
    """The last editor stops: the page leaves the site without the contact card, and its managers hear of it (W-78)."""
    _lock(organisation)
    organisation.refresh_from_db()
    if not is_last(organisation, by) or not _gone(organisation, by):
        return False
    clear_card(organisation)
    was_live, organisation.is_live, organisation.changed_at = organisation.is_live, False, clock.now()
    organisation.save(update_fields=["is_live", "changed_at"])
    record("organisation.left", by=by, about=organisation)
    for look in _LEFT:
        look(organisation)
    _touch(organisation)
    if was_live:
        emails.left_alone(organisation, at=clock.now())
    return True


def card_names(organisation: Organisation, user: Any) -> bool:
    """Whether the contact card is this person's: by name, or by address."""
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    mailboxes = {canonical_email(address) for address in (user.email, *addresses)}
    names = words_of(user.first_name) | words_of(user.last_name)
    return bool(words_of(organisation.contact_name) & names) or (
        canonical_email(organisation.contact_email) in mailboxes
    )


def words_of(text: str) -> set[str]:
    """The words by which a name is known again."""
    # Short ones ("de", "van") say nothing about who it is.
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3} or {text.casefold()} - {""}


def clear_card(organisation: Organisation) -> None:
    """Empties and hides the contact card."""
    organisation.hide_contact()
    for name in CARD:
        setattr(organisation, name, "")
    organisation.save(update_fields=[*CARD, *SWITCHES])


def _gone(organisation: Organisation, user: Any) -> int:
    gone, _rows = OrganisationEditor.objects.filter(organisation=organisation, user=user).delete()
    return gone


def _lock(organisation: Organisation) -> None:
    # Two who leave at once must not both find the other there.
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _touch(organisation: Organisation) -> None:
    Neighbourhood.objects.filter(organisations=organisation).touch()
