"""Backups and putting one back: the database, the keyring apart from it, and the ledger that says who must not return.

Everything is encrypted to the offline key. The keyring's backups live 14 days and those of the database 35: a key that
was destroyed is in no backup after a fortnight, and a copy without its key is noise (L-8).
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, TemporaryFile
from typing import IO, Any

import pyrage
from django.conf import settings
from django.db import connections

from accounts.archive.ledger import flush_folder, lines
from wijk import clock
from wijk.databases import KEYRING
from wijk.sealing import Mistyped, OfflineKey, recipient

STAMP = "%Y%m%dT%H%M%SZ"
LEDGER_COPY = "erasures.log"
FILES = "files.tar"


class Trouble(Exception):
    """A backup could not be made or put back; the words say why and what to do."""


@dataclass(frozen=True)
class Part:
    """One database of which backups are kept: in its own folder, and for how long."""

    alias: str
    folder: str
    kept: timedelta


PARTS = (Part("default", "main", timedelta(days=35)), Part(KEYRING, "keyring", timedelta(days=14)))


def backup_recipient() -> str:
    """The age key backups are encrypted to: BACKUP_RECIPIENT, or the age half of SEALED_RECIPIENT; maybe none."""
    public = settings.BACKUP_RECIPIENT or settings.SEALED_RECIPIENT
    try:
        return recipient(public).age if public else ""
    except Mistyped:
        name = "BACKUP_RECIPIENT" if settings.BACKUP_RECIPIENT else "SEALED_RECIPIENT"
        raise Trouble(f"{name} is not whole. Set what `manage.py archive keygen` printed.") from None


# Making ---------------------------------------------------------------------------------------------------------------


def back_up(part: Part, target: Path) -> Path:
    """A backup of one database, whole or not at all."""
    vendor = connections[part.alias].vendor
    folder = target / part.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{part.folder}-{clock.now().astimezone(UTC):{STAMP}}.{'sqlite3' if vendor == 'sqlite' else 'dump'}"
    with DUMPERS[vendor](part.alias) as source:
        return locked(source, folder / name)


@contextmanager
def _sqlite_dump(alias: str) -> Iterator[IO[bytes]]:
    """SQLite's own online copy, made beside the database: it is plain there as well."""
    name = str(connections[alias].settings_dict["NAME"])
    with TemporaryDirectory(dir=Path(name).parent if Path(name).is_absolute() else None) as room:
        draft = Path(room) / "copy.sqlite3"
        with (
            closing(sqlite3.connect(name, uri=name.startswith("file:"))) as live,
            closing(sqlite3.connect(draft)) as copy,
        ):
            live.backup(copy)
        if not is_sound(draft):
            raise Trouble("The live database is not whole. Look at its disk first.")
        with draft.open("rb") as source:
            yield source


@contextmanager
def _postgres_dump(alias: str) -> Iterator[IO[bytes]]:
    with NamedTemporaryFile() as draft:
        run_tool("pg_dump", ["--format=custom", "--no-owner", f"--file={draft.name}"], alias)
        with Path(draft.name).open("rb") as source:
            yield source


DUMPERS = {"sqlite": _sqlite_dump, "postgresql": _postgres_dump}


