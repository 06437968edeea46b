"""Reads the whole trail and says whether it is what was written, and if not, where it first differs and how."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.audit.chain import CHAINED, COMMITTED, GENESIS, commitment, linked, read_lines, signed_well, tip_words
from accounts.audit.models import AuditChain, AuditEvent, AuditHead
from wijk import clock
from wijk.personal_data import TERMS

CHUNK = 5000
TOLD_EVERY = 50_000
DAY = timedelta(days=1)
# How far is looked for where a row that does not fit belongs.
LOOKED_AT = 50_000
# A head is made within hours of midnight; a day later still without one is no delay any more.
HEAD_WITHIN = 2 * DAY


class Wrong(StrEnum):
    """How a trail can differ from what was written."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TAIL_CUT = "tail cut"
    BAD_SIGNATURE = "head signature wrong"
    HEAD_MISSING = "head missing"
    DROPPED_EARLY = "dropped before its term"


@dataclass(frozen=True)
class Finding:
    """One difference: its kind, the number of the row, and its day."""

    kind: Wrong
    seq: int
    day: date | None


@dataclass
class Report:
    """What was read, and what was wrong; the first row that differs comes first."""

    rows: int = 0
    erased: int = 0
    dropped_days: int = 0
    first_seq: int = 0
    last_seq: int = 0
    seconds: float = 0
    findings: list[Finding] = field(default_factory=list)
    progress: Callable[[int], None] | None = None

    def read(self, row: "Row") -> None:
        """Counts a row that is right, and tells now and then how far it is."""
        self.rows += 1
        self.erased += not row.committed[0]
        if self.progress and not self.rows % TOLD_EVERY:
            self.progress(self.rows)


@dataclass(frozen=True)
class Row:
    """One row as far as the chain knows it."""

    seq: int
    hash: str
    chained: tuple[Any, ...]
    committed: tuple[Any, ...]

    @property
    def at(self) -> datetime:
        moment: datetime = self.chained[2]
        return moment

    def follows(self, before: str, seq: int | None = None) -> bool:
        """Whether this row was written right after the row with that hash, with its own number or another."""
        fields = self.chained if seq is None else (seq, *self.chained[1:])
        return linked(before, fields) == self.hash

    def keeps_word(self) -> bool:
        """Whether the detail is the one that was committed to; an erased one is empty in every part."""
        salt, network, device, detail = self.committed
        if not salt:
            return not (network or device or detail)
        return commitment(salt, network, device, detail) == self.chained[-1]


