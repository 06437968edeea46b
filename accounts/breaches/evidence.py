"""What is put aside the moment a leak is found, before logs run out and versions change: numbers and codes, no words.

A folder per leak in VAR_DIR/breaches, readable by the server user only; it goes when the leak leaves the register.
"""

import hashlib
import json
import platform
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q

from accounts.audit.models import AuditEvent
from accounts.breaches.models import Breach
from accounts.users.models import User
from wijk import clock

COLUMNS = ("seq", "at", "action", "outcome", "about", "actor_ref", "neighbourhood_ref", "detail", "hash")


def folder(reference: str) -> Path:
    """Where the evidence of one leak is."""
    return Path(settings.VAR_DIR) / "breaches" / reference


def preserve(breach: Breach, *, since: datetime) -> Path:
    """Writes the folder whole or not at all; asked again, it makes a second one beside the first."""
    events = AuditEvent.objects.filter(at__gte=since).order_by("pk")
    staff = User.objects.filter(Q(is_superuser=True) | Q(groups__isnull=False) | Q(authenticator__isnull=False))
    files: dict[str, Iterable[Any]] = {
        "audit.jsonl": events.values(*COLUMNS).iterator(),
        "staff-acts.jsonl": events.filter(actor_ref__in=staff.values("pk")).values(*COLUMNS).iterator(),
        "versions.jsonl": versions(),
        "counts.jsonl": counts(),
        "leak.jsonl": [{"reference": breach.reference, "discovered_at": breach.discovered_at, "made_at": clock.now()}],
    }
    target = folder(breach.reference)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        target = target.with_name(f"{breach.reference}-{clock.now():%Y%m%dT%H%M%S%f}")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    sums = [f"{_write(draft / name, rows)}  {name}\n" for name, rows in files.items()]
    (draft / "SHA256SUMS").write_text("".join(sums), encoding="ascii")
    return draft.rename(target)


def _write(path: Path, rows: Iterable[Any]) -> str:
    """One JSON object per line; returns the sum of the file."""
    digest = hashlib.sha256()
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for row in rows:
            line = json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True).encode() + b"\n"
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def versions() -> list[dict[str, str]]:
    """What ran: Python, the system, the database, every package."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        database = str(cursor.fetchone()[0])
    own = {"python": platform.python_version(), "system": platform.platform(), connection.vendor: database}
    packages = {found.metadata["Name"]: found.version for found in distributions()}
    return [{"name": name, "version": version} for name, version in [*own.items(), *sorted(packages.items())]]


def counts() -> list[dict[str, Any]]:
    """How many rows each table has."""
    models = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)
    own = [model for model in models if model._meta.managed and not model._meta.proxy]
    return [{"table": model._meta.label, "rows": model._base_manager.count()} for model in own]


def forget() -> int:
    """Deletes the folders of leaks that are no longer in the register; runs each day."""
    home = folder("x").parent
    known = set(Breach.objects.values_list("reference", flat=True))
    length = len("L-ABC-DEF")
    old = [path for path in home.glob("L-*") if path.is_dir() and path.name[:length] not in known]
    for path in old:
        shutil.rmtree(path)
    return len(old)
