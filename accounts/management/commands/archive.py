"""`manage.py archive`: the offline key, and what an operator does with sealed copies; contents are shown nowhere."""

import getpass
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.archive import comeback, keeping
from accounts.archive.actions import destroy, opened
from accounts.archive.keys import new_code_for, rewrap
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.audit.models import record
from wijk.sealing import Mistyped, OfflineKey, Refused, offline_key, recipient

AGE_FILE = b"age-encryption.org/"
EVERY = 100


class Command(BaseCommand):
    help = (
        "Makes and renews the offline key; lists, checks, opens and destroys sealed copies. Copies go by number; what "
        "is in one is never shown. Exit code 1 when something is refused, missing or not whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        keygen = commands.add_parser("keygen", help="Make an offline key; best on a machine without network.")
        keygen.add_argument("file", type=Path)
        keygen.add_argument("--passphrase", action="store_true", help="lock the file with a passphrase")
        again = commands.add_parser("rewrap", help="Lock every copy's key for a new offline key.")
        again.add_argument("--key", type=Path, required=True, help="the old key file")
        again.add_argument("--to", required=True, help="the new public key")
        commands.add_parser("list", help="Show every copy there is, by its number.")
        commands.add_parser("check", help="Look whether each copy is whole.")
        expire = commands.add_parser("expire", help="Destroy what is past its time, and finish what was cut off.")
        end = commands.add_parser("destroy", help="Destroy one copy for good.")
        open_ = commands.add_parser("open", help="For who lost the code: give one copy a new code (four eyes).")
        back = commands.add_parser("restore", help="For who cannot do it alone: bring one copy back as an account.")
        for command in (open_, back):
            command.add_argument("--key", type=Path, required=True, help="the offline key file")
        for command in (end, open_, back):
            command.add_argument("copy", type=int, help="its number")
        for command in (again, expire, end, open_, back):
            command.add_argument("--dry-run", action="store_true", help="look, and change nothing")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        try:
            getattr(self, f"do_{command}")(**options)
        except Mistyped as problem:
            raise CommandError(f"This {problem} is not whole.") from None
        except Refused as problem:
            raise CommandError(f"Refused ({problem}): another key's, or the copy is not whole.") from None

    def do_keygen(self, file: Path, passphrase: bool, **options: Any) -> None:
        words = self.chosen_passphrase() if passphrase else ""
        key = OfflineKey.fresh()
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(f"{file} exists; a key is never overwritten.") from None
        except OSError as problem:
            raise CommandError(f"{file} was not made: {problem.strerror}.") from None
        with os.fdopen(handle, "wb") as target:
            target.write(key.text(words))
        self.stderr.write(f"Keep {file} off the server, twice, in two places. Set this on the server:")
        self.stdout.write(f"SEALED_RECIPIENT={key.recipient}")

    def chosen_passphrase(self) -> str:
        words = getpass.getpass("Passphrase: ")
        if not words or words != getpass.getpass("Again: "):
            raise CommandError("The two differ; nothing was made.")
        return words

    def do_rewrap(self, key: Path, to: str, dry_run: bool, **options: Any) -> None:
        old, new = read_key(key), recipient(to)
        mine = SealedCopy.objects.openable().filter(key_id=old.id).order_by("pk")
        done = 0
        for copy in [] if dry_run else mine.iterator(chunk_size=100):
            rewrap(copy=copy, old=old.pair, public=new.public)
            done += 1
            self.tell(done, options["verbosity"])
        self.stdout.write(f"{done or mine.count()} copies {'would be' if dry_run else 'are'} locked for the new key.")
        others = SealedCopy.objects.openable().exclude(key_id__in=["", old.id]).exclude(key_id=new.id).count()
        if others:
            self.stdout.write(f"{others} copies are under yet another key; run this with that one too.")

    def do_list(self, **options: Any) -> None:
        for copy in SealedCopy.objects.filter(destroyed_at=None).order_by("pk"):
            holders = " ".join(filter(None, [copy.key_id and f"key {copy.key_id}", copy.code_id and "code"]))
            days = f"{copy.created_at:%Y-%m-%d} to {copy.expires_at:%Y-%m-%d}"
            self.stdout.write(f"copy {copy.pk}: {days}, {copy.size} bytes, {holders} {copy.problem}".rstrip())

    def tell(self, done: int, verbosity: int) -> None:
        if verbosity and not done % EVERY:
            self.stderr.write(f"{done} copies")

    def do_check(self, **options: Any) -> None:
        wrong = keeping.check_all(progress=lambda done: self.tell(done, options["verbosity"]))
        for copy in SealedCopy.objects.live().exclude(problem=""):
            self.stdout.write(f"copy {copy.pk}: {copy.problem}")
        if wrong:
            raise CommandError(f"{wrong} copies are not whole.")
        self.stdout.write("Every copy is whole.")

    def do_expire(self, dry_run: bool, **options: Any) -> None:
        over = SealedCopy.objects.expired().count() + SealedCopy.objects.half_destroyed().count()
        done = over if dry_run else keeping.tidy()
        self.stdout.write(f"{done} {'would be' if dry_run else 'are'} destroyed.")

    def do_destroy(self, copy: int, dry_run: bool, **options: Any) -> None:
        found = live(copy)
        if not dry_run:
            destroy(copy=found, why="asked")
        self.stdout.write(f"Copy {copy} {'would be' if dry_run else 'is'} destroyed.")

    def do_open(self, copy: int, key: Path, dry_run: bool, **options: Any) -> None:
        found, offline = live(copy), read_key(key)
        contents = opened(copy=found, pair=offline.pair, holder=KeyWrap.Holder.OPERATOR)
        for label, rows in contents.items():
            self.stdout.write(f"{label}: {len(rows)}")
        if not dry_run:
            code = new_code_for(copy=found, offline=offline.pair)
            record("copy.new_code", by=None, about=found)
            self.stdout.write(f"New code, for its owner only, and never by mail: {code.text}")

    def do_restore(self, copy: int, key: Path, dry_run: bool, **options: Any) -> None:
        found = live(copy)
        contents = opened(copy=found, pair=read_key(key).pair, holder=KeyWrap.Holder.OPERATOR)
        if dry_run:
            self.stdout.write(f"Copy {copy} opens: {', '.join(contents)}.")
            return
        try:
            account = comeback.come_back(copy=found, contents=contents, password=None)
        except comeback.Taken:
            raise CommandError("There is an account with this address already.") from None
        self.stdout.write(f"Account {account.pk} is back. Its owner chooses a password with 'Wachtwoord vergeten'.")


def live(number: int) -> SealedCopy:
    """A copy that can still be opened or destroyed."""
    found = SealedCopy.objects.live().filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no copy {number}.")
    return found


def read_key(path: Path) -> OfflineKey:
    """The private key of a file, asking for its passphrase when it has one."""
    try:
        text = path.read_bytes()
    except OSError:
        raise CommandError(f"{path} cannot be read.") from None
    try:
        return offline_key(text, getpass.getpass("Passphrase: ") if text.startswith(AGE_FILE) else "")
    except Mistyped:
        raise CommandError("This is not an offline key, or the passphrase is wrong.") from None
