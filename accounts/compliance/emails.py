"""The mail to who works at the privacy desk about a check that is late."""

from django.utils.translation import gettext_lazy as _

from accounts.compliance.models import ComplianceItem
from accounts.office.roles import officers
from wijk.mail.outbox import mail_kind, queue

LATE = mail_kind("compliance-late", _("Een controle is te laat"))


def late(item: ComplianceItem) -> None:
    """Tells each officer once per due date."""
    for officer in officers():
        queue(
            LATE,
            to=officer.email,
            account=officer,
            about=item,
            version=item.next_due_on.isoformat(),
            template="accounts/emails/compliance_late.txt",
            context={"item": item},
        )
