"""The machine that carries a closing from hidden to done, whatever crashes on the way (W-77).

It works on a batch at a time: what costs as much for one leaver as for fifty (reading every typed address, writing the
file) is done once for all of them. Each step has a short transaction of its own that first looks whether the account is
still the one that was closed; its residue is counted in a new one. The ledger remembers what is done, so that a worker
that takes over goes on where the other was killed.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.archive.actions import copy_of_account, doom, seal
from accounts.archive.ledger import note
from accounts.audit.models import record
from accounts.closure import emails
from accounts.closure.erasure import ADDRESSES, Hit, Leaver, Step, clear, found_by_address, leaver, steps
from accounts.closure.models import SEAL_UNTIL, AccountClosure, ClosureStep, ExternalErasure
from accounts.closure.on_disk import NotOnDisk, flush_to_disk
from accounts.closure.outside import STORES, erase_elsewhere
from accounts.users.models import User
from wijk import clock
from wijk.faults import fault

log = logging.getLogger("wijk.closure")
State, Copy = AccountClosure.State, AccountClosure.Copy
LEASE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(minutes=15)
BATCH = 50
ACCOUNT = "account"
# Taken for the whole batch, or after everything else.
APART = {ADDRESSES, ACCOUNT}
FOUND_NOTHING = {"attempts": 1, "residue": 0, "error": ""}


class Overtaken(Exception):
    """The account was opened again, or another worker finished: this one stops."""


class Unfinished(Exception):
    """Something is still there after its step; its name and count are in the ledger."""


def advance_all() -> int:
    """Erases every account whose time has come; runs each minute, in as many workers as there are."""
    done = 0
    while batch := _claim():
        done += _advance(batch)
    return done


def _claim() -> list[int]:
    """A batch of those never tried, or else one alone: a closing that ends its worker holds up nobody else's."""
    due = AccountClosure.objects.due().order_by("attempts", "received_at", "pk").values_list("pk", flat=True)
    batch = list(due.filter(attempts=0)[:BATCH]) or list(due[:1])
    lease = {"attempts": F("attempts") + 1, "leased_until": clock.now() + LEASE}
    # The conditions are asked again in the UPDATE, so two workers never hold the same closing.
    return [pk for pk in batch if AccountClosure.objects.due().filter(pk=pk).update(**lease)]


def _advance(batch: list[int]) -> int:
    plan = steps()
    alone = [step for step in plan if step.name not in APART]
    account = next(step for step in plan if step.name == ACCOUNT)
    going = [pk for pk in batch if _tried(pk, lambda pk: _erase(pk, alone))]
    going = _clear_addresses(going)
    going = [pk for pk in going if _tried(pk, lambda pk: _leave(pk, account))]
    if going and not _tried(going[0], lambda pk: flush_to_disk()):
        for pk in going[1:]:
            _postpone(pk)
        return 0
    done = [pk for pk in going if _tried(pk, lambda pk: _verify(pk, [*alone, account]))]
    if done:
        with suppress(NotOnDisk):
            # Only the encrypted address of the receipt is left in old pages, and everyday work overwrites those.
            flush_to_disk()
    return len(done)


def _tried(pk: int, act: Callable[[int], None]) -> bool:
    """A closing in trouble must not hold up the others: it stays where it is, is tried again, and alarms when late."""
    try:
        act(pk)
    except Overtaken:
        log.warning("closing %s was overtaken", pk)
        _postpone(pk)
        return False
    except Exception as problem:
        log.exception("closing %s did not get on: %s", pk, type(problem).__name__)
        _postpone(pk)
        return False
    return True


def _postpone(pk: int) -> None:
    closure = AccountClosure.objects.get(pk=pk)
    wait = min(timedelta(minutes=1) * 2 ** min(closure.attempts - 1, 10), LONGEST_WAIT)
    AccountClosure.objects.open().filter(pk=pk).update(leased_until=clock.now() + wait)


