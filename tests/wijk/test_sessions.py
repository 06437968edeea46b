"""How long a log-in lasts."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group

from accounts.closure import actions as closing
from accounts.users.models import User
from neighbourhoods.managers import actions as managers
from tests import factories
from wijk import clock
from wijk.encryption import decrypt

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


def number(browser):
    return browser.session.session_key


def test_logging_in_and_showing_who_you_are_once_more_each_give_a_new_number(client, anna):
    client.get("/account/login/")
    client.post("/account/password/reset/", {"email": anna.email})
    before = number(client)
    client.post(LOGIN, {"login": anna.email, "password": factories.PASSWORD})
    logged_in = number(client)
    client.post("/account/reauthenticate/", {"password": factories.PASSWORD})
    assert len({before, logged_in, number(client)}) == 3
    assert client.get("/mijn/gegevens/").status_code == 200
    assert [device.session_key for device in UserSession.objects.filter(user=anna)] == [number(client)]


def test_a_session_holds_numbers_and_times_and_nothing_of_who_it_is(client, mo):
    """K-15."""
    client.post(LOGIN, {"login": mo.email, "password": factories.PASSWORD})
    secret = decrypt(Authenticator.objects.get(user=mo, type="totp").data["secret"])
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    client.get("/beheer/klarendal/")
    kept = str(dict(client.session.items()))
    assert str(mo.pk) in kept
    for word in (mo.email, "Mo", "Yilmaz", "klarendal", "127.0.0.1"):
        assert word not in kept


def test_a_new_password_ends_every_session_but_the_one_it_was_chosen_in(as_, anna):
    here, elsewhere = as_(anna), as_(anna)
    new = "groene boot op het kanaal"
    form = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/change/", form).status_code == 302
    assert here.get("/mijn/gegevens/").status_code == 200
    assert asks_login(elsewhere.get("/mijn/gegevens/"))


def roles(user, klarendal, otto):
    """Each way a role is given or taken, as the desk, Wagtail or the shell does it."""
    editors = Group.objects.get(name="Editors")
    yield "group", lambda: user.groups.add(editors)
    yield "group gone", lambda: user.groups.remove(editors)
    yield "from the group", lambda: editors.user_set.add(user)
    yield "all groups gone", lambda: user.groups.clear()
    yield "again", lambda: editors.user_set.add(user)
    yield "group emptied", lambda: editors.user_set.clear()
    brief = Group.objects.create(name="Voor even")
    yield "for a while", lambda: user.groups.add(brief)
    yield "group deleted", lambda: Group.objects.filter(pk=brief.pk).delete()
    yield "operator", lambda: User.objects.filter(pk=user.pk).update(is_superuser=True)
    year = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=300)}
    appointed = []
    make = {"user": user, "neighbourhood": klarendal, "by": otto, "public_name": "Anna", **year}
    yield "manager", lambda: appointed.append(managers.appoint(**make))
    yield "no manager", lambda: managers.end(appointment=appointed[0], by=otto)


def test_another_role_ends_every_session(as_, anna, bram, klarendal, otto):
    untouched = as_(bram)
    for name, change in roles(anna, klarendal, otto):
        browser = as_(User.objects.get(pk=anna.pk))
        assert browser.get("/mijn/gegevens/").status_code == 200, name
        change()
        assert asks_login(browser.get("/mijn/gegevens/")), name
    assert untouched.get("/mijn/gegevens/").status_code == 200


def test_closing_ends_every_session(as_, anna):
    browser = as_(anna)
    closing.close(user=anna, by=anna)
    assert asks_login(browser.get("/mijn/gegevens/"))


DEVICES = "/mijn/beveiliging/apparaten/"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"}


def test_the_list_of_devices_names_each_and_ends_one_or_all_others(as_, anna, bram):
    here, phone, library = as_(anna), as_(anna), as_(anna)
    here.get(DEVICES, headers=FIREFOX)
    for browser in (phone, library):
        browser.get(DEVICES, headers=PHONE, REMOTE_ADDR="203.0.113.77")
    page = here.get(DEVICES, headers=FIREFOX).content.decode()
    assert "Firefox, Linux" in page and "Chrome, Android" in page and "begint met 203.0.113<" in page
    assert "203.0.113.77" not in page and "Pixel" not in page
    here.post(DEVICES, {"apparaat": device_number(phone)}, headers=FIREFOX)
    assert asks_login(phone.get(DEVICES)) and not asks_login(library.get(DEVICES))
    here.post(DEVICES, {"apparaat": "alle"}, headers=FIREFOX)
    assert asks_login(library.get(DEVICES)) and not asks_login(here.get(DEVICES))


def test_nobody_ends_somebody_else_s_session_nor_the_own_one_by_mistake(as_, anna, bram):
    here, other = as_(anna), as_(bram)
    for browser in (here, other):
        browser.get(DEVICES)
    for typed in (device_number(other), device_number(here), "", "0", "x" * 300):
        assert here.post(DEVICES, {"apparaat": typed}).status_code == 302
    assert not asks_login(here.get(DEVICES)) and not asks_login(other.get(DEVICES))


def device_number(browser):
    return UserSession.objects.get(session_key=number(browser)).pk


def test_after_logging_out_the_browser_is_told_to_forget(as_, anna):
    browser = as_(anna)
    assert "Clear-Site-Data" not in browser.get("/mijn/gegevens/").headers
    answer = browser.post("/account/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get("/mijn/gegevens/").headers


@pytest.mark.parametrize("typed, lasts", [({}, True), ({"remember": "on"}, False)])
def test_a_log_in_ends_with_the_browser_unless_asked_to_stay(client, anna, typed, lasts):
    """P-32."""
    client.post(LOGIN, {"login": anna.email, "password": factories.PASSWORD, **typed})
    assert (client.cookies["session"]["max-age"] == "") == lasts
    assert client.session.get_expire_at_browser_close() == lasts
