"""The way in: queue() writes a mail in the caller's transaction; sending is the worker's."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise

from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.compose import Composed, compose
from wijk.mail.doorways import led_home
from wijk.mail.models import OutgoingMail, recipient_hash
from wijk.text import clean_line


@dataclass(frozen=True)
class MailKind:
    """A sort of mail from the closed list (W-27): how long it stays worth sending, and whether it is still wanted."""

    name: str
    label: str | Promise
    lasts: timedelta = timedelta(days=3)
    wanted: Callable[[OutgoingMail], bool] = field(default=lambda mail: True)
    # The same asked of many mails at once, for kinds of which there are many: the numbers of those still wanted.
    wanted_among: Callable[[list[OutgoingMail]], set[int]] | None = None
    # A receipt of closing goes to somebody whose account is no longer active.
    after_closing: bool = False
    # Everybody gets it, also who is frozen or wants no other mail: the law says so (W-71, X-23), or its reader asks for
    # it at this moment, as a code to log in with.
    by_law: bool = False
    # Its reader types this address now, to show that it is theirs: tried also where mail came back before.
    asked_for: bool = False


KINDS: dict[str, MailKind] = {}
# Each answers which of these mails may not go to their readers now, by number, and why; not asked about kinds that go
# to everybody.
Refusal = Callable[[list[OutgoingMail]], dict[int, str]]
REFUSALS: list[Refusal] = []
# Set by the worker; a feature that named them could write in somebody else's name.
OUR_HEADERS = {"from", "sender", "to", "cc", "bcc", "subject", "message-id", "date", "reply-to", "return-path"}
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def refuses(why: Refusal) -> Refusal:
    """Registers a reason of its readers by which mail does not go out."""
    REFUSALS.append(why)
    return why


def mail_kind(name: str, label: str | Promise, **options: Any) -> MailKind:
    """Declares a sort of mail; queue() refuses kinds that were not declared."""
    KINDS[name] = MailKind(name, label, **options)
    return KINDS[name]


@cache
def declared_kinds() -> dict[str, MailKind]:
    """The closed list, with each feature's emails.py read: a worker has no other reason to import them."""
    for app in apps.get_app_configs():
        if Path(app.path).parent == settings.BASE_DIR:
            for module in sorted(Path(app.path).glob("*/emails.py")):
                import_module(f"{app.name}.{module.parent.name}.emails")
    return KINDS


def queue(
    kind: MailKind,
    *,
    to: str,
    template: str,
    context: dict[str, Any] | None = None,
    about: models.Model | str = "",
    account: Any = None,
    language: str = "",
    **options: Any,
) -> OutgoingMail | None:
    """Queues a mail made from `template` (see compose.py) in the reader's language; None when it was queued before.

    `account` is the member it goes to, if any: it is not sent any more once that account is closed. Further options
    are those of queue_composed().
    """
    language = language or getattr(account, "language", "") or settings.LANGUAGE_CODE
    composed = compose(template, context or {}, language)
    return queue_composed(kind, to=to, composed=composed, about=about, account=account, **options)


def queue_composed(kind: MailKind, *, to: str, composed: Composed, **options: Any) -> OutgoingMail | None:
    """Queues a ready mail. The same kind, object, recipient and version is queued once, however often it is asked.

    Further options are those of prepared().
    """
    mail = prepared(kind, to=to, composed=composed, **options)
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        return None
    return mail


def prepared(
    kind: MailKind,
    *,
    to: str,
    composed: Composed,
    about: models.Model | str = "",
    account: Any = None,
    version: str = "",
    from_name: str = "",
    from_address: str = "",
    headers: dict[str, str] | None = None,
    due_at: Any = None,
) -> OutgoingMail:
    """A mail as queue_composed() would write it, not written yet; many go at once with queue_all().

    `from_address` is an address of ours that takes answers; without it the mail comes from the site's own.
    """
    _check_names(headers or {})
    composed = led_home(composed, account)
    to, now = clean_line(to), clock.now()
    about_label = about if isinstance(about, str) else f"{about._meta.label_lower}:{about.pk}"
    hashed = recipient_hash(to)
    identity = "\n".join([kind.name, about_label, hashed, version or composed.subject])
    payload = {**composed.__dict__, "from_name": from_name, "from_address": from_address, "headers": headers or {}}
    return OutgoingMail(
        key=keyed_hash("mail-key", identity),
        kind=KINDS[kind.name].name,
        about=about_label,
        recipient=to,
        recipient_hash=hashed,
        account_ref=getattr(account, "pk", None),
        account_epoch=getattr(account, "epoch", 0),
        payload=json.dumps(payload),
        message_id=f"<{secrets.token_hex(16)}@{settings.RELAY_DOMAIN}>",
        created_at=now,
        due_at=due_at or now,
        expires_at=(due_at or now) + kind.lasts,
    )


def queue_all(mails: list[OutgoingMail]) -> dict[str, OutgoingMail]:
    """Writes many prepared mails in few queries, without those that were queued before; answers all by their key.

    For who holds a lock on what the mails are about: two that write the same mails at once would both fail.
    """
    keys = [mail.key for mail in mails]
    known = {mail.key: mail for mail in OutgoingMail.objects.filter(key__in=keys).only("key")}
    fresh = list({mail.key: mail for mail in mails if mail.key not in known}.values())
    OutgoingMail.objects.bulk_create(fresh)
    return known | {mail.key: mail for mail in fresh}


def _check_names(headers: dict[str, str]) -> None:
    if forbidden := {name for name in headers if name.lower() in OUR_HEADERS or not HEADER_NAME.fullmatch(name)}:
        raise ValueError(f"headers that are the worker's own, or no headers: {sorted(forbidden)}")
