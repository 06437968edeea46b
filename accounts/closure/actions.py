"""Closing an account, coming back on it, and the clock's work until it is gone."""

import logging
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.closure import emails
from accounts.closure.erasure import Leaver, NotOnDisk, flush_to_disk, leaver, residue, steps
from accounts.closure.models import AccountClosure, erase_moment, undo_hash
from accounts.signals import account_closing
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail

log = logging.getLogger("wijk.closure")
State = AccountClosure.State
LEASE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(minutes=15)


class Overtaken(Exception):
    """The account was opened again, or another worker finished: this one stops."""


class Unfinished(Exception):
    """Something is still there after every step; its names and counts are in the row."""


@transaction.atomic
def close(*, user: User, by: User | None, received_at: datetime | None = None) -> AccountClosure:
    """Takes an account and all it shows off the site, and sets the clock for erasing it (W-74, W-75, W-77).

    Asking twice gives the same closing; an earlier moment of receipt brings its deadline forward.
    """
    received_at = min(received_at or clock.now(), clock.now())
    account = User.objects.select_for_update().get(pk=user.pk)
    closure = AccountClosure.objects.open().filter(account_ref=account.pk).first()
    if closure is not None:
        return _brought_forward(closure, received_at)
    account.is_active = False
    account.epoch += 1
    account.save(update_fields=["is_active", "epoch"])
    token = secrets.token_urlsafe(32)
    closure = AccountClosure.objects.create(
        user=account,
        account_ref=account.pk,
        epoch=account.epoch,
        received_at=received_at,
        erase_after=erase_moment(received_at),
        filed_by_ref=getattr(by, "pk", None),
        undo_hash=undo_hash(token),
        receipt_address=account.email,
        language=account.language,
    )
    _end_sessions(account)
    _cancel_mail(account)
    account_closing.send(sender=AccountClosure, user=account, closure=closure)
    emails.closing(closure=closure, account=account, token=token)
    record("closure.request", by=by, about=account)
    return closure


def _brought_forward(closure: AccountClosure, received_at: datetime) -> AccountClosure:
    if received_at < closure.received_at:
        closure.received_at = received_at
        closure.erase_after = min(closure.erase_after, erase_moment(received_at))
        closure.save(update_fields=["received_at", "erase_after"])
    return closure


def _end_sessions(account: User) -> None:
    for session in UserSession.objects.filter(user=account):
        session.end()


def _cancel_mail(account: User) -> None:
    OutgoingMail.objects.filter(account_ref=account.pk).cancel()  # type: ignore[attr-defined]
    for address in EmailAddress.objects.filter(user=account).values_list("email", flat=True):
        OutgoingMail.objects.to_address(address).cancel()


@transaction.atomic
def undo(*, token: str) -> User | None:
    """Opens a closed account again, from the link in the mail, until erasing begins; None when it cannot."""
    closure = AccountClosure.objects.select_for_update().undoable(token).first()  # type: ignore[attr-defined]
    account = User.objects.select_for_update().filter(pk=closure.account_ref).first() if closure else None
    if closure is None or account is None or account.epoch != closure.epoch:
        return None
    account.is_active = True
    account.epoch += 1
    account.save(update_fields=["is_active", "epoch"])
    _end(closure, State.CANCELLED)
    emails.reopened(closure=closure, account=account)
    record("closure.undo", by=account, about=account)
    return account


def advance_all() -> int:
    """Erases every account whose time has come; runs each minute, in as many workers as there are (W-77)."""
    done = 0
    for pk in list(AccountClosure.objects.due().values_list("pk", flat=True)):
        # The conditions are asked again in the UPDATE, so two workers never hold the same closing.
        if AccountClosure.objects.due().filter(pk=pk).update(leased_until=clock.now() + LEASE):
            done += _advance(pk)
    return done


def _advance(pk: int) -> bool:
    try:
        erase(pk)
        verify(pk)
    except Exception as problem:
        # A closing in trouble must not hold up the others; it stays where it is, is tried again, and alarms when late.
        log.exception("closing %s did not get on: %s", pk, type(problem).__name__)
        _postpone(pk)
        return False
    return True


def _postpone(pk: int) -> None:
    closure = AccountClosure.objects.get(pk=pk)
    wait = min(timedelta(minutes=1) * 2 ** min(closure.attempts, 10), LONGEST_WAIT)
    AccountClosure.objects.filter(pk=pk).update(attempts=closure.attempts + 1, leased_until=clock.now() + wait)


def erase(pk: int) -> None:
    """Takes each step of the plan in transactions of its own; one that was taken before finds nothing to do."""
    with transaction.atomic():
        closure = _hold(pk)
        closure.state = State.ERASING
        closure.save(update_fields=["state"])
        who = _leaver(closure)
    for step in steps():
        more = True
        while more:
            with transaction.atomic():
                _hold(pk)
                more = step.apply(who)
    with transaction.atomic():
        _hold(pk)
        AccountClosure.objects.filter(pk=pk).update(state=State.VERIFYING)


def verify(pk: int) -> None:
    """Counts what is left, in a new transaction; only when that is nothing, the receipt goes and the row says done."""
    flush_to_disk()
    with transaction.atomic():
        closure = _hold(pk)
        closure.residue = residue(_leaver(closure))
        closure.save(update_fields=["residue"])
    if closure.residue:
        raise Unfinished(", ".join(closure.residue))
    with transaction.atomic():
        closure = _hold(pk)
        emails.erased(closure=closure)
        record("closure.done", by=None, about=f"accounts.user:{closure.account_ref}")
        _end(closure, State.DONE)
    with suppress(NotOnDisk):
        # Only the encrypted address of the receipt is left in old pages, and everyday work overwrites those.
        flush_to_disk()


def _leaver(closure: AccountClosure) -> Leaver:
    return leaver(closure.account_ref, closure.receipt_address)


def _hold(pk: int) -> AccountClosure:
    """The closing, locked; refuses when the account moved on since. Holding renews the lease."""
    closure = AccountClosure.objects.select_for_update().get(pk=pk)
    account = User.objects.select_for_update().filter(pk=closure.account_ref).first()
    reopened = account is not None and (account.is_active or account.epoch != closure.epoch)
    if closure.state in AccountClosure.ENDED or reopened:
        raise Overtaken
    closure.leased_until = clock.now() + LEASE
    closure.save(update_fields=["leased_until"])
    return closure


def _end(closure: AccountClosure, state: Any) -> None:
    closure.state = state
    closure.done_at = clock.now()
    closure.receipt_address = closure.undo_hash = ""
    closure.leased_until = None
    closure.save(update_fields=["state", "done_at", "receipt_address", "undo_hash", "leased_until"])


def readiness() -> str:
    """What is wrong with the closings, for /readyz."""
    return _("Er is een opzegging die na 44 uur nog niet klaar is.") if AccountClosure.objects.late().exists() else ""
