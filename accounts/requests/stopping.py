"""What stops at once: freezing an account (GDPR art. 18), objecting (art. 21), and never mailing an address again.

The selectors of the features ask `takes_part()` and `not_objecting()`; what those do not reach, such as pages in a
cache, a feature registers with `on_pause`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit.models import record
from accounts.requests import emails
from accounts.requests.models import RightsRequest
from accounts.requests.rights import INTERESTS, Right
from accounts.requests.standstill import NoContact, Objection, Restriction
from accounts.retention.actions import keeps
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail, recipient_hash
from wijk.mail.outbox import refuses

Reason, State = Restriction.Reason, Objection.State
# Between the announcement and the end of a restriction there is time to say no (GDPR art. 18.3).
NOTICE = timedelta(days=3)

OnPause = Callable[..., object]
_ON_PAUSE: list[OnPause] = []


def on_pause(act: OnPause) -> OnPause:
    """Registers what a feature does, with `user=`, when an account is frozen and when it takes part again."""
    _ON_PAUSE.append(act)
    return act


# Freezing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def restrict(*, user: User, reason: str, by: Any, request: RightsRequest | None = None) -> Restriction:
    """Hides everything of an account and stops its mail, in this transaction; nothing is erased (K-37, K-41, K-46).

    The same reason twice is one restriction; each reason is lifted apart.
    """
    account = User.objects.select_for_update().get(pk=user.pk)
    made, is_new = Restriction.objects.in_force().get_or_create(
        user=account, reason=reason, defaults={"request": request, "since": clock.now(), "by_ref": by.pk}
    )
    if is_new:
        record("account.restrict", by=by, about=account, reason=str(reason))
        emails.paused(made)
    else:
        tie = {"request": request} if request and _only_waits(made) else {}
        Restriction.objects.filter(pk=made.pk).update(lifts_at=None, **tie)
    _settle(account)
    user.restricted_at = account.restricted_at
    return made


def _only_waits(made: Restriction) -> bool:
    """Whether a restriction ends by itself, after an answer to come or as announced; a later request takes it over."""
    waits_for = made.request
    return made.lifts_at is not None or bool(waits_for and waits_for.is_open and waits_for.right != Right.RESTRICTION)


@transaction.atomic
def lift(*, user: User, by: Any, reason: str = "") -> int:
    """Ends one restriction, or all of them when the person asks it; returns how many ended."""
    account = User.objects.select_for_update().get(pk=user.pk)
    rows = Restriction.objects.in_force().filter(user=account, **({"reason": reason} if reason else {}))
    reasons = list(rows.values_list("reason", flat=True))
    if reasons:
        rows.update(lifted_at=clock.now(), lifts_at=None)
        record("account.lift", by=by, about=account, reasons=reasons)
        _settle(account)
        if account.restricted_at is None:
            emails.lifted(account, version=clock.now().isoformat())
    user.restricted_at = account.restricted_at
    return len(reasons)


@transaction.atomic
def announce_lift(*, restriction: Restriction, by: Any) -> bool:
    """Tells somebody that a restriction ends in three days; until then nothing changes (GDPR art. 18.3)."""
    lifts_at = clock.now() + NOTICE
    if not Restriction.objects.in_force().filter(pk=restriction.pk, lifts_at=None).update(lifts_at=lifts_at):
        return False
    restriction.lifts_at = lifts_at
    record("account.lift_announce", by=by, about=restriction.user, reason=restriction.reason)
    emails.lifting(restriction)
    return True


def lift_due() -> int:
    """Ends what was announced to end; runs by the clock."""
    due = list(Restriction.objects.due().select_related("user"))
    return sum(lift(user=row.user, by=None, reason=row.reason) for row in due)


def _settle(account: User) -> None:
    """The one flag that every selector asks follows from what is in force."""
    before = account.restricted_at
    first = Restriction.objects.in_force().filter(user=account).order_by("since").first()
    account.restricted_at = first.since if first else None
    account.save(update_fields=["restricted_at"])
    if (before is None) != (account.restricted_at is None):
        _refresh(account)


@keeps
def held_accounts() -> QuerySet[Any]:
    """The accounts of which retention throws nothing away: frozen for a reason of the law, not by their own wish."""
    return Restriction.objects.holding().values("user")


# Objecting -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def object_to(*, user: User, code: str, by: Any, request: RightsRequest | None = None) -> Objection:
    """Stops one thing at once; marketing stays off, anything else is weighed (K-43, K-44). Twice is one objection."""
    found = INTERESTS[code]
    state = State.UPHELD if found.marketing else State.REVIEW
    values = {"state": state, "request": request, "made_at": clock.now()}
    made, is_new = Objection.objects.in_force().get_or_create(user=user, purpose=code, defaults=values)
    if is_new:
        record("objection.make", by=by, about=user, purpose=code)
        if found.at_once:
            found.at_once(user, by)
        _refresh(user)
    elif request:
        # Asked once more before it was weighed: the later request is the one that is answered about it.
        Objection.objects.filter(pk=made.pk).update(request=request)
    return made


@transaction.atomic
def judge(*, objection: Objection, upheld: bool, by: Any) -> None:
    """What became of the weighing; rejected means that it goes on from now."""
    state = State.UPHELD if upheld else State.REJECTED
    _end(objection.user, objection.purpose, state, by)


@transaction.atomic
def end_objection(*, user: Any, code: str, by: Any) -> int:
    """Somebody takes an objection back, or says yes to the same thing after all."""
    return _end(user, code, State.ENDED, by)


def _end(user: User, code: str, state: str, by: Any) -> int:
    ended_at = None if state == State.UPHELD else clock.now()
    rows = Objection.objects.in_force().filter(user=user, purpose=code).update(state=state, ended_at=ended_at)
    if rows:
        record(f"objection.{state}", by=by, about=user, purpose=code)
        _refresh(user)
    return rows


def _refresh(user: User) -> None:
    for act in _ON_PAUSE:
        act(user=user)


# No mail at all ------------------------------------------------------------------------------------------------------


@transaction.atomic
def never_mail(*, address: str, by: Any) -> bool:
    """Puts a mailbox on the list that gets no mail but what the law asks (C-2); False when it stood there."""
    row = {"recipient_hash": recipient_hash(address)}
    _row, made = NoContact.objects.get_or_create(**row, defaults={"since": clock.now(), "by_ref": by.pk})
    if made:
        record("contact.never", by=by)
    return made


@transaction.atomic
def mail_again(*, address: str, by: Any) -> bool:
    """Takes a mailbox off that list, because its owner asks it."""
    gone, _models = NoContact.objects.filter(recipient_hash=recipient_hash(address)).delete()
    if gone:
        record("contact.again", by=by)
    return bool(gone)


@refuses
def wants_no_mail(mails: list[OutgoingMail]) -> dict[int, str]:
    """Those whose owner of the mailbox asked never to be mailed."""
    asked = NoContact.objects.filter(recipient_hash__in={mail.recipient_hash for mail in mails})
    never = set(asked.values_list("recipient_hash", flat=True))
    return {mail.pk: "no contact wanted" for mail in mails if mail.recipient_hash in never}
