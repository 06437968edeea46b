"""The mail to who works at the privacy desk about a check that is late."""

from django.utils.translation import gettext_lazy as _

from accounts.compliance.models import ComplianceItem
from accounts.office.emails import to_officers
from wijk.mail.outbox import mail_kind

LATE = mail_kind("compliance-late", _("Een controle is te laat"))


def late(item: ComplianceItem) -> None:
    """Tells each officer once per due date."""
    version = item.next_due_on.isoformat()
    to_officers(LATE, about=item, version=version, template="compliance_late", context={"item": item})
