"""Setting a record aside, looking again, letting go; and saving its words before the live row is erased (K-42)."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.export.bundle import stored_value
from accounts.holds.models import LegalHold
from accounts.office.desk import Pressing, watch
from accounts.retention.actions import before_going
from accounts.signals import account_closing
from accounts.users.holdings import Thing, declared, loaded, own_rows, shown_value, things_among
from accounts.users.models import User
from accounts.users.purposes import purpose_of
from wijk import clock
from wijk.personal_data import REGISTER, Declaration, Subject


class NoSuchRecord(Exception):
    """The record is not there, or not about this account by the register."""


class AlreadyHeld(Exception):
    """This record is set aside already."""


# At the desk ---------------------------------------------------------------------------------------------------------


def records_of(account: User) -> dict[str, list[Thing]]:
    """Everything of a member that may be set aside, by the words of its purpose: all the register lists."""
    found: dict[str, list[Thing]] = {}
    for declaration, subject, exported in declared():
        if declaration.model is not LegalHold:
            rows = own_rows(declaration, subject, account)
            shown = list(loaded(rows, exported).order_by("-pk"))
            things = list(things_among(shown, rows, declaration, exported))
            if things:
                found.setdefault(str(purpose_of(declaration.purpose).label), []).extend(things)
    return found


@transaction.atomic
def place(*, account: User, key: str, reason: str, basis: str, review_on: date, by: Any) -> LegalHold:
    """Sets one record aside, by its key of records_of(). The live row stays as free to go as before.

    While the account lives nothing is copied. Of an account that is being closed the words are saved at once, for its
    erasing may be past the step that does so.
    """
    locked = User.objects.select_for_update().filter(pk=account.pk).first()
    model, _colon, number = key.partition(":")
    if locked is None or not _is_about(model, number, locked.pk):
        raise NoSuchRecord
    said = {"reason": reason, "basis": basis, "review_on": review_on}
    placed = {"user": locked, "placed_at": clock.now(), "placed_by_ref": getattr(by, "pk", None)}
    hold, is_new = LegalHold.objects.get_or_create(
        account_ref=locked.pk, model=model, row_ref=number, defaults=said | placed
    )
    if not is_new:
        raise AlreadyHeld
    if not locked.is_active:
        _copy(hold)
    record("hold.place", by=by, about=hold, account=locked.pk, model=model, row=number, reason=str(reason))
    return hold


@transaction.atomic
def renew(*, hold: LegalHold, review_on: date, by: Any) -> LegalHold:
    """Somebody looked again, and the case still runs."""
    held = LegalHold.objects.select_for_update().get(pk=hold.pk)
    held.review_on = review_on
    held.save(update_fields=["review_on"])
    record("hold.renew", by=by, about=held, review_on=review_on.isoformat())
    return held


@transaction.atomic
def release(*, hold: LegalHold, by: Any, why: str = "released") -> None:
    """Lets go: the copy is destroyed at once. Twice is once."""
    if LegalHold.objects.filter(pk=hold.pk).delete()[0]:
        record("hold.end", by=by, about=f"{hold._meta.label_lower}:{hold.pk}", account=hold.account_ref, why=why)


def read(*, hold: LegalHold, ground: str, by: Any) -> list[dict[str, Any]]:
    """The words that were saved, for who names a ground of the law; every look is in the trail."""
    record("hold.read", by=by, about=hold, account=hold.account_ref, ground=ground)
    return json.loads(hold.words) if hold.words else []


# Before the live row goes --------------------------------------------------------------------------------------------


def set_aside(account_ref: int) -> bool:
    """Saves the words of every held record that this erasure will take, also one of somebody else; all in one go."""
    for hold in _going_with(account_ref):
        _copy(hold)
    return False


def not_set_aside(account_ref: int) -> int:
    """How many held records are still without a copy."""
    return sum(1 for hold in _going_with(account_ref) if hold.row is not None)


def uncopied() -> QuerySet[LegalHold]:
    """All that set_aside() looks at: what is held of others may hang on a row of the one who leaves."""
    return LegalHold.objects.not_copied()


@before_going
def keep_words(model: type[models.Model], numbers: list[Any]) -> None:
    """A record past its term goes in time as well; if it is held, its words are saved first."""
    for hold in LegalHold.objects.not_copied().of_rows(model, numbers):
        _copy(hold)


def _going_with(account_ref: int) -> Iterator[LegalHold]:
    for hold in LegalHold.objects.not_copied():
        if hold.account_ref == account_ref or _hangs_on(hold.model, hold.row_ref, account_ref):
            yield hold


def _copy(hold: LegalHold) -> None:
    declaration, row = _declaration(hold.model), hold.row
    if declaration is None or row is None:
        # Its person deleted it before: there is nothing left to hold.
        release(hold=hold, by=None, why="gone")
        return
    exported = {name: entry for name, entry in declaration.fields.items() if not entry.not_exported}
    facts = [
        {"label": str(entry.label), "words": shown_value(row, name), "name": name, "value": stored_value(row, name)}
        for name, entry in exported.items()
    ]
    hold.words, hold.set_aside_at = json.dumps(facts, ensure_ascii=False), clock.now()
    hold.save(update_fields=["words", "set_aside_at"])
    record("hold.copy", by=None, about=hold, account=hold.account_ref)


def _is_about(label: str, number: str, account_ref: int) -> bool:
    """Whether a row is this account's own by the register."""
    return _leads_to(label, number, lambda subject: subject.of(account_ref))


