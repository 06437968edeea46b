"""`manage.py restore FILE`: puts a backup back, erases again who was erased since, holds the mail until accepted."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.archive import ledger
from accounts.archive.actions import destroy, finish, forget_wraps
from accounts.archive.backups import (
    FILES,
    LEDGER_COPY,
    PARTS,
    Part,
    Trouble,
    adopt_ledger,
    put_back,
    put_back_folders,
    sound,
    unlocked,
)
from accounts.archive.models import LedgerMark
from accounts.audit.models import record
from accounts.audit.verify import Wrong, verify
from accounts.closure.erasure import leaver, residue, steps
from accounts.closure.models import AccountClosure
from accounts.closure.on_disk import flush_to_disk, rewrite
from accounts.management.commands.archive import read_key
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail

EVERY = 100


class Command(BaseCommand):
    help = (
        "Puts a backup back (stop the web and the workers first), then erases again whom the erasure ledger names. "
        "Mail waits until `restore --accept`. `restore --replay` does only the erasing. A database is replaced whole "
        "or not at all; exit code 1 when it was not, or when the site must stay shut."
    )
    is_loud = True
    # It must run exactly when the site may not.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a file made by `manage.py backup`")
        parser.add_argument("--key", type=Path, help="the offline key file")
        parser.add_argument("--replay", action="store_true", help="only erase again whom the ledger names")
        parser.add_argument("--accept", action="store_true", help="somebody looked, and mail may go again")
        parser.add_argument("--dry-run", action="store_true", help="look, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_loud = bool(options["verbosity"])
        try:
            if options["accept"]:
                self.accept()
            elif options["file"]:
                self.put_back(options["file"], options["key"], dry_run=options["dry_run"])
            elif options["replay"]:
                self.replay(dry_run=options["dry_run"])
            else:
                raise CommandError("Name a backup, or say --replay or --accept.")
        except (Trouble, OSError) as problem:
            raise CommandError(str(problem)) from None

    def put_back(self, path: Path, key_file: Path | None, *, dry_run: bool) -> None:
        part = part_of(path)
        key = read_key(key_file) if key_file else None
        with unlocked(path, key) as plain:
            if part and not dry_run:
                known = adopt_ledger(path.parent.parent / LEDGER_COPY)
                self.stdout.write(f"ledger: {known} lines")
                put_back(plain, part.alias)
            elif part:
                sound(plain, part.alias)
            elif not dry_run:
                put_back_folders(plain)
        if dry_run:
            self.stdout.write(f"{path.name} opens and is whole. Nothing was changed.")
        elif part is None:
            self.stdout.write("Put back.")
        else:
            self.open_again(part)

    def open_again(self, part: Part) -> None:
        right = True
        if part.alias == "default":
            call_command("migrate", verbosity=0)
            hold_mail()
            right = self.trail_is_right()
        self.replay()
        if not right:
            raise CommandError(
                "Put back, but the audit trail is not right: manage.py audit verify. Find out why first."
            )
        self.stdout.write("Put back. The site may serve. Look around, then: manage.py restore --accept")

    def trail_is_right(self) -> bool:
        """A trail from a backup ends before its file of heads does: what came after is lost, and the file says so."""
        findings = verify().findings
        if findings and all(one.kind is Wrong.TAIL_CUT for one in findings):
            aside = settings.AUDIT_HEADS.with_name(f"{settings.AUDIT_HEADS.name}.{clock.now():%Y%m%dT%H%M%SZ}")
            settings.AUDIT_HEADS.rename(aside)
            self.stdout.write(f"audit trail: whole as far as it goes. It once went further: keep {aside}.")
            findings = []
        record("backup.restored", by=None, right=not findings)
        return not findings

    def replay(self, *, dry_run: bool = False) -> None:
        """Nobody comes back: every account and every copy on the ledger goes again."""
        accounts, copies, wraps = ledger.reappeared(), ledger.reappeared_copies(), ledger.reappeared_wraps()
        self.stdout.write(f"on the ledger and here: {len(accounts)} accounts, {len(copies)} copies, {len(wraps)} keys")
        if dry_run:
            return
        for done, number in enumerate(accounts, start=1):
            erase_again(number)
            if not done % EVERY and self.is_loud:
                self.stderr.write(f"erased again: {done} accounts")
        for copy in copies:
            destroy(copy=copy, why="ledger")
            finish(copy.pk)
        for name in wraps:
            forget_wraps(name)
        if ledger.reappeared() or ledger.reappeared_copies():
            raise CommandError("Somebody on the ledger is still there; the site stays shut. Run this again.")
        ledger.catch_up()
        flush_to_disk()
        rewrite()

    def accept(self) -> None:
        if ledger.is_behind():
            raise CommandError("Somebody on the ledger is still there. First: manage.py restore --replay")
        LedgerMark.objects.update(mail_held_at=None)
        self.stdout.write("Accepted. Mail goes again.")


def part_of(path: Path) -> Part | None:
    """Which database a backup is of, by its name; none when it is of files."""
    found = next((part for part in PARTS if path.name.startswith(f"{part.folder}-")), None)
    if not path.is_file() or (found is None and not path.name.startswith(FILES)):
        raise Trouble(f"{path} is not a backup made by `manage.py backup`.")
    return found


def hold_mail() -> None:
    """What waited in the backup has gone out long ago; what is written from now on waits for --accept."""
    OutgoingMail.objects.all().cancel()
    mark = ledger.mark()
    LedgerMark.objects.filter(pk=mark.pk).update(mail_held_at=clock.now())


def erase_again(number: int) -> None:
    """By the plan of every erasure, at once: the person asked for it before, and was told that it was done."""
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=number)
        account.is_active, account.epoch = False, account.epoch + 1
        account.save(update_fields=["is_active", "epoch"])
        who = leaver(number, account.email)
    for step in steps():
        more = True
        while more:
            with transaction.atomic():
                more = step.apply(who)
    with transaction.atomic():
        left = residue(who)
        if left:
            raise CommandError(f"Account {number} is not all gone: {', '.join(left)}.")
        for closure in AccountClosure.objects.open().filter(account_ref=number):
            closure.end(AccountClosure.State.DONE)
        record("closure.again", by=None, about=f"accounts.user:{number}")
