"""The audit trail: append-only, chained, without foreign keys and without names.

Triggers in the database keep it append-only (migration 0003): a later migration that remakes one of these tables on
SQLite must put them back.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import Max, Min, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit.chain import CHAINED, GENESIS, commitment, head_words, linked, new_salt, sign
from wijk import clock
from wijk.devices import client_device
from wijk.limits import client_network
from wijk.personal_data import TERMS, Erase, Ground, Kind, Personal, Visibility, declare

BATCH = 500
BATCHES = 40
DAY = timedelta(days=1)
ACCOUNT = "accounts.user"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def unlinked(self) -> Self:
        """Rows that have no place in the chain yet."""
        return self.filter(seq=None)

    def about_account(self, ref: int) -> Self:
        """What somebody did, and what was done to the account."""
        return self.filter(Q(actor_ref=ref) | Q(about=f"{ACCOUNT}:{ref}"))

    def on_day(self, day: date) -> Self:
        """Acts of one calendar day, where the site lives."""
        return self.filter(at__gte=clock.midnight(day), at__lt=clock.midnight(day + DAY))

    def telling(self) -> Self:
        """Rows that say more than who did what to which number."""
        return self.exclude(network="", device="", detail={})

    def log_ins(self, ref: int) -> Self:
        """Log-ins to one account, good and refused, newest first (C-10)."""
        return self.filter(action="account.login", about=f"{ACCOUNT}:{ref}").order_by("-at", "-pk")

    def is_from_new_device(self, event: "AuditEvent") -> bool:
        """Whether somebody logged in before, and never in the past year with this kind of device."""
        before = self.filter(outcome=AuditEvent.Outcome.OK).exclude(pk=event.pk)
        return before.exists() and not before.filter(device=event.device).exists()

    def past_term(self, before: datetime) -> Self:
        """Rows of whole days that ended before a moment: the trail goes by the day, from its beginning (C-50)."""
        due = timezone.localdate(before) - DAY
        closed = AuditHead.objects.aggregate(all=Max("last_seq"), due=Max("last_seq", filter=Q(day__lte=due)))
        waiting = Q(seq=None) | Q(seq__gt=closed["all"] or 0)
        return self.filter(Q(seq__lte=closed["due"] or 0) | waiting & Q(at__lt=clock.midnight(due + DAY)))

    def link(self, *, wait: bool = False) -> int:
        """Gives committed rows their place in the chain, in short transactions; returns how many.

        Apart from the acts themselves: one lock held until each act's commit would make all writers of the site queue.
        Whoever finds another at it leaves it to them, unless told to wait.
        """
        done = 0
        for _batch in range(BATCHES):
            # Looking first takes no lock where there is nothing to do.
            if not self.unlinked().exists():
                break
            with transaction.atomic():
                done += _link_batch(wait=wait)
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        """Lets only those rows go whose day is over its term; the database refuses all others."""
        due = timezone.localdate(clock.now() - (TERMS["year"].span or timedelta())) - DAY
        last = AuditHead.objects.drop(until=due)
        return super(AuditEventQuerySet, self.filter(seq__lte=last)).delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AuditEvent(models.Model):
    """One act. It names people and things by number only, so history never blocks an erasure (C-41, X-22)."""

    class Outcome(models.TextChoices):
        OK = "ok", _("gelukt")
        REFUSED = "refused", _("geweigerd")

    at = models.DateTimeField(default=clock.now, db_index=True)
    actor_ref = models.BigIntegerField(null=True, blank=True, db_index=True)
    action = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    neighbourhood_ref = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OK)
    # Only of logging in and out and of exports: the sender's /24 or /48, and two words about the device.
    network = models.CharField(max_length=50, blank=True)
    device = models.CharField(max_length=60, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    detail_commit = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(null=True, blank=True, unique=True)
    hash = models.CharField(max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["about", "at"], name="audit_about"),
            models.Index(fields=["network", "at"], name="audit_network", condition=~Q(network="")),
            models.Index(fields=["at", "id"], name="audit_unlinked", condition=Q(seq=None)),
        ]

    @property
    def refused(self) -> bool:
        return self.outcome == self.Outcome.REFUSED

    @property
    def codes(self) -> list[str]:
        """The detail as it may be read: each name with its code or codes."""
        return [f"{name}: {_in_a_line(value)}" for name, value in self.detail.items() if value not in (None, "")]

    @property
    def sender(self) -> str:
        """The network as the beginning of an internet address, which is what people can compare."""
        return self.network.removesuffix(".0/24").removesuffix("::/48")


def _in_a_line(value: Any) -> str:
    """A code, or several, as one reads them."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class AuditChain(models.Model):
    """The one row that says where the chain ends; whoever links holds its lock."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_one_chain")]


class AuditHeadManager(models.Manager["AuditHead"]):
    def close_days(self) -> "list[AuditHead]":
        """Makes and signs the head of each day that is over; rows that came in late count for the day after it."""
        made = []
        with transaction.atomic():
            list(AuditChain.objects.select_for_update())
            while head := self._next():
                head.save()
                made.append(head)
        return made

    def _next(self) -> "AuditHead | None":
        last = self.order_by("-last_seq").first()
        start = last.last_seq if last else AuditEvent.objects.aggregate(first=Min("seq"))["first"] or 1
        first_seq = start + 1 if last else start
        rows = AuditEvent.objects.filter(seq__gte=first_seq)
        oldest = rows.aggregate(oldest=Min("at"))["oldest"]
        if oldest is None:
            return None
        day = timezone.localdate(oldest)
        day = max(day, last.day + DAY) if last else day
        if day >= clock.today():
            return None
        end = rows.filter(at__lt=clock.midnight(day + DAY)).latest("seq")
        last_seq = end.seq or 0
        head = AuditHead(day=day, first_seq=first_seq, last_seq=last_seq, hash=end.hash, count=last_seq - first_seq + 1)
        head.signature, head.key_id = sign(head.words)
        return head

    def drop(self, *, until: date) -> int:
        """Marks the heads of days up to this one, so that their rows may go; returns the last number that may."""
        AuditEvent.objects.link(wait=True)
        self.close_days()
        self.filter(day__lte=until, dropped_at=None).update(dropped_at=clock.now())
        return self.exclude(dropped_at=None).aggregate(last=Max("last_seq"))["last"] or 0


class AuditHead(models.Model):
    """The signed end of one day. It stays when the rows of its day go, and is the beginning of what is left (C-50)."""

    day = models.DateField(unique=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    count = models.BigIntegerField()
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=16)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = AuditHeadManager()

    @property
    def words(self) -> bytes:
        """What its signature is over."""
        return head_words(self.day, self.first_seq, self.last_seq, self.count, self.hash)


declare(
    AuditEvent,
    purpose="audit",
    ground=Ground.LEGITIMATE,
    retention="year",
    erase=Erase.KEEP,
    keep_reason=_("ook later moet na te gaan zijn wie wat deed; er staan nummers in, geen namen"),
    holds="numbers and codes; network and device are forgotten when their person leaves",
    erased_by="audit trail",
    clock="at",
    technical="id neighbourhood_ref detail salt detail_commit seq hash",
    fields={
        "at": Personal(_("Wanneer"), Kind.TECHNICAL),
        "actor_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "action": Personal(_("Wat"), Kind.TECHNICAL),
        "about": Personal(_("Waarover"), Kind.TECHNICAL),
        "outcome": Personal(_("Gelukt of geweigerd"), Kind.TECHNICAL),
        "network": Personal(_("Netwerk"), Kind.TECHNICAL, Visibility.STAFF),
        "device": Personal(_("Apparaat"), Kind.TECHNICAL, Visibility.STAFF),
    },
)
declare(
    AuditChain, purpose="audit", ground=Ground.LEGITIMATE, retention="site", technical="id seq hash", holds="hashes"
)
declare(
    AuditHead,
    purpose="audit",
    ground=Ground.LEGITIMATE,
    retention="site",
    holds="hashes and signatures",
    technical="id day first_seq last_seq hash count signature key_id dropped_at",
)


def record(
    action: str,
    *,
    by: Any,
    about: models.Model | str = "",
    neighbourhood: Any = None,
    request: HttpRequest | None = None,
    outcome: str = AuditEvent.Outcome.OK,
    **detail: Any,
) -> AuditEvent:
    """Writes one act (`by` is None for the clock). The detail holds codes and numbers, never words of people.

    A `request` adds the sender's network and device: for logging in and out and for exports only (K-11).
    """
    label = about if isinstance(about, str) else f"{about._meta.label_lower}:{about.pk}"
    network, device = (client_network(request), client_device(request)) if request else ("", "")
    # As the database will give it back.
    plain, salt = json.loads(json.dumps(detail)), new_salt()
    event = AuditEvent.objects.create(
        action=action,
        actor_ref=getattr(by, "pk", None),
        about=label,
        neighbourhood_ref=getattr(neighbourhood, "pk", None),
        outcome=outcome,
        network=network,
        device=device,
        detail=plain,
        salt=salt,
        detail_commit=commitment(salt, network, device, plain),
        at=clock.now(),
    )
    transaction.on_commit(AuditEvent.objects.link, robust=True)
    return event


def _link_batch(*, wait: bool) -> int:
    AuditChain.objects.get_or_create(pk=1)
    # On SQLite the transaction itself is the lock.
    chain = AuditChain.objects.select_for_update(skip_locked=not wait).filter(pk=1).first()
    if chain is None:
        return 0
    rows = AuditEvent.objects.unlinked().order_by("at", "id").values_list(*CHAINED)[:BATCH]
    links = []
    for _seq, pk, *fields in rows:
        chain.seq += 1
        chain.hash = linked(chain.hash, (chain.seq, pk, *fields))
        links.append((chain.seq, chain.hash, pk))
    if links:
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(AuditEvent._meta.db_table)
            cursor.executemany(f"UPDATE {table} SET seq = %s, hash = %s WHERE id = %s", links)  # noqa: S608  our own name
        chain.save(update_fields=["seq", "hash"])
    return len(links)
