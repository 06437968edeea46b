"""The tables of accounts."""

from accounts.archive.models import KeyWrap, LedgerMark, SealedCopy
from accounts.audit.models import AuditChain, AuditEvent, AuditHead
from accounts.breaches.models import Breach
from accounts.closure.models import AccountClosure, ClosureStep, ExternalErasure
from accounts.compliance.models import ComplianceCheck, ComplianceItem, Disclosure, Processor
from accounts.consent.models import Announcement, ConsentEvent, ConsentText
from accounts.holds.models import LegalHold
from accounts.notices.models import Notice
from accounts.requests.models import RightsRequest
from accounts.requests.standstill import NoContact, Objection, Restriction
from accounts.users.models import User

__all__ = [
    "AccountClosure",
    "Announcement",
    "AuditChain",
    "AuditEvent",
    "AuditHead",
    "Breach",
    "ClosureStep",
    "ComplianceCheck",
    "ComplianceItem",
    "ConsentEvent",
    "ConsentText",
    "Disclosure",
    "ExternalErasure",
    "KeyWrap",
    "LedgerMark",
    "LegalHold",
    "NoContact",
    "Notice",
    "Objection",
    "Processor",
    "Restriction",
    "RightsRequest",
    "SealedCopy",
    "User",
]
