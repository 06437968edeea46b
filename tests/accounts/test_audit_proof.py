"""The long proofs of the trail: how fast it is, and that many writers at once leave one whole chain."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from accounts.audit.actions import make_heads
from accounts.audit.chain import commitment, new_salt
from accounts.audit.models import AuditEvent
from accounts.audit.verify import verify
from tests.accounts.trail import forget_trail
from wijk import clock

ROWS = 100_000
PROCESSES, EACH = 4, 250

WRITE = """
import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wijk.settings'; django.setup()
from django.db import transaction
from accounts.audit.models import record
for number in range({each}):
    with transaction.atomic():
        record("proof.act", by=None, about=f"proof.thing:{{number}}", number=number)
"""


def rows():
    start = clock.now() - timedelta(days=100)
    for number in range(ROWS):
        salt, detail = new_salt(), {"number": number}
        yield AuditEvent(
            at=start + timedelta(seconds=80) * number,
            action="proof.act",
            about=f"proof.thing:{number}",
            actor_ref=number % 1000,
            network="198.51.100.0/24",
            device="Firefox, Android",
            salt=salt,
            detail=detail,
            detail_commit=commitment(salt, "198.51.100.0/24", "Firefox, Android", detail),
        )


@pytest.mark.proof
def test_verifying_costs_little_more_than_reading(db, tmp_path, settings, capsys):
    settings.AUDIT_HEADS = tmp_path / "heads.jsonl"
    forget_trail()
    AuditEvent.objects.bulk_create(rows(), batch_size=2000)
    began = time.process_time()
    while AuditEvent.objects.link(wait=True):
        pass
    linking = time.process_time() - began
    make_heads()
    began = time.process_time()
    for _row in AuditEvent.objects.order_by("seq").values_list().iterator(chunk_size=5000):
        pass
    reading, began = time.process_time() - began, time.process_time()
    report = verify()
    verifying = time.process_time() - began
    assert (report.findings, report.rows) == ([], ROWS)
    million = 1_000_000 / ROWS
    with capsys.disabled():
        print(f"\n{connection.vendor}, CPU seconds: linking {ROWS / linking:,.0f} rows/s; a million rows verified in")
        print(f"{verifying * million:.0f} s, of which reading them {reading * million:.0f} s")
    assert verifying < 6 * reading


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A trail that other processes write in; taken away by hand."""
    with django_db_blocker.unblock():
        forget_trail()
        yield
        forget_trail()


@pytest.mark.proof
def test_processes_that_write_at_once_make_one_chain_without_a_gap(committed, tmp_path, settings, capsys):
    settings.AUDIT_HEADS = tmp_path / "heads.jsonl"
    found = connection.settings_dict
    where = (
        f"sqlite:///{found['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    )
    environment = {**os.environ, "WIJK_ENV": "test", "DATABASE_URL": where}
    command = [sys.executable, "-c", WRITE.format(each=EACH)]
    began = time.perf_counter()
    running = [subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) for _number in range(PROCESSES)]
    assert [process.wait(timeout=300) for process in running] == [0] * PROCESSES
    seconds = time.perf_counter() - began
    waiting = AuditEvent.objects.unlinked().count()
    report = verify()
    assert (report.findings, report.rows) == ([], PROCESSES * EACH)
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == [*range(1, PROCESSES * EACH + 1)]
    with capsys.disabled():
        rate = PROCESSES * EACH / seconds
        print(
            f"\n{connection.vendor}: {rate:,.0f} acts/s by {PROCESSES} processes (start-up included), {waiting} waited"
        )
