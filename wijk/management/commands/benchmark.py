"""`manage.py benchmark`: the performance figures of this machine, each beside the bare limit in the same run."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.module_loading import import_string

from wijk.benchmarks import SECTIONS, Section

Figures = dict[str, float]


class Command(BaseCommand):
    help = (
        "Measures this machine, in a scratch database of the site's own kind that is thrown away afterwards; the "
        "site's database is not touched. Times differ from run to run; the ratios say more."
    )
    # The scratch database has no tables yet when the checks would run.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(each.name for each in SECTIONS))
        for section in SECTIONS:
            text = f"{section.help} (usually {section.size})"
            parser.add_argument(f"--{section.name}", type=int, default=section.size, metavar="N", help=text)
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
        parser.add_argument("--inside", type=Path, help="(used by the command itself, in the scratch database)")

    def handle(self, *args: Any, sections: list[str], **options: Any) -> None:
        wanted = [each for each in SECTIONS if not sections or each.name in sections]
        if set(sections) - {each.name for each in SECTIONS} or min(options[each.name] for each in wanted) < 1:
            raise CommandError("Name sections of the list, and numbers above nothing.")
        if options["inside"]:
            self.measure(wanted[0], options[wanted[0].name], options["inside"])
            return
        figures = {each.name: self.in_scratch(each, options[each.name]) for each in wanted}
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=2) + "\n", encoding="ascii")

    def in_scratch(self, section: Section, size: int) -> Figures:
        """Runs a section in a process whose database, files and mail are its own; prints and returns its figures."""
        self.stdout.write(f"{section.name} ({size}, {connection.vendor})")
        with TemporaryDirectory(dir=settings.VAR_DIR, prefix="benchmark-") as room, scratch_database(room) as url:
            told = Path(room) / "figures.json"
            command = [sys.executable, "manage.py", "benchmark", section.name, f"--{section.name}={size}"]
            process = subprocess.run(  # noqa: S603  our own command
                [*command, "--inside", str(told)], cwd=settings.BASE_DIR, env=alone(room, url), check=False
            )
            if process.returncode:
                raise CommandError(f"{section.name} did not end well.")
            figures: Figures = json.loads(told.read_text(encoding="ascii"))
        for name, value in figures.items():
            self.stdout.write(f"  {name:<42}{value:>14,.3f}".rstrip("0").rstrip("."))
        return figures

    def measure(self, section: Section, size: int, told: Path) -> None:
        call_command("migrate", verbosity=0)
        told.write_text(json.dumps(import_string(section.function)(size)), encoding="ascii")


def alone(room: str, url: str) -> dict[str, str]:
    """An environment in which nothing points at the site itself."""
    passed = {name: value for name, value in os.environ.items() if not name.startswith(("WIJK_", "SEALED_"))}
    for name in ("KEYRING_URL", "REDIS_URL", "MEDIA_STORE", "ERASURE_LEDGER", "AUDIT_HEADS", "BACKUP_RECIPIENT"):
        passed.pop(name, None)
    return {**passed, "WIJK_ENV": "demo", "WIJK_VAR": room, "DATABASE_URL": url, "MAIL_URL": "outbox:"}


@contextmanager
def scratch_database(room: str) -> Iterator[str]:
    """The URL of an empty database of the same kind and on the same disk as the site's; dropped afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{room}/scratch.sqlite3"
        return
    name = connection.ops.quote_name(Path(room).name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield database_url(Path(room).name)
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def database_url(name: str) -> str:
    """The site's DATABASE_URL with another database in it."""
    whole, mark, options = os.environ["DATABASE_URL"].partition("?")
    return f"{whole.rpartition('/')[0]}/{name}{mark}{options}"
