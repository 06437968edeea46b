"""The way out: claims due mail, checks once more whether it may go, sends it, and remembers only that it went.

A worker that dies between the server's yes and our note sends one mail twice, with the same Message-ID; none is lost.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.headerregistry import Address
from email.utils import format_datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import connection, transaction
from django.utils.translation import gettext as _

from wijk import clock
from wijk.incoming.doors import takes_mail
from wijk.mail.asking import FRESH, Answers
from wijk.mail.bounces import came_back, meaning_of
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds
from wijk.mail.returns import return_path
from wijk.text import clean_line

log = logging.getLogger("wijk.mail")
State = OutgoingMail.State
BATCH = 50
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
UNREADY_AFTER = timedelta(minutes=15)
NAME_LENGTH = 80
_STATUS = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class NoMailServer(Exception):
    """The mail server cannot be reached at all, so that trying the next mail is of no use now."""


def deliver(*, batches: int = 20, seconds: float = 15) -> int:
    """Sends what is due, up to a number of batches and about a number of seconds; returns how many mails left.

    The time is short, so that a worker that is told to stop has stopped soon.
    """
    sent, until = 0, time.monotonic() + seconds
    for _batch in range(batches):
        lease = secrets.token_hex(16)
        claimed = _claim(lease) if time.monotonic() < until else []
        if not claimed:
            break
        sent += _deliver_batch(claimed, lease, until)
    return sent


def _claim(lease: str) -> list[OutgoingMail]:
    if not OutgoingMail.objects.claimable().exists():
        return []
    with transaction.atomic():
        due = OutgoingMail.objects.claimable().order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        candidates = [mail.pk for mail in due.only("pk")[:BATCH]]
        # The conditions are asked again in the UPDATE, so two workers never hold the same mail.
        OutgoingMail.objects.claimable().filter(pk__in=candidates).update(
            state=State.SENDING, lease=lease, leased_until=clock.now() + LEASE
        )
    return list(OutgoingMail.objects.filter(lease=lease, state=State.SENDING).order_by("due_at", "id"))


def _deliver_batch(claimed: list[OutgoingMail], lease: str, until: float = float("inf")) -> int:
    sent = 0
    try:
        answers, held = Answers(claimed), Held(lease)
        with _line() as line:
            for mail in claimed:
                if time.monotonic() > until:
                    break
                sent += held.has(mail) and _handle(mail, line, answers)
    except NoMailServer as problem:
        _postpone_all(claimed, str(problem))
    finally:
        # What it did not come to goes back at once, also when the worker is told to stop.
        OutgoingMail.objects.filter(lease=lease, state=State.SENDING).update(
            state=State.WAITING, lease="", leased_until=None
        )
    return sent


class Held:
    """Which mails of a batch are still this worker's. Looked at anew each second, and their lease begins anew with it.

    A slow server must not make another worker send the same mail, and what was taken back meanwhile does not go.
    """

    def __init__(self, lease: str) -> None:
        self.lease, self.asked_at = lease, float("-inf")
        self.numbers: set[int] = set()

    def has(self, mail: OutgoingMail) -> bool:
        if time.monotonic() - self.asked_at > FRESH:
            self._ask()
        return mail.pk in self.numbers

    def _ask(self) -> None:
        rows = OutgoingMail.objects.filter(lease=self.lease, state=State.SENDING)
        rows.update(leased_until=clock.now() + LEASE)
        self.numbers, self.asked_at = set(rows.values_list("pk", flat=True)), time.monotonic()


class Line:
    """One connection to the mail server for many mails; made when the first one goes, and anew after trouble."""

    def __init__(self) -> None:
        self.connection = mailers["default"]
        self.is_open = False

    def send(self, mail: EmailMultiAlternatives) -> None:
        if not self.is_open:
            self._open()
        try:
            self.connection.send_messages([mail])
        except BaseException:
            # Whatever happened, the next mail must not meet the rest of this conversation.
            self.close()
            raise

    def _open(self) -> None:
        try:
            self.connection.open()
        except Exception as problem:
            raise NoMailServer(_name_of(problem)) from problem
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        with suppress(OSError, SMTPException):
            self.connection.close()


@contextmanager
def _line() -> Iterator[Line]:
    line = Line()
    try:
        yield line
    finally:
        line.close()


def _handle(mail: OutgoingMail, line: Line, answers: Answers) -> bool:
    try:
        reason = answers.refusal(mail)
        if reason:
            _finish(mail, state=State.CANCELLED, error=reason)
            return False
        line.send(message(mail))
    except NoMailServer:
        raise
    except Exception as problem:
        # Whatever is wrong with this mail, those behind it must not wait for it.
        _not_sent(mail, problem)
        return False
    _finish(mail, state=State.SENT, sent_at=clock.now(), error="")
    return True


def refusal(mail: OutgoingMail) -> str:
    """Why a mail must not go out any more, asked right before sending; empty when it may."""
    return Answers([mail]).refusal(mail)


def message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire; the same row always gives the same Message-ID."""
    if not mail.payload or not mail.recipient:
        # A lost key reads as empty. That is the operator's to mend, and no reason to throw the mail away.
        raise LookupError("unreadable")
    words = json.loads(mail.payload)
    author = sender(words["from_name"], words.get("from_address", ""))
    headers = {
        **{name: plain(value) for name, value in words["headers"].items()},
        "From": author,
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.created_at),
        "Content-Language": words["language"],
    }
    headers.setdefault("Auto-Submitted", "auto-generated")
    headers.setdefault("X-Auto-Response-Suppress", "All")
    built = EmailMultiAlternatives(
        plain(words["subject"]),
        words["text"],
        return_path(mail.pk) if takes_mail() else author,
        [mail.recipient],
        headers=headers,
    )
    built.attach_alternative(words["html"], "text/html")
    return built


