"""Mail that came back: noted on the mail, and enough of it, or a complaint, stops further mail to its address."""

from datetime import timedelta

from django.db import transaction

from wijk import clock
from wijk.incoming.doors import Arrival, Door
from wijk.incoming.letter import Report
from wijk.mail.models import OutgoingMail, Undeliverable, recipient_hash
from wijk.mail.outbox import declared_kinds, refuses
from wijk.mail.returns import mail_of

Return = OutgoingMail.Return
# So many times within so long, and an address that is only full or slow counts as one where nothing arrives.
MOST_SOFT, SOFT_WITHIN = 5, timedelta(days=7)
DAY = timedelta(days=1)


# The door ------------------------------------------------------------------------------------------------------------


def is_ours(local: str) -> bool:
    """Whether this is the return path of a mail of ours."""
    return mail_of(local) is not None


def knows(local: str) -> bool:
    """Whether we know that mail still."""
    return OutgoingMail.objects.filter(pk=mail_of(local) or 0).exists()


def whose(local: str) -> int | None:
    """The account the mail went to."""
    return OutgoingMail.objects.filter(pk=mail_of(local) or 0).values_list("account_ref", flat=True).first()


def take(arrival: Arrival) -> str:
    """Notes what a mail server reports of a mail; answers what became of it, as a code."""
    mail = OutgoingMail.objects.filter(pk=mail_of(arrival.local) or 0).first()
    if mail is None:
        return "no such mail"
    if arrival.read.report is None:
        return "no report"
    how = _meaning(arrival.read.report)
    if not how:
        return "arrived"
    return how if came_back(mail, how) else "noted before"


def lost(local: str, code: str) -> None:
    """A report that nobody can read tells nothing."""


DOOR = Door("bounces", is_ours=is_ours, knows=knows, whose=whose, take=take, lost=lost)


def _meaning(report: Report) -> str:
    return Return.COMPLAINT if report.kind == "complaint" else meaning_of(report.status)


def meaning_of(status: str) -> str:
    """What a status of a mail server (RFC 3463) says of the address; empty when the mail arrived.

    A refusal by policy (5.7) is about the mail or about our server: a day on a block list must not end every address.
    """
    if status.startswith("2"):
        return ""
    return Return.HARD if status.startswith("5") and not status.startswith("5.7.") else Return.SOFT


# What follows --------------------------------------------------------------------------------------------------------


@transaction.atomic
def came_back(mail: OutgoingMail, how: str) -> bool:
    """Notes that a mail came back, and marks its address when that is enough; False when as much was known."""
    lighter = ["", *Return.values[: Return.values.index(how)]]
    now = clock.now()
    noted = OutgoingMail.objects.filter(pk=mail.pk, returned__in=lighter).update(returned=how, returned_at=now)
    # Who left has no address any more in the log.
    if noted and mail.recipient_hash and (how != Return.SOFT or _often(mail.recipient_hash)):
        _mark(mail.recipient_hash, how)
    return bool(noted)


def _often(hashed: str) -> bool:
    soft = OutgoingMail.objects.filter(recipient_hash=hashed, returned=Return.SOFT)
    return soft.filter(returned_at__gt=clock.now() - SOFT_WITHIN).count() >= MOST_SOFT


def _mark(hashed: str, how: str) -> None:
    now = clock.now()
    row, made = Undeliverable.objects.get_or_create(recipient_hash=hashed, defaults={"reason": how, "marked_at": now})
    if not made and row.reason != Return.COMPLAINT:
        Undeliverable.objects.filter(pk=row.pk).update(reason=how, marked_at=now)


@transaction.atomic
def reached(address: str) -> bool:
    """Its reader showed that mail arrives here: it is mailed again, and what came back before counts no more."""
    OutgoingMail.objects.to_address(address).exclude(returned_at=None).update(returned_at=None)
    return bool(Undeliverable.objects.at([address]).delete()[0])


def why_not_mailed(address: str) -> str:
    """Why an address gets no mail: "hard", "soft" or "complaint"; empty when it does."""
    return _reason(recipient_hash(address))


def _reason(hashed: str) -> str:
    return Undeliverable.objects.filter(recipient_hash=hashed).values_list("reason", flat=True).first() or ""


def addresses_of_today() -> int:
    """At how many addresses mail came back in the past day."""
    lately = OutgoingMail.objects.filter(returned_at__gt=clock.now() - DAY).exclude(returned=Return.COMPLAINT)
    return lately.values("recipient_hash").distinct().count()


@refuses
def not_mailed(mails: list[OutgoingMail]) -> dict[int, str]:
    """Those whose address gives mail back, or whose reader called ours spam."""
    marked = Undeliverable.objects.filter(recipient_hash__in={mail.recipient_hash for mail in mails})
    why = dict(marked.values_list("recipient_hash", "reason"))
    reasons = {}
    for mail in mails:
        reason = why.get(mail.recipient_hash, "")
        if reason == Return.COMPLAINT:
            reasons[mail.pk] = "called spam"
        elif reason and not declared_kinds()[mail.kind].asked_for:
            reasons[mail.pk] = "comes back"
    return reasons
