"""`manage.py closures`: files a closing that came by letter or mail, and lists what is open (W-75)."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.closure import actions
from accounts.closure.models import ALARM, RED_ALARM, AccountClosure
from accounts.users.models import User
from wijk import clock
from wijk.text import canonical_email


class Command(BaseCommand):
    help = "Files a closing that came by mail or letter, or lists the open closings with their deadlines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        file = commands.add_parser("file", help="Close the account of an address.")
        file.add_argument("email")
        file.add_argument(
            "--received", default="", help="When the request came in, as 2026-11-24T09:30 (default: now)."
        )
        file.add_argument("--without-copy", action="store_true", help="Keep no sealed copy: erase everything.")
        commands.add_parser("list", help="Show open closings, the first deadline first.")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        if command == "list":
            self.show()
        else:
            self.file(options["email"], options["received"])

    def file(self, email: str, received: str) -> None:
        received_at = self.moment(received)
        account = account_of(email)
        if account is None:
            self.stderr.write(_("Voor jou: er is geen account met dit adres. Er is niets veranderd."))
        else:
            closure = actions.close(user=account, by=None, received_at=received_at)
            self.stderr.write(self.line(closure))
        # The same words for every address, so that a copied answer tells a stranger nothing.
        self.stdout.write(_("Antwoord voor de afzender:"))
        self.stdout.write(
            _(
                "Bedankt voor je bericht. Als er bij Wijk een account is met dit e-mailadres, dan is het nu van de "
                "site af en binnen 48 uur na ontvangst gewist. Je krijgt daar een mail over op dat adres."
            )
        )

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

    def line(self, closure: AccountClosure) -> str:
        age = clock.now() - closure.received_at
        alarm = _("  TE LAAT") if age > RED_ALARM else _("  let op") if age > ALARM else ""
        return _(
            "opzegging %(pk)d, account %(account)d: %(state)s, ontvangen %(received)s, wissen vanaf %(erase)s, "
            "klaar voor %(due)s, pogingen %(attempts)d%(alarm)s"
        ) % {
            "pk": closure.pk,
            "account": closure.account_ref,
            "state": closure.get_state_display(),
            "received": shown(closure.received_at),
            "erase": shown(closure.erase_after),
            "due": shown(closure.due_at),
            "attempts": closure.attempts,
            "alarm": alarm,
        }


def shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _invalid() -> Any:
    raise ValueError


def account_of(email: str) -> User | None:
    """The account that has this address, in any spelling, as its own or as a confirmed second one."""
    canonical = canonical_email(email)
    account = User.objects.filter(email__iexact=canonical).first()
    other = EmailAddress.objects.filter(email__iexact=canonical, verified=True).select_related("user").first()
    return account or (other.user if other else None)
