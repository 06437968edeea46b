"""How long a log-in lasts."""

from datetime import timedelta

import pytest

from wijk import clock

LOGIN = "/account/login/"


def asks_login(answer):
    return answer.status_code == 302 and answer.headers["Location"].startswith(LOGIN)


def test_a_session_in_use_stays_and_one_unused_for_two_weeks_ends(as_, anna):
    browser = as_(anna)
    for day in range(0, 60, 10):
        with clock.frozen(timedelta(days=day)):
            assert browser.get("/mijn/gegevens/").status_code == 200
    assert browser.session.get_expiry_age() == 14 * 24 * 3600


def test_after_a_season_everybody_logs_in_again(as_, anna):
    browser = as_(anna)
    for day in range(0, 91, 10):
        with clock.frozen(timedelta(days=day)):
            browser.get("/mijn/gegevens/")
    with clock.frozen(timedelta(days=91)):
        assert asks_login(browser.get("/mijn/gegevens/"))
        assert asks_login(browser.get("/mijn/gegevens/"))


@pytest.mark.parametrize("hours, in_", [(7, True), (9, False)])
def test_a_desk_left_alone_for_a_working_day_asks_to_log_in(as_, mo, hours, in_):
    browser = as_(mo)
    assert browser.get("/beheer/klarendal/").status_code == 200
    with clock.frozen(timedelta(hours=hours)):
        assert (browser.get("/beheer/klarendal/").status_code == 200) == in_


def test_the_pages_of_a_member_ask_less(as_, mo):
    browser = as_(mo)
    browser.get("/beheer/klarendal/")
    with clock.frozen(timedelta(hours=9)):
        assert browser.get("/mijn/gegevens/").status_code == 200


def test_reading_on_does_not_write_each_time(as_, anna, django_assert_max_num_queries):
    browser = as_(anna)
    browser.get("/hulp/")
    browser.get("/mijn/beveiliging/")
    before = dict(browser.session.items())
    browser.get("/mijn/beveiliging/")
    assert dict(browser.session.items()) == before
