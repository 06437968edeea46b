"""`manage.py closures`: files a closing that came by letter or mail, shows what is open, and watches the deadlines."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.closure import actions
from accounts.closure.emails import answer
from accounts.closure.erasure import leaver, residue
from accounts.closure.models import AccountClosure, erase_moment
from accounts.management.typed import moment, shown
from wijk import clock
from wijk.text import EmailField


class Command(BaseCommand):
    help = (
        "Files a closing that came by mail or letter, lists the open closings, or watches their deadlines. Exit code 1 "
        "when there is no such account, when what was typed is wrong, or when `watch` finds a late one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        file = commands.add_parser("file", help="Close the account of an address (W-75).")
        file.add_argument("email", help="The address the account has, or had confirmed as another one of it.")
        file.add_argument(
            "--received",
            default="",
            metavar="ISO-TIME",
            help="When the request came in, as 2026-11-24T09:30; the 48 hours run from there. Without a time zone "
            "it is the site's own time, a day is its beginning, and left out it is now.",
        )
        file.add_argument(
            "--without-copy", action="store_true", help="Keep no sealed copy. Else the terms decide (SEALED_COPIES)."
        )
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
        received_at = moment(received) if received else clock.now()
        try:
            email = EmailField().clean(email)
        except ValidationError:
            raise CommandError(_("Dit is geen e-mailadres. Er is niets veranderd.")) from None
        if dry_run:
            self.preview(email, received_at)
            return
        closure = actions.file(email=email, by=None, received_at=received_at, kind=kind)
        if closure:
            self.stderr.write(self.line(closure))
        # The same words for every address, so that a copied answer tells a stranger nothing.
        self.stdout.write(_("Antwoord voor de afzender:"))
        self.stdout.write(answer())
        if closure is None:
            raise CommandError(_("Voor jou: er is geen account met dit adres. Er is niets veranderd."))

    def preview(self, email: str, received_at: datetime) -> None:
        account = actions.account_of(email)
        if account is None:
            raise CommandError(_("Er is geen account met dit adres."))
        self.stdout.write(_("Proef, er verandert niets. Wissen vanaf %s:") % shown(erase_moment(received_at)))
        for name, count in residue(leaver(account.pk)).items():
            self.stdout.write(f"  {name}: {count}")

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
