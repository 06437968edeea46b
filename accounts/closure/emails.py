"""The three mails of a closing."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.closure.models import AccountClosure
from accounts.users.purposes import PURPOSES, purpose_of
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue
from wijk.personal_data import REGISTER, Erase

CLOSING = mail_kind("closing", _("Je account is opgezegd"), lasts=timedelta(hours=24), after_closing=True)
REOPENED = mail_kind("closing-undone", _("Je account is weer open"))
ERASED = mail_kind("closing-erased", _("Je account is gewist"), lasts=timedelta(days=14), after_closing=True)


def closing(*, closure: AccountClosure, account: Any, token: str) -> None:
    """Says what happens when, with the link that undoes it."""
    queue(
        CLOSING,
        to=account.email,
        account=account,
        about=closure,
        template="accounts/emails/closing.txt",
        context={"closure": closure, "undo_url": reverse("closure:undo", args=[token]), "operator": settings.OPERATOR},
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
    """The receipt: what was erased, and what is kept until when (X-22)."""
    if closure.receipt_address:
        queue(
            ERASED,
            to=closure.receipt_address,
            about=closure,
            language=closure.language,
            template="accounts/emails/erased.txt",
            context={"closure": closure, "gone": gone(), "kept": kept(), "operator": settings.OPERATOR},
        )


def gone() -> list[Any]:
    """What is erased, by purpose, in the order of the register's words."""
    codes = {found.purpose for found in REGISTER.values() if found.subjects and found.erase != Erase.KEEP}
    return [purpose.label for code, purpose in PURPOSES.items() if code in codes]


def kept() -> list[dict[str, Any]]:
    """What stays after an account is gone, each with its term: from the register, so it cannot be forgotten."""
    staying = [found for found in REGISTER.values() if found.erase == Erase.KEEP and found.term.span]
    # The log of sent mail stays as numbers; its rows are wiped, not deleted.
    staying.append(REGISTER[OutgoingMail])
    return [{"purpose": purpose_of(found.purpose), "until": found.term.label} for found in staying]
