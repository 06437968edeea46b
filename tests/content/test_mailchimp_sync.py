"""Who stands at Mailchimp: readers who know of it, as long as they want, and nobody else (W-52, W-54, W-76)."""

import secrets
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.audit.models import AuditEvent
from accounts.requests.stopping import lift, object_to, restrict
from content.mailchimp import actions, polling, sending, sync
from content.mailchimp.models import Connection, Listing
from content.newsletters import actions as newsletters
from content.newsletters.emails import NEWSLETTER
from content.newsletters.sending import send_due, start
from neighbourhoods.subscriptions.actions import ask, confirm, stop, undo_stop
from neighbourhoods.subscriptions.models import Subscription, address_hash
from tests import factories
from tests.content.mailchimp_town import VERSION, agreement, connect, later, reader, states
from tests.mailchimp_server import md5
from wijk import clock
from wijk.mail.models import OutgoingMail


@pytest.fixture
def fatima(klarendal):
    return reader("Fatima@example.org", klarendal, first_name="Fatima")


def test_only_confirmed_readers_of_the_neighbourhood_who_know_of_it_stand_there(
    connection,
    mailchimp,
    klarendal,
    presikhaaf,
    fatima,
    anna,
    bram,
):
    reader("vroeger@example.org", klarendal, told=False)
    reader("elders@example.org", presikhaaf)
    reader("nooit@example.org", klarendal, confirmed=False)
    stop(subscription=reader("gestopt@example.org", klarendal), by=None)
    for person, change in ((anna, {"is_active": False}), (bram, {"restricted_at": clock.now()})):
        reader(person.email, klarendal, user=person)
        type(person).objects.filter(pk=person.pk).update(**change)
    assert sync.work() == 1
    assert mailchimp.subscribed() == ["Fatima@example.org"]
    assert mailchimp.members[md5("fatima@example.org")]["merge_fields"] == {"FNAME": "Fatima"}
    event = AuditEvent.objects.get(action="mailchimp.export")
    assert event.detail == {"on": 1, "off": 0} and event.neighbourhood_ref == klarendal.pk


@pytest.mark.parametrize("name", ["*|EMAIL|*", "<b>Jan</b>", "http://kwaad.example/", "Jan\n\nBel 06"])
def test_a_first_name_that_is_none_does_not_go_over(connection, mailchimp, klarendal, name):
    reader("jan@example.org", klarendal, first_name=name)
    sync.work()
    assert mailchimp.members[md5("jan@example.org")]["merge_fields"] == {"FNAME": ""}


def test_nothing_is_asked_again_when_nothing_changed(connection, mailchimp, fatima):
    sync.work()
    before = len(mailchimp.calls)
    for _time in range(3):
        with later():
            assert sync.work() == 0
    assert len(mailchimp.calls) == before


def test_who_stops_is_off_the_list_at_the_next_look_and_forgotten_a_day_later(connection, mailchimp, fatima):
    sync.work()
    way_back = stop(subscription=fatima, by=None)
    sync.work()
    assert mailchimp.subscribed() == [] and len(mailchimp.members) == 1
    fatima.refresh_from_db()
    undo_stop(subscription=fatima, way_back=way_back, by=None)
    sync.work()
    assert mailchimp.subscribed() == ["Fatima@example.org"]
    stop(subscription=fatima, by=None)
    with later(minutes=25 * 60):
        sync.work()
    assert mailchimp.members == {} and not Listing.objects.exists()


def test_who_is_frozen_or_objects_comes_off_and_may_come_back(connection, mailchimp, klarendal, anna):
    reader(anna.email, klarendal, user=anna)
    sync.work()
    restrict(user=anna, reason="own_wish", by=anna)
    sync.work()
    assert mailchimp.subscribed() == []
    lift(user=anna, by=anna)
    sync.work()
    assert mailchimp.subscribed() == [anna.email]
    object_to(user=anna, code="newsletter", by=anna)
    sync.work()
    assert mailchimp.subscribed() == []


