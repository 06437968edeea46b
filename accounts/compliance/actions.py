"""Planting and doing checks, registering parties, noting what was handed over."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.compliance import emails
from accounts.compliance.duties import DUTIES
from accounts.compliance.models import ComplianceCheck, ComplianceItem, Disclosure, Processor
from accounts.office.desk import Pressing, watch
from wijk import clock

FIRST_TIME = timedelta(days=30)
SOON = timedelta(days=14)


def plant_duties() -> None:
    """Puts the checks that come with the software in the calendar; those that are there stay as they are."""
    have = set(ComplianceItem.objects.exclude(key=None).values_list("key", flat=True))
    first = clock.today() + FIRST_TIME
    for key in DUTIES.keys() - have:
        ComplianceItem.objects.get_or_create(key=key, defaults={"months": DUTIES[key].months, "next_due_on": first})


@transaction.atomic
def add_item(*, title: str, why: str, months: int, next_due_on: date, by: Any) -> ComplianceItem:
    """A check of the operator's own."""
    item = ComplianceItem.objects.create(title=title, why=why, months=months, next_due_on=next_due_on)
    record("compliance.add", by=by, about=item, months=months)
    return item


@transaction.atomic
def check_off(*, item: ComplianceItem, done_on: date, evidence: str, by: Any) -> ComplianceCheck:
    """Notes that a check was done, with what shows it; the next date follows from it (C-33)."""
    item = ComplianceItem.objects.select_for_update().get(pk=item.pk)
    done = ComplianceCheck.objects.create(item=item, done_on=done_on, evidence=evidence, done_by=by)
    # Evidence of an older time may come in later; the newest one decides.
    newest = item.checks.order_by("-done_on").values_list("done_on", flat=True)[0]
    item.next_due_on = clock.months_later(newest, item.months)
    item.save(update_fields=["next_due_on"])
    record("compliance.done", by=by, about=item)
    return done


@transaction.atomic
def stop_item(*, item: ComplianceItem, by: Any) -> None:
    """Takes a check of the operator's own out of the calendar; its history stays."""
    if ComplianceItem.objects.filter(pk=item.pk, key=None, stopped_on=None).update(stopped_on=clock.today()):
        record("compliance.stop", by=by, about=item)


def alarm() -> int:
    """Mails the officers once about each check that is late; runs each hour."""
    late = ComplianceItem.objects.filter(stopped_on=None, next_due_on__lt=clock.today())
    mailed = 0
    for item in late.filter(Q(alarmed_for=None) | ~Q(alarmed_for=F("next_due_on"))):
        with transaction.atomic():
            rows = ComplianceItem.objects.filter(pk=item.pk, next_due_on=item.next_due_on)
            if rows.exclude(alarmed_for=item.next_due_on).update(alarmed_for=item.next_due_on):
                emails.late(item)
                mailed += 1
    return mailed


@transaction.atomic
def register_processor(*, values: dict[str, Any], by: Any, processor: Processor | None = None) -> Processor:
    """A party that handles data, new or changed (W-4, W-48)."""
    processor = processor or Processor()
    action = "processor.change" if processor.pk else "processor.add"
    for name, value in values.items():
        setattr(processor, name, value)
    processor.save()
    record(action, by=by, about=processor, role=processor.role, country=processor.country)
    return processor


@transaction.atomic
def disclose(*, values: dict[str, Any], by: Any) -> Disclosure:
    """Notes that data were handed over; without one of the grounds there is nothing to note (W-47, K-25)."""
    disclosure = Disclosure.objects.create(**values, decided_by=by)
    record("disclosure.add", by=by, about=disclosure, ground=disclosure.ground)
    return disclosure


# What presses at the desk ---------------------------------------------------------------------------------------------


@watch
def checks() -> Iterator[Pressing]:
    """Checks that are late or come within two weeks (C-33)."""
    for item in ComplianceItem.objects.filter(stopped_on=None, next_due_on__lte=clock.today() + SOON):
        due = timezone.make_aware(datetime.combine(item.next_due_on, time.max))
        yield Pressing(item.duty.title, reverse("compliance:item", args=[item.pk]), due_at=due, urgent=item.is_late)


@watch
def parties() -> Iterator[Pressing]:
    """A missing host, and agreements that end (W-48)."""
    if settings.PRODUCTION and not has_host():
        yield Pressing(_("Zet in het register bij wie de site staat"), reverse("compliance:new_processor"), urgent=True)
    for party in Processor.objects.running_out():
        until = timezone.make_aware(datetime.combine(party.agreement_until, time.max))  # type: ignore[arg-type]
        title = _("De overeenkomst met %(name)s loopt af") % {"name": party.name}
        address = reverse("compliance:edit_processor", args=[party.pk])
        yield Pressing(title, address, due_at=until, urgent=until < clock.now())


def has_host() -> bool:
    return Processor.objects.active().filter(is_host=True).exists()


@register(Tags.database, deploy=True)
def host_is_known(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The site stands somewhere, and there is an agreement with whoever that is (W-48)."""
    try:
        known = not databases or has_host()
    except DatabaseError:
        return []
    return [] if known else [Warning("No active host in the register of processors.", id="accounts.W001")]
