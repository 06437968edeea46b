"""What the forms of signing up do with what no neighbour would send, and how few questions the pages ask."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.posts.models import Post
from content.signups.models import SignUp
from tests import factories
from tests.content.test_signups import DAY, an_activity, joined, send, typed, url_of  # noqa: F401  a fixture
from wijk import clock
from wijk.mail.models import OutgoingMail


def nothing_happened():
    return not SignUp.objects.exists() and not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Vul je naam in"),
        ("name", "\x00\u202e\u200b", "Vul je naam in"),
        ("name", "n" * 61, "60"),
        ("email", "", "Vul je e-mailadres in."),
        ("email", "vera", "geen geldig e-mailadres"),
        ("email", "a,b@example.org", "geen geldig e-mailadres"),
        ("people", "", "van 1 tot en met 6"),
        ("people", "0", "van 1 tot en met 6"),
        ("people", "-3", "van 1 tot en met 6"),
        ("people", "7", "hooguit 6"),
        ("people", "9" * 400, "hooguit 6"),
        ("people", "9" * 5000, "van 1 tot en met 6"),
        ("people", "1e1", "van 1 tot en met 6"),
        ("people", "twee\x00", "van 1 tot en met 6"),
        ("remark", "o" * 301, "300"),
        ("sent_at", "", "te lang open"),
        ("sent_at", "\x00:x:y", "te lang open"),
    ],
)
def test_bad_input_is_explained_at_its_field_and_nothing_typed_is_lost(client, activity, field, value, says):
    answer = send(client, activity, **{"remark": "Ik neem soep mee", field: value})
    page = answer.content.decode()
    assert answer.status_code == 200 and says in page and 'id="fouten"' in page and nothing_happened()
    for kept in {"name": "Vera", "email": "vera@example.net", "remark": "Ik neem soep mee"}.items():
        assert kept[0] == field or kept[1] in page


def test_a_robot_gets_the_same_answer_and_nothing_happens(client, activity):
    assert send(client, activity, website="http://x").url == "/aanmelding/gestuurd/" and nothing_happened()


@pytest.mark.parametrize("path", ["/aanmelding/x/", "/aanmelding/x/bevestigen/", "/aanmelding/" + "a" * 5000 + "/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_link_opens_nothing(client, activity, path, method):
    joined(activity)
    assert getattr(client, method)(path).status_code == 410
    assert SignUp.objects.get().state == "going"


def test_markup_in_a_name_stays_text(client, as_, activity, anna):
    joined(activity, "<script>alert(1)</script>", email="script@example.net")
    page = as_(anna).get(reverse("signups:of_post", args=[activity.pk])).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("limit", "vary"),
    [(5, lambda number: {"name": f"N{number}"}), (20, lambda number: {"email": f"n{number}@example.net"})],
)
def test_an_address_and_a_network_can_do_this_so_often_in_an_hour(client, activity, limit, vary):
    answers = [send(client, activity, **vary(number)).status_code for number in range(limit + 1)]
    assert answers == [302] * limit + [429]


def test_nobody_reaches_the_list_of_another_activity_through_the_own_one(as_, activity, bram, presikhaaf):
    one = joined(activity)
    his = factories.activity(bram, presikhaaf, signup_on=True)
    browser = as_(bram)
    for name in ("write", "remove"):
        for post in (his, activity):
            url = reverse(f"signups:{name}", args=[post.pk, one.pk])
            assert browser.get(url).status_code == browser.post(url, {"body": "x", "reason": "x"}).status_code == 404
    assert browser.get(reverse("signups:of_post", args=[activity.pk])).status_code == 404
    one.refresh_from_db()
    assert one.state == "going"


# How many questions --------------------------------------------------------------------------------------------------


def asked(client, path):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(queries)


def test_a_long_list_asks_no_more_than_a_short_one(client, as_, activity, anna, bram):
    pages = [reverse("signups:of_post", args=[activity.pk]), f"/mijn/berichten/{activity.pk}/"]
    joined(activity)
    organiser, someone = as_(anna), as_(bram)
    SignUp.objects.update(member=bram)
    asked(organiser, pages[0])  # a first visit is noted
    asked(someone, "/mijn/aanmeldingen/")
    short = [asked(organiser, page) for page in pages], asked(client, activity.get_absolute_url())
    mine = asked(someone, "/mijn/aanmeldingen/")
    values = {"state": "waiting", "joined_at": clock.now(), "activity_ends_at": clock.now(), "name": "N"}
    SignUp.objects.bulk_create(
        SignUp(post=activity, mailbox_hash=str(number), member=bram, **values) for number in range(40)
    )
    assert ([asked(organiser, page) for page in pages], asked(client, activity.get_absolute_url())) == short
    assert asked(someone, "/mijn/aanmeldingen/") == mine
    # One of them asks for the photos.
    assert short[1] <= 5


# The organiser's form ------------------------------------------------------------------------------------------------


def told(post, **fields):
    start = timezone.localtime(post.starts_at)
    day = {"day": start.date().isoformat(), "begins": start.strftime("%H:%M"), "venue": post.venue}
    return {"title": post.title, "text": post.text, "theme": post.theme_id, **day, **fields}


def edit(browser, post, **fields):
    return browser.post(reverse("posts:edit", args=[post.pk]), told(post, **fields))


def test_an_activity_takes_sign_ups_only_when_its_poster_says_so(as_, anna, klarendal):
    post = factories.activity(anna, klarendal, starts_in=5 * DAY)
    browser, until = as_(anna), timezone.localtime(post.starts_at) - DAY
    assert "Mensen melden zich aan via Wijk" in browser.get(reverse("posts:edit", args=[post.pk])).content.decode()
    assert edit(browser, post).status_code == 302
    post.refresh_from_db()
    assert (post.signup_on, post.signup_places, post.signup_until) == (False, None, None)
    edit(browser, post, signup_on="on", signup_places="12", signup_until=until.strftime("%Y-%m-%dT%H:%M"))
    post.refresh_from_db()
    assert post.signup_on and post.signup_places == 12
    assert post.signup_until == until.replace(second=0, microsecond=0)
    page = browser.get(reverse("posts:edit", args=[post.pk])).content.decode()
    assert (
        until.strftime("%Y-%m-%dT%H:%M") in page
        and "Bekijk de lijst" in browser.get(reverse("posts:mine_detail", args=[post.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"signup_places": "0"}, "van 1 tot en met 500"),
        ({"signup_places": "501"}, "van 1 tot en met 500"),
        ({"signup_places": "9" * 5000}, "van 1 tot en met 500"),
        ({"signup_places": "veel"}, "van 1 tot en met 500"),
        ({"signup_until": "morgen"}, "geen tijdstip"),
        ({"signup_until": "0001-01-01T00:00"}, ""),
        ({"signup_until": "9999-12-31T23:59"}, ""),
        ({"signup_until": "2020-01-01T10:00"}, "al geweest"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(as_, anna, klarendal, fields, says):
    post = factories.activity(anna, klarendal, starts_in=5 * DAY)
    answer = edit(as_(anna), post, signup_on="on", **fields)
    assert answer.status_code == 200 and says in answer.content.decode() and "field-error" in answer.content.decode()
    assert all(value[:40] in answer.content.decode() for value in fields.values())
    assert not Post.objects.get().signup_on


def test_a_last_moment_that_was_passed_does_not_stop_another_change(as_, anna, klarendal):
    passed = (clock.now() - DAY).replace(second=0, microsecond=0)
    post = factories.activity(anna, klarendal, starts_in=5 * DAY, signup_on=True, signup_until=passed)
    shown = timezone.localtime(passed).strftime("%Y-%m-%dT%H:%M")
    assert edit(as_(anna), post, signup_on="on", signup_until=shown, title="Samen koken").status_code == 302


def test_only_an_activity_asks_about_signing_up(as_, anna, klarendal):
    post = factories.post(anna, klarendal)
    assert "via Wijk" not in as_(anna).get(reverse("posts:edit", args=[post.pk])).content.decode()


def test_the_form_shown_today_is_signed_so_that_it_can_be_sent(client, activity):
    page = client.get(url_of(activity)).content.decode()
    sent_at = re.search(r'name="sent_at" value="([^"]*)"', page).group(1)
    with clock.frozen(timedelta(minutes=2)):
        assert client.post(url_of(activity), typed(sent_at=sent_at)).status_code == 302