def test_who_moves_to_another_address_is_forgotten_under_the_old_one(connection, mailchimp, klarendal, anna):
    reader(anna.email, klarendal, user=anna)
    sync.work()
    Subscription.objects.move(anna, anna.email, "nieuw@example.org")
    sync.work()
    assert [one["email_address"] for one in mailchimp.members.values()] == ["nieuw@example.org"]


def test_a_name_typed_anew_goes_over(connection, mailchimp, fatima):
    sync.work()
    Subscription.objects.filter(pk=fatima.pk).update(first_name="Fatma", confirmed_at=clock.now())
    sync.work()
    assert mailchimp.members[md5("fatima@example.org")]["merge_fields"] == {"FNAME": "Fatma"}


def test_whom_mailchimp_does_not_take_back_is_not_asked_for_again(connection, mailchimp, fatima):
    mailchimp.forgotten.add(md5("fatima@example.org"))
    sync.work()
    assert states(connection) == [("Fatima@example.org", "on", "refused")]
    before = len(mailchimp.calls)
    with later():
        sync.work()
    assert len(mailchimp.calls) == before
    assert "Forgotten" in Listing.objects.get().error and "@" not in Listing.objects.get().error


def test_who_comes_back_before_being_forgotten_is_one_row_again(connection, mailchimp, klarendal, fatima):
    sync.work()
    Subscription.objects.all().delete()
    sync.plan(connection)
    assert states(connection) == [(None, "gone", "on")]
    reader("Fatima@example.org", klarendal, first_name="Fatima")
    sync.work()
    assert states(connection) == [("Fatima@example.org", "on", "on")] and len(mailchimp.subscribed()) == 1


def test_many_readers_go_over_in_rounds_that_stop_in_time(connection, mailchimp, klarendal):
    for number in range(5):
        reader(f"lezer{number}@example.org", klarendal)
    assert sync.work(seconds=-1) == 0
    assert sync.work() == 5


def test_a_look_at_many_readers_takes_few_queries(connection, klarendal, django_assert_max_num_queries):
    for number in range(30):
        reader(f"lezer{number}@example.org", klarendal)
    sync.plan(connection)
    with django_assert_max_num_queries(12):
        sync.plan(connection)


# What happens there --------------------------------------------------------------------------------------------------


def test_who_stops_at_mailchimp_stops_here(connection, mailchimp, fatima):
    sync.work()
    mailchimp.change("fatima@example.org", "unsubscribed")
    assert polling.poll() == 1
    fatima.refresh_from_db()
    assert fatima.stopped_at is not None and fatima.email == ""
    assert AuditEvent.objects.filter(action="subscription.stop").count() == 1
    sync.work()
    assert mailchimp.names().count("putListsIdMembersId") == 1
    with later(minutes=25 * 60):
        assert polling.poll() == 0
        sync.work()
    assert mailchimp.members == {}


@pytest.mark.parametrize("status", ["cleaned", "archived"])
def test_an_address_that_ended_there_for_another_reason_is_left_to_our_own_mail(
    connection,
    mailchimp,
    fatima,
    status,
):
    sync.work()
    mailchimp.change("fatima@example.org", status)
    assert polling.poll() == 1
    fatima.refresh_from_db()
    assert fatima.is_confirmed and states(connection) == [("Fatima@example.org", "on", "refused")]


def test_who_stopped_there_before_we_knew_they_were_on_gets_nothing_by_our_own_mail_either(
    connection, mailchimp, fatima
):
    mailchimp.fail("drop", "putListsIdMembersId", done=True)
    sync.work()
    mailchimp.change("fatima@example.org", "unsubscribed")
    with later():
        sync.work()
    assert states(connection) == [("Fatima@example.org", "on", "refused")]
    assert polling.poll() == 1
    fatima.refresh_from_db()
    assert fatima.stopped_at is not None


