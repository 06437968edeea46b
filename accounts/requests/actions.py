"""A request from receipt to answer, and its clock."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.audit.models import record
from accounts.closure.actions import account_of, close
from accounts.closure.models import AccountClosure
from accounts.office.desk import Pressing, watch
from accounts.requests import emails
from accounts.requests.models import EXTENSION, REMINDERS, TERM, RightsRequest
from accounts.requests.rights import WHOLE_ACCOUNT, Right
from accounts.requests.standstill import Objection, Restriction
from accounts.requests.stopping import announce_lift, judge, lift_due, never_mail, object_to, restrict
from accounts.signals import account_closing
from accounts.users.models import User
from wijk import clock

State, Outcome, Channel = RightsRequest.State, RightsRequest.Outcome, RightsRequest.Channel


class Overtaken(Exception):
    """Somebody else took this step, or the time for it is over."""


# Asking --------------------------------------------------------------------------------------------------------------


def ask(*, user: User, by: User, form_key: str, freeze: str = "", **typed: Any) -> RightsRequest:
    """A member asks: logged in is identified, so it runs at once (K-27). The same form sent twice is one request.

    `freeze` is the reason for which everything stands still meanwhile (K-37, K-45); an objection stops what it names.
    """
    now = clock.now()
    values: dict[str, Any] = {"user": user, "language": user.language, "identified_at": now, **typed}
    try:
        with transaction.atomic():
            made = _create(received_at=now, form_key=form_key, **values)
            record("rights.ask", by=by, about=made, right=made.right)
            emails.received(made)
            emails.filed(made)
            if made.interest and not made.interest.goes_on:
                object_to(user=user, code=made.purpose, by=by, request=made)
            if freeze:
                restrict(user=user, reason=freeze, by=by, request=made)
            return made
    except IntegrityError:
        return RightsRequest.objects.get(form_key=form_key, user=user)


def ask_openly(*, email: str, language: str, form_key: str, **typed: Any) -> None:
    """A visitor asks; nothing runs before the owner of the mailbox confirms. All the same for any address."""
    values = {"email": email, "language": language, "state": State.UNCONFIRMED}
    try:
        with transaction.atomic():
            made = _create(received_at=clock.now(), form_key=form_key, **values, **typed)
            record("rights.ask", by=None, about=made, right=made.right)
            emails.confirm(made)
    except IntegrityError:
        return


def _create(*, received_at: datetime, **values: Any) -> RightsRequest:
    return RightsRequest.objects.create(
        received_at=received_at, due_at=received_at + TERM, created_at=clock.now(), **values
    )


@transaction.atomic
def confirm(*, token: str) -> RightsRequest | None:
    """The owner of the mailbox says: it is me. From here a request of the open form counts (K-30).

    To erase a whole account needs no more than this: it is closed at once, with its own day to undo it (X-20).
    """
    found = RightsRequest.objects.asked_with(token)
    held = RightsRequest.objects.select_for_update().filter(pk=found.pk, state=found.state).first() if found else None
    if held is None:
        return None
    fresh = held.state == State.UNCONFIRMED
    if fresh:
        held.received_at = clock.now()
        held.due_at = held.received_at + TERM
    held.user = held.user or account_of(held.email)
    held.state, held.identified_at = State.RECEIVED, clock.now()
    held.save()
    record("rights.identify", by=held.user, about=held)
    if fresh:
        emails.received(held)
        emails.filed(held)
    if fresh and held.user and (held.right, held.purpose) == (Right.ERASURE, WHOLE_ACCOUNT):
        close(user=held.user, by=held.user, received_at=held.received_at, reason=AccountClosure.Reason.LETTER)
        held.refresh_from_db()
    return held


@transaction.atomic
def enter(*, by: Any, email: str, **typed: Any) -> RightsRequest:
    """What came by mail, letter or phone, with the day it really came (P-21, W-73)."""
    user = account_of(email) if email else None
    made = _create(email=email, user=user, language=user.language if user else "nl", **typed)
    record("rights.enter", by=by, about=made, right=made.right, channel=made.channel)
    emails.received(made)
    return made


@transaction.atomic
def take_back(*, request: RightsRequest, by: User) -> RightsRequest:
    """The person drops it; what was frozen or stopped for it stays until that person switches it on again."""
    held = _hold(request)
    held.state, held.ended_at = State.WITHDRAWN, clock.now()
    held.save()
    record("rights.withdraw", by=by, about=held)
    return held


# At the desk ---------------------------------------------------------------------------------------------------------


def _hold(request: RightsRequest) -> RightsRequest:
    held = RightsRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request.pk)
    if not held.is_open:
        raise Overtaken
    return held


@transaction.atomic
def send_link(*, request: RightsRequest, by: Any) -> RightsRequest:
    """Asks the owner of the known address whether it is them (K-30)."""
    held = _hold(request)
    if held.identified_at or not held.mail_to:
        raise Overtaken
    held.state = State.IDENTIFY
    held.save()
    record("rights.send_link", by=by, about=held)
    emails.identify(held)
    return held


@transaction.atomic
def take_up(*, request: RightsRequest, by: Any) -> RightsRequest:
    """Somebody at the desk works on it, and knows who asks."""
    held = _hold(request)
    if held.state == State.WORKING:
        raise Overtaken
    held.state, held.identified_at = State.WORKING, held.identified_at or clock.now()
    held.save()
    record("rights.take_up", by=by, about=held)
    return held


@transaction.atomic
def note(*, request: RightsRequest, text: str, by: Any) -> RightsRequest:
    """Keeps what the desk writes down for itself; the person may read it in the download."""
    held = _hold(request)
    held.note = text
    held.save()
    record("rights.note", by=by, about=held)
    return held


@transaction.atomic
def extend(*, request: RightsRequest, reason: str, by: Any) -> RightsRequest:
    """Sixty days more, once, before the first term is over, and the requester hears why (K-29)."""
    held = _hold(request)
    if not held.may_extend:
        raise Overtaken
    held.extended_at, held.extension_reason, held.reminded_days = clock.now(), reason, None
    held.due_at += EXTENSION
    held.save()
    record("rights.extend", by=by, about=held)
    emails.extended(held)
    return held


@transaction.atomic
def decide(
    *, request: RightsRequest, outcome: str, answer: str, by: Any, stays: str = "", no_mail: bool = False
) -> RightsRequest:
    """Answers, with a reason; yes to an objection keeps it off, no lets it go on. It costs nobody anything (K-32)."""
    held = _hold(request)
    held.state, held.outcome, held.answer, held.stays = State.DECIDED, outcome, answer, stays
    held.ended_at, held.ended_by_ref = clock.now(), getattr(by, "pk", None)
    held.save()
    _settle_what_waited(held, by)
    record("rights.decide", by=by, about=held, outcome=str(outcome))
    if held.delivery == RightsRequest.Delivery.MAIL:
        emails.decided(held)
    if no_mail and held.mail_to:
        never_mail(address=held.mail_to, by=by)
    return held


def _settle_what_waited(request: RightsRequest, by: Any) -> None:
    """An objection stays or ends; what stood still only to wait for this answer ends, with notice (art. 18.3)."""
    yes = request.outcome != Outcome.REFUSED
    for objection in Objection.objects.in_force().filter(request=request).select_related("user"):
        judge(objection=objection, upheld=yes, by=by)
    if not (request.right == Right.RESTRICTION and yes):
        for restriction in Restriction.objects.in_force().filter(request=request).select_related("user"):
            announce_lift(restriction=restriction, by=by)


@transaction.atomic
def close_account(*, request: RightsRequest, by: Any, minor: bool = False) -> AccountClosure | None:
    """Erases the whole account, by the closing every account has, counted from the same receipt (K-38, X-20)."""
    held = _hold(request)
    if held.user is None or not (held.identified_at or minor):
        return None
    reason = AccountClosure.Reason.MINOR if minor else AccountClosure.Reason.LETTER
    return close(user=held.user, by=by, received_at=held.received_at, reason=reason)


@receiver(account_closing)
def answered_by_closing(user: Any, **_signal: Any) -> None:
    """Who asked to be erased and now closes the account has the answer; other requests go with the account (X-19)."""
    for request in RightsRequest.objects.open().filter(user=user, right=Right.ERASURE):
        with override(user.language):
            answer = _("Je account is opgezegd. Binnen 48 uur is alles gewist. Je krijgt daar een aparte mail over.")
        decide(request=request, outcome=Outcome.GRANTED, answer=answer, by=None)


# The clock -----------------------------------------------------------------------------------------------------------


def run_clock() -> int:
    """Forgets what nobody confirmed, ends announced restrictions, and reminds; runs every quarter of an hour."""
    RightsRequest.objects.forgotten().delete()
    lift_due()
    return remind()


def remind() -> int:
    """Mails the officers at 7, 3 and 1 days before the answer is due and when it is too late, each once (K-28)."""
    sent = 0
    for request in RightsRequest.objects.open():
        left = (request.answer_by - clock.now()).total_seconds() / 86400
        days = 0 if left <= 0 else min((step for step in REMINDERS if left <= step), default=None)
        if days is not None and (request.reminded_days is None or days < request.reminded_days):
            with transaction.atomic():
                rows = RightsRequest.objects.open().filter(pk=request.pk, reminded_days=request.reminded_days)
                if rows.update(reminded_days=days):
                    emails.reminder(request, days)
                    sent += 1
    return sent


@watch
def open_requests() -> Iterator[Pressing]:
    """Every request for which the clock runs."""
    for request in RightsRequest.objects.open():
        title = _("Verzoek %(number)d: %(right)s") % {"number": request.pk, "right": request.get_right_display()}
        address = reverse("requests:detail", args=[request.pk])
        yield Pressing(title, address, due_at=request.answer_by, urgent=request.is_urgent)
