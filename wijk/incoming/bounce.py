"""What a mail server tells of a mail we sent: that it did not arrive (RFC 3464), or counts as spam (RFC 5965)."""

import re

from wijk.incoming.automatic import is_from_a_machine
from wijk.incoming.letter import Report
from wijk.incoming.structure import Part

MOST_TEXT = 20_000
FOR_GOOD, FOR_NOW = "5.0.0", "4.0.0"

_FIELD = re.compile(r"^(action|status|feedback-type)[ \t]*:[ \t]*([\w.-]{1,30})", re.I | re.M)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_STATUS_IN_TEXT = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_REPLY = re.compile(r"\b(?:smtp|error|said|code|fout|server|response|reply)\b[^\n]{0,80}?\b([45])\d\d\b", re.I)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|notification|delayed)|mail delivery|failure notice|returned mail"
    r"|delivery .{0,30}(?:fail|delay)|message (?:not delivered|delayed)|onbestelbaar"
    r"|niet (?:te bezorgen|bezorgd|afgeleverd)|kon niet worden bezorgd"
    r"|unzustellbar|nicht zugestellt|non remis|non distribu|échec de la remise|warning: message",
    re.I,
)
_DELAYED = re.compile(r"delay|vertraagd|verzögert|retard|warning: message", re.I)
_OPENING = re.compile(
    r"this is the qmail-send program|did not reach the following recipient|could not be delivered", re.I
)


def report_of(mail: Part, subject: str) -> Report | None:
    """What the mail reports; None when it is no report, or tells of no trouble."""
    parts = mail.everything()
    complaint = next((part for part in parts if part.kind == "message/feedback-report"), None)
    if complaint is not None or mail.parameters.get("report-type", "").lower() == "feedback-report":
        return _complaint(complaint)
    told = next((part for part in parts if part.kind.endswith("/delivery-status")), None)
    if told is not None:
        return _bounce(told)
    return _old_bounce(mail, subject)


def _complaint(part: Part | None) -> Report | None:
    kind = _fields(part).get("feedback-type", "abuse") if part else "abuse"
    return None if kind in ("not-spam", "auth-failure", "dmarc") else Report("complaint")


def _fields(part: Part) -> dict[str, str]:
    """Of the fields with one name the first."""
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(part.text()[:MOST_TEXT]):
        found.setdefault(name.lower(), value.lower())
    return found


def _bounce(part: Part) -> Report | None:
    fields = _fields(part)
    action = fields.get("action", "failed")
    # What is only late is tried again by that server, and it will tell how that ends.
    if action in ("delivered", "relayed", "expanded", "delayed"):
        return None
    found = _STATUS.fullmatch(fields.get("status", ""))
    status = found.group() if found else FOR_GOOD
    return Report("bounce", FOR_GOOD if status.startswith("2") else status)


def _old_bounce(mail: Part, subject: str) -> Report | None:
    """Servers that tell it in words only."""
    text = next((part.text()[:MOST_TEXT] for part in mail.everything() if part.kind == "text/plain"), "")
    says = bool(mail.all("x-failed-recipients")) or bool(_SUBJECT.search(subject) or _OPENING.search(text[:500]))
    if not says or not (is_from_a_machine(mail) or mail.all("x-failed-recipients")):
        return None
    exact, rough = _STATUS_IN_TEXT.search(text), _REPLY.search(text)
    if exact:
        return Report("bounce", exact.group())
    for_now = rough.group(1) == "4" if rough else bool(_DELAYED.search(subject))
    return Report("bounce", FOR_NOW if for_now else FOR_GOOD)