def test_who_says_yes_anew_after_stopping_there_keeps_getting_it(connection, mailchimp, fatima):
    sync.work()
    mailchimp.change("fatima@example.org", "unsubscribed")
    with later():
        Subscription.objects.filter(pk=fatima.pk).update(confirmed_at=clock.now())
        sync.work()
        assert states(connection) == [("Fatima@example.org", "on", "refused")]
        assert polling.poll() == 0
    fatima.refresh_from_db()
    assert fatima.is_confirmed


def test_people_who_are_not_ours_are_not_taken_over(connection, mailchimp):
    mailchimp.add("vreemd@example.org", "unsubscribed")
    mailchimp.add("vreemder@example.org")
    polling.poll()
    sync.work()
    assert not Subscription.objects.exists() and not Listing.objects.exists()
    assert len(mailchimp.members) == 2


def test_there_is_a_look_each_quarter_and_at_once_after_a_knock(connection, mailchimp, client):
    polling.poll()
    before = len(mailchimp.calls)
    with later(minutes=5):
        polling.poll()
    assert len(mailchimp.calls) == before
    path = f"/mailchimp/{connection.hook}/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"type": "unsubscribe", "data[email]": "anna@example.org"}).status_code == 204
    with later(minutes=5):
        polling.poll()
    assert len(mailchimp.calls) == before + 1
    with later(minutes=30):
        polling.poll()
    assert len(mailchimp.calls) == before + 2


def test_what_a_knock_says_is_not_believed(connection, mailchimp, client, fatima):
    sync.work()
    client.post(f"/mailchimp/{connection.hook}/", {"type": "unsubscribe", "data[email]": fatima.email})
    polling.poll()
    fatima.refresh_from_db()
    assert fatima.is_confirmed


def test_a_guessed_or_ended_address_is_no_door_and_knocking_is_limited(connection, client):
    assert client.get("/mailchimp/onbekend/").status_code == 404
    assert client.post("/mailchimp/onbekend/").status_code == 404
    path = f"/mailchimp/{connection.hook}/"
    answers = {client.post(path).status_code for _time in range(70)}
    assert answers == {204, 429}
    with later(minutes=61):
        assert client.post(path).status_code == 204
        actions.end(connection=connection, by=None)
        assert client.post(path).status_code == 404


# Trouble -------------------------------------------------------------------------------------------------------------

WORK = {
    "a reader comes on": ("putListsIdMembersId", "on"),
    "a reader comes off": ("patchListsIdMembersId", "off"),
    "a reader is forgotten": ("postListsIdMembersHashActionsDeletePermanent", "gone"),
}
PASSING = ["busy", "500", "empty", "html", "hang", "drop"]


def prepare(wanted, fatima):
    if wanted != "on":
        sync.work()
        stop(subscription=fatima, by=None)
    return clock.frozen(timedelta(days=2)) if wanted == "gone" else clock.frozen(timedelta(0))


def is_as_wanted(wanted, mailchimp):
    there = {"on": (1, 1), "off": (1, 0), "gone": (0, 0)}[wanted]
    return (len(mailchimp.members), len(mailchimp.subscribed())) == there


@pytest.mark.parametrize("done", [False, True], ids=["before it was done", "after it was done"])
@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("work", WORK)
def test_after_trouble_the_work_goes_on_later_and_nothing_is_lost(
    connection,
    mailchimp,
    said,
    fatima,
    work,
    kind,
    done,
):
    operation, wanted = WORK[work]
    with prepare(wanted, fatima) as moment:
        mailchimp.fail(kind, operation, times=2, done=done, wait="120")
        sync.work()
        assert mailchimp.names().count(operation) == 1
        connection.refresh_from_db()
        assert connection.failures == 1 and connection.resting_until > moment
        sync.work()
        assert mailchimp.names().count(operation) == 1, "it rests"
    for minutes in (5, 60):
        with clock.frozen(moment + timedelta(minutes=minutes)):
            sync.work()
    assert is_as_wanted(wanted, mailchimp)
    connection.refresh_from_db()
    assert (connection.failures, connection.error, connection.broken_at) == (0, "", None)


