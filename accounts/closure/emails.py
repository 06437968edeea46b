"""The mails of a closing, and the alarm to who guards them."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.archive.actions import copy_of_account, refusal_path
from accounts.closure.models import AccountClosure
from accounts.closure.outside import STORES
from accounts.holds.actions import told
from accounts.users.models import User
from accounts.users.purposes import PURPOSES, purpose_of
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue
from wijk.mail.worker import sender
from wijk.personal_data import REGISTER, Erase

log = logging.getLogger("wijk.closure")
CLOSING = mail_kind("closing", gettext_lazy("Je account is opgezegd"), lasts=timedelta(hours=24), after_closing=True)
REOPENED = mail_kind("closing-undone", gettext_lazy("Je account is weer open"), by_law=True)
ERASED = mail_kind("closing-erased", gettext_lazy("Je account is gewist"), lasts=timedelta(days=14), after_closing=True)


def _still_unused(mail: OutgoingMail) -> bool:
    """A log-in since it was written makes it untrue."""
    return not User.objects.filter(pk=mail.account_ref, last_login__gt=mail.created_at).exists()


UNUSED_FIRST = mail_kind("unused-first", gettext_lazy("Je account wordt bijna gesloten"), wanted=_still_unused)
UNUSED_LAST = mail_kind("unused-last", gettext_lazy("Nog een week, dan sluit je account"), wanted=_still_unused)


def unused(*, kind: MailKind, account: Any, closes_at: datetime, copy: bool) -> None:
    """Says when an account closes because nobody uses it, and that logging in is enough to keep it (C-46)."""
    queue(
        kind,
        to=account.email,
        account=account,
        about=account,
        version=clock.today().isoformat(),
        template="accounts/emails/unused.txt",
        context={
            "title": kind.label,
            "first_name": account.first_name,
            "closes_at": closes_at,
            "copy": copy,
            "login_url": reverse("account_login"),
            "operator": settings.OPERATOR,
        },
    )


def closing(*, closure: AccountClosure, account: Any, token: str) -> None:
    """Says what happens when, with the link that undoes it."""
    queue(
        CLOSING,
        to=account.email,
        account=account,
        about=closure,
        template="accounts/emails/closing.txt",
        context={
            "closure": closure,
            "guest": account.is_guest,
            "undo_url": reverse("closure:undo", args=[token]) if closure.undo_hash else "",
            "operator": settings.OPERATOR,
        },
    )


def reopened(*, closure: AccountClosure, account: Any) -> None:
    """Says that the account is open again."""
    queue(
        REOPENED,
        to=account.email,
        account=account,
        about=closure,
        template="accounts/emails/reopened.txt",
        context={"login_url": reverse("account_login")},
    )


def erased(*, closure: AccountClosure) -> None:
    """The one receipt: what was erased, what is kept until when, and what another service still has (X-22)."""
    if closure.receipt_address:
        queue(
            ERASED,
            to=closure.receipt_address,
            about=closure,
            version="receipt",
            language=closure.language,
            template="accounts/emails/erased.txt",
            context={
                "closure": closure,
                "copy": _copy(closure),
                "gone": gone(),
                "kept": kept(),
                "holds": told(closure.account_ref),
                "elsewhere": [STORES[row.store].label for row in closure.elsewhere.waiting() if row.store in STORES],
                "operator": settings.OPERATOR,
            },
        )


def _copy(closure: AccountClosure) -> dict[str, Any]:
    """Until when the sealed copy is kept, and the one click that destroys it (W-81)."""
    copy = copy_of_account(closure.account_ref) if closure.copy == AccountClosure.Copy.MADE else None
    return {"until": copy.expires_at, "url": refusal_path(copy)} if copy else {}


def gone() -> list[Any]:
    """What is erased, by purpose, in the order of the register's words."""
    codes = {found.purpose for found in REGISTER.values() if found.subjects and found.erase != Erase.KEEP}
    return [purpose.label for code, purpose in PURPOSES.items() if code in codes]


def kept() -> list[dict[str, Any]]:
    """What stays after an account is gone, each with its term: from the register, so it cannot be forgotten."""
    # The log of sent mail stays as numbers; its rows are wiped, not deleted.
    staying = [found for found in REGISTER.values() if found.erase == Erase.KEEP or found.erased_by]
    staying = [found for found in staying if found.term.span]
    lines = {found.purpose: found for found in staying}
    return [{"purpose": purpose_of(code), "until": found.term.label} for code, found in lines.items()]


def answer() -> str:
    """What whoever wrote a letter or mail is told: the same for every address, so that it tells a stranger nothing."""
    return _(
        "Bedankt voor je bericht. Is er bij Wijk een account met dit e-mailadres? Dan is het nu van de site af. "
        "Binnen 48 uur na ontvangst is het gewist. Je krijgt daar een mail over op dat adres."
    )


def alarm(*, to: Iterable[str], numbers: list[int], hours: int) -> int:
    """Sends an alarm straight to the mail server: the outbox needs the very worker that may be asleep."""
    with translation.override(settings.LANGUAGE_CODE):
        count = len(numbers)
        subject = ngettext(
            "%(count)d opzegging is na %(hours)d uur nog niet klaar",
            "%(count)d opzeggingen zijn na %(hours)d uur nog niet klaar",
            count,
        ) % {"count": count, "hours": hours}
        body = _(
            "Binnen 48 uur na ontvangst moet een account gewist zijn. Dat dreigt niet te lukken bij opzegging: "
            "%(numbers)s.\n\nLoopt de worker? Kijk daarna wat er misging:\n%(url)s"
        ) % {"numbers": ", ".join(map(str, numbers)), "url": settings.BASE_URL + reverse("closure:desk")}
    mails = [EmailMessage(subject, body, sender("Wijk"), [address]) for address in to]
    try:
        return mailers["default"].send_messages(mails) or 0
    except OSError as problem:
        # Smtplib's errors are OSErrors too; the next look tries again.
        log.error("alarm about closings not sent: %s", type(problem).__name__)
        return 0
