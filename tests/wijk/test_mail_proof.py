"""The long proof: workers are killed in the middle of their work, and every mail still arrives."""

import random
import re
import time

import pytest

from tests.nursery import nursery
from tests.wijk.mail_server import RoughServer

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
MAILS = 10_000
KILLS = 100
WORKERS = 2
TIME_OUT = 2
SILENCES = 15
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.M)

FILL = f"""
from django.db import transaction
from wijk.mail.compose import compose_text
from wijk.mail.outbox import mail_kind, queue_composed
kind, words = mail_kind("proof", "Proef"), compose_text("Dag", "Tekst", "nl")
with transaction.atomic():
    for number in range({MAILS}):
        queue_composed(kind, to=f"buur{{number}}@example.net", composed=words)
"""
READY = f"""
from django.conf import settings
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind
from wijk.mail.worker import deliver
mail_kind("proof", "Proef")
settings.MAILERS["default"]["OPTIONS"]["timeout"] = {TIME_OUT}
"""
WORK = (
    READY
    + """
import time
while True:
    deliver(batches=1)
    time.sleep(0.01)
"""
)
FINISH = (
    READY
    + """
deliver(batches=1000, seconds=600)
print(OutgoingMail.objects.unsent().count(), OutgoingMail.objects.filter(state="sent").count())
"""
)


@pytest.fixture
def server():
    with RoughServer(silence=TIME_OUT * 2, silences=SILENCES) as running:
        yield running


@pytest.fixture
def site(tmp_path, server, django_db_setup):
    with nursery(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{server.port}") as site:
        site.run(FILL)
        yield site


def arrives(server, more, seconds=20):
    """Waits until so many more mails arrived; returns how many did, for there may be fewer that are due."""
    before, until = len(server.arrived), time.monotonic() + seconds
    while len(server.arrived) < before + more and time.monotonic() < until:
        time.sleep(random.uniform(0.005, 0.03))
    return len(server.arrived) - before


def test_ten_thousand_mails_arrive_though_workers_are_killed_a_hundred_times(site, server):
    minutes, kills, arrived, busy = 0, 0, 0, 0.0
    while kills < KILLS:
        workers = [site.start(WORK, minutes=minutes) for _number in range(WORKERS)]
        began = time.monotonic()
        arrived += arrives(server, MAILS * WORKERS // (KILLS + 20))
        busy += time.monotonic() - began
        for worker in workers:
            worker.kill()
            kills += 1
        # Past every lease and past the first waits.
        minutes += 7
    print(f"\n{arrived / busy:.0f} mails per second with {WORKERS} workers on a rough line")
    server.rough = False
    left, sent = map(int, site.run(FINISH, minutes=minutes + 12 * 60).split())

    went = [(arrived.recipients[0], MESSAGE_ID.search(arrived.data)[1]) for arrived in server.arrived]
    doubles = len(went) - len(set(went))
    print(f"{kills} kills, {doubles} doubles, {SILENCES - server.silences} silences")
    assert (left, sent) == (0, MAILS)
    readers, numbers = (set(column) for column in zip(*went, strict=True))
    assert len(readers) == len(numbers) == len(set(went)) == MAILS, "a mail that came twice has the same number"
    assert doubles <= kills and server.silences < SILENCES
