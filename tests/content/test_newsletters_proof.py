"""The long proofs: workers are killed in the middle of a newsletter, and each reader still gets it once.

The second one sends to very many readers over the wire. `NEWSLETTER_READERS` sets how many; 100,000 is a whole city.
"""

import os
import smtplib
import time

import pytest

from tests.nursery import nursery
from tests.wijk.mail_sink import MailSink

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
READERS = 900
WORKERS = 2
MANY = int(os.environ.get("NEWSLETTER_READERS", "4000"))
SENDERS = 2
MOST_SECONDS = 4 * 3600

FILL = """
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
FILL_MANY = """
from tests import factories
from content.newsletters import actions, sending
from neighbourhoods.subscriptions.lists import text_version
from neighbourhoods.subscriptions.models import Subscription, address_hash
from wijk import clock
klarendal = factories.neighbourhood("Klarendal", code="WK020204")
anna = factories.member("Anna", "Jansen", lives_in=klarendal)
for number in range(6):
    factories.post(anna, klarendal, title=f"Bericht {{number}}")
    factories.activity(anna, klarendal, title=f"Samen {{number}}")
readers = (Subscription(neighbourhood=klarendal, email=address, email_hash=address_hash(address), first_name="Fatima",
    text_version=text_version(), confirmed_at=clock.now())
    for address in (f"lezer{{number}}@example.org" for number in range({readers})))
Subscription.objects.bulk_create(readers, batch_size=1000)
issue = actions.create(neighbourhood=klarendal, by=anna)
print(sending.start(newsletter=issue, by=anna))
"""
SEND = """
from content.newsletters import sending
from content.newsletters.models import Newsletter
from wijk.mail import worker
from wijk.mail.models import OutgoingMail
print("ready", flush=True)
while Newsletter.objects.sending().exists() or OutgoingMail.objects.claimable().exists():
    sending.send_due()
    worker.deliver(batches=4)
"""
# One whose mail is in the outbox already, in no worker's hands, and one whose turn has not come.
STOP_TWO = """
from content.newsletters.models import Delivery
from neighbourhoods.subscriptions.actions import stop
waiting = Delivery.objects.filter(mail__state="waiting").order_by("pk").first()
coming = Delivery.objects.filter(queued_at=None).order_by("pk").first()
for one in (waiting, coming):
    print(one.subscription.email)
    stop(subscription=one.subscription, by=None)
"""


def test_a_newsletter_reaches_each_reader_once_though_workers_are_killed(tmp_path):
    with nursery(tmp_path) as site:
        assert site.run(FILL.format(readers=READERS)).strip() == str(READERS)
        queued = site.interrupted(WORK, kind="newsletter", count=QUEUED, rounds=4, workers=WORKERS)
        assert any(0 < number < READERS for number in queued), queued
        site.run(WORK)
        assert site.run(LEDGER).split() == [str(READERS)] * 3 + ["0", "sent"]


def sending(site, minutes=0):
    senders = [site.start(SEND, minutes=minutes) for _number in range(SENDERS)]
    assert [sender.stdout.readline() for sender in senders] == ["ready\n"] * SENDERS
    return senders


def killed_while_they_send(senders, sink, number):
    """Lets the senders go on until so many mails arrived; then each is killed in the middle of a mail."""
    until = time.monotonic() + MOST_SECONDS
    while len(sink.arrived) < number and time.monotonic() < until:
        time.sleep(0.05)
    sink.holding = True
    while sink.held < len(senders) and time.monotonic() < until:
        time.sleep(0.05)
    for sender in senders:
        sender.kill()
    sink.release()


def bare_rate(sink):
    """How many of these very mails a second the server takes from a program that does nothing else."""
    with smtplib.SMTP("127.0.0.1", sink.port) as line:
        begin, sent = time.monotonic(), 0
        while time.monotonic() < begin + 2:
            line.sendmail("wijk@example.org", ["maat@example.org"], sink.last)
            sent += 1
        return sent / (time.monotonic() - begin)


def test_very_many_readers_get_it_once_though_all_workers_are_killed_twice(tmp_path, capsys):
    with MailSink() as sink, nursery(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{sink.port}") as site:
        assert site.run(FILL_MANY.format(readers=MANY)).strip() == str(MANY)
        seconds, stopped = 0.0, []
        for part in (1, 2):
            senders = sending(site)
            begin, before = time.monotonic(), len(sink.arrived)
            killed_while_they_send(senders, sink, MANY * part // 3)
            seconds += time.monotonic() - begin
            assert before < len(sink.arrived) < MANY
        stopped = site.run(STOP_TWO).split()
        # What the dead had in hands is free again after their lease.
        senders = sending(site, minutes=6)
        begin = time.monotonic()
        assert [sender.wait() for sender in senders] == [0] * SENDERS
        seconds += time.monotonic() - begin
        arrived = dict(sink.arrived)
        rate, bare = len(arrived) / seconds, bare_rate(sink)
    with capsys.disabled():
        print(f"\n{MANY} readers, {SENDERS} workers: {rate:.0f} mails/s in {seconds:.0f} s; bare {bare:.0f} mails/s")
    assert len(stopped) == 2 and not set(stopped) & set(arrived)
    assert set(arrived) == {f"lezer{number}@example.org" for number in range(MANY)} - set(stopped)
    assert set(arrived.values()) == {1} and len(sink.ids) == len(arrived)
