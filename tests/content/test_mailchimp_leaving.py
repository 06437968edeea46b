"""Who leaves is erased at Mailchimp too, and where that cannot be, somebody hears of it (W-77, K-36)."""

import json
import secrets
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts.closure.actions import advance_all, close
from accounts.closure.models import ExternalErasure
from accounts.closure.outside import erase_elsewhere_again
from accounts.export.bundle import bundle
from accounts.office.desk import pressing
from content.mailchimp import actions, sync
from content.mailchimp.models import Connection, Listing
from tests.content.mailchimp_town import reader, states
from tests.mailchimp_server import md5
from wijk import clock
from wijk.mail.models import OutgoingMail

DAY = timedelta(hours=25)


@pytest.fixture
def listed(connection, klarendal, anna):
    reader(anna.email, klarendal, user=anna)
    sync.work()
    return anna


def erased(user, on=DAY):
    """The closing of this account, a day on."""
    close(user=user, by=user)
    with clock.frozen(on):
        advance_all()


def a_day_on():
    """A day on and a bit, at an hour after which five more are of the same day: who should hear does so once a day."""
    return DAY if timezone.localtime(clock.now()).hour < 18 else DAY + timedelta(hours=6)


def test_who_closes_is_off_the_list_at_once_and_erased_in_time(mailchimp, listed):
    number = md5(listed.email)
    close(user=listed, by=listed)
    sync.work()
    assert mailchimp.subscribed() == [] and number in mailchimp.members
    with clock.frozen(DAY):
        advance_all()
    assert mailchimp.members == {} and number in mailchimp.forgotten
    assert not Listing.objects.exists() and not ExternalErasure.objects.waiting().exists()


def test_who_comes_back_in_time_is_on_the_list_again(mailchimp, listed):
    close(user=listed, by=listed)
    sync.work()
    type(listed).objects.filter(pk=listed.pk).update(is_active=True)
    sync.work()
    assert mailchimp.subscribed() == [listed.email]


@pytest.mark.parametrize("kind", ["busy", "500", "empty", "html", "hang", "drop"])
def test_while_mailchimp_is_down_the_erasure_waits_and_is_done_later(mailchimp, listed, said, kind):
    close(user=listed, by=listed)
    mailchimp.fail(kind, times=1)
    with clock.frozen(DAY):
        advance_all()
        assert ExternalErasure.objects.waiting().count() == 1 and mailchimp.members
    with clock.frozen(DAY + timedelta(hours=1)):
        erase_elsewhere_again()
    assert mailchimp.members == {} and not ExternalErasure.objects.waiting().exists() and not Listing.objects.exists()


def test_the_end_of_the_agreement_does_not_keep_anybody_there(mailchimp, connection, listed, otto):
    actions.end(connection=connection, by=otto)
    erased(listed)
    assert mailchimp.members == {} and not ExternalErasure.objects.waiting().exists()


@pytest.mark.parametrize("ended", [False, True])
def test_where_no_key_works_the_closing_stays_open_and_somebody_hears(
    mailchimp,
    connection,
    listed,
    otto,
    petra,
    said,
    ended,
):
    mailchimp.key = secrets.token_hex(16) + "-us7"
    if ended:
        actions.end(connection=connection, by=otto)
        connection.refresh_from_db()
    erased(listed, on=(later := a_day_on()))
    for hours in (2, 5):
        with clock.frozen(later + timedelta(hours=hours)):
            erase_elsewhere_again()
    assert ExternalErasure.objects.waiting().get().error == "NoEntry"
    told = OutgoingMail.objects.filter(kind="mailchimp-not-erased")
    assert {mail.recipient for mail in told} == {otto.email, petra.email} and told.count() == 2
    assert any("Mailchimp nog niet gewist" in str(item.title) and item.urgent for item in pressing())
    assert Listing.objects.get().subscription is None
    actions.renew(connection=connection, api_key=mailchimp.key, agreement_until=None, by=otto)
    connection.refresh_from_db()
    assert actions.try_out(connection) == ""
    with clock.frozen(DAY + timedelta(hours=20)):
        erase_elsewhere_again()
    assert mailchimp.members == {} and not ExternalErasure.objects.waiting().exists()


def test_an_operator_who_threw_the_list_away_there_says_so(mailchimp, connection, listed, otto):
    mailchimp.key = secrets.token_hex(16) + "-us7"
    assert actions.emptied_by_hand(connection=connection, by=otto) is False, "not while it runs"
    actions.end(connection=connection, by=otto)
    sync.work()
    erased(listed)
    assert ExternalErasure.objects.waiting().exists()
    connection.refresh_from_db()
    assert connection.state == "stuck"
    assert actions.emptied_by_hand(connection=connection, by=otto) is True
    with clock.frozen(DAY + timedelta(hours=20)):
        erase_elsewhere_again()
    assert not ExternalErasure.objects.waiting().exists()
    assert Connection.objects.get().api_key == ""


def test_who_was_never_there_is_no_reason_for_a_call(mailchimp, connection, bram):
    before = len(mailchimp.calls)
    erased(bram)
    assert len(mailchimp.calls) == before and not ExternalErasure.objects.waiting().exists()


def test_a_member_sees_what_stands_there_in_the_download(mailchimp, listed):
    found = bundle(listed)
    words = json.dumps(found, default=str, ensure_ascii=False)
    assert "staat op de lijst bij Mailchimp" in words and "Mailchimp (Intuit) (Verenigde Staten)" in words
    assert md5(listed.email) not in words


def test_the_key_and_what_mailchimp_calls_people_are_unreadable_in_the_database(connection, listed):
    with database.cursor() as cursor:
        cursor.execute("SELECT api_key FROM content_connection")
        key = cursor.fetchone()[0]
        cursor.execute("SELECT subscriber, subscriber_key, email_hash FROM content_listing")
        stored = cursor.fetchone()
    assert connection.api_key not in key and md5(listed.email) not in stored
    assert states(connection) == [(listed.email, "on", "on")]
