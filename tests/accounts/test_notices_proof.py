"""The long proof: workers are killed in the middle of a notice, and each account still has it in the outbox once."""

import pytest

from tests.nursery import nursery

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
ACCOUNTS = 900
WORKERS = 2
ROUNDS = 6

FILL = """
from accounts.breaches import actions as breaches
from accounts.notices import actions
from accounts.notices.models import PARTS
from accounts.users.models import User
from tests import factories
from wijk import clock
petra = factories.privacy_officer("Petra", "Visser")
User.objects.bulk_create(
    User(
        email=f"lid{{number}}@example.org", first_name="Lid", last_name=str(number), password="!",
        is_active=bool(number % 9),
        restricted_at=None if number % 7 else clock.now(),
        language="en" if number % 2 else "nl",
    )
    for number in range({accounts})
)
leak = breaches.file(values={{"summary": "x", "discovered_at": clock.now()}}, by=petra)
notice = actions.create(breach=leak, by=petra)
words = {{language: {{part: part for part in (*PARTS, "affected", "others")}} for language in ("nl", "en")}}
assert actions.save(notice=notice, words=words, by=petra)
notice.refresh_from_db()
print(actions.start(notice=notice, by=petra))
User.objects.create(email="later@example.org", first_name="Later", last_name="X", password="!")
"""
WORK = """
from accounts.notices import actions
actions.BATCH = 10
print("ready", flush=True)
actions.send_due()
"""
# An outbox that is emptied, as by a mail server: its wall against floods must not end the walk.
SENT = """
from wijk.mail.models import OutgoingMail
print(OutgoingMail.objects.filter(kind="breach-notice").count())
OutgoingMail.objects.filter(state="waiting").update(state="sent", payload="", recipient="")
"""
LEDGER = """
from accounts.notices.models import Notice
from accounts.users.models import User
from wijk.mail.models import OutgoingMail
mails = OutgoingMail.objects.filter(kind="breach-notice")
notice = Notice.objects.get()
wanted = set(User.objects.filter(is_active=True).exclude(email="later@example.org").values_list("pk", flat=True))
got = list(mails.values_list("account_ref", flat=True))
print(len(got), len(set(got)), set(got) == wanted, notice.accounts, notice.queued, notice.state)
"""


@pytest.fixture
def site(tmp_path, django_db_setup):
    with nursery(tmp_path) as site:
        yield site


def test_each_account_that_is_not_closed_has_the_notice_once_though_workers_are_killed(site):
    expected = int(site.run(FILL.format(accounts=ACCOUNTS)))
    assert expected == 1 + ACCOUNTS - len(range(0, ACCOUNTS, 9))
    queued = site.interrupted(WORK, kind="breach-notice", count=SENT, rounds=ROUNDS, workers=WORKERS)
    assert any(0 < number < expected for number in queued), queued
    site.run(WORK)
    whole = [str(expected)] * 2 + ["True"] + [str(expected)] * 2 + ["sent"]
    assert site.run(LEDGER).split() == whole
    site.run(WORK)
    assert site.run(LEDGER).split() == whole
    print(
        f"{expected} accounts, {ROUNDS * WORKERS} kills, queued after each round {queued}, mails in the end {expected}"
    )
