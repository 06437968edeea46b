"""Closing an account, coming back on it, and watching that it is done in time."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.archive.actions import available, copy_of_account, doom
from accounts.audit.models import record
from accounts.closure import emails
from accounts.closure.machine import advance_all
from accounts.closure.models import ALARM, RED_ALARM, AccountClosure, erase_moment, undo_hash
from accounts.closure.outside import hand_over, pass_on
from accounts.office.roles import officers
from accounts.signals import account_closing
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.schedule import ScheduledJob
from wijk.text import spellings

__all__ = ["advance_all", "close", "file", "readiness", "undo", "watch"]
State, Reason, Copy = AccountClosure.State, AccountClosure.Reason, AccountClosure.Copy
# What the clock of an operator's own machine runs (`closures watch`), apart from the workers.
WATCHER = "closures-watch"
WATCHER_SLEEPS = timedelta(minutes=30)


@transaction.atomic
def close(
    *,
    user: User,
    by: User | None,
    received_at: datetime | None = None,
    copy: bool = False,
    code_key: str = "",
    reason: str = "person",
    at_once: bool = False,
    to: dict[str, str] | None = None,
    continues: bool = False,
) -> AccountClosure:
    """Takes an account and all it shows off the site, and sets the clock for erasing it (W-74, W-75, W-77).

    Asking twice gives the same closing; an earlier moment of receipt brings its deadline forward. `at_once` waives the
    time to undo it; somebody under 16 gets neither that time nor a copy (X-20). `to` names who gets what would be left
    with nobody, and with `continues` what others keep as well goes on without the leaver (W-78).
    """
    received_at = min(received_at or clock.now(), clock.now())
    at_once, copy = at_once or reason == Reason.MINOR, copy and reason != Reason.MINOR
    account = User.objects.select_for_update().get(pk=user.pk)
    closure = AccountClosure.objects.open().filter(account_ref=account.pk).first()
    if closure is not None:
        return _asked_again(closure, received_at, copy=copy, at_once=at_once)
    hand_over(account, to or {})
    if continues:
        pass_on(account)
    choices = {"copy": Copy.ASKED, "code_key": code_key} if copy else {}
    closure = _receive(account, by, received_at, at_once=at_once, reason=reason, **choices)
    token = secrets.token_urlsafe(32)
    if not at_once:
        closure.undo_hash = undo_hash(token)
    _hide(account, closure)
    emails.closing(closure=closure, account=account, token=token)
    record("closure.request", by=by, about=account, reason=str(reason), copy=copy, at_once=at_once)
    return closure


def _receive(account: User, by: User | None, received_at: datetime, *, at_once: bool, **choices: Any) -> AccountClosure:
    return AccountClosure.objects.create(
        user=account,
        account_ref=account.pk,
        epoch=account.epoch + 1,
        received_at=received_at,
        erase_after=clock.now() if at_once else erase_moment(received_at),
        filed_by_ref=getattr(by, "pk", None),
        receipt_address=account.email,
        addresses="\n".join(_addresses(account)),
        language=account.language,
        **choices,
    )


def file(*, email: str, by: User | None, received_at: datetime, kind: str) -> AccountClosure | None:
    """Closes the account of an address for who wrote a letter or mail (W-75); None when there is none.

    `kind` is "terms" when the writer chose nothing about a copy, "erase" or "minor".
    """
    account = account_of(email)
    reason = Reason.MINOR if kind == Reason.MINOR else Reason.LETTER
    copy = kind == "terms" and copy_by_terms()
    return close(user=account, by=by, received_at=received_at, reason=reason, copy=copy) if account else None


def copy_by_terms() -> bool:
    """Whether who chose nothing gets a copy: without a code, only the operator's offline key opens it."""
    return available() and bool(settings.SEALED_RECIPIENT)


def account_of(email: str) -> User | None:
    """The account that has this address, in any spelling, as its own or as a confirmed second one."""
    known = spellings(email)
    account = User.objects.filter(email__in=known).first()
    other = EmailAddress.objects.filter(email__in=known, verified=True).select_related("user").first()
    return account or (other.user if other else None)