def locked(source: IO[bytes], path: Path) -> Path:
    """Writes a stream, encrypted if there is a key for it, under its own name only when all of it is on the disk."""
    key = backup_recipient()
    path = path.with_name(path.name + ".age") if key else path
    draft = path.with_name(path.name + ".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if key:
            pyrage.encrypt_io(source, file, [pyrage.x25519.Recipient.from_str(key)])
        else:
            shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    flush_folder(path.parent)
    return path


def folders() -> dict[str, Path]:
    """What is beside the databases, by its name in a backup: the pictures, and the sealed copies, which stay sealed."""
    return {"media": Path(settings.MEDIA_ROOT), "sealed": Path(settings.SEALED_STORE)}


def back_up_folders(target: Path) -> Path:
    """All files as one that replaces the last: what was erased must not stay in an older one."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryFile(dir=settings.VAR_DIR) as draft:
        with tarfile.open(fileobj=draft, mode="w") as tar:
            for name, folder in folders().items():
                if folder.exists():
                    tar.add(folder, arcname=name)
        draft.seek(0)
        return locked(draft, target / FILES)


def copy_ledger(target: Path) -> Path:
    """The newest ledger beside the backups, in one place and not rotated: it must know more than any of them."""
    path = target / LEDGER_COPY
    draft = path.with_name(LEDGER_COPY + ".draft")
    draft.write_bytes(settings.ERASURE_LEDGER.read_bytes() if settings.ERASURE_LEDGER.exists() else b"")
    draft.rename(path)
    flush_folder(target)
    return path


def outdated(part: Part, target: Path) -> list[Path]:
    """The backups of one part that are past their days."""
    before = clock.now() - part.kept
    return [path for path in sorted((target / part.folder).glob(f"{part.folder}-*T*Z.*")) if moment_of(path) < before]


def moment_of(path: Path) -> datetime:
    """When a backup was made, by its name; what somebody else put there is not ours to throw away."""
    try:
        return datetime.strptime(path.name.split("-")[1].split(".")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return clock.now()


# Putting back ---------------------------------------------------------------------------------------------------------


@contextmanager
def unlocked(path: Path, key: OfflineKey | None) -> Iterator[Path]:
    """The plain file of a backup, for as long as it is needed."""
    if path.suffix != ".age":
        yield path
        return
    if key is None:
        raise Trouble("This backup is encrypted. Give the offline key: --key FILE.")
    with NamedTemporaryFile(dir=settings.VAR_DIR) as plain:
        try:
            with path.open("rb") as source:
                pyrage.decrypt_io(source, plain, [pyrage.x25519.Identity.from_str(key.age)])
        except (pyrage.DecryptError, OSError) as problem:
            if getattr(problem, "errno", None):
                raise  # the disk's trouble, not the backup's
            raise Trouble("This key does not open this backup, or the backup is damaged.") from None
        plain.flush()
        yield Path(plain.name)


def put_back(plain: Path, alias: str) -> None:
    """Replaces all of a database by what a backup holds, or nothing of it."""
    sound(plain, alias)
    connections[alias].close()
    if connections[alias].vendor == "sqlite":
        name = str(connections[alias].settings_dict["NAME"])
        with closing(sqlite3.connect(plain)) as copy, closing(sqlite3.connect(name)) as live:
            copy.backup(live)
        return
    with NamedTemporaryFile(dir=settings.VAR_DIR) as script:
        run_tool("pg_restore", ["--no-owner", f"--file={script.name}", str(plain)], alias)
        # One transaction: when the backup does not go in, what was there is there still.
        once = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        run_tool("psql", [*once, f"--command={emptied}", f"--file={script.name}"], alias)


def put_back_folders(plain: Path) -> None:
    """Puts the files of a backup beside those that are there; the clock sweeps what belongs to nothing."""
    try:
        with tarfile.open(plain) as tar:
            for member in tar.getmembers():
                name, _slash, rest = member.name.partition("/")
                if rest and name in folders():
                    folders()[name].mkdir(parents=True, exist_ok=True)
                    tar.extract(member.replace(name=rest, deep=False), folders()[name], filter="data")
    except tarfile.TarError:
        raise Trouble("This is not a whole backup of files.") from None


def sound(path: Path, alias: str) -> None:
    """Refuses a file that is not a whole database."""
    if connections[alias].vendor == "postgresql":
        run_tool("pg_restore", ["--file=/dev/null", str(path)], alias)
    elif not is_sound(path):
        raise Trouble("This is not a whole database; nothing was changed.")


def is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            return bool(file.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def adopt_ledger(beside: Path) -> int:
    """Takes the ledger that stands beside the backups when it knows more than the one here; returns its lines."""
    known = lines()
    if beside.exists():
        # The file is longer and begins with what is known here, or what is here was lost with the disk.
        words, here = beside.read_bytes(), settings.ERASURE_LEDGER
        if len(words) > (here.stat().st_size if here.exists() else 0):
            if here.exists() and not words.startswith(here.read_bytes()):
                raise Trouble("The ledger beside the backup and the one here differ. Look which one is right first.")
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_bytes(words)
            known = lines()
    return len(known)


def run_tool(tool: str, arguments: list[str], alias: str) -> None:
    """One of PostgreSQL's own tools; the password goes by the environment, where no list of processes shows it."""
    found = shutil.which(tool)
    if found is None:
        raise Trouble(f"{tool} is not on this machine. It comes with PostgreSQL's client programs.")
    here: dict[str, Any] = connections[alias].settings_dict
    options = {"PGHOST": here["HOST"], "PGPORT": str(here["PORT"] or ""), "PGUSER": here["USER"]}
    options |= {"PGPASSWORD": here["PASSWORD"], "PGDATABASE": here["NAME"]}
    environment = {**os.environ, **{name: value for name, value in options.items() if value}}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise Trouble(f"{tool} failed: {done.stderr.decode(errors='replace').strip()[-400:]}")