@pytest.mark.parametrize(("wait", "seconds"), [("30", 30), ("0", 0), ("86400", 3600)])
def test_it_waits_as_long_as_mailchimp_asks_and_at_most_an_hour(connection, mailchimp, fatima, wait, seconds):
    mailchimp.fail("busy", wait=wait)
    with clock.frozen(timedelta(0)) as moment:
        sync.work()
    connection.refresh_from_db()
    assert connection.resting_until == moment + timedelta(seconds=seconds)


def test_waits_grow_and_are_never_quite_the_same():
    spans = [[sync.backoff(number).total_seconds() for _time in range(20)] for number in range(12)]
    assert all(len(set(many)) > 5 for many in spans)
    assert min(spans[0]) >= 60 and max(spans[0]) <= 75
    assert min(spans[3]) > max(spans[1]) and max(spans[11]) <= 6 * 3600 * 1.25


@pytest.mark.parametrize("work", WORK)
def test_a_key_that_is_not_taken_stops_everything_and_the_operator_hears_once(
    connection,
    mailchimp,
    said,
    otto,
    klarendal,
    fatima,
    work,
):
    _operation, wanted = WORK[work]
    with prepare(wanted, fatima):
        reader("tweede@example.org", klarendal)
        mailchimp.key = "f" * 32 + "-us7"
        before = len(mailchimp.calls)
        for _time in range(3):
            sync.work()
            polling.poll()
        assert len(mailchimp.calls) == before + 1
        mails = OutgoingMail.objects.filter(kind="mailchimp-broken")
        assert [mail.recipient for mail in mails] == [otto.email]
        connection.refresh_from_db()
        assert connection.state == "broken"
        key = secrets.token_hex(16) + "-us7"
        mailchimp.key = key
        actions.renew(connection=connection, api_key=key, agreement_until=None, by=otto)
        connection.refresh_from_db()
        assert actions.try_out(connection) == ""
        sync.work()
    expected = {"on": 2, "off": 1, "gone": 1}[wanted]
    assert len(mailchimp.subscribed()) == expected
    assert mails.count() == 1


def test_one_reader_in_trouble_does_not_hold_up_the_others(connection, mailchimp, klarendal):
    for number in range(3):
        reader(f"lezer{number}@example.org", klarendal)
    mailchimp.fail("500", times=1)
    for minutes in (0, 10, 20):
        with later(minutes):
            sync.work()
    assert len(mailchimp.subscribed()) == 3


def test_trouble_in_one_neighbourhood_is_not_trouble_in_another(mailchimp, klarendal, presikhaaf, otto):
    elsewhere = connect(presikhaaf, otto)
    Connection.objects.update(audience="ffffffffff", broken_at=clock.now())
    connect(klarendal, otto)
    reader("lezer@example.org", klarendal)
    reader("elders@example.org", presikhaaf)
    sync.work()
    assert mailchimp.subscribed() == ["lezer@example.org"]
    assert states(elsewhere) == [("elders@example.org", "on", "new")]


def test_a_poll_in_trouble_is_made_up_for(connection, mailchimp, said, fatima):
    sync.work()
    mailchimp.change("fatima@example.org", "unsubscribed")
    for number, kind in enumerate(PASSING):
        mailchimp.fail(kind, "getListsIdMembers", wait="1")
        with later(minutes=24 * 60 * number):
            assert polling.poll() == 0
    with later(minutes=24 * 60 * 10):
        assert polling.poll() == 1


# The end -------------------------------------------------------------------------------------------------------------


