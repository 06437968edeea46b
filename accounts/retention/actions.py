"""Throwing away what is past its term, by declaration."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from graphlib import TopologicalSorter

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CASCADE, Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import record
from accounts.users.models import User
from wijk import clock
from wijk.personal_data import REGISTER, TERMS, Declaration

BATCH = 500
CONFIRM_WITHIN = TERMS["unconfirmed"].span or timedelta(hours=24)
# One run stays short, well within the lease of its job; what is left goes an hour later.
BATCHES = 40
MOST_SECONDS = 300
type Progress = Callable[[str, int], None]
type Rows = Callable[[], QuerySet]
_AWAITED: dict[type[Model], list[Rows]] = {}
_KEPT: list[Rows] = []
type Look = Callable[[type[Model], list], object]
_BEFORE: list[Look] = []
log = logging.getLogger("wijk.retention")


def keeps(accounts: Rows) -> Rows:
    """Registers accounts of which nothing is thrown away meanwhile, as a query for their numbers."""
    _KEPT.append(accounts)
    return accounts


def awaits(model: type[Model]) -> Callable[[Rows], Rows]:
    """Registers a query for the numbers of rows that stay past their term: what would go with them has a later one."""

    def keep(rows: Rows) -> Rows:
        _AWAITED.setdefault(model, []).append(rows)
        return rows

    return keep


def before_going(look: Look) -> Look:
    """Registers what is done, in the same transaction, before rows past their term go: a model and their numbers."""
    _BEFORE.append(look)
    return look


class NotAllGone(Exception):  # noqa: N818  says what it is
    """Some tables could not be cleaned; the others were. Names the tables, and nothing of what is in them."""


def purge(*, dry_run: bool = False, progress: Progress | None = None) -> dict[str, int]:
    """Deletes what is past its declared term, ended sessions and unconfirmed sign-ups; returns how many of each.

    One table in trouble does not hold up the others: NotAllGone is raised after the last. A run stops in time, and what
    is left goes an hour later (K-53).
    """
    counts, failed, until = {}, [], time.monotonic() + MOST_SECONDS
    for label, rows in over():
        try:
            gone = rows.count() if dry_run else _delete(rows, until, partial(progress or _silent, label))
        except Exception as problem:
            log.exception("retention: %s did not get on: %s", label, type(problem).__name__)
            failed.append(label)
            continue
        if gone:
            counts[label] = gone
    if counts and not dry_run:
        record("retention.purge", by=None, rows=counts)
    if failed:
        raise NotAllGone(", ".join(failed))
    return counts


def over() -> Iterator[tuple[str, QuerySet]]:
    """What is past its term now, by name: each declaration with a clock and a span, and two that no clock says."""
    now = clock.now()
    for declaration in _children_first():
        if declaration.term.span is not None:
            rows = _past_term(declaration, now - declaration.term.span)
            for waited_for in _AWAITED.get(declaration.model, ()):
                rows = rows.exclude(pk__in=waited_for())
            yield declaration.model._meta.label, rows
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
    """The rows about somebody whose data must stay as they are (GDPR art. 18), and those that such rows hang on."""
    found = Q(pk__in=[])
    for accounts in _KEPT:
        for subject in declaration.subjects:
            path = "pk__in" if subject.path == "self" else f"{subject.path}__in"
            found |= Q(**subject.only, **{path: accounts()})
        for path in _carried(declaration.model):
            found |= Q(**{f"{path}__in": accounts()})
    return found


@cache
def _carried(model: type[Model]) -> tuple[str, ...]:
    """The ways from a row to the accounts whose own rows would go with it: a conversation carries its messages."""
    ways = set()
    for declaration in REGISTER.values():
        for subject in declaration.subjects:
            link, _dots, rest = subject.path.partition("__")
            if rest and declaration.model._meta.get_field(link).related_model is model:
                ways.add(rest)
    return tuple(sorted(ways))


def unconfirmed() -> QuerySet[User]:
    """Accounts whose address was never confirmed in time: somebody stopped half-way, or typed another's address."""
    before = clock.now() - CONFIRM_WITHIN
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    rows = User.objects.filter(Exists(addresses), ~Exists(addresses.filter(verified=True)), date_joined__lt=before)
    return rows.filter(last_login=None, is_superuser=False, is_active=True)


def _children_first() -> list[Declaration]:
    """What has a clock, a table before the one whose rows take it along: so each row is counted as what it is."""
    clocked = {declaration.model: declaration for declaration in REGISTER.values() if declaration.clock}
    order: TopologicalSorter = TopologicalSorter(dict.fromkeys(clocked, ()))
    for model in clocked:
        for column in model._meta.local_fields:
            link = column.remote_field
            if link and link.model in clocked and link.model is not model and link.on_delete is CASCADE:
                order.add(link.model, model)
    return [clocked[model] for model in order.static_order()]


def _delete(rows: QuerySet, until: float, tell: Callable[[int], None]) -> int:
    gone = 0
    for _batch in range(BATCHES):
        if time.monotonic() > until:
            break
        with transaction.atomic():
            batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            for look in _BEFORE:
                look(rows.model, batch)
            rows.model._default_manager.filter(pk__in=batch).delete()
        gone += len(batch)
        if len(batch) < BATCH:
            break
        tell(gone)
    return gone


def _silent(label: str, gone: int) -> None:
    pass


LABELS = {
    "devices": _("apparaten zonder sessie"),
    "signups": _("aanmeldingen die nooit zijn bevestigd"),
}
