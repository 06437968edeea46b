"""The long proof: workers are killed in the middle of a newsletter, and each reader still has it in the outbox once."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

READERS = 900
WORKERS = 2

FILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests import factories
from content.newsletters import actions, sending
klarendal = factories.neighbourhood("Klarendal", code="WK020204")
anna = factories.member("Anna", "Jansen", lives_in=klarendal)
factories.post(anna, klarendal)
for number in range({readers}):
    factories.subscription(f"lezer{{number}}@example.org", klarendal)
issue = actions.create(neighbourhood=klarendal, by=anna)
print(sending.start(newsletter=issue, by=anna))
"""
WORK = """
from content.newsletters import sending
sending.BATCH = 20
print("ready", flush=True)
sending.send_due()
"""
QUEUED = """
from wijk.mail.models import OutgoingMail
print(OutgoingMail.objects.filter(kind="newsletter").count())
"""
LEDGER = """
from content.newsletters.models import Delivery, Newsletter
from wijk.mail.models import OutgoingMail
mails = OutgoingMail.objects.filter(kind="newsletter")
print(mails.count(), mails.values("recipient_hash").distinct().count(), mails.values("about").distinct().count(),
    Delivery.objects.filter(queued_at=None).count(), Newsletter.objects.get().state)
"""


@pytest.fixture
def run(tmp_path):
    """Runs code in a process of its own, on a site of its own."""
    environment = {
        **os.environ,
        "WIJK_ENV": "test",
        "WIJK_VAR": str(tmp_path),
        "WIJK_SECRET_KEY": "k" * 60,
        "DATABASE_URL": f"sqlite:///{tmp_path}/proof.sqlite3",
    }

    def run(code, *, wait=True):
        start = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wijk.settings'; django.setup()\n"
        command, options = [sys.executable, "-c", start + code], {"cwd": settings.BASE_DIR, "env": environment}
        if wait:
            done = subprocess.run(command, check=True, timeout=300, stdout=subprocess.PIPE, text=True, **options)
            return done.stdout
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)

    return run


@pytest.mark.proof
def test_a_newsletter_reaches_each_reader_once_though_workers_are_killed(run):
    assert run(FILL.format(readers=READERS)).strip() == str(READERS)
    queued = []
    for _round in range(4):
        workers = [run(WORK, wait=False) for _number in range(WORKERS)]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0.2, 0.6))
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
        queued.append(int(run(QUEUED)))
    assert any(0 < number < READERS for number in queued), queued
    run(WORK)
    assert run(LEDGER).split() == [str(READERS)] * 3 + ["0", "sent"]
