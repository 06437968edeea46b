"""The long proof: workers are killed in the middle of their work, and every mail still arrives."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes

import pytest
from django.conf import settings

from tests.wijk.mail_server import RoughServer

MAILS = 1000
ROUNDS = 10
WORKERS = 2

FILL = """
from wijk.mail.compose import compose_text
from wijk.mail.outbox import mail_kind, queue_composed
kind = mail_kind("proof", "Proef")
for number in range({mails}):
    queue_composed(kind, to=f"buur{{number}}@example.net", composed=compose_text("Dag", f"Mail {{number}}", "nl"))
"""
WORK = """
import time
from wijk.mail.outbox import mail_kind
from wijk.mail.worker import deliver
mail_kind("proof", "Proef")
print("ready", flush=True)
while True:
    deliver(batches=1)
    time.sleep(0.01)
"""
FINISH = """
from wijk.mail.outbox import mail_kind
from wijk.mail.worker import deliver
mail_kind("proof", "Proef")
deliver(batches=100)
"""
LEFT = """
from wijk.mail.models import OutgoingMail
print(OutgoingMail.objects.unsent().count(), OutgoingMail.objects.filter(state="sent").count())
"""


@pytest.fixture
def site(tmp_path):
    """A site of its own on files, reached only through processes, with a clock that each round moves on."""
    with RoughServer() as server:
        environment = {
            **os.environ,
            "WIJK_ENV": "test",
            "WIJK_VAR": str(tmp_path),
            "WIJK_SECRET_KEY": "k" * 60,
            "DATABASE_URL": f"sqlite:///{tmp_path}/proof.sqlite3",
            "MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }

        def run(code, *, minutes=0, wait=True):
            start = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wijk.settings'; django.setup()\n"
            command = [sys.executable, "-c", start + code]
            options = {
                "cwd": settings.BASE_DIR,
                "env": {**environment, "WIJK_CLOCK_OFFSET": f"+{minutes}m"},
                "stdout": subprocess.PIPE,
                "text": True,
            }
            if wait:
                return subprocess.run(command, check=True, timeout=300, **options).stdout
            return subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)

        run("from django.core.management import call_command; call_command('migrate', verbosity=0)")
        yield server, run


@pytest.mark.proof
def test_a_thousand_mails_arrive_though_workers_are_killed_twenty_times(site):
    server, run = site
    run(FILL.format(mails=MAILS))
    minutes, kills = 0, 0
    for _round in range(ROUNDS):
        workers = [run(WORK, minutes=minutes, wait=False) for _number in range(WORKERS)]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        before = len(server.arrived)
        deadline = time.monotonic() + 20
        while len(server.arrived) < before + MAILS // 15 and time.monotonic() < deadline:
            time.sleep(random.uniform(0.01, 0.05))
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
            kills += 1
        # Past every lease and past the first waits.
        minutes += 7
    server.rough = False
    for _round in range(12):
        run(FINISH, minutes=minutes)
        left, sent = (int(number) for number in run(LEFT).split())
        if not left:
            break
        minutes += 60

    numbers = Counter(message_from_bytes(arrived.data)["Message-ID"] for arrived in server.arrived)
    readers = {arrived.recipients[0] for arrived in server.arrived}
    doubles = sum(numbers.values()) - len(numbers)
    assert kills == 20 and (left, sent) == (0, MAILS)
    assert len(readers) == MAILS and len(numbers) == MAILS
    assert doubles <= kills
