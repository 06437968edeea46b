"""`manage.py retention [--dry-run]`: throws away what is past its term, or says what it would."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.closure import unused
from accounts.retention.actions import LABELS, NotAllGone, purge


class Command(BaseCommand):
    help = (
        "Deletes what is past its declared term, and warns or closes accounts that nobody uses. The worker does the "
        "same by itself; what one run leaves is for the next. Exit code 1 when a table could not be cleaned; the "
        "others were."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only count")

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        try:
            counts = purge(dry_run=dry_run, progress=partial(self.tell, verbosity))
        except NotAllGone as problem:
            raise CommandError(
                _("Deze tabellen zijn niet opgeschoond: %s. Het logboek van de server zegt waarom.") % problem
            ) from None
        for name, count in counts.items():
            self.stdout.write(f"{count:>8}  {LABELS.get(name, name)}")
        total = sum(counts.values())
        told = _("%d rijen zijn over hun termijn.") if dry_run else _("%d rijen verwijderd.")
        self.stdout.write(told % total)
        self.look_after_unused(dry_run=dry_run)

    def look_after_unused(self, *, dry_run: bool) -> None:
        found = unused.look_after(dry_run=dry_run)
        told = _("Ongebruikte accounts: %(first)d eerste mails, %(last)d laatste mails, %(closed)d opgezegd.")
        self.stdout.write(told % found)

    def tell(self, verbosity: int, label: str, gone: int) -> None:
        if verbosity:
            self.stderr.write(f"{LABELS.get(label, label)}: {gone}")
