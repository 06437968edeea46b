"""`manage.py restore FILE`: puts a backup back, erases again who was erased since, holds the mail until accepted."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.archive import ledger
from accounts.archive.actions import destroy, finish, forget_wraps
from accounts.archive.backups import LEDGER_COPY, PARTS, Part, Trouble, adopt_ledger, put_back, sound, unlocked
from accounts.archive.models import LedgerMark
from accounts.audit.models import record
from accounts.closure.erasure import leaver, residue, steps
from accounts.closure.models import AccountClosure
from accounts.closure.on_disk import flush_to_disk
from accounts.management.commands.archive import read_key
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail


class Command(BaseCommand):
    help = (
        "Puts a backup back (stop the web and the workers first), then erases again whom the erasure ledger names. "
        "Mail waits until `restore --accept`. `restore --replay` does only the erasing."
    )
    # It must run exactly when the site may not.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="a file made by `manage.py backup`")
        parser.add_argument("--key", type=Path, help="the offline key file")
        parser.add_argument("--replay", action="store_true", help="only erase again whom the ledger names")
        parser.add_argument("--accept", action="store_true", help="somebody looked, and mail may go again")
        parser.add_argument("--dry-run", action="store_true", help="look, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
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
            if dry_run:
                if ".sqlite3" in path.name:
                    sound(plain)
                self.stdout.write(f"{path.name} opens and is whole. Nothing was changed.")
                return
            known = adopt_ledger(path.parent.parent / LEDGER_COPY)
            self.stdout.write(f"ledger: {known} lines")
            put_back(plain, part.alias)
        if part.alias == "default":
            call_command("migrate", verbosity=0)
            hold_mail()
        self.replay()
        if "audit" in get_commands() and part.alias == "default":
            call_command("audit", "verify", stdout=self.stdout)
        self.stdout.write("Put back. The site may serve. Look around, then: manage.py restore --accept")

    def replay(self, *, dry_run: bool = False) -> None:
        """Nobody comes back: every account and every copy on the ledger goes again."""
        accounts, copies, wraps = ledger.reappeared(), ledger.reappeared_copies(), ledger.reappeared_wraps()
        self.stdout.write(f"on the ledger and here: {len(accounts)} accounts, {len(copies)} copies, {len(wraps)} keys")
        if dry_run:
            return
        for number in accounts:
            erase_again(number)
        for copy in copies:
            destroy(copy=copy, why="ledger")
            finish(copy.pk)
        for name in wraps:
            forget_wraps(name)
        if ledger.reappeared() or ledger.reappeared_copies():
            raise CommandError("Somebody on the ledger is still there; the site stays shut. Run this again.")
        ledger.catch_up()
        flush_to_disk()

    def accept(self) -> None:
        if ledger.is_behind():
            raise CommandError("Somebody on the ledger is still there. First: manage.py restore --replay")
        LedgerMark.objects.update(mail_held_at=None)
        self.stdout.write("Accepted. Mail goes again.")


def part_of(path: Path) -> Part:
    """Which database a backup is of, by its name."""
    found = [part for part in PARTS if path.name.startswith(f"{part.folder}-")]
    if not found or not path.exists():
        raise Trouble(f"{path} is not a backup made by `manage.py backup`.")
    return found[0]


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
