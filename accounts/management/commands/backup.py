"""`manage.py backup DIR`: the database, the keyring apart from it, the ledger, and with --files what is beside them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.archive.backups import (
    PARTS,
    Trouble,
    back_up,
    back_up_folders,
    backup_recipient,
    copy_ledger,
    outdated,
)
from accounts.audit.models import record


class Command(BaseCommand):
    help = (
        "Backs up the database (kept 35 days) and the keyring (kept 14 days, in a folder of its own), encrypted to "
        "the offline key, and copies the erasure ledger beside them. Exit code 1 when one of them was not made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where to; best on another machine")
        parser.add_argument("--files", action="store_true", help="the pictures and the sealed copies too, in one file")
        parser.add_argument("--plain", action="store_true", help="production only: yes, without encryption")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, folder: Path, files: bool, plain: bool, dry_run: bool, **options: Any) -> None:
        try:
            if settings.PRODUCTION and not backup_recipient() and not plain:
                raise Trouble("There is no key to encrypt to. Set SEALED_RECIPIENT (manage.py archive keygen FILE).")
            if dry_run:
                self.stdout.write(f"Would back up {', '.join(part.folder for part in PARTS)} to {folder}.")
            else:
                self.make(folder, with_files=files)
        except (Trouble, OSError) as problem:
            raise CommandError(str(problem)) from None
        finally:
            # Also when nothing new could be made: a key that was destroyed must be in no backup after a fortnight.
            self.forget_old(folder, dry_run=dry_run)

    def make(self, folder: Path, *, with_files: bool) -> None:
        for part in PARTS:
            self.stdout.write(f"{part.folder}: {back_up(part, folder)}")
        if with_files:
            self.stdout.write(f"files: {back_up_folders(folder)}")
        self.stdout.write(f"ledger: {copy_ledger(folder)}")
        record("backup.made", by=None, files=with_files)

    def forget_old(self, folder: Path, *, dry_run: bool) -> None:
        for path in (path for part in PARTS for path in outdated(part, folder)):
            self.stdout.write(f"past its days: {path.name}")
            if not dry_run:
                path.unlink()
