"""`manage.py breach`: puts evidence aside and starts the clock, or lists the leaks for which it runs."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.breaches import actions, evidence
from accounts.breaches.models import LIMIT, Breach
from accounts.management.typed import moment, shown
from wijk import clock
from wijk.text import clean_text

MOST_DAYS = 366


class Command(BaseCommand):
    help = "Opens a draft for a leak, with a folder of evidence and the deadline; or lists the open ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        prepare = commands.add_parser("prepare", help="Open a draft and put evidence aside.")
        prepare.add_argument(
            "--discovered", required=True, help="When it was found, as 2026-11-24T09:30 (the site's own time)."
        )
        prepare.add_argument("--note", default="", help="What is known, in a sentence without names.")
        prepare.add_argument("--days", type=int, default=30, help="How many days of the audit trail to put aside.")
        prepare.add_argument("--dry-run", action="store_true", help="Change nothing, only say what would happen.")
        commands.add_parser("list", help="Show the leaks for which the clock runs, the first deadline first.")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        if command == "list":
            self.show()
            return
        found_at = moment(options["discovered"])
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(_("Kies 1 tot %d dagen.") % MOST_DAYS)
        if options["dry_run"]:
            self.stdout.write(
                _("Er verandert niets. Dit zou gebeuren: een concept in het register, en een map in %s.")
                % (evidence.folder("L-…"))
            )
            self.deadline(found_at)
            return
        self.prepare(found_at, clean_text(options["note"]), timedelta(days=options["days"]))

    def prepare(self, found_at: datetime, note: str, span: timedelta) -> None:
        breach = actions.prepare(discovered_at=found_at, note=note)
        try:
            folder = evidence.preserve(breach, since=found_at - span)
        except OSError as problem:
            raise CommandError(
                _("Het concept %(reference)s staat in het register, maar het bewijs is niet bewaard: %(why)s.")
                % {"reference": breach.reference, "why": problem.strerror}
            ) from None
        self.stdout.write(_("Lek %(reference)s staat als concept in het register.") % {"reference": breach.reference})
        self.stdout.write(_("Het bewijs staat in %s. Zet er nu een kopie van buiten deze machine.") % folder)
        self.deadline(found_at)
        self.stdout.write(_("Wat nu:"))
        address = settings.BASE_URL + reverse("breaches:detail", args=[breach.pk])
        steps = (
            _("Maak het lek dicht, als dat nog niet is gebeurd."),
            _("Vul aan wat je weet: %s") % address,
            _("Besluit of je het meldt, en meld het op tijd."),
            _("Stuur het bericht aan alle accounts. Oefen het eerst."),
        )
        for number, step in enumerate(steps, start=1):
            self.stdout.write(f"  {number}. {step}")

    def deadline(self, found_at: datetime) -> None:
        until = found_at + LIMIT
        late = _("  TE LAAT") if until < clock.now() else ""
        self.stdout.write(_("De toezichthouder moet het weten voor %s.") % shown(until) + late)

    def show(self) -> None:
        breaches = Breach.objects.undecided().order_by("discovered_at", "pk")
        for breach in breaches:
            late = _("  TE LAAT") if breach.is_late else _("  let op") if breach.is_urgent else ""
            facts = {
                "reference": breach.reference,
                "state": breach.get_state_display(),
                "found": shown(breach.discovered_at),
                "due": shown(breach.due_at),
            }
            self.stdout.write(_("%(reference)s: %(state)s, ontdekt %(found)s, melden voor %(due)s") % facts + late)
        self.stdout.write(ngettext("%d lek open.", "%d lekken open.", len(breaches)) % len(breaches))
