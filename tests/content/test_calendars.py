"""Calendars that people subscribe to: read back with the library, with their rules, and with nothing private."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from accounts.requests.stopping import object_to
from content.posts.dates import call
from content.posts.interests import FEEDS
from content.series.rules import Repeat
from tests import factories
from tests.content.test_series import AMSTERDAM, NOW, TUESDAY, series
from wijk import clock


@pytest.fixture(autouse=True)
def one_moment():
    with clock.frozen(NOW):
        yield


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"].startswith("text/calendar")
    assert b"\n" not in response.content.replace(b"\r\n", b"") and not response.cookies
    return Calendar.from_ical(response.content)


def address_of(post):
    return f"{post.get_absolute_url()}agenda.ics"


def test_a_series_goes_out_as_one_event_with_its_rule_and_the_days_without_it(client, anna, klarendal):
    post = series(anna, klarendal, series_skips="20261222,20261229")
    calendar = read(client, "/wijk/klarendal/agenda.ics")
    (event,) = calendar.walk("VEVENT")
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20270223T225959Z;BYDAY=TU"
    assert event.decoded("DTSTART") == TUESDAY
    assert event["DTSTART"].params["TZID"] == event["EXDATE"].params["TZID"] == "Europe/Amsterdam"
    assert [moment.dt.date() for moment in event["EXDATE"].dts] == [date(2026, 12, 22), date(2026, 12, 29)]
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert (event["SEQUENCE"], str(event["UID"]).partition("@")[0]) == (0, f"bericht-{post.pk}")


def test_a_time_that_is_off_is_told_under_the_same_name_and_a_change_counts_up(client, anna, klarendal):
    post = series(anna, klarendal)
    before = read(client, address_of(post)).walk("VEVENT")[0]
    with clock.frozen(NOW + timedelta(minutes=5)):
        call(post=post, day=date(2026, 12, 8), off=True, by=anna)
    whole, off = read(client, address_of(post)).walk("VEVENT")
    assert str(off["STATUS"]) == "CANCELLED" and str(off["SUMMARY"]) == "Gaat niet door: Breicafé"
    assert off.decoded("RECURRENCE-ID") == TUESDAY + timedelta(days=7)
    assert whole["UID"] == off["UID"] == before["UID"] and "STATUS" not in whole
    assert before["SEQUENCE"] < whole["SEQUENCE"] == off["SEQUENCE"]
    assert before.decoded("LAST-MODIFIED") < whole.decoded("LAST-MODIFIED")
    assert whole.decoded("DTSTART") == TUESDAY


def test_a_monthly_series_keeps_its_beginning_after_months(client, anna, klarendal):
    post = series(anna, klarendal, repeat=Repeat.MONTHLY, first=datetime(2026, 12, 8, 20, tzinfo=AMSTERDAM))
    with clock.frozen(datetime(2027, 1, 20, 12, tzinfo=AMSTERDAM)):
        (event,) = read(client, address_of(post)).walk("VEVENT")
    assert event["RRULE"].to_ical().endswith(b"BYDAY=2TU")
    assert event.decoded("DTSTART") == datetime(2026, 12, 8, 20, tzinfo=ZoneInfo("Europe/Amsterdam"))


def test_an_organisation_has_a_calendar_of_its_own(client, anna, klarendal):
    house = factories.organisation("Wijkcentrum", klarendal, editor=anna)
    factories.activity(anna, klarendal, title="Samen eten", organisation=house)
    factories.activity(anna, klarendal, title="Van Anna zelf")
    factories.post(anna, klarendal, title="Stoelen te leen", kind="offer", organisation=house)
    calendar = read(client, "/organisatie/wijkcentrum/agenda.ics")
    assert str(calendar["X-WR-CALNAME"]) == "Agenda van Wijkcentrum"
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["Samen eten"]
    assert "/organisatie/wijkcentrum/agenda.ics" in client.get("/organisatie/wijkcentrum/").content.decode()
    house.is_live = False
    house.save()
    assert client.get("/organisatie/wijkcentrum/agenda.ics").status_code == 404


def test_an_activity_has_a_file_of_its_own_under_its_present_name(client, anna, klarendal):
    title = "Samen eten; met soep, en\\brood"
    post = factories.activity(anna, klarendal, title=title, venue="Zaal 1, achter")
    assert address_of(post) in client.get(post.get_absolute_url()).content.decode()
    assert client.get(f"/bericht/{post.pk}/oud/agenda.ics").url == address_of(post)
    (event,) = read(client, address_of(post)).walk("VEVENT")
    assert str(event["SUMMARY"]) == title and str(event["LOCATION"]) == "Zaal 1, achter"
    assert "RRULE" not in event


def test_what_is_gone_or_no_activity_has_no_file(client, anna, klarendal):
    offer = factories.post(anna, klarendal, kind="offer")
    gone = factories.activity(anna, klarendal, status="withdrawn")
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    assert [client.get(address_of(post)).status_code for post in (offer, gone, draft)] == [404, 410, 404]
    assert client.get("/bericht/999999/x/agenda.ics").status_code == 404


def test_who_objects_to_feeds_is_in_no_calendar(client, anna, klarendal):
    house = factories.organisation("Wijkcentrum", klarendal, editor=anna)
    post = factories.activity(anna, klarendal, organisation=house)
    assert address_of(post) in client.get(post.get_absolute_url()).content.decode()
    object_to(user=anna, code=FEEDS.code, by=anna)
    assert client.get(address_of(post)).status_code == 404
    for address in ("/wijk/klarendal/agenda.ics", "/organisatie/wijkcentrum/agenda.ics"):
        assert read(client, address).walk("VEVENT") == []
    assert address_of(post) not in client.get(post.get_absolute_url()).content.decode()


def test_no_calendar_holds_who_it_is_or_how_to_reach_them(client, anna, klarendal):
    house = factories.organisation("Wijkcentrum", klarendal, editor=anna, contact_email="geheim@example.org")
    private = {f"contact_{name}": f"geheim-{name}" for name in ("name", "email", "phone", "address")}
    post = series(anna, klarendal, organisation=house, series_off="20261208", **private)
    for address in (address_of(post), "/wijk/klarendal/agenda.ics", "/organisatie/wijkcentrum/agenda.ics"):
        content = client.get(address).content.decode()
        assert "geheim" not in content and "Anna" not in content and "ORGANIZER" not in content
