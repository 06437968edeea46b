"""Whether a mail may still go, asked right before it does: of a whole batch in a few queries, and again each second."""

import time
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import REFUSALS, MailKind, declared_kinds

# An answer counts for so many seconds. Who stops a newsletter gets what left within it, and nothing after that.
FRESH = 1.0


class Answers:
    """What may go of a batch; the further a slow server gets into it, the oftener it is asked anew."""

    def __init__(self, mails: Iterable[OutgoingMail]) -> None:
        self.left = {mail.pk: mail for mail in mails}
        self.asked_at = float("-inf")
        self.reasons: dict[int, str] = {}

    def refusal(self, mail: OutgoingMail) -> str:
        """Why this mail must not go out any more; empty when it may."""
        kind = declared_kinds()[mail.kind]
        if mail.expires_at < clock.now():
            return "expired"
        if time.monotonic() - self.asked_at > FRESH:
            self._ask()
        self.left.pop(mail.pk, None)
        reason = self.reasons.get(mail.pk, "")
        return reason or ("" if kind.wanted(mail) else "no longer wanted")

    def _ask(self) -> None:
        mails = [mail for mail in self.left.values() if mail.kind in declared_kinds()]
        self.reasons = _of_accounts(mails)
        free = [mail for mail in mails if not (_kind(mail).by_law or _kind(mail).after_closing)]
        for ask in REFUSALS:
            self.reasons = ask(free) | self.reasons
        for kind in {_kind(mail) for mail in mails}:
            if kind.wanted_among:
                asked = [mail for mail in mails if mail.kind == kind.name]
                unwanted = {mail.pk for mail in asked} - kind.wanted_among(asked)
                self.reasons = dict.fromkeys(unwanted, "no longer wanted") | self.reasons
        self.asked_at = time.monotonic()


def _kind(mail: OutgoingMail) -> MailKind:
    return declared_kinds()[mail.kind]


def _of_accounts(mails: list[OutgoingMail]) -> dict[int, str]:
    """Mail to accounts that closed, or began anew since, or that stand still."""
    members = [mail for mail in mails if mail.account_ref and not _kind(mail).after_closing]
    found: dict[Any, Any] = get_user_model()._default_manager.in_bulk({mail.account_ref for mail in members})
    reasons = {}
    for mail in members:
        account = found.get(mail.account_ref)
        if account is None or not account.is_active or account.epoch != mail.account_epoch:
            reasons[mail.pk] = "account closed"
        elif not (_kind(mail).by_law or account.takes_part):
            reasons[mail.pk] = "account frozen"
    return reasons