def _hangs_on(label: str, number: str, account_ref: int) -> bool:
    """Whether a row goes when this account goes, whoever wrote it: an answer goes with the post it is about."""
    return _leads_to(label, number, lambda subject: Subject(subject.path).of(account_ref))


def _leads_to(label: str, number: str, lookup: Callable[[Subject], dict[str, Any]]) -> bool:
    declaration = _declaration(label)
    if declaration is None:
        return False
    try:
        rows = declaration.model._base_manager.filter(pk=number)
        return any(rows.filter(**lookup(subject)).exists() for subject in declaration.subjects)
    except (ValueError, ValidationError):
        return False


def _declaration(label: str) -> Declaration | None:
    return next((one for one in REGISTER.values() if one.model._meta.label_lower == label and one.subjects), None)


# The clock, and who must hear of it ----------------------------------------------------------------------------------


def told(account_ref: int) -> list[dict[str, Any]]:
    """Each hold in the words of an answer: what sort of record, why, until when we look again."""
    rows = LegalHold.objects.of_account(account_ref)
    return [{"what": row.get_model_display(), "why": row.get_reason_display(), "until": row.review_on} for row in rows]


def look_after() -> int:
    """Ends each hold that nobody looked at for 30 days after its review, and drops early copies; runs every hour."""
    for account in User.objects.filter(is_active=True, legal_holds__set_aside_at__isnull=False).distinct():
        forget_early_copies(account)
    ended = list(LegalHold.objects.unreviewed())
    for hold in ended:
        release(hold=hold, by=None, why="review missed")
    return len(ended)


@receiver(account_closing)
def copy_anew(user: User, **_signal: Any) -> None:
    """What was saved at an earlier closing that was taken back is older than the row."""
    forget_early_copies(user)


def forget_early_copies(user: User) -> None:
    """While the row is there, it is the record."""
    for hold in LegalHold.objects.filter(user=user).exclude(set_aside_at=None):
        if hold.row is not None:
            LegalHold.objects.filter(pk=hold.pk).update(words="", set_aside_at=None)


@watch
def reviews() -> Iterator[Pressing]:
    """Each hold whose review is near; a missed one is pressing, for it ends by itself."""
    for hold in LegalHold.objects.waiting():
        title = _("Apart gezet %(number)d: loopt de zaak nog?") % {"number": hold.pk}
        if hold.is_late:
            title = _("Apart gezet %(number)d: te laat. Het stopt vanzelf op %(day)s") % {
                "number": hold.pk,
                "day": hold.ends_on.strftime("%d-%m-%Y"),
            }
        yield Pressing(title, reverse("holds:detail", args=[hold.pk]), hold.review_at, urgent=hold.is_late)
