"""The two mails of coming back."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.archive.models import SealedCopy
from wijk.mail.outbox import mail_kind, queue

WAY_BACK = mail_kind("copy-link", _("Terugkomen met je kopie"), lasts=timedelta(hours=24), asked_for=True)
RETURNED = mail_kind("copy-returned", _("Je bent terug"))


def way_back(copy: SealedCopy, *, to: str, token: str, language: str, version: str) -> None:
    """The link to the page where the code is typed; the code itself is never mailed."""
    queue(
        WAY_BACK,
        to=to,
        about=f"accounts.sealedcopy:{copy.pk or 0}",
        language=language,
        version=version,
        template="accounts/emails/copy_link.txt",
        context={"return_url": reverse("archive:return", args=[token])},
    )


def returned(account: Any) -> None:
    """Says that the account is there again, also to somebody who did not do this."""
    queue(
        RETURNED,
        to=account.email,
        account=account,
        about=account,
        template="accounts/emails/copy_returned.txt",
        context={"login_url": reverse("account_login")},
    )