def verify(
    *,
    heads_file: Path | None = None,
    since: date | None = None,
    retired_keys: tuple[str, ...] = (),
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Checks every row, every head in the database and every head in the file outside it (W-5).

    What may grow meanwhile is read from the outside in: the file, the heads, the end of the chain, the rows.
    """
    began, report = time.perf_counter(), Report(progress=progress)
    while AuditEvent.objects.link(wait=True):
        pass
    path = heads_file or settings.AUDIT_HEADS
    lines = list(read_lines(path)) if path.exists() else []
    heads = list(AuditHead.objects.order_by("last_seq"))
    tip = AuditChain.objects.filter(pk=1).first() or AuditChain()
    before, seq = _beginning(heads, since)
    report.first_seq, report.dropped_days = seq + 1, sum(head.dropped_at is not None for head in heads)
    found = [*_wrong_heads(heads, retired_keys)]
    found += _wrong_rows(report, before, seq, {head.last_seq: head for head in heads if head.last_seq > seq}, tip)
    found += _wrong_in_file(lines, heads, report, tip, retired_keys)
    report.findings = sorted(found, key=lambda one: (one.seq, one.kind))
    report.seconds = time.perf_counter() - began
    return report


def _beginning(heads: list[AuditHead], since: date | None) -> tuple[str, int]:
    """Where reading begins: at the first row, after what was dropped by age, or after the head before a day."""
    passed = [head for head in heads if head.dropped_at or (since and head.day < since)]
    return (passed[-1].hash, passed[-1].last_seq) if passed else (GENESIS, 0)


def _wrong_heads(heads: list[AuditHead], retired_keys: tuple[str, ...]) -> Iterator[Finding]:
    oldest_dropped = timezone.localdate(clock.now() - (TERMS["year"].span or timedelta()))
    last: AuditHead | None = None
    for head in heads:
        if not signed_well(head.words, head.signature, head.key_id, retired_keys):
            yield Finding(Wrong.BAD_SIGNATURE, head.last_seq, head.day)
        if head.first_seq != (last.last_seq + 1 if last else 1):
            yield Finding(Wrong.HEAD_MISSING, last.last_seq + 1 if last else 1, last.day + DAY if last else None)
        if head.dropped_at and head.day >= oldest_dropped:
            yield Finding(Wrong.DROPPED_EARLY, head.first_seq, head.day)
        last = head


# Rows ----------------------------------------------------------------------------------------------------------------


def _rows(after: int, until: int) -> Iterator[Row]:
    names = (*CHAINED, "hash", *COMMITTED)
    rows = AuditEvent.objects.filter(seq__gt=after, seq__lte=until).order_by("seq").values_list(*names)
    size = len(CHAINED)
    for values in rows.iterator(chunk_size=CHUNK):
        yield Row(values[0], values[size], values[:size], values[size + 1 :])


def _wrong_rows(
    report: Report, before: str, seq: int, heads: dict[int, AuditHead], tip: AuditChain
) -> Iterator[Finding]:
    """Walks the chain to its first difference; what comes after that one cannot be told apart from it."""
    row, last_head = None, max(heads, default=seq)
    overdue = clock.now() - HEAD_WITHIN - DAY
    for row in _rows(seq, tip.seq):
        seq += 1
        if row.seq != seq or not row.follows(before) or not row.keeps_word():
            yield Finding(_kind(row, before, seq, tip.seq), seq, timezone.localdate(row.at))
            return
        if seq in heads and heads[seq].hash != row.hash:
            yield Finding(Wrong.CHANGED, heads[seq].first_seq, heads[seq].day)
            return
        if seq == last_head + 1 and row.at < overdue:
            yield Finding(Wrong.HEAD_MISSING, seq, timezone.localdate(row.at))
        report.read(row)
        before = row.hash
    report.last_seq = seq
    yield from _wrong_end(seq, before, max(last_head, tip.seq), tip, row)


def _wrong_end(seq: int, before: str, expected: int, tip: AuditChain, row: Row | None) -> Iterator[Finding]:
    day = timezone.localdate(row.at) if row else None
    if seq < expected:
        yield Finding(Wrong.TAIL_CUT, seq + 1, day)
    elif tip.seq and before != tip.hash:
        yield Finding(Wrong.CHANGED, seq, day)
    # One statement, so that rows added meanwhile are on both sides of the comparison.
    beyond = AuditEvent.objects.filter(seq__gt=Coalesce(Subquery(AuditChain.objects.values("seq")[:1]), 0))
    for extra in beyond.order_by("seq")[:1]:
        yield Finding(Wrong.INSERTED, extra.seq or 0, timezone.localdate(extra.at))


def _kind(row: Row, before: str, seq: int, until: int) -> Wrong:
    """What happened at the first row that does not fit; only then is the rest read again."""
    if row.seq > seq:
        return Wrong.MISSING
    if row.follows(before):
        return Wrong.CHANGED
    rest = list(islice(_rows(seq - 1, until + 1), LOOKED_AT))
    true = next((other for other in rest[1:] if other.follows(before, seq)), None)
    if true is None:
        # The rows that followed a deleted one moved up: they still fit each other, by their old numbers.
        moved = len(rest) > 1 and rest[1].follows(row.hash, seq + 2)
        return Wrong.MISSING if moved else Wrong.CHANGED
    before_true = true.hash if true.seq == seq + 1 else rest[true.seq - seq - 1].hash
    return Wrong.REORDERED if row.follows(before_true, true.seq) else Wrong.INSERTED


# The file outside the database ----------------------------------------------------------------------------------------


def _wrong_in_file(
    lines: list[dict[str, Any]],
    heads: list[AuditHead],
    report: Report,
    tip: AuditChain,
    retired_keys: tuple[str, ...],
) -> Iterator[Finding]:
    """What was written down elsewhere must still be true here: so a rewritten or shortened table is found."""
    here = {head.last_seq: head for head in heads}
    in_file = {line.get("last_seq") for line in lines if "day" in line}
    for line in lines:
        if "day" in line:
            yield from _wrong_head_line(line, here, tip)
        elif "seq" in line:
            yield from _wrong_tip_line(line, report, tip, retired_keys)
    for head in heads:
        if head.last_seq not in in_file and head.day < clock.today() - HEAD_WITHIN:
            yield Finding(Wrong.HEAD_MISSING, head.last_seq, head.day)


def _wrong_head_line(line: dict[str, Any], here: dict[int, AuditHead], tip: AuditChain) -> Iterator[Finding]:
    seq, day = _number(line.get("last_seq")), parse_date(str(line["day"]))
    head = here.get(seq)
    if head is None:
        yield Finding(Wrong.TAIL_CUT if seq > tip.seq else Wrong.HEAD_MISSING, min(seq, tip.seq + 1), day)
    elif (line.get("hash"), line.get("signature")) != (head.hash, head.signature):
        yield Finding(Wrong.CHANGED, head.first_seq, day)


def _wrong_tip_line(
    line: dict[str, Any], report: Report, tip: AuditChain, retired_keys: tuple[str, ...]
) -> Iterator[Finding]:
    seq, signature, key = _number(line["seq"]), str(line.get("signature")), str(line.get("key_id"))
    if not signed_well(tip_words(str(line.get("at")), seq, str(line.get("hash"))), signature, key, retired_keys):
        yield Finding(Wrong.BAD_SIGNATURE, seq, None)
    elif seq > tip.seq:
        yield Finding(Wrong.TAIL_CUT, tip.seq + 1, None)
    elif seq >= report.first_seq:
        here = AuditEvent.objects.filter(seq=seq).values_list("hash", flat=True).first()
        if here != line.get("hash"):
            yield Finding(Wrong.CHANGED, seq, None)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