def hold(pk: int) -> AccountClosure:
    """The closing, locked; refuses when the account moved on since. Holding renews the lease."""
    closure = AccountClosure.objects.select_for_update().get(pk=pk)
    account = User.objects.select_for_update().filter(pk=closure.account_ref).first()
    reopened = account is not None and (account.is_active or account.epoch != closure.epoch)
    if closure.state in AccountClosure.ENDED or reopened:
        raise Overtaken
    lease = clock.now() + LEASE
    if closure.leased_until is None or closure.leased_until < lease - timedelta(minutes=1):
        closure.leased_until = lease
        closure.save(update_fields=["leased_until"])
    return closure


def _move(closure: AccountClosure, state: Any) -> None:
    closure.state = state
    closure.save(update_fields=["state"])


def leaver_of(closure: AccountClosure) -> Leaver:
    """Whose data go, also when half of the account is gone already."""
    return leaver(closure.account_ref, closure.receipt_address, *closure.addresses.splitlines())


# Erasing -------------------------------------------------------------------------------------------------------------


def _erase(pk: int, plan: list[Step]) -> None:
    """Every step that is about this account alone, in order; those the ledger calls done are not taken again."""
    with transaction.atomic():
        fault("closure:begin:in")
        closure = hold(pk)
        if closure.state in AccountClosure.BEFORE_ERASING:
            _move(closure, State.SEALING if closure.copy == Copy.ASKED else State.ERASING)
    if closure.state == State.SEALING:
        _seal(closure)
    _write_down(closure, plan)
    who, done, idle = leaver_of(closure), _done(pk), []
    for step in plan:
        if step.name not in done and step.is_idle(who):
            idle.append(step.name)
        elif step.name not in done:
            _take(pk, step, who)
    fault("closure:idle:before")
    # Most sorts of things most people never had; the last count looks at them once more.
    ClosureStep.objects.filter(closure_id=pk, step__in=idle).update(**FOUND_NOTHING, done_at=clock.now())
    fault("closure:idle:after")


def _seal(closure: AccountClosure) -> None:
    """The copy is made and proven before anything is erased; from 40 hours on, being in time weighs more."""
    fault("closure:sealing:before")
    try:
        seal(account=User.objects.get(pk=closure.account_ref), code_key=closure.code_key)
        made = Copy.MADE
    except Exception as problem:
        if closure.age < SEAL_UNTIL:
            raise
        log.error("closing %s goes on without its copy: %s", closure.pk, type(problem).__name__)
        made = Copy.FAILED
    fault("closure:sealing:in")
    with transaction.atomic():
        held = hold(closure.pk)
        if held.copy == Copy.ASKED:
            held.copy, held.code_key = made, ""
            held.save(update_fields=["copy", "code_key"])
        elif copy := copy_of_account(held.account_ref):
            # Refused while it was being made.
            doom(copy=copy, why="refused")
        _move(held, State.ERASING)
    fault("closure:sealing:after")


def _write_down(closure: AccountClosure, plan: list[Step]) -> None:
    """What a worker that takes over must know, and what a restored backup must: no row is erased before this."""
    fault("closure:ledger:before")
    names = [*(step.name for step in plan), ADDRESSES, ACCOUNT]
    ClosureStep.objects.bulk_create([ClosureStep(closure=closure, step=name) for name in names], ignore_conflicts=True)
    ExternalErasure.objects.bulk_create(
        [ExternalErasure(closure=closure, store=name, hint=closure.addresses) for name in STORES], ignore_conflicts=True
    )
    fault("closure:ledger:in")
    note(closure.account_ref)
    fault("closure:ledger:after")


def _done(pk: int) -> set[str]:
    return set(ClosureStep.objects.filter(closure_id=pk).exclude(done_at=None).values_list("step", flat=True))


