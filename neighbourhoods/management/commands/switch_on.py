"""`manage.py switch_on CODE…`: lets neighbourhoods take part."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from neighbourhoods.places.actions import switch_on
from neighbourhoods.places.models import Neighbourhood


class Command(BaseCommand):
    help = "Zet wijken aan, met hun code (WK020207) of allemaal met de code van hun gemeente (GM0202)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="+", metavar="CODE")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        codes = {code.upper() for code in options["codes"]}
        chosen = Neighbourhood.objects.current().filter(Q(code__in=codes) | Q(municipality__code__in=codes))
        places = list(chosen.select_related("municipality"))
        unknown = codes - {place.code for place in places} - {place.municipality.code for place in places}
        if unknown:
            raise CommandError(
                f"Deze codes staan niet op de kaart: {', '.join(sorted(unknown))}. Er is niets aangezet."
            )
        for place in places:
            state = "staat nu aan" if switch_on(neighbourhood=place, by=None) else "stond al aan"
            self.stdout.write(f"{place.name} ({place.code}) {state}.")
