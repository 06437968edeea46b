"""`manage.py anonymised_dump FILE`: a copy of the site for developers, in which no person is real (C-23)."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit.models import record
from wijk.anonymised import Dump

ENDING = ".jsonl"
EVERY = 1000


class Command(BaseCommand):
    help = (
        "Writes a copy of the site's data in which every name, address and text is made up, with as many posts, people "
        f"and links as there are. FILE ends in {ENDING} and must not exist. To use it, on a machine of a developer: "
        "migrate a new database, then `manage.py loaddata FILE` and `manage.py index_posts`. Nobody has a password: "
        "`manage.py changepassword ADDRESS` gives one. It holds no mail, trail, session, key, consent, page or picture."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"where to; its name ends in {ENDING}")
        parser.add_argument("--dry-run", action="store_true", help="count the rows per table, and write nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, verbosity: int, **options: Any) -> None:
        if file.suffix != ENDING:
            raise CommandError(f"The name must end in {ENDING}, or loaddata does not know what it is.")
        if file.exists():
            raise CommandError(f"{file} exists; nothing is overwritten.")
        dump = Dump()
        if dry_run:
            for model, numbers in dump.numbers.items():
                self.stdout.write(f"{len(numbers):>8}  {model._meta.label}")
            self.stdout.write("Nothing was written.")
            return
        try:
            rows = self.write(dump, file, is_quiet=not verbosity)
        except OSError as problem:
            raise CommandError(f"{file} was not written: {problem.strerror}.") from None
        record("dump.made", by=None, rows=rows)
        self.stdout.write(f"{rows} rows are in {file}.")
        self.stdout.write(
            "Nobody in it is real, but it shows how busy the site is, and who knows the live site well may line the "
            "two up. Share it with who needs it, and delete it afterwards."
        )

    def write(self, dump: Dump, file: Path, *, is_quiet: bool) -> int:
        """Under its own name only when it is whole, and readable for its owner alone."""
        draft = file.with_name(file.name + ".draft")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
                rows = sum(self.table(dump, model, target, is_quiet=is_quiet) for model in dump.models)
            draft.rename(file)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return rows

    def table(self, dump: Dump, model: Any, target: IO[str], *, is_quiet: bool) -> int:
        done = 0
        for done, line in enumerate(dump.lines(model), start=1):
            target.write(line + "\n")
            if not done % EVERY and not is_quiet:
                self.stderr.write(f"{model._meta.label}: {done}")
        return done
