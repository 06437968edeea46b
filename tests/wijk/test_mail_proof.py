"""The long proof: workers are killed in the middle of their work, and every mail still arrives."""

import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.own_site import copy_migrated
from tests.wijk.mail_server import RoughServer

MAILS = 10_000
KILLS = 100
WORKERS = 2
TIME_OUT = 2
SILENCES = 15
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.M)

FILL = f"""
from django.core.management import call_command
from django.db import transaction
from wijk.mail.compose import compose_text
from wijk.mail.outbox import mail_kind, queue_composed
call_command("migrate", verbosity=0)
kind, words = mail_kind("proof", "Proef"), compose_text("Dag", "Tekst", "nl")
with transaction.atomic():
    for number in range({MAILS}):
        queue_composed(kind, to=f"buur{{number}}@example.net", composed=words)
"""
# Starting Django takes seconds: each worker is a process of its own, made by one that stands ready.
NURSERY = f"""
import os, signal, sys, time
from datetime import timedelta
from django.conf import settings
from django.db import connections
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds, mail_kind
from wijk.mail.worker import deliver
mail_kind("proof", "Proef")
declared_kinds()
settings.MAILERS["default"]["OPTIONS"]["timeout"] = {TIME_OUT}
signal.signal(signal.SIGCHLD, signal.SIG_IGN)

def work():
    while True:
        deliver(batches=1)
        time.sleep(0.01)

for line in sys.stdin:
    act, minutes = line.split()
    settings.CLOCK_OFFSET = timedelta(minutes=int(minutes))
    if act == "finish":
        deliver(batches=1000, seconds=600)
        sent = OutgoingMail.objects.filter(state="sent").count()
        print(OutgoingMail.objects.unsent().count(), sent, flush=True)
        continue
    connections.close_all()
    child = os.fork()
    if child == 0:
        work()
    print(child, flush=True)
"""


class Site:
    """A site of its own on files, reached only through processes, with a clock that each round moves on."""

    def __init__(self, folder, port):
        self.environment = {
            **os.environ,
            "WIJK_ENV": "test",
            "WIJK_VAR": str(folder),
            "WIJK_SECRET_KEY": "k" * 60,
            "DATABASE_URL": f"sqlite:///{folder}/proof.sqlite3",
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
        }

    def python(self, code):
        start = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wijk.settings'; django.setup()\n"
        return {"args": [sys.executable, "-c", start + code], "cwd": settings.BASE_DIR, "env": self.environment}

    def run(self, code):
        subprocess.run(**self.python(code), check=True, timeout=300)

    def stand_ready(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.nursery = subprocess.Popen(**self.python(NURSERY), **pipes, text=True, bufsize=1)

    def ask(self, act, minutes):
        self.nursery.stdin.write(f"{act} {minutes}\n")
        return [int(number) for number in self.nursery.stdout.readline().split()]


@pytest.fixture
def server():
    with RoughServer(silence=TIME_OUT * 2, silences=SILENCES) as running:
        yield running


@pytest.fixture
def site(tmp_path, server, django_db_setup):
    copy_migrated(tmp_path / "proof.sqlite3")
    made = Site(tmp_path, server.port)
    made.run(FILL)
    made.stand_ready()
    yield made
    made.nursery.kill()
    made.nursery.communicate()


def arrives(server, more, seconds=20):
    """Waits until so many more mails arrived; returns how many did, for there may be fewer that are due."""
    before, until = len(server.arrived), time.monotonic() + seconds
    while len(server.arrived) < before + more and time.monotonic() < until:
        time.sleep(random.uniform(0.005, 0.03))
    return len(server.arrived) - before


@pytest.mark.proof
def test_ten_thousand_mails_arrive_though_workers_are_killed_a_hundred_times(site, server):
    minutes, kills, arrived, busy = 0, 0, 0, 0.0
    while kills < KILLS:
        workers = [site.ask("work", minutes)[0] for _number in range(WORKERS)]
        began = time.monotonic()
        arrived += arrives(server, MAILS * WORKERS // (KILLS + 20))
        busy += time.monotonic() - began
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            kills += 1
        # Past every lease and past the first waits.
        minutes += 7
    print(f"\n{arrived / busy:.0f} mails per second with {WORKERS} workers on a rough line")
    server.rough = False
    left, sent = site.ask("finish", minutes + 12 * 60)

    went = [(arrived.recipients[0], MESSAGE_ID.search(arrived.data)[1]) for arrived in server.arrived]
    doubles = len(went) - len(set(went))
    print(f"{kills} kills, {doubles} doubles, {SILENCES - server.silences} silences")
    assert (left, sent) == (0, MAILS)
    readers, numbers = (set(column) for column in zip(*went, strict=True))
    assert len(readers) == len(numbers) == len(set(went)) == MAILS, "a mail that came twice has the same number"
    assert doubles <= kills and server.silences < SILENCES
