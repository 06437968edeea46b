"""What goes into a sealed copy, as the register says (`archive=True`), and how each part of it comes back.

A copy is a tar of canonical JSON, one file per model, with a manifest of their hashes. A feature whose rows come back
registers how with `comes_back`; what nobody registers stays in the copy as a record and is gone with it.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, FileField, ForeignKey, Model

from accounts.users.models import User
from wijk.personal_data import REGISTER
from wijk.sealing import Refused

FORMAT = 1
MANIFEST = "manifest.json"
Row = dict[str, Any]
Contents = dict[str, list[Row]]
Comeback = Callable[[User, list[Row]], int]
COMEBACKS: dict[str, Comeback] = {}


def comes_back(label: str) -> Callable[[Comeback], Comeback]:
    """Registers how the rows of one model come back for a new account; answers how many did."""

    def register(comeback: Comeback) -> Comeback:
        COMEBACKS[label] = comeback
        return comeback

    return register


def bring_back(account: User, contents: Contents) -> dict[str, int]:
    """Gives a new account what the copy holds, lower apps first; returns how much of each."""
    return {label: comeback(account, contents[label]) for label, comeback in COMEBACKS.items() if label in contents}


# Out of the tables ----------------------------------------------------------------------------------------------------


def archived_fields() -> Iterator[tuple[Any, list[str]]]:
    """Each declaration about somebody, with its fields that go into a copy."""
    for declaration in REGISTER.values():
        names = sorted(name for name, entry in declaration.fields.items() if entry.archive)
        if names and declaration.subjects:
            yield declaration, names


def gather(account: User) -> Contents:
    """What the copy of this account holds: own rows only, and of them only what is declared (W-79)."""
    found: Contents = {}
    for declaration, names in archived_fields():
        rows: dict[Any, Row] = {}
        for subject in declaration.subjects:
            for row in declaration.model._default_manager.filter(**subject.of(account.pk)).order_by("pk"):
                rows[row.pk] = {name: plain(row, name) for name in names}
        if rows:
            found[declaration.model._meta.label_lower] = list(rows.values())
    return found


def plain(row: Model, name: str) -> Any:
    """A value that can be written down; another row is named by what it is known by outside this database."""
    column: Any = row._meta.get_field(name)
    if isinstance(column, FileField):
        raise NotImplementedError(f"{column} is a file; a copy holds words only")
    if column.many_to_many:
        return [known_by(other) for other in getattr(row, name).order_by("pk")]
    value = getattr(row, name)
    if isinstance(column, ForeignKey):
        return known_by(value) if value is not None else None
    return value.isoformat() if isinstance(value, datetime | date) else value


def known_by(row: Model) -> Row:
    """The unique word of a row, such as a neighbourhood's code, or its number when it has none."""
    for column in row._meta.concrete_fields:
        if column.unique and isinstance(column, CharField):
            return {column.name: getattr(row, column.name)}
    return {"pk": row.pk}


def found_by[M: Model](model: type[M], words: Row | None) -> M | None:
    """The row that known_by() named, if it is still there."""
    return model._default_manager.filter(**words).first() if words else None


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# In and out of the tar ------------------------------------------------------------------------------------------------


def bundled(contents: Contents, copy: str) -> bytes:
    """One tar: the manifest first, then a file per model."""
    files = {f"{label}.json": canonical(rows) for label, rows in sorted(contents.items())}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = canonical({"copy": copy, "files": hashes, "format": FORMAT})
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in {MANIFEST: manifest, **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return target.getvalue()


def unbundled(data: bytes, copy: str) -> Contents:
    """What a tar holds, after comparing every file with the manifest, and the manifest with the copy it must be."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            files = {entry.name: _read(tar, entry) for entry in tar.getmembers()}
        manifest = json.loads(files.pop(MANIFEST))
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        if manifest != {"copy": copy, "files": hashes, "format": FORMAT}:
            raise Refused("manifest")
        return {name.removesuffix(".json"): json.loads(content) for name, content in files.items()}
    except (tarfile.TarError, KeyError, ValueError):
        raise Refused("contents") from None


def _read(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(entry) if entry.isreg() else None
    if source is None:
        raise Refused("contents")
    return source.read()


def canonical(value: Any) -> bytes:
    """JSON that is the same for the same value, byte for byte."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