def test_the_end_of_the_agreement_takes_everybody_away(connection, mailchimp, klarendal, fatima, otto):
    reader("tweede@example.org", klarendal)
    sync.work()
    assert actions.end(connection=connection, by=otto) is True
    assert actions.end(connection=connection, by=otto) is False
    reader("te-laat@example.org", klarendal)
    sync.work()
    assert mailchimp.members == {} and not Listing.objects.exists()
    connection.refresh_from_db()
    assert connection.state == "emptied" and connection.api_key == ""
    before = len(mailchimp.calls)
    with later():
        sync.work()
        polling.poll()
    assert len(mailchimp.calls) == before
    assert AuditEvent.objects.filter(action="mailchimp.end").count() == 1


def test_the_last_day_of_the_agreement_ends_it_by_itself(connection, mailchimp, fatima):
    sync.work()
    Connection.objects.update(agreement_until=clock.today())
    assert actions.end_run_out() == 0
    with later(minutes=24 * 60):
        before = len(mailchimp.calls)
        sync.work()
        polling.poll()
        assert len(mailchimp.calls) == before, "no call once the day is over"
        assert actions.end_run_out() == 1
        sync.work()
    assert mailchimp.members == {}


def test_an_audience_is_of_one_neighbourhood_until_it_is_empty(
    connection,
    mailchimp,
    presikhaaf,
    klarendal,
    otto,
    fatima,
):
    for place in (presikhaaf, klarendal):
        with pytest.raises(IntegrityError), transaction.atomic():
            connect(place, otto)
    sync.work()
    actions.end(connection=connection, by=otto)
    with pytest.raises(IntegrityError), transaction.atomic():
        connect(presikhaaf, otto)
    sync.work()
    assert connect(presikhaaf, otto).state == "running"


def test_an_audience_with_people_in_it_is_not_taken(mailchimp, klarendal, otto):
    mailchimp.add("vreemd@example.org")
    made = actions.connect(neighbourhood=klarendal, values=agreement(), by=otto)
    assert actions.try_out(made) == "filled"
    reader("fatima@example.org", klarendal)
    sync.work()
    assert mailchimp.subscribed() == ["vreemd@example.org"]
    mailchimp.members.clear()
    assert actions.try_out(made) == ""
    sync.work()
    assert mailchimp.subscribed() == ["fatima@example.org"]


# By default ----------------------------------------------------------------------------------------------------------


def test_a_site_where_nobody_connected_anything_makes_no_call(no_network, klarendal, mo):
    reader("fatima@example.org", klarendal, told=False)
    ask(neighbourhood=klarendal, email="nieuw@example.org", first_name="", language="nl", by=None)
    confirm(subscription=Subscription.objects.get(email_hash=address_hash("nieuw@example.org")), by=None)
    draft = newsletters.create(neighbourhood=klarendal, by=mo)
    assert actions.hand_over(newsletter=draft, by=mo) is None
    start(newsletter=draft, by=mo)
    send_due()
    for job in (sync.work, polling.poll, sending.advance_due, actions.end_run_out):
        assert job() == 0
    actions.erase(("fatima@example.org",))
    stop(subscription=Subscription.objects.exclude(email="").first(), by=None)
    sync.work()
    assert no_network == []
    assert OutgoingMail.objects.filter(kind=NEWSLETTER.name).count() == 2


def test_readers_hear_of_it_before_they_say_yes(connection, klarendal, client, anna):
    page = client.get(f"/nieuwsbrief/{klarendal.slug}/").content.decode()
    assert "We versturen hem met Mailchimp, een bedrijf in de VS" in page
    ask(neighbourhood=klarendal, email="nieuw@example.org", first_name="", language="nl", by=None)
    new = Subscription.objects.get(email_hash=address_hash("nieuw@example.org"))
    confirm(subscription=new, by=None)
    new.refresh_from_db()
    assert new.text_version == VERSION and new.is_confirmed
    Connection.objects.update(ended_at=clock.now())
    assert "Mailchimp" not in client.get(f"/nieuwsbrief/{klarendal.slug}/").content.decode()
    assert Subscription.objects.confirmed().filter(pk=new.pk).exists(), "the yes to the newsletter stands"
    assert factories.subscription("los@example.org", klarendal).is_confirmed
