"""The agenda by day, on paper, in a calendar, and the open feeds."""

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests import factories
from wijk import clock

ATOM = "{http://www.w3.org/2005/Atom}"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize("number", [5, 60])
@pytest.mark.parametrize(
    "page", ["agenda/", "agenda/?wanneer=maand", "agenda/print/", "agenda.ics", "feed.atom", "feed.json"]
)
def test_lists_ask_six_queries_whatever_the_number(
    client, anna, klarendal, page, number, django_assert_max_num_queries
):
    for count in range(number):
        factories.activity(
            anna,
            klarendal,
            title=f"Activiteit {count}",
            starts_in=timedelta(days=count // 3 + 1),
            contact_name="Anna",
            show_name=True,
        )
    with django_assert_max_num_queries(6):
        assert client.get(f"/wijk/klarendal/{page}").status_code == 200


def test_activities_stand_by_day_soonest_first(client, anna, klarendal):
    noon = datetime(2026, 12, 3, 12, tzinfo=AMSTERDAM)
    with clock.frozen(noon - timedelta(days=3)):
        factories.activity(
            anna, klarendal, title="Avondeten", starts_in=timedelta(days=3, hours=6), venue="Wijkcentrum"
        )
        factories.activity(anna, klarendal, title="Koffie", starts_in=timedelta(days=3))
        factories.activity(anna, klarendal, title="Morgen al", starts_in=timedelta(days=1))
        factories.activity(anna, klarendal, title="Geweest", starts_in=-timedelta(days=1))
        days = client.get("/wijk/klarendal/agenda/").context["days"]
    assert [[row["title"] for row in group["rows"]] for group in days] == [["Morgen al"], ["Koffie", "Avondeten"]]
    assert days[1]["rows"][1]["time"] == "18.00 uur"
    assert days[1]["rows"][1]["place"] == "Wijkcentrum"


def test_an_activity_just_after_midnight_stands_on_its_own_day(client, anna, klarendal):
    with clock.frozen(datetime(2026, 12, 1, 12, tzinfo=AMSTERDAM)):
        factories.activity(anna, klarendal, starts_in=timedelta(hours=12, minutes=30))
        day = client.get("/wijk/klarendal/agenda/").context["days"][0]["day"]
    assert day.isoformat() == "2026-12-02"


def titles(page):
    return [row["title"] for group in page.context["days"] for row in group["rows"]]


def test_the_agenda_narrows_to_a_time_and_counts_what_is_on_then(client, anna, klarendal):
    wednesday = datetime(2026, 12, 2, 12, tzinfo=AMSTERDAM)
    with clock.frozen(wednesday):
        for title, days in (("Nu", 0), ("Vrijdag", 2), ("Zondag", 4), ("Kerst", 23), ("Januari", 40)):
            factories.activity(anna, klarendal, title=title, starts_in=timedelta(days=days, hours=1))
        whole = client.get("/wijk/klarendal/agenda/")
        chips = {chip["label"]: (chip["count"], chip["url"], chip["current"]) for chip in whole.context["times"]}
        assert chips == {
            "Alles": (5, "/wijk/klarendal/agenda/", True),
            "Vandaag": (1, "?wanneer=vandaag", False),
            "Dit weekend": (1, "?wanneer=weekend", False),
            "Deze week": (3, "?wanneer=week", False),
            "Deze maand": (4, "?wanneer=maand", False),
        }
        assert titles(client.get("/wijk/klarendal/agenda/?wanneer=vandaag")) == ["Nu"]
        assert titles(client.get("/wijk/klarendal/agenda/?wanneer=weekend")) == ["Zondag"]
        week = client.get("/wijk/klarendal/agenda/?wanneer=week")
        assert titles(week) == ["Nu", "Vrijdag", "Zondag"]
        assert [chip["url"] for chip in week.context["times"] if chip["current"]] == ["/wijk/klarendal/agenda/"]
        assert titles(client.get("/wijk/klarendal/agenda/?wanneer=maand")) == ["Nu", "Vrijdag", "Zondag", "Kerst"]
        assert 'href="?wanneer=weekend"' in whole.text


def test_each_time_of_a_series_counts_on_its_own_day(client, anna, klarendal):
    tuesday = datetime(2026, 12, 1, 9, tzinfo=AMSTERDAM)
    with clock.frozen(tuesday):
        rule = {"series_rule": "FREQ=WEEKLY;COUNT=5;BYDAY=TU", "series_from": tuesday + timedelta(hours=1)}
        factories.activity(anna, klarendal, title="Koffie", starts_in=timedelta(hours=1), **rule)
        month = client.get("/wijk/klarendal/agenda/?wanneer=maand")
        counts = {chip["label"]: chip["count"] for chip in month.context["times"]}
    assert counts == {"Alles": 5, "Vandaag": 1, "Deze week": 1, "Deze maand": 5}
    assert titles(month) == ["Koffie"] * 5


def test_a_time_with_nothing_says_so_and_an_unknown_one_is_no_page(client, anna, klarendal):
    with clock.frozen(datetime(2026, 12, 2, 12, tzinfo=AMSTERDAM)):
        factories.activity(anna, klarendal, starts_in=timedelta(days=40))
        page = client.get("/wijk/klarendal/agenda/?wanneer=vandaag").text
        assert "Dan is er niets te doen" in page and 'href="/wijk/klarendal/agenda/"' in page
    assert client.get("/wijk/klarendal/agenda/?wanneer=gisteren").status_code == 404


def test_an_empty_agenda_invites(client, klarendal):
    assert "nog leeg" in client.get("/wijk/klarendal/agenda/").text
    assert client.get("/wijk/klarendal/agenda/print/").status_code == 200


def test_the_calendar_file_is_one_that_calendars_read(client, anna, klarendal):
    post = factories.activity(
        anna,
        klarendal,
        title="Samen eten; met soep, en\\brood",
        venue="Wijkcentrum, zaal 1",
        ends_at=clock.now() + timedelta(days=2, hours=2),
    )
    response = client.get("/wijk/klarendal/agenda.ics")
    assert response["Content-Type"].startswith("text/calendar")
    assert b"\n" not in response.content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(response.content)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    event = calendar.walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == post.title
    assert str(event["LOCATION"]) == post.venue
    assert event.decoded("DTSTART") == post.starts_at.replace(microsecond=0)
    assert str(event["UID"]).startswith(f"bericht-{post.pk}@")
    assert "ORGANIZER" not in event


def test_an_empty_calendar_is_still_a_calendar(client, klarendal):
    assert Calendar.from_ical(client.get("/wijk/klarendal/agenda.ics").content).walk("VEVENT") == []


def test_atom_names_posts_by_number_and_escapes_their_words(client, anna, klarendal):
    post = factories.post(anna, klarendal, title="Lamp & <ladder>", text="Zie https://a.nl & <b>")
    response = client.get("/wijk/klarendal/feed.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Vraag: Lamp & <ladder>"
    assert entry.find(f"{ATOM}id").text.endswith(f"/bericht/{post.pk}/")
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Een bewoner"
    assert "&lt;b&gt;" in entry.find(f"{ATOM}summary").text


def test_json_feed_follows_version_1_1(client, anna, klarendal):
    factories.post(anna, klarendal, title="Lamp")
    response = client.get("/wijk/klarendal/feed.json")
    assert response["Content-Type"] == "application/feed+json"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["title"] == "Lamp"
    assert feed["items"][0]["authors"] == [{"name": "Een bewoner"}]
    assert feed["items"][0]["tags"][0] == "vraag"


def test_feeds_hold_nothing_that_is_not_visible(client, anna, klarendal):
    factories.post(anna, klarendal, title="Concept", status="draft", published_at=None)
    factories.post(anna, klarendal, title="Verlopen", expires_at=clock.now())
    for feed in ("feed.atom", "feed.json"):
        content = client.get(f"/wijk/klarendal/{feed}").text
        assert "Concept" not in content
        assert "Verlopen" not in content
