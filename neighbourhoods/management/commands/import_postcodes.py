"""`manage.py import_postcodes FILE`: which postcodes lie in which neighbourhood, from the table CBS publishes."""

import csv
import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from neighbourhoods.places.actions import import_postcodes
from neighbourhoods.places.models import Neighbourhood

STEP = 500_000
POSTCODE = re.compile(r"[1-9]\d{3}(?:[A-Z]{2})?", re.ASCII)
EXAMPLES = 8


class Command(BaseCommand):
    help = "Leest een postcodetabel van CBS in (PC6;Huisnummer;Buurt;Wijk;Gemeente). Lees eerst de kaart in. Mag vaker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="BESTAND")

    def handle(self, *args: Any, **options: Any) -> None:
        self.areas = dict(Neighbourhood.objects.values_list("code", "pk"))
        self.unknown: Counter[str] = Counter()
        self.unreadable = 0
        try:
            with options["file"].open(encoding="utf-8-sig", errors="replace", newline="") as file:
                counts = self.count(file)
        except OSError as error:
            raise CommandError(f"Dit bestand is niet te lezen: {error.strerror}") from None
        except csv.Error:
            raise CommandError("Dit bestand is geen tabel met postcodes (CSV).") from None
        if not counts:
            raise CommandError(
                "Geen enkele wijk uit dit bestand staat op de kaart. Lees eerst de kaart van hetzelfde jaar in "
                "met import_neighbourhoods. Er is niets veranderd."
            )
        changes = import_postcodes(counts=counts, by=None)
        self.stdout.write(
            f"{len({code for code, _ in counts})} postcodes in {len({area for _, area in counts})} wijken. "
            f"Nieuw: {changes.made}. Veranderd: {changes.changed}. Vervallen: {changes.gone}."
        )
        self.report_skipped()

    def count(self, file: Any) -> Counter[tuple[str, int]]:
        """The addresses per postcode and neighbourhood; the file is read line by line, however long it is."""
        sample = file.readline(100_000)
        separator = ";" if sample.count(";") >= sample.count(",") else ","
        postcode, area = self.columns(next(csv.reader([sample], delimiter=separator), []))
        counts: Counter[tuple[str, int]] = Counter()
        for number, (code, place) in enumerate(self.rows(csv.reader(file, delimiter=separator), postcode, area), 1):
            if number % STEP == 0:
                self.stderr.write(f"{number} adressen gelezen", lambda text: text)
            if not POSTCODE.fullmatch(code) or not place:
                self.unreadable += 1
            elif place in self.areas:
                counts[code, self.areas[place]] += 1
            else:
                self.unknown[place] += 1
        self.stderr.write(f"{counts.total()} adressen in bekende wijken", lambda text: text)
        return counts

    def columns(self, header: list[str]) -> tuple[int, int]:
        """Where the postcode stands, and the code of the wijk or, without that, of the buurt; names vary by year."""
        names = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in header]
        found = [
            next((at for at, name in enumerate(names) if re.match(pattern, name)), None)
            for pattern in (r"pc6|pc4|postcode", r"(wijk|wk)(?!naam)", r"(buurt|bu)(?!naam)")
        ]
        postcode, area, part = found
        area = part if area is None else area
        if postcode is None or area is None:
            raise CommandError(
                "In dit bestand staan geen kolommen voor postcode en wijk. De eerste regel hoort te lijken op: "
                "PC6;Huisnummer;Buurt2024;Wijk2024;Gemeente2024"
            )
        return postcode, area

    def rows(self, lines: Any, postcode: int, area: int) -> Iterator[tuple[str, str]]:
        for line in lines:
            if len(line) <= max(postcode, area):
                yield "", ""
                continue
            yield line[postcode].replace(" ", "").upper(), wijk_code(line[area])

    def report_skipped(self) -> None:
        if self.unknown:
            examples = ", ".join(f"{code} ({count} adressen)" for code, count in self.unknown.most_common(EXAMPLES))
            self.stdout.write(f"{len(self.unknown)} wijken staan niet op de kaart en zijn overgeslagen: {examples}")
        if self.unreadable:
            self.stdout.write(f"{self.unreadable} regels overgeslagen: geen postcode of wijkcode")


def wijk_code(text: str) -> str:
    """An official code from what a table holds: WK020207, 020207, 20207 or the buurt BU02020703."""
    code = text.strip().upper()
    prefix, digits = (code[:2], code[2:]) if code[:2] in {"WK", "BU"} else ("", code)
    if not digits.isascii() or not digits.isdigit():
        return code[:12]
    if prefix == "BU" or len(digits) > 6:
        return f"WK{digits.zfill(8)[:6]}"
    return f"WK{digits.zfill(6)}"
