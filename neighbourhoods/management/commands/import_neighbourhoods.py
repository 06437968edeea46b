"""`manage.py import_neighbourhoods FILE`: the official map of neighbourhoods, any year."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from neighbourhoods.places.actions import MapChanges, import_map, switch_on
from neighbourhoods.places.map_file import Map, MapError, read_map
from neighbourhoods.places.models import Municipality, Neighbourhood

EXAMPLES = 8


class Command(BaseCommand):
    help = (
        "Leest de wijken van een kaart van CBS of PDOK in (GeoJSON in graden). Mag vaker: wat gelijk is, blijft gelijk."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="BESTAND")
        parser.add_argument("--year", type=int, metavar="JAAR", help="het jaar van de kaart, als het er niet in staat")
        parser.add_argument("--switch-on", nargs="+", default=[], metavar="CODE", help="zet deze wijken meteen aan")
        parser.add_argument("--dry-run", action="store_true", help="laat zien wat er zou veranderen, bewaart niets")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        if year is not None and not 1990 <= year <= 2100:
            raise CommandError("Dat jaar kan niet kloppen. Schrijf het met vier cijfers, bijvoorbeeld: --year 2024")
        known = dict(Municipality.objects.values_list("code", "name"))
        try:
            found = read_map(options["file"], known=known, progress=self.progress, year=year)
            with transaction.atomic():
                changes = import_map(found=found, by=None, progress=self.progress)
                on = self.switch_on([code.upper() for code in options["switch_on"]])
                transaction.set_rollback(options["dry_run"])
        except MapError as error:
            raise CommandError(str(error)) from None
        self.report(found, changes)
        if on:
            self.stdout.write(f"Aangezet: {', '.join(on)}")
        if options["dry_run"]:
            self.stdout.write("Dit was een proef: er is niets bewaard.")

    def progress(self, line: str) -> None:
        self.stderr.write(line, lambda text: text)

    def switch_on(self, codes: list[str]) -> list[str]:
        chosen = list(Neighbourhood.objects.filter(code__in=codes))
        unknown = sorted(set(codes) - {place.code for place in chosen})
        if unknown:
            raise MapError(f"Deze wijkcodes staan niet op de kaart: {', '.join(unknown)}. Er is niets bewaard.")
        return [place.name for place in chosen if switch_on(neighbourhood=place, by=None)]

    def report(self, found: Map, changes: MapChanges) -> None:
        """What was read, what changed, what was skipped and why, and what the operator has to decide."""
        say = self.stdout.write
        skipped = sum(
            len(labels) for remark, labels in found.remarks.items() if remark.value.startswith("overgeslagen")
        )
        say(
            f"Kaart van {found.year}: {found.total} gebieden, {len(found.areas)} wijken ingelezen, "
            f"{skipped} gebieden overgeslagen."
        )
        say(
            f"Nieuw: {len(changes.made)}. Veranderd: {len(changes.changed)}. Vervallen: {len(changes.retired)}. "
            f"Gemeenten: {changes.municipalities}. Grenzen: {changes.borders}. Veranderingen: {changes.total}."
        )
        for remark, labels in sorted(found.remarks.items(), key=lambda item: item[0].value):
            more = f" en nog {len(labels) - EXAMPLES}" if len(labels) > EXAMPLES else ""
            say(f"{len(labels)} {remark.value}: {'; '.join(labels[:EXAMPLES])}{more}")
        if changes.not_on_map:
            say(f"{changes.not_on_map} wijken liggen buiten deze kaart en blijven zoals ze waren.")
        for place in changes.still_on:
            names = ", ".join(f"{taker.name} ({taker.code})" for taker in place.successors.all()) or "geen wijk"
            say(
                f"Let op: {place.name} ({place.code}) staat aan, maar niet meer op de kaart. "
                f"De wijk en haar berichten blijven. Op deze grond ligt nu: {names}."
            )
