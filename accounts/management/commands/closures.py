"""`manage.py closures`: files a closing that came by letter or mail, shows what is open, and watches the deadlines."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.closure import actions
from accounts.closure.emails import answer
from accounts.closure.erasure import leaver, residue
from accounts.closure.models import AccountClosure, erase_moment
from wijk import clock


class Command(BaseCommand):
    help = "Files a closing that came by mail or letter, lists the open closings, or watches their deadlines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        file = commands.add_parser("file", help="Close the account of an address.")
        file.add_argument("email")
        file.add_argument(
            "--received", default="", help="When the request came in, as 2026-11-24T09:30 (default: now)."
        )
        file.add_argument("--without-copy", action="store_true", help="Keep no sealed copy: erase everything.")
        file.add_argument("--dry-run", action="store_true", help="Say what would be erased, and change nothing.")
        commands.add_parser("list", help="Show open closings, the first deadline first.")
        watch = commands.add_parser("watch", help="Fail when a closing is late; for a clock apart from the workers.")
        watch.add_argument("--mail", action="store_true", help="Mail operators and privacy officers, once per alarm.")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        if command == "list":
            self.show()
        elif command == "watch":
            self.watch(mail=options["mail"])
        else:
            kind = "erase" if options["without_copy"] else "terms"
            self.file(options["email"], options["received"], kind, dry_run=options["dry_run"])

    def file(self, email: str, received: str, kind: str, *, dry_run: bool) -> None:
        received_at = self.moment(received)
        if dry_run:
            self.preview(email, received_at)
            return
        closure = actions.file(email=email, by=None, received_at=received_at, kind=kind)
        if closure is None:
            self.stderr.write(_("Voor jou: er is geen account met dit adres. Er is niets veranderd."))
        else:
            self.stderr.write(self.line(closure))
        # The same words for every address, so that a copied answer tells a stranger nothing.
        self.stdout.write(_("Antwoord voor de afzender:"))
        self.stdout.write(answer())

    def preview(self, email: str, received_at: datetime) -> None:
        account = actions.account_of(email)
        if account is None:
            self.stdout.write(_("Er is geen account met dit adres."))
            return
        self.stdout.write(_("Proef, er verandert niets. Wissen vanaf %s:") % shown(erase_moment(received_at)))
        for name, count in residue(leaver(account.pk)).items():
            self.stdout.write(f"  {name}: {count}")

    def moment(self, text: str) -> datetime:
        if not text:
            return clock.now()
        try:
            moment = parse_datetime(text) or datetime.combine(parse_date(text) or _invalid(), datetime.min.time())
        except (ValueError, TypeError):
            raise CommandError(_("Dit is geen tijdstip: %s. Schrijf bijvoorbeeld 2026-11-24T09:30.") % text) from None
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if moment > clock.now():
            raise CommandError(_("Dat tijdstip ligt in de toekomst."))
        return moment

    def show(self) -> None:
        closures = AccountClosure.objects.open().order_by("received_at", "pk")
        for closure in closures:
            self.stdout.write(self.line(closure))
        count = len(closures)
        self.stdout.write(ngettext("%d opzegging open.", "%d opzeggingen open.", count) % count)

    def watch(self, *, mail: bool) -> None:
        late = actions.watch(mail=mail, watcher=True)
        for closure in late:
            self.stderr.write(self.line(closure))
        self.stdout.write(_("Niets te laat.") if not late else _("Te laat of bijna: %d.") % len(late))
        if late:
            sys.exit(1)

    def line(self, closure: AccountClosure) -> str:
        alarm = {"red": _("  TE LAAT"), "yellow": _("  let op"), "": ""}[closure.alarm]
        done, known = closure.ledger.exclude(done_at=None).count(), closure.ledger.count()
        return _(
            "opzegging %(pk)d, account %(account)d: %(state)s, ontvangen %(received)s, wissen vanaf %(erase)s, "
            "klaar voor %(due)s, stappen %(done)d van %(known)d, pogingen %(attempts)d%(alarm)s"
        ) % {
            "pk": closure.pk,
            "account": closure.account_ref,
            "state": closure.get_state_display(),
            "received": shown(closure.received_at),
            "erase": shown(closure.erase_after),
            "due": shown(closure.due_at),
            "done": done,
            "known": known,
            "attempts": closure.attempts,
            "alarm": alarm,
        }


def shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _invalid() -> Any:
    raise ValueError
