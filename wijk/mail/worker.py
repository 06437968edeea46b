"""The way out: claims due mail, checks once more whether it may go, sends it, and remembers only that it went."""

import json
import logging
import secrets
from datetime import timedelta
from email.utils import format_datetime, formataddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import KINDS
from wijk.text import clean_line

log = logging.getLogger("wijk.mail")
State = OutgoingMail.State
BATCH = 50
LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
UNREADY_AFTER = timedelta(minutes=15)


def deliver(*, batches: int = 20) -> int:
    """Sends what is due, up to a number of batches; returns how many mails left."""
    sent = 0
    for _batch in range(batches):
        lease = secrets.token_hex(16)
        claimed = _claim(lease)
        if not claimed:
            break
        sent += sum(_handle(mail) for mail in claimed)
    return sent


def _claim(lease: str) -> list[OutgoingMail]:
    candidates = list(OutgoingMail.objects.claimable().order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])
    # The conditions are asked again in the UPDATE, so two workers never hold the same mail.
    OutgoingMail.objects.claimable().filter(pk__in=candidates).update(
        state=State.SENDING, lease=lease, leased_until=clock.now() + LEASE
    )
    return list(OutgoingMail.objects.filter(lease=lease, state=State.SENDING).order_by("due_at", "id"))


def _handle(mail: OutgoingMail) -> bool:
    reason = refusal(mail)
    if reason:
        _finish(mail, state=State.CANCELLED, error=reason)
        return False
    try:
        message(mail).send(using="default")
    except (SMTPException, OSError, ValueError) as problem:
        _postpone(mail, problem)
        return False
    _finish(mail, state=State.SENT, sent_at=clock.now())
    return True


def refusal(mail: OutgoingMail) -> str:
    """Why a mail must not go out any more, asked right before sending; empty when it may."""
    kind = KINDS.get(mail.kind)
    if kind is None:
        return "unknown kind"
    if mail.expires_at < clock.now():
        return "expired"
    if mail.account_ref and not kind.after_closing:
        account = get_user_model()._default_manager.filter(pk=mail.account_ref, is_active=True, epoch=mail.account_epoch)
        if not account.exists():
            return "account closed"
    return "" if kind.wanted(mail) else "no longer wanted"


def message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire; the same row always gives the same Message-ID."""
    words = json.loads(mail.payload)
    name = clean_line(words["from_name"]) or "Wijk"
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.created_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": words["language"],
        **words["headers"],
    }
    sender = formataddr((name, settings.SERVER_EMAIL))
    built = EmailMultiAlternatives(words["subject"], words["text"], sender, [mail.recipient], headers=headers)
    built.attach_alternative(words["html"], "text/html")
    return built


def _finish(mail: OutgoingMail, **changes: object) -> None:
    kept = {} if settings.SHOW_OUTBOX and changes["state"] == State.SENT else {"payload": "", "recipient": ""}
    rows = OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease)
    rows.update(lease="", leased_until=None, **changes, **kept)


def _postpone(mail: OutgoingMail, problem: Exception) -> None:
    permanent = isinstance(problem, SMTPRecipientsRefused | ValueError) and _hard(problem)
    error = f"{type(problem).__name__} {getattr(problem, 'smtp_code', '')}".strip()
    log.warning("mail %s not sent: %s", mail.pk, error)
    if permanent:
        _finish(mail, state=State.FAILED, error=error)
        return
    wait = min(timedelta(minutes=1) * 2**mail.attempts, LONGEST_WAIT)
    OutgoingMail.objects.filter(pk=mail.pk, lease=mail.lease).update(
        state=State.WAITING,
        lease="",
        leased_until=None,
        attempts=min(mail.attempts + 1, 30),
        due_at=clock.now() + wait,
        error=error,
    )


def _hard(problem: Exception) -> bool:
    if isinstance(problem, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in problem.recipients.values())
    return not isinstance(problem, SMTPResponseException)


def readiness() -> str:
    """What is wrong with the outbox, for /readyz."""
    overdue = OutgoingMail.objects.unsent().filter(due_at__lt=clock.now() - UNREADY_AFTER)
    return _("Er wacht mail langer dan een kwartier.") if overdue.exists() else ""
