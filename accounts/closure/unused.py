"""Accounts that nobody uses: two mails, and then they close as if their owner wrote a letter (C-46).

Everything follows from the last log-in and the mails that went out since, so that logging in is all it takes to stay.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from accounts.audit.models import record
from accounts.closure import emails
from accounts.closure.actions import close, copy_by_terms
from accounts.closure.models import AccountClosure
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind

log = logging.getLogger("wijk.closure")
FIRST, LAST, NOW = timedelta(days=30), timedelta(days=7), timedelta(0)
# A run closes no more than these; should something be wrong, somebody can still see it.
MOST = 200
State = OutgoingMail.State

Accounts = Callable[[], QuerySet]
_IN_USE: list[Accounts] = []


def in_use(accounts: Accounts) -> Accounts:
    """Registers a query for the numbers of accounts that are used, though maybe nobody logged in to them."""
    _IN_USE.append(accounts)
    return accounts


def term() -> timedelta:
    """How long after its last log-in an account closes."""
    return timedelta(days=round(settings.INACTIVE_YEARS * 365))


def unused(within: timedelta) -> QuerySet[User]:
    """Accounts whose term ends within a span. Who works on the site, or is frozen, is left alone."""
    users = User.objects.present().filter(is_superuser=False, groups=None)
    for accounts in _IN_USE:
        users = users.exclude(pk__in=accounts())
    seen = users.annotate(seen=Coalesce("last_login", "date_joined"))
    return seen.filter(seen__lt=clock.now() - term() + within).order_by("pk")


def mails(kind: MailKind) -> QuerySet[OutgoingMail]:
    """The mails of a kind since the last log-in. One that was cancelled told nobody anything, and is written anew."""
    since = OutgoingMail.objects.filter(account_ref=OuterRef("pk"), created_at__gte=OuterRef("seen"))
    return since.filter(kind=kind.name).exclude(state=State.CANCELLED)


def told(kind: MailKind, ago: timedelta) -> Exists:
    """Whether this mail has gone out, so long ago."""
    return Exists(mails(kind).filter(state__in=[State.SENT, State.FAILED], created_at__lte=clock.now() - ago))


def to_tell_first() -> QuerySet[User]:
    return unused(FIRST).exclude(Exists(mails(emails.UNUSED_FIRST)))


def to_tell_last() -> QuerySet[User]:
    return unused(LAST).filter(told(emails.UNUSED_FIRST, FIRST - LAST)).exclude(Exists(mails(emails.UNUSED_LAST)))


def to_close() -> QuerySet[User]:
    return unused(NOW).filter(told(emails.UNUSED_LAST, LAST))


def look_after(*, dry_run: bool = False) -> dict[str, int]:
    """Run by the clock: closes, warns for the last and for the first time; returns how many of each."""
    work = (
        ("closed", to_close, _close),
        ("last", to_tell_last, lambda account: _tell(account, emails.UNUSED_LAST, LAST)),
        ("first", to_tell_first, lambda account: _tell(account, emails.UNUSED_FIRST, FIRST)),
    )
    return {name: found().count() if dry_run else _each(found, act) for name, found, act in work}


def _each(found: Accounts, act: Callable[[User], object]) -> int:
    """One account in trouble must not hold up the others."""
    done = 0
    for number in list(found().values_list("pk", flat=True)[:MOST]):
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=number)
                # Asked again under the lock: somebody may just have logged in.
                for account in found().filter(pk=number):
                    act(account)
                    done += 1
        except Exception as problem:
            log.exception("unused account %s did not get on: %s", number, type(problem).__name__)
    return done


def _tell(account: User, kind: MailKind, span: timedelta) -> None:
    # Who was never told in time is not closed before the span has passed.
    closes_at = max(account.seen + term(), clock.now() + span)  # type: ignore[attr-defined]
    emails.unused(kind=kind, account=account, closes_at=closes_at, copy=copy_by_terms())


def _close(account: User) -> None:
    close(user=account, by=None, reason=AccountClosure.Reason.LETTER, copy=copy_by_terms())
    record("account.unused", by=None, about=account)
