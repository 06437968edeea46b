"""Inviting, answering and taking back. Who typed an address never learns what is known of it."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.signals import account_closing
from content.invitations import emails
from content.invitations.models import Invitation, InvitationQuerySet, Kept, invited_hash
from content.organisations import editors
from content.organisations.models import Organisation, OrganisationEditor
from content.posts import comanagers
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import scope
from wijk.text import spellings

State = Invitation.State


@transaction.atomic
def invite_from_list(*, address: str, organisations: list[Organisation], neighbourhood: Neighbourhood, by: Any) -> bool:
    """Asks whoever reads a mailbox to keep these pages; one mail to an address, ever (W-26). False when it had one."""
    key = invited_hash(address)
    if Invitation.objects.filter(address_hash=key).exists():
        return False
    made = [
        Invitation.objects.create(organisation=one, address_hash=key, invited_by=by, made_at=clock.now())
        for one in organisations
    ]
    names = [one.name for one in organisations]
    emails.invite_from_list(made[0], to=address, names=names, neighbourhood=neighbourhood, by=by)
    record("invitation.send", by=by, about=made[0], neighbourhood=neighbourhood, pages=len(made))
    return True


@transaction.atomic
def invite(*, thing: Kept, address: str, by: Any, takes_over: bool = False, as_manager: bool = False) -> bool:
    """Asks whoever reads a mailbox to help keep one page or post, in one mail (W-25).

    False when nothing was sent: it waits for an answer already, said no, or belongs to who keeps it. Whoever typed the
    address is told the same either way.
    """
    type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    key = invited_hash(address)
    known = Invitation.objects.filter(address_hash=key).against(thing).exists()
    if known or _keeps(thing, address):
        record("invitation.known", by=by, about=thing)
        return False
    made = Invitation(address_hash=key, invited_by=by, by_hand=True, takes_over=takes_over, made_at=clock.now())
    if isinstance(thing, Post):
        made.post = thing
    else:
        made.organisation = thing
    made.save()
    emails.invite(made, to=address, by=by, as_manager=as_manager)
    record("invitation.send", by=by, about=made, pages=1)
    return True


def _keeps(thing: Kept, address: str) -> bool:
    """Whether this is an address of somebody who keeps it already."""
    accounts = EmailAddress.objects.filter(email__in=spellings(address), verified=True).values("user")
    if isinstance(thing, Post):
        return thing.co_managers.filter(user__in=accounts).exists() or accounts.filter(user=thing.author_id).exists()
    return OrganisationEditor.objects.filter(organisation=thing, user__in=accounts).exists()


def is_invited(invitation: Invitation, user: Any) -> bool:
    """Whether the invitation went to a proven address of this account: nobody accepts what was sent to another."""
    own = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return invitation.address_hash in {invited_hash(address) for address in own}


@transaction.atomic
def accept(*, invitation: Invitation, by: Any) -> int:
    """The account keeps, from now on, all its mailbox was invited to; returns how much that is."""
    rows = _together(invitation) if is_invited(invitation, by) else []
    for row in rows:
        _join(row, by)
        _answer(row, State.ACCEPTED, by)
    return len(rows)


def _join(row: Invitation, by: Any) -> None:
    if row.post:
        comanagers.join(post=row.post, user=by)
    elif row.organisation:
        editors.join(organisation=row.organisation, user=by)
        if row.takes_over and row.invited_by:
            editors.part(organisation=row.organisation, user=row.invited_by, by=row.invited_by)
    if row.by_hand:
        still = row.invited_by is not None and scope(row.invited_by).own(Invitation).filter(pk=row.pk).exists()
        emails.accepted(row, who=by, url=row.together_url if still else "")


@transaction.atomic
def refuse(*, invitation: Invitation, for_ever: bool) -> int:
    """Whoever has the link says no, to this alone or to every invitation there will be; returns to how much."""
    rows = _together(invitation)
    for row in rows:
        _answer(row, State.REFUSED if for_ever else State.DECLINED, None)
    return len(rows)


@transaction.atomic
def take_back(*, invitation: Invitation, by: Any) -> bool:
    """Whoever may invite ends an open invitation: its link stops, and its mail does not go out any more."""
    row = Invitation.objects.open().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if row is None:
        return False
    _answer(row, State.WITHDRAWN, by)
    return True


@transaction.atomic
def let_go(*, thing: Kept, user: Any, by: Any) -> bool:
    """Somebody keeps it no more; whom they invited to it is invited no more either. False when it cannot be."""
    if isinstance(thing, Post):
        done = comanagers.part(post=thing, user=user, by=by)
    else:
        done = editors.part(organisation=thing, user=user, by=by)
    if done:
        _end_open(Invitation.objects.to(thing), user, by)
    return done


@transaction.atomic
def leave_alone(*, organisation: Organisation, by: Any) -> bool:
    """The last editor stops, and the page leaves the site; nobody is waited for any more."""
    done = editors.leave_alone(organisation=organisation, by=by)
    if done:
        _end_open(Invitation.objects.to(organisation), by, by)
    return done


@receiver(account_closing)
def take_back_all(user: Any, **_: Any) -> None:
    """Who leaves invites nobody any more; what a list named goes on without them."""
    _end_open(Invitation.objects.all(), user, None)


def _end_open(rows: InvitationQuerySet, inviter: Any, by: Any) -> None:
    for row in rows.open().filter(invited_by=inviter, by_hand=True):
        _answer(row, State.WITHDRAWN, by)


def _together(invitation: Invitation) -> list[Invitation]:
    rows = Invitation.objects.open().together_with(invitation).select_for_update(of=("self",))
    return list(rows.select_related("organisation", "post", "invited_by"))


def _answer(row: Invitation, state: str, by: Any) -> None:
    row.state, row.answered_at = state, clock.now()
    row.save(update_fields=["state", "answered_at"])
    record(f"invitation.{state}", by=by, about=row)
