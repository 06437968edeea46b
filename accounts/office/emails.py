"""Mail to who works at the privacy desk."""

from typing import Any

from django.db.models import Model

from accounts.office.roles import officers
from wijk.mail.outbox import MailKind, queue


def to_officers(kind: MailKind, *, about: Model, version: str, template: str, context: dict[str, Any]) -> None:
    """Queues the same mail for each of them, in their own language; once per version."""
    for officer in officers():
        queue(
            kind,
            to=officer.email,
            account=officer,
            about=about,
            version=version,
            template=f"accounts/emails/{template}.txt",
            context=context,
        )