def sender(name: str, address: str = "") -> str:
    """Always our own address, whatever name stands before it, so that SPF and DKIM hold (L-7)."""
    shown = plain(name)[:NAME_LENGTH].strip() or "Wijk"
    return str(Address(display_name=shown, addr_spec=address or settings.SERVER_EMAIL))


def plain(text: str) -> str:
    """Words for a header: one line, and no encoded word that could turn into something else on its way."""
    return clean_line(text).replace("=?", "= ?")


def _finish(mail: OutgoingMail, **changes: object) -> None:
    kept = {} if settings.SHOW_OUTBOX and changes["state"] == State.SENT else {"payload": "", "recipient": ""}
    if declared_kinds()[mail.kind].after_closing:
        # Its reader is gone: not even by a hash may the log tell who that was.
        kept["recipient_hash"] = ""
    rows = OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease)
    rows.update(lease="", leased_until=None, **changes, **kept)


def _not_sent(mail: OutgoingMail, problem: Exception) -> None:
    error = _name_of(problem)
    if _hopeless(problem):
        log.warning("mail %s given up: %s", mail.pk, error)
        with transaction.atomic():
            if status := _status_of(problem):
                came_back(mail, meaning_of(status))
            _finish(mail, state=State.FAILED, error=error)
    else:
        log.warning("mail %s not sent yet: %s", mail.pk, error)
        _postpone(mail, error)


def _hopeless(problem: Exception) -> bool:
    """Whether the server, or the address itself, says that this mail can never arrive."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in problem.recipients.values())
    if isinstance(problem, SMTPDataError):
        return 500 <= problem.smtp_code < 600
    return isinstance(problem, ValueError)


def _status_of(problem: Exception) -> str:
    """The status the server gave with its refusal, or at least its number; empty when no server was asked."""
    code, reply = getattr(problem, "smtp_code", ""), getattr(problem, "smtp_error", b"")
    if isinstance(problem, SMTPRecipientsRefused):
        code, reply = next(iter(problem.recipients.values()))
    found = _STATUS.match(reply if isinstance(reply, bytes) else reply.encode())
    return found[1].decode() if found else str(code)


def _name_of(problem: BaseException) -> str:
    """The kind of trouble and the server's number; never its words, which repeat addresses."""
    code = getattr(problem, "smtp_code", "")
    if isinstance(problem, SMTPRecipientsRefused):
        code = next((number for number, _reply in problem.recipients.values()), "")
    return f"{type(problem).__name__} {code}".strip()[:120]


def _postpone(mail: OutgoingMail, error: str) -> None:
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts, 20), LONGEST_WAIT)
    OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease, state=State.SENDING).update(
        state=State.WAITING,
        lease="",
        leased_until=None,
        attempts=min(mail.attempts + 1, 30),
        due_at=clock.now() + wait,
        error=error,
    )


def _postpone_all(mails: list[OutgoingMail], error: str) -> None:
    log.warning("no mail server, %s mails wait: %s", len(mails), error)
    for mail in mails:
        _postpone(mail, error)


def readiness() -> str:
    """What is wrong with the outbox, for /readyz."""
    overdue = OutgoingMail.objects.unsent().filter(due_at__lt=clock.now() - UNREADY_AFTER)
    return _("Er wacht mail langer dan een kwartier.") if overdue.exists() else ""