def _take(pk: int, step: Step, who: Leaver) -> None:
    """One step: applied in short transactions, its residue counted in a new one, and both written in the ledger."""
    try:
        more = True
        while more:
            fault(f"closure:{step.name}:before")
            with transaction.atomic():
                hold(pk)
                more = step.apply(who)
                fault(f"closure:{step.name}:in")
        fault(f"closure:{step.name}:after")
        with transaction.atomic():
            left = step.left(who)
            _count(pk, step.name, left)
    except Overtaken:
        raise
    except Exception as problem:
        _line(pk, step.name).update(attempts=F("attempts") + 1, error=type(problem).__name__[:80])
        raise
    if left:
        raise Unfinished(step.name)


def _line(pk: int, step: str) -> Any:
    return ClosureStep.objects.filter(closure_id=pk, step=step)


def _count(pk: int, step: str, left: int) -> None:
    _line(pk, step).update(attempts=F("attempts") + 1, residue=left, error="", done_at=None if left else clock.now())


# Rows found by a typed address: read once for the whole batch --------------------------------------------------------


def _clear_addresses(batch: list[int]) -> list[int]:
    """Takes the leavers' addresses out of every row they are typed in; returns the closings that are rid of them."""
    whose = {pk: leaver_of(AccountClosure.objects.get(pk=pk)) for pk in batch if ADDRESSES not in _done(pk)}
    if not whose:
        return batch
    hits = found_by_address(whose.values())
    cleared = [pk for pk in whose if _tried(pk, lambda pk: _clear(pk, hits[whose[pk].ref]))]
    with transaction.atomic():
        left = found_by_address(whose[pk] for pk in cleared)
        for pk in cleared:
            _count(pk, ADDRESSES, len(left[whose[pk].ref]))
    stuck = [pk for pk in cleared if left[whose[pk].ref]]
    for pk in stuck:
        _postpone(pk)
    return [pk for pk in batch if pk not in stuck and (pk not in whose or pk in cleared)]


def _clear(pk: int, hits: list[Hit]) -> None:
    fault(f"closure:{ADDRESSES}:before")
    with transaction.atomic():
        hold(pk)
        clear(hits)
        fault(f"closure:{ADDRESSES}:in")
    fault(f"closure:{ADDRESSES}:after")


# The account itself, and what other services hold --------------------------------------------------------------------


def _leave(pk: int, account: Step) -> None:
    """The account's own row, and one try at each other service; what is down there is tried again after DONE."""
    with transaction.atomic():
        closure = hold(pk)
    if ACCOUNT not in _done(pk):
        _take(pk, account, leaver_of(closure))
    with transaction.atomic():
        _move(hold(pk), State.EXTERNAL)
    for row in ExternalErasure.objects.due().filter(closure_id=pk):
        erase_elsewhere(row)
    with transaction.atomic():
        fault("closure:external:in")
        _move(hold(pk), State.VERIFYING)


# Done ----------------------------------------------------------------------------------------------------------------


def _verify(pk: int, plan: list[Step]) -> None:
    """Counts everything once more, in a new transaction; only when that is nothing, the receipt goes and it is done."""
    fault("closure:verify:before")
    with transaction.atomic():
        closure = hold(pk)
        who = leaver_of(closure)
        counts = {step.name: step.left(who) for step in plan}
        closure.residue = {name: left for name, left in counts.items() if left}
        closure.save(update_fields=["residue"])
        for name in closure.residue:
            # Somebody wrote it after its step was done.
            _count(pk, name, closure.residue[name])
            _move(closure, State.ERASING)
        fault("closure:verify:in")
    fault("closure:verify:after")
    if closure.residue:
        raise Unfinished(", ".join(closure.residue))
    with transaction.atomic():
        closure = hold(pk)
        emails.erased(closure=closure)
        record("closure.done", by=None, about=f"accounts.user:{closure.account_ref}")
        closure.end(State.DONE)
        fault("closure:done:in")
    fault("closure:done:after")
