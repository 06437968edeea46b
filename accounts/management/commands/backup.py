"""`manage.py backup DIR`: the database, the keyring apart from it, the ledger, and with --media the pictures."""

import tarfile
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.archive.backups import PARTS, Trouble, back_up, backup_recipient, copy_ledger, locked, outdated


class Command(BaseCommand):
    help = (
        "Backs up the database (kept 35 days) and the keyring (kept 14 days, in a folder of its own), encrypted to "
        "the offline key, and copies the erasure ledger beside them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where to; best on another machine")
        parser.add_argument("--media", action="store_true", help="the pictures too")
        parser.add_argument("--plain", action="store_true", help="production only: yes, without encryption")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, folder: Path, media: bool, plain: bool, dry_run: bool, **options: Any) -> None:
        if settings.PRODUCTION and not backup_recipient() and not plain:
            raise CommandError("There is no key to encrypt to. Set SEALED_RECIPIENT (manage.py archive keygen FILE).")
        for path in self.forget_old(folder, dry_run=dry_run):
            self.stdout.write(f"past its days: {path.name}")
        if dry_run:
            self.stdout.write(f"Would back up {', '.join(part.folder for part in PARTS)} to {folder}.")
            return
        try:
            self.make(folder, with_media=media)
        except (Trouble, OSError) as problem:
            raise CommandError(str(problem)) from None

    def forget_old(self, folder: Path, *, dry_run: bool) -> list[Path]:
        old = [path for part in PARTS for path in outdated(part, folder)]
        for path in [] if dry_run else old:
            path.unlink()
        return old

    def make(self, folder: Path, *, with_media: bool) -> None:
        for part in PARTS:
            self.stdout.write(f"{part.folder}: {back_up(part, folder)}")
        if with_media:
            self.stdout.write(f"media: {self.media(folder)}")
        self.stdout.write(f"ledger: {copy_ledger(folder)}")

    def media(self, folder: Path) -> Path:
        """All pictures as one file that replaces the last: what was erased must not stay in an older one."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.VAR_DIR) as draft:
            with tarfile.open(fileobj=draft, mode="w") as tar:
                if Path(settings.MEDIA_ROOT).exists():
                    tar.add(settings.MEDIA_ROOT, arcname="media")
            draft.seek(0)
            return locked(draft, folder / "media.tar")
