"""The tables of accounts."""

from accounts.audit.models import AuditEvent
from accounts.closure.models import AccountClosure
from accounts.consent.models import ConsentEvent
from accounts.users.models import User

__all__ = ["AccountClosure", "AuditEvent", "ConsentEvent", "User"]