def _hide(account: User, closure: AccountClosure) -> None:
    """In the same transaction as the request, so that nothing is ever received and still shown."""
    account.is_active, account.epoch = False, closure.epoch
    account.save(update_fields=["is_active", "epoch"])
    for session in UserSession.objects.filter(user=account):
        session.end()
    OutgoingMail.objects.filter(account_ref=account.pk).cancel()  # type: ignore[attr-defined]
    for address in closure.addresses.splitlines():
        OutgoingMail.objects.to_address(address).cancel()
    account_closing.send(sender=AccountClosure, user=account, closure=closure)
    closure.state = State.COOLING if closure.erase_after > clock.now() else State.HIDDEN
    closure.save(update_fields=["state", "undo_hash"])


def _addresses(account: User) -> list[str]:
    others = EmailAddress.objects.filter(user=account).values_list("email", flat=True)
    return sorted({account.email, *others})


def _asked_again(closure: AccountClosure, received_at: datetime, *, copy: bool, at_once: bool) -> AccountClosure:
    """The shorter term and the wish for no copy win, as long as there is something to win."""
    if received_at < closure.received_at:
        closure.received_at = received_at
        closure.erase_after = min(closure.erase_after, erase_moment(received_at))
    if at_once:
        closure.erase_after = min(closure.erase_after, clock.now())
    if not copy and closure.copy == Copy.ASKED:
        closure.copy, closure.code_key = Copy.NONE, ""
    elif not copy and closure.copy == Copy.MADE:
        closure.copy = Copy.NONE
        for made in filter(None, [copy_of_account(closure.account_ref)]):
            doom(copy=made, why="refused")
    closure.save(update_fields=["received_at", "erase_after", "copy", "code_key"])
    return closure


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
    closure.end(State.CANCELLED)
    emails.reopened(closure=closure, account=account)
    record("closure.undo", by=account, about=account)
    return account


# Watching ------------------------------------------------------------------------------------------------------------


def watch(*, mail: bool = True, watcher: bool = False) -> list[AccountClosure]:
    """The closings that are late; who guards them hears of each at 36 and again at 44 hours, past the outbox.

    `watcher` says that this is the clock outside the workers, whose own sleep /readyz reports.
    """
    late = list(AccountClosure.objects.late(ALARM).order_by("received_at"))
    if mail:
        _tell("alarmed_at", RED_ALARM)
        _tell("warned_at", ALARM)
    if watcher:
        now = clock.now()
        ScheduledJob.objects.update_or_create(name=WATCHER, defaults={"next_run_at": now, "finished_at": now})
    return late


def _tell(stamp: str, after: timedelta) -> None:
    """One direct mail about all that became this late; it counts as told only when the server took it."""
    untold = AccountClosure.objects.late(after).filter(**{stamp: None})
    numbers = list(untold.values_list("pk", flat=True))
    guards = officers().values_list("email", flat=True)
    if numbers and emails.alarm(to=guards, numbers=numbers, hours=int(after / timedelta(hours=1))):
        told: dict[str, Any] = {stamp: clock.now()}
        if stamp == "alarmed_at":
            told["warned_at"] = clock.now()
        AccountClosure.objects.filter(pk__in=numbers).update(**told)


def watch_from_worker() -> int:
    """The same look by a worker, for a site whose operator set no other clock."""
    return len(watch())


def readiness() -> str:
    """What is wrong with the closings, for /readyz."""
    return _("Er is een opzegging die na 44 uur nog niet klaar is.") if AccountClosure.objects.late().exists() else ""


def watcher_readiness() -> str:
    """Whether the clock that watches the closings sleeps, for /readyz; one that never ran is not missed."""
    slept = ScheduledJob.objects.filter(name=WATCHER, finished_at__lt=clock.now() - WATCHER_SLEEPS)
    asleep = settings.PRODUCTION and slept.exists()
    return _("De wacht over de opzeggingen heeft langer dan een half uur niet gelopen.") if asleep else ""
