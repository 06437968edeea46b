"""Who may try how often, what is told by mail, what a cookie says, and which addresses are none."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.audit.models import AuditEvent
from tests import factories
from tests.accounts.test_signup import CODE, mails, sign_up
from wijk import clock
from wijk.limits import LONGEST_WAIT, attempt, wait_after
from wijk.stores import cookies
from wijk.text import EmailField

LOGIN, AGAIN = "/account/login/", "/account/reauthenticate/"
NEW = "groene boot op het kanaal"


def try_login(client, email, password="verkeerd wachtwoord", **sender):
    return client.post(LOGIN, {"login": email, "password": password}, **sender)


# How often -----------------------------------------------------------------------------------------------------------


def test_after_five_wrong_tries_the_right_password_waits_too_and_each_time_longer(client, anna):
    waits = []
    after = timedelta(0)
    for number in range(9):
        with clock.frozen(after):
            page = try_login(client, anna.email)
            if number >= 4:
                page = try_login(client, anna.email, factories.PASSWORD)
                assert page.status_code == 200, "a right password does not help"
                waits.append(int(re.search(r"Wacht (\d+) minu", page.content.decode())[1]))
                after += timedelta(minutes=waits[-1])
    assert waits == [1, 2, 4, 8, 16]
    with clock.frozen(after):
        assert try_login(client, anna.email, factories.PASSWORD).status_code == 302


def test_the_wait_ends_at_an_hour_and_a_good_log_in_forgets_it(client, anna):
    assert wait_after(30) == LONGEST_WAIT == timedelta(hours=1)
    for _time in range(4):
        try_login(client, anna.email)
    try_login(client, anna.email, factories.PASSWORD)
    for _time in range(4):
        page = try_login(type(client)(), anna.email)
        assert "te vaak" not in page.content.decode()


def test_an_unknown_address_waits_exactly_as_long(client, anna):
    pages = {}
    for email in (anna.email, "niemand@example.org"):
        for _time in range(7):
            page = try_login(type(client)(), email)
        pages[email] = page.context["form"].errors.as_json()
    assert len(set(pages.values())) == 1 and "Wacht 1 minuut" in pages[anna.email]


def test_many_tries_at_once_count_one_by_one(db):
    with clock.frozen(timedelta()):
        waits = [attempt("x", "anna") for _time in range(9)]
    assert [bool(wait) for wait in waits] == [False] * 5 + [True] * 4
    with clock.frozen(timedelta(days=1, minutes=1)):
        assert not attempt("x", "anna")


def test_a_network_that_tries_account_after_account_is_stopped(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = False  # the library's own limit a minute comes sooner
    pages = [try_login(client, f"adres{number}@example.org", REMOTE_ADDR="198.51.100.7") for number in range(62)]
    assert "te vaak" not in pages[59].content.decode() and "te vaak" in pages[61].content.decode()
    elsewhere = try_login(client, "nog@example.org", REMOTE_ADDR="203.0.113.7")
    assert "te vaak" not in elsewhere.content.decode()


def test_the_page_that_asks_again_waits_as_well(as_, anna):
    browser = as_(anna, ago=timedelta(hours=1))
    for _time in range(5):
        browser.post(AGAIN, {"password": "verkeerd"})
    page = browser.post(AGAIN, {"password": factories.PASSWORD})
    assert page.status_code == 200 and "Wacht 1 minuut" in page.content.decode()


# Passwords at rest ---------------------------------------------------------------------------------------------------


def test_a_password_is_kept_as_argon2id_and_an_older_hash_is_replaced_at_the_next_log_in(client, anna, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    anna.password = PBKDF2PasswordHasher().encode(factories.PASSWORD, "zout" * 6, iterations=1000)
    anna.save()
    assert try_login(client, anna.email, factories.PASSWORD).status_code == 302
    anna.refresh_from_db()
    assert anna.password.startswith("argon2$argon2id$")
    assert client.get("/mijn/gegevens/").status_code == 200, "the new hash does not end the session it began"
    weak = Argon2PasswordHasher()
    weak.time_cost, weak.memory_cost = 1, 1024
    anna.password = weak.encode(factories.PASSWORD, weak.salt())
    anna.save()
    try_login(type(client)(), anna.email, factories.PASSWORD)
    anna.refresh_from_db()
    assert "m=102400,t=2," in anna.password


# The second step -----------------------------------------------------------------------------------------------------


def test_a_forgotten_password_does_not_get_past_the_second_step(client, mo):
    client.post("/account/password/reset/", {"email": mo.email})
    code = CODE.search(mails(mo.email)[0]["text"]).group()
    answer = client.post("/account/password/reset/confirm/", {"code": code}, follow=True)
    client.post(answer.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert "_auth_user_id" not in client.session
    page = client.post(LOGIN, {"login": mo.email, "password": NEW}, follow=True)
    assert page.redirect_chain[-1][0] == "/account/2fa/authenticate/"
    assert client.get("/beheer/klarendal/").status_code == 302 and "_auth_user_id" not in client.session


def test_there_is_no_log_in_by_mailed_code(client, anna):
    assert client.get("/account/login/code/").status_code in {302, 404}
    client.post("/account/login/code/", {"email": anna.email})
    assert not mails(anna.email)


def test_a_recovery_code_lets_in_once(client, mo):
    RecoveryCodes.activate(mo)
    code = RecoveryCodes(Authenticator.objects.get(user=mo, type="recovery_codes")).get_unused_codes()[0]
    for status in (302, 200):
        browser = type(client)()
        try_login(browser, mo.email, factories.PASSWORD)
        assert browser.post("/account/2fa/authenticate/", {"code": code}).status_code == status
    assert "klopt niet" in browser.get("/account/2fa/authenticate/").content.decode() or status == 200


def test_without_the_second_step_a_role_opens_nothing_and_codes_on_paper_are_none(as_, mo, eva, petra, otto):
    doors = {mo: "/beheer/klarendal/", eva: "/cms/", petra: "/beheer/privacy/", otto: "/cms/users/"}
    for person, path in doors.items():
        browser = as_(person)
        assert browser.get(path).status_code == 200
        Authenticator.objects.filter(user=person).delete()
        assert browser.get(path).status_code in {302, 404}, "at once, in the same session"
        RecoveryCodes.activate(person)
        Authenticator.objects.filter(user=person).exclude(type="recovery_codes").delete()
        assert browser.get(path).status_code in {302, 404}
        assert browser.get(path).headers.get("Location", "/account/2fa/") == "/account/2fa/"


def test_turning_the_last_one_off_says_what_it_costs(as_, mo):
    key = Authenticator.objects.create(user=mo, type="webauthn", data={"name": "telefoon", "credential": {}})
    browser = as_(mo)
    for path in ("/account/2fa/totp/deactivate/", f"/account/2fa/webauthn/keys/{key.pk}/remove/"):
        assert "werk voor de wijk" in browser.get(path).content.decode()


def test_a_passkey_is_offered_at_the_second_step_to_who_has_one(client, mo):
    page = client.post(LOGIN, {"login": mo.email, "password": factories.PASSWORD}, follow=True)
    assert "Nog één stap" in page.content.decode()
    assert "toegangssleutel" not in page.content.decode()


# What is told by mail ------------------------------------------------------------------------------------------------


def told(person, since=0):
    return [mail["subject"] for mail in mails(person)[since:]]


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_each_change_to_signing_in_is_told_with_what_to_do_when_it_was_somebody_else(
    as_, anna, django_capture_on_commit_callbacks
):
    browser = as_(anna)
    browser.post("/account/password/change/", {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW})
    secret = browser.get("/account/2fa/totp/activate/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/2fa/recovery-codes/generate/")
    browser.post("/account/2fa/totp/deactivate/")
    subjects = told(anna.email)
    assert subjects == [
        "Je wachtwoord is gewijzigd",
        "Inloggen in twee stappen staat aan",
        "Je hebt nieuwe herstelcodes",
        "Inloggen in twee stappen staat uit",
    ]
    for mail in mails(anna.email):
        assert "Was jij dit niet?" in mail["text"] and "Nieuw wachtwoord:" in mail["text"]
        assert "Mail naar" in mail["text"], "a way out for who cannot get in any more"


def test_a_changed_address_is_told_to_the_old_one_and_to_the_new_one(as_, anna):
    new = EmailAddress.objects.create(user=anna, email="anna.nieuw@example.org", verified=True, primary=False)
    as_(anna).post("/account/email/", {"email": new.email, "action_primary": ""})
    for address in ("anna@example.org", new.email):
        (mail,) = mails(address)
        assert mail["subject"] == "Je e-mailadres is gewijzigd"
        assert "Mail dan meteen naar" in mail["text"], "a reset would go to the thief"


def test_the_very_first_log_in_at_sign_up_is_no_new_device(client, klarendal):
    answer = sign_up(client, klarendal, "nour@example.org")
    (mail,) = mails("nour@example.org")
    client.post(answer.headers["Location"], {"code": CODE.search(mail["text"]).group()})
    assert AuditEvent.objects.filter(action="account.login").count() == 1
    assert told("nour@example.org") == ["Welkom bij Wijk: je code"]


# Cookies -------------------------------------------------------------------------------------------------------------


def test_every_cookie_is_locked_to_this_site_and_named_on_the_cookie_page(client, anna, settings):
    settings.HTTPS = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    settings.LANGUAGE_COOKIE_NAME = "__Host-taal"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    named = {cookie["name"] for cookie in cookies()} - {"wagtail_sidebar_collapsed"}
    seen = {}
    for path, form in (
        (LOGIN, None),
        ("/taal/", {"language": "en", "next": "/"}),
        ("/account/password/reset/", {"email": "niemand@example.org"}),
        (LOGIN, {"login": anna.email, "password": factories.PASSWORD, "remember": "on"}),
        ("/mijn/gegevens/", {"first_name": "Anna", "last_name": "Jansen", "language": "nl"}),
        ("/account/logout/", {}),
    ):
        answer = client.post(path, form, secure=True) if form is not None else client.get(path, secure=True)
        seen |= {(path, name): dict(morsel) for name, morsel in answer.cookies.items() if morsel.value}
    assert {name for _path, name in seen} == named == {"__Host-session", "__Host-csrf", "__Host-taal"}
    for cookie in seen.values():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
        assert cookie["path"] == "/" and not cookie["domain"]
    assert ("/account/logout/", "__Host-session") not in seen, "nothing is begun for who just left"


# Addresses that are none ---------------------------------------------------------------------------------------------

DECEIVING = ["a\u202eb@example.org", "a\u200bb@example.org", "anna@exam\u200dple.org", "a\u00adb@example.org"]
DECEIVING += ["anna@example.org\ufeff", "a\x00b@example.org", "a\ud800b@example.org", "a\x7fb@example.org"]
NONE = ['"a,b"@example.org', "a@[127.0.0.1]", "a@b", "a b@example.org", "x" * 300 + "@example.org", "é@example.org"]
NONE += ["a@example.org\nBcc: b@example.org", "a@example.org,b@example.org", "<a@example.org>"]


@pytest.mark.parametrize("address", DECEIVING + NONE)
def test_an_address_that_deceives_or_is_none_is_refused_and_says_why(address):
    with pytest.raises(ValidationError) as refused:
        EmailField().clean(address)
    says = str(refused.value.messages[0])
    assert ("niet ziet" in says) == (address in DECEIVING)
    assert "e-mailadres" in says or "adres" in says or "tekens" in says


@pytest.mark.parametrize(
    "address", [address for address in DECEIVING if address.isprintable() or "\ud800" not in address]
)
def test_sign_up_refuses_it_at_the_field_and_keeps_the_rest(client, klarendal, address):
    page = sign_up(client, klarendal, address)
    form = page.context["form"]
    assert page.status_code == 200 and form.errors["email"]
    assert form["first_name"].value() == "Nour"


ANYTHING = st.text(max_size=320) | st.sampled_from([*DECEIVING, *NONE, "", "@", "\r\nBcc: x@y.nl", "%00", "\ud800"])
FORMS = {
    LOGIN: ("login", "password"),
    "/account/signup/": ("email", "password1", "first_name", "last_name", "neighbourhood"),
    "/account/password/reset/": ("email",),
    "/account/terugkomen/": ("email",),
    "/account/2fa/webauthn/login/": ("credential",),
    "/account/confirm-email/": ("code", "email"),
    "/account/password/reset/confirm/": ("code",),
}


class Typing(TestCase):
    """Whatever is typed at a door, its page answers."""

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(st.sampled_from(sorted(FORMS)), st.lists(ANYTHING, min_size=5, max_size=5))
    def test_nothing_that_is_typed_breaks_a_door(self, path, words):
        typed = {name: word.encode("utf-8", "surrogatepass") for name, word in zip(FORMS[path], words, strict=False)}
        answer = self.client.post(path, urlencode(typed), content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
