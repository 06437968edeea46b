"""`manage.py audit verify|heads|show|public-key`: proves the trail, and reads it, by numbers and codes."""

from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.audit.actions import make_heads, write_heads
from accounts.audit.chain import public_key
from accounts.audit.models import AuditEvent, AuditHead, record
from accounts.audit.verify import Finding, Report, verify
from wijk import clock

SHOWN = 500
MOST_DAYS = 400


class Command(BaseCommand):
    help = "Proves the audit trail (verify), signs what is due (heads), reads it by numbers (show), or gives its key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser(
            "verify", help="read everything; exit code 1 and the first bad row when it is not right"
        )
        check.add_argument("--from", dest="since", help="a day: begin after the signed head before it")
        check.add_argument("--heads", type=Path, help="the file of heads (AUDIT_HEADS)")
        check.add_argument("--public-key", action="append", default=[], help="a retired key, as hex; may be repeated")
        heads = acts.add_parser("heads", help="sign each day that is over, and write the heads to the file")
        heads.add_argument("--heads", type=Path, help="the file of heads (AUDIT_HEADS)")
        heads.add_argument("--dry-run", action="store_true", help="change nothing, only say what is there")
        show = acts.add_parser("show", help="acts as numbers and codes, newest first; your reading is recorded")
        show.add_argument("--about", default="", help="a thing, as accounts.user:12")
        show.add_argument("--actor", type=int, help="the number of who did it")
        show.add_argument("--action", default="", help="how an act begins, as account.")
        show.add_argument("--days", type=int, default=7, help="how far back (7); at most 500 acts are shown")
        acts.add_parser("public-key", help="the key by which anybody can check the heads")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, act.replace("-", "_"))(options)

    def verify(self, options: dict[str, Any]) -> None:
        heads_file = options["heads"]
        if heads_file and not heads_file.is_file():
            raise CommandError(_("Dit bestand is er niet: %s.") % heads_file)
        report = verify(
            heads_file=heads_file,
            since=day(options["since"]),
            retired_keys=tuple(options["public_key"]),
            progress=self.tell if options["verbosity"] else None,
        )
        self.stdout.write(counted(report))
        for finding in report.findings[:20]:
            self.stderr.write(told(finding))
        if report.findings:
            raise CommandError(_("Het logboek klopt niet. Het eerste dat niet klopt: %s") % told(report.findings[0]))
        self.stdout.write(_("Het logboek klopt."))

    def tell(self, rows: int) -> None:
        self.stderr.write(_("%d rijen gelezen") % rows)

    def heads(self, options: dict[str, Any]) -> None:
        path = options["heads"] or settings.AUDIT_HEADS
        if not options["dry_run"]:
            try:
                made = make_heads()
                if options["heads"]:
                    write_heads(path)
            except OSError as problem:
                raise CommandError(
                    _("%(path)s is niet geschreven: %(why)s.") % {"path": path, "why": problem.strerror}
                ) from None
            self.stdout.write(_("%(made)d dagen ondertekend, in %(path)s.") % {"made": made, "path": path})
        for head in AuditHead.objects.order_by("-day")[:31]:
            gone = _("  rijen weg, over hun termijn") if head.dropped_at else ""
            self.stdout.write(f"{head.day}  {head.first_seq}-{head.last_seq}  {head.hash[:16]}  {head.key_id}{gone}")

    def show(self, options: dict[str, Any]) -> None:
        days = min(max(options["days"], 0), MOST_DAYS)
        wanted = Q(at__gte=clock.now() - timedelta(days=days), action__startswith=options["action"])
        if options["about"]:
            wanted &= Q(about=options["about"])
        if options["actor"]:
            wanted &= Q(actor_ref=options["actor"])
        rows = list(AuditEvent.objects.filter(wanted).order_by("-at", "-pk")[:SHOWN])
        for row in rows:
            at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
            by = row.actor_ref or "-"
            self.stdout.write(
                f"{row.seq or '-':>8}  {at}  {by:>6}  {row.action}  {row.about}  {row.outcome}  {row.detail or ''}"
            )
        record("audit.read", by=None, rows=len(rows), days=days)

    def public_key(self, options: dict[str, Any]) -> None:
        self.stdout.write(public_key())


def day(text: str | None) -> date | None:
    """A day as typed, or none."""
    try:
        found = parse_date(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise CommandError(_("Dit is geen dag: %s. Schrijf bijvoorbeeld 2026-11-24.") % text)
    return found


def counted(report: Report) -> str:
    """What was read, in one line."""
    return _(
        "%(rows)d rijen gelezen (%(first)d tot en met %(last)d) in %(seconds).1f s; "
        "%(erased)d met een gewist detail; %(dropped)d dagen weg, over hun termijn."
    ) % {
        "rows": report.rows,
        "first": report.first_seq,
        "last": report.last_seq,
        "seconds": report.seconds,
        "erased": report.erased,
        "dropped": report.dropped_days,
    }


def told(finding: Finding) -> str:
    """One difference, in one line; its kind is a fixed word that scripts can look for."""
    return _("%(kind)s: rij %(seq)d, %(day)s") % {
        "kind": finding.kind.value,
        "seq": finding.seq,
        "day": finding.day or "-",
    }
