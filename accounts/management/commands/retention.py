"""`manage.py retention [--dry-run]`: throws away what is past its term, or says what it would."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.retention.actions import LABELS, purge


class Command(BaseCommand):
    help = "Deletes what is past its declared term; --dry-run only counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Change nothing, only count.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        counts = purge(dry_run=dry_run)
        for name, count in counts.items():
            self.stdout.write(f"{count:>8}  {LABELS.get(name, name)}")
        total = sum(counts.values())
        told = _("%d rijen zijn over hun termijn.") if dry_run else _("%d rijen verwijderd.")
        self.stdout.write(told % total)
