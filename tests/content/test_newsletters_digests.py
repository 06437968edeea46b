"""The digest of new posts: when, to whom, how often, and what is in it."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.newsletters import digests
from content.newsletters.models import DigestEntry
from neighbourhoods.subscriptions.actions import choose_digest, stop, stop_digests
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, refusal

DAY = timedelta(days=1)
# A Wednesday.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
THURSDAY, MONDAY = NOON + timedelta(hours=20), NOON + timedelta(days=5, hours=-4)


@pytest.fixture(autouse=True)
def wednesday():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def fatima(klarendal):
    return reader("fatima@example.org", klarendal, "daily")


def reader(email, place, how, **fields):
    made = factories.subscription(email, place, first_name="Fatima", **fields)
    choose_digest(subscription=made, digest=how, by=None)
    made.refresh_from_db()
    return made


def words(mail):
    return json.loads(mail.payload)["text"]


def at(moment):
    with clock.frozen(moment):
        return digests.queue_due()


def test_a_daily_digest_comes_each_morning_with_what_is_new(anna, klarendal, fatima):
    with clock.frozen(-DAY):
        factories.post(anna, klarendal, title="Van gisteren")
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal, title="Van vandaag")
    assert at(NOON + clock.MINUTE) == 0
    assert at(THURSDAY) == 1
    assert at(THURSDAY + clock.MINUTE) == 0
    mail = OutgoingMail.objects.get(kind="digest")
    assert "Van vandaag" in words(mail) and "Van gisteren" not in words(mail) and "Hallo Fatima," in words(mail)
    assert at(THURSDAY + DAY) == 0, "nothing new"


def test_a_weekly_digest_comes_on_monday(anna, klarendal):
    reader("week@example.org", klarendal, "weekly")
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    for day in range(4):
        assert at(THURSDAY + day * DAY) == 0
    assert at(MONDAY) == 1
    assert at(MONDAY + DAY) == 0


def test_one_mail_for_all_neighbourhoods_grouped_and_each_post_once(anna, bram, klarendal, presikhaaf, fatima):
    reader("fatima@example.org", presikhaaf, "daily")
    with clock.frozen(clock.MINUTE):
        here = factories.post(anna, klarendal, title="Lamp in Klarendal")
        there = factories.post(bram, presikhaaf, title="Fiets in Presikhaaf")
    assert at(THURSDAY) == 1
    text = words(OutgoingMail.objects.get(kind="digest"))
    assert text.count(here.title) == text.count(there.title) == 1
    assert text.index("KLARENDAL") < text.index(here.title) < text.index("PRESIKHAAF WEST") < text.index(there.title)


def test_default_is_the_newsletter_only_and_organisations_have_none(anna, klarendal):
    factories.subscription("gewoon@example.org", klarendal)
    professional = factories.subscription("bureau@example.org", klarendal, list="professional")
    choose_digest(subscription=professional, digest="daily", by=None)
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    assert at(THURSDAY) == 0
    assert set(Subscription.objects.values_list("digest", flat=True)) == {"none"}


def test_at_most_one_a_day_whatever_is_switched_or_run_twice(anna, klarendal, fatima):
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    assert at(THURSDAY) == 1
    Subscription.objects.update(digest_until=NOON)
    at(THURSDAY + clock.MINUTE)
    assert OutgoingMail.objects.filter(kind="digest").count() == DigestEntry.objects.count() == 1


def test_killed_in_the_middle_nobody_gets_two_and_nobody_none(anna, klarendal, monkeypatch):
    for number in range(5):
        reader(f"lezer{number}@example.org", klarendal, "daily")
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    monkeypatch.setattr(digests, "BATCH", 2)
    real, calls = digests.digest_mail, []

    def falls(*args):
        calls.append(args)
        if len(calls) == 4:
            raise SystemError("killed")
        return real(*args)

    monkeypatch.setattr(digests, "digest_mail", falls)
    with pytest.raises(SystemError):
        at(THURSDAY)
    assert OutgoingMail.objects.filter(kind="digest").count() == 2
    assert at(THURSDAY) == 3
    assert OutgoingMail.objects.filter(kind="digest").values("recipient_hash").distinct().count() == 5


@pytest.mark.parametrize("end", ["stop", "none", "all"])
def test_who_stops_while_it_waits_gets_none(anna, klarendal, fatima, end):
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    at(THURSDAY)
    with clock.frozen(THURSDAY):
        mail = OutgoingMail.objects.get(kind="digest")
        assert refusal(mail) == ""
        if end == "stop":
            stop(subscription=fatima, by=None)
        elif end == "none":
            choose_digest(subscription=fatima, digest="none", by=None)
        else:
            stop_digests(subscriptions=Subscription.objects.all(), by=None)
        assert refusal(mail) == "no longer wanted"
        assert deliver() == 0


def test_one_neighbourhood_stopped_while_it_waits_is_not_mailed_after_all(anna, bram, klarendal, presikhaaf, fatima):
    reader("fatima@example.org", presikhaaf, "daily")
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
        factories.post(bram, presikhaaf)
    at(THURSDAY)
    stop(subscription=fatima, by=None)
    with clock.frozen(THURSDAY):
        assert deliver() == 0


def test_a_member_who_closes_or_stands_still_gets_none(anna, bram, klarendal):
    reader(bram.email, klarendal, "daily", user=bram)
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    at(THURSDAY)
    bram.restricted_at = clock.now()
    bram.save()
    with clock.frozen(THURSDAY):
        assert refusal(OutgoingMail.objects.get(kind="digest")) == "account frozen"
        factories.post(anna, klarendal)
    assert at(THURSDAY + DAY) == 0


def test_its_header_stops_the_digest_and_leaves_the_newsletter(client, anna, klarendal, fatima):
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    at(THURSDAY)
    headers = json.loads(OutgoingMail.objects.get(kind="digest").payload)["headers"]
    assert headers["List-Id"].startswith("<overzicht.")
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert "Stop het overzicht" in client.get(path).content.decode()
    fatima.refresh_from_db()
    assert fatima.digest == "daily"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    fatima.refresh_from_db()
    assert (fatima.digest, fatima.is_confirmed) == ("none", True)


def test_what_was_withdrawn_is_not_in_it(anna, klarendal, fatima):
    with clock.frozen(clock.MINUTE):
        post = factories.post(anna, klarendal)
    type(post).objects.update(status="withdrawn")
    assert at(THURSDAY) == 0


def test_queries_do_not_grow_with_readers(anna, klarendal, django_assert_max_num_queries):
    for number in range(30):
        reader(f"lezer{number}@example.org", klarendal, "daily")
    with clock.frozen(clock.MINUTE):
        factories.post(anna, klarendal)
    with clock.frozen(THURSDAY), django_assert_max_num_queries(16):
        assert digests.queue_due() == 30
