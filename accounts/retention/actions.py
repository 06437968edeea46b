"""Throwing away what is past its term, by declaration."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import record
from accounts.users.models import User
from wijk import clock
from wijk.personal_data import REGISTER, TERMS, Declaration

BATCH = 500
CONFIRM_WITHIN = TERMS["unconfirmed"].span or timedelta(hours=24)
# One run stays short; what is left goes an hour later.
BATCHES = 40
Accounts = Callable[[], QuerySet]
_KEPT: list[Accounts] = []


def keeps(accounts: Accounts) -> Accounts:
    """Registers accounts of which nothing is thrown away meanwhile, as a query for their numbers."""
    _KEPT.append(accounts)
    return accounts


def purge(*, dry_run: bool = False) -> dict[str, int]:
    """Deletes what is past its declared term, ended sessions and unconfirmed sign-ups; returns how many of each."""
    counts = {}
    for label, rows in over():
        gone = rows.count() if dry_run else _delete(rows)
        if gone:
            counts[label] = gone
    if counts and not dry_run:
        record("retention.purge", by=None, rows=counts)
    return counts


def over() -> Iterator[tuple[str, QuerySet]]:
    """What is past its term now, by name: each declaration with a clock and a span, and two that no clock says."""
    now = clock.now()
    for declaration in REGISTER.values():
        if declaration.clock and declaration.term.span is not None:
            yield declaration.model._meta.label, _past_term(declaration, now - declaration.term.span)
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=now)
    yield "devices", UserSession.objects.filter(~Exists(live), created_at__lt=now - CONFIRM_WITHIN)
    yield "signups", unconfirmed()


def _past_term(declaration: Declaration, before: datetime) -> QuerySet:
    """The rows older than a moment; a table that goes in another way than row by row, as the trail, says so itself."""
    manager = declaration.model._default_manager
    if hasattr(manager, "past_term"):
        return manager.past_term(before)
    return manager.filter(~_kept(declaration), **{f"{declaration.clock}__lt": before})


def _kept(declaration: Declaration) -> Q:
    """The rows about somebody whose data must stay as they are (GDPR art. 18)."""
    found = Q(pk__in=[])
    for accounts in _KEPT:
        for subject in declaration.subjects:
            path = "pk__in" if subject.path == "self" else f"{subject.path}__in"
            found |= Q(**subject.only, **{path: accounts()})
    return found


def unconfirmed() -> QuerySet[User]:
    """Accounts whose address was never confirmed in time: somebody stopped half-way, or typed another's address."""
    before = clock.now() - CONFIRM_WITHIN
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    rows = User.objects.filter(Exists(addresses), ~Exists(addresses.filter(verified=True)), date_joined__lt=before)
    return rows.filter(last_login=None, is_superuser=False, is_active=True)


def _delete(rows: QuerySet) -> int:
    gone = 0
    for _batch in range(BATCHES):
        with transaction.atomic():
            batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            rows.model._default_manager.filter(pk__in=batch).delete()
        gone += len(batch)
        if len(batch) < BATCH:
            break
    return gone


LABELS = {
    "devices": _("apparaten zonder sessie"),
    "signups": _("aanmeldingen die nooit zijn bevestigd"),
}
