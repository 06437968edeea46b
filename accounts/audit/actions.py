"""What the clock and an erasure do with the trail."""

import fcntl
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.audit.chain import read_lines, sign, tip_words
from accounts.audit.models import AuditChain, AuditEvent, AuditHead
from wijk import clock

LATE = timedelta(minutes=10)


def link() -> int:
    """Gives every committed row its place in the chain; runs every few seconds."""
    return AuditEvent.objects.link()


def make_heads() -> int:
    """Signs each day that is over, and writes outside the database what stands; runs every hour (W-5)."""
    AuditEvent.objects.link(wait=True)
    made = AuditHead.objects.close_days()
    write_heads(settings.AUDIT_HEADS)
    return len(made)


def write_heads(path: Path) -> int:
    """Adds to the file what it does not have yet: heads, and the trail as it stands now. A kill loses nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = list(read_lines(path))
        heads = AuditHead.objects.exclude(last_seq__in={line["last_seq"] for line in known if "day" in line})
        lines = [_head_line(head) for head in heads.order_by("last_seq")]
        tip = AuditChain.objects.filter(pk=1, seq__gt=0).first()
        if tip and tip.hash not in {line.get("hash") for line in known}:
            lines.append(_tip_line(tip))
        file.write(_new_line(file) + b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _new_line(file: BinaryIO) -> bytes:
    """Ends a line that a full disk cut short."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _head_line(head: AuditHead) -> dict[str, Any]:
    names = ("first_seq", "last_seq", "count", "hash", "signature", "key_id")
    return {"day": head.day.isoformat(), **{name: getattr(head, name) for name in names}}


def _tip_line(tip: AuditChain) -> dict[str, Any]:
    at = clock.now().isoformat()
    signature, key = sign(tip_words(at, tip.seq, tip.hash))
    return {"at": at, "seq": tip.seq, "hash": tip.hash, "signature": signature, "key_id": key}


def forget_details(account_ref: int) -> int:
    """Empties what the trail says of an erased account beyond numbers; the chain still verifies (X-22)."""
    return AuditEvent.objects.about_account(account_ref).telling().update(salt="", network="", device="", detail={})


def details_left(account_ref: int) -> int:
    """How many rows still say more of an account than numbers."""
    return AuditEvent.objects.about_account(account_ref).telling().count()


def readiness() -> str:
    """What is wrong with the trail, for /readyz."""
    late = AuditEvent.objects.unlinked().filter(at__lt=clock.now() - LATE)
    return _("Het logboek loopt meer dan tien minuten achter.") if late.exists() else ""
