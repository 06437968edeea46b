"""Signing up, logging in and resetting a password: in Dutch, through the outbox, the same for known and unknown."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closure_actions
from accounts.users.models import User
from tests import factories
from wijk import clock
from wijk.mail import worker
from wijk.mail.models import OutgoingMail
from wijk.views import shown_mail

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


def mails(to):
    found = OutgoingMail.objects.to_address(to).order_by("pk")
    return [shown_mail(mail) for mail in found]


def log_in(client, user, password=factories.PASSWORD):
    return client.post("/account/login/", {"login": user.email, "password": password}, follow=True)


def sign_up(client, neighbourhood, email, **typed):
    form = {
        "email": email,
        "password1": "paarse fiets in de regen",
        "first_name": "Nour",
        "last_name": "Aziz",
        "neighbourhood": neighbourhood.slug,
        "is_16": "on",
        "terms": "on",
    }
    return client.post("/account/signup/", {**form, **typed})


def test_a_code_by_mail_makes_the_account_ready(client, klarendal):
    answer = sign_up(client, klarendal, "nour@example.org")
    assert answer.headers["Location"] == "/account/confirm-email/"
    (mail,) = mails("nour@example.org")
    assert mail["subject"] == "Welkom bij Wijk: je code"
    assert "Hello" not in mail["text"]
    client.post(answer.headers["Location"], {"code": CODE.search(mail["text"]).group()})
    assert EmailAddress.objects.get(email="nour@example.org").verified
    assert client.get("/mijn/gegevens/").status_code == 200


def test_a_wrong_code_is_refused_in_dutch(client, klarendal):
    answer = sign_up(client, klarendal, "nour@example.org")
    page = client.post(answer.headers["Location"], {"code": "AAAA-BBBB"})
    assert "Deze code klopt niet" in page.content.decode()


def test_a_known_address_gets_the_same_answer_and_only_its_mailbox_hears(client, anna, klarendal):
    known = sign_up(client, klarendal, anna.email)
    unknown = sign_up(type(client)(), klarendal, "nour@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail["subject"] for mail in mails(anna.email)] == ["Je hebt al een account"]
    assert User.objects.filter(email=anna.email).count() == 1


def test_coming_back_too_soon_is_explained_in_the_mailbox_only(client, anna, klarendal):
    closure_actions.close(user=anna, by=anna)
    answer = sign_up(client, klarendal, anna.email)
    assert answer.headers["Location"] == "/account/confirm-email/"
    assert mails(anna.email)[-1]["subject"] == "Je oude account wordt nog gewist"


class CountingHasher(MD5PasswordHasher):
    """Hashing is what takes the time: how often it is done is what a stranger can measure."""

    algorithm = "counting"
    times = 0

    def encode(self, password, salt):
        CountingHasher.times += 1
        return super().encode(password, salt)


def test_a_known_address_costs_as_much_time_as_a_new_one(client, anna, klarendal, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher", *settings.PASSWORD_HASHERS]

    def hashes(email):
        CountingHasher.times = 0
        sign_up(type(client)(), klarendal, email)
        return CountingHasher.times

    assert hashes("nieuw@example.org") == hashes(anna.email) == hashes(anna.email) > 0


def test_a_robot_that_fills_the_hidden_field_makes_nothing(client, klarendal):
    answer = sign_up(client, klarendal, "robot@example.org", website="http://spam.example")
    assert answer.status_code == 302
    assert not User.objects.filter(email="robot@example.org").exists()


@pytest.mark.parametrize(
    "email", ["geen adres", '"a,b"@example.org', "a@[127.0.0.1]", "a\x00b@example.org", "x" * 300 + "@example.org", ""]
)
def test_an_impossible_address_is_refused_at_the_field(client, klarendal, email):
    page = sign_up(client, klarendal, email)
    assert page.status_code == 200
    assert page.context["form"].errors["email"]


@pytest.mark.parametrize("password", ["kort", "a" * 129, "password123", "nour@example.org"])
def test_a_weak_or_endless_password_is_refused(client, klarendal, password):
    page = sign_up(client, klarendal, "nour@example.org", password1=password)
    assert page.context["form"].errors["password1"]


def test_logging_in_greets_and_is_written_down(client, anna):
    page = log_in(client, anna)
    assert page.wsgi_request.user == anna
    assert AuditEvent.objects.filter(action="account.login", actor_ref=anna.pk).exists()


def test_a_closed_account_answers_like_one_that_never_was(client, anna):
    closure_actions.close(user=anna, by=anna)
    closed = client.post("/account/login/", {"login": anna.email, "password": factories.PASSWORD})
    unknown = client.post("/account/login/", {"login": "niemand@example.org", "password": factories.PASSWORD})
    assert closed.status_code == unknown.status_code == 200
    assert closed.context["form"].errors == unknown.context["form"].errors
    assert "horen niet bij elkaar" in closed.content.decode()


def test_forgetting_the_password_answers_the_same_for_everybody(client, anna, bram):
    closure_actions.close(user=bram, by=bram)
    answers = [
        type(client)().post("/account/password/reset/", {"email": email}, follow=True)
        for email in (anna.email, "niemand@example.org", bram.email)
    ]
    assert len({answer.redirect_chain[0] for answer in answers}) == 1
    assert [mail["subject"] for mail in mails(anna.email)] == ["Je code voor een nieuw wachtwoord"]
    assert not mails("niemand@example.org")
    assert [mail["kind"] for mail in mails(bram.email)] == ["closing"]


def test_a_stranger_gets_no_mail_and_the_same_work_is_done(client, anna, settings):
    settings.ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
    client.post("/account/password/reset/", {"email": "niemand@example.org"})
    assert not OutgoingMail.objects.exists()


def test_a_forgotten_password_is_replaced_with_the_code(client, anna):
    client.post("/account/password/reset/", {"email": anna.email})
    code = CODE.search(mails(anna.email)[0]["text"]).group()
    answer = client.post("/account/password/reset/confirm/", {"code": code}, follow=True)
    form = {"password1": "groene boot op het kanaal", "password2": "groene boot op het kanaal"}
    client.post(answer.redirect_chain[-1][0], form)
    anna.refresh_from_db()
    assert anna.check_password("groene boot op het kanaal")
    assert mails(anna.email)[-1]["subject"] == "Je hebt een nieuw wachtwoord"


def test_two_codes_in_one_minute_are_two_mails(client, anna):
    client.post("/account/password/reset/", {"email": anna.email})
    type(client)().post("/account/password/reset/", {"email": anna.email})
    codes = [CODE.search(mail["text"]).group() for mail in mails(anna.email)]
    assert len(set(codes)) == 2


def test_mail_about_the_account_really_leaves(client, anna):
    client.post("/account/password/reset/", {"email": anna.email})
    with clock.frozen(timedelta(seconds=5)):
        worker.deliver()
    assert OutgoingMail.objects.get(kind="account").state == "sent"


def test_a_member_sees_the_site_in_the_chosen_language(client, anna):
    User.objects.filter(pk=anna.pk).update(language="en")
    log_in(client, anna)
    assert client.cookies["taal"].value == "en"


PAGES = [
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/inactive/",
]
MEMBER_PAGES = [
    "/account/email/",
    "/account/password/change/",
    "/account/2fa/",
    "/mijn/beveiliging/apparaten/",
    "/account/logout/",
    "/account/reauthenticate/",
]
STEPPED_UP = ["/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/webauthn/"]


def assert_is_ours(page):
    html = page.content.decode()
    assert page.status_code == 200
    assert 'class="foot"' in html
    assert " style=" not in html
    assert "<style" not in html
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.S)
    assert all('src="/static/' in tag or "application/json" in tag for tag, _words in scripts)
    assert not re.search(
        r"\b(Sign|Password|Your|Please|Email Address)\b", re.sub(r"<script.*?</script>|<[^>]+>", "", html)
    )


@pytest.mark.parametrize("path", PAGES)
def test_visitors_pages_look_and_read_like_ours(client, db, path):
    assert_is_ours(client.get(path))


@pytest.mark.parametrize("path", [*MEMBER_PAGES, *STEPPED_UP])
def test_members_pages_look_and_read_like_ours(client, anna, path):
    log_in(client, anna)
    page = client.get(path)
    if path in STEPPED_UP and page.status_code == 302:
        client.post(page.headers["Location"], {"password": factories.PASSWORD})
        page = client.get(path)
    assert_is_ours(page)


def test_a_second_factor_is_asked_and_its_recovery_codes_shown_once_it_is_on(client, mo):
    page = log_in(client, mo)
    assert page.redirect_chain[-1][0] == "/account/2fa/authenticate/"
    assert_is_ours(page)


def test_the_secret_of_a_second_factor_is_stored_encrypted_and_lets_its_owner_in(client, anna):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(anna, secret)
    assert secret not in str(Authenticator.objects.get(user=anna).data)
    page = client.post("/account/login/", {"login": anna.email, "password": factories.PASSWORD}, follow=True)
    assert "Nog één stap" in page.content.decode()
    page = client.post("/account/2fa/authenticate/", {"code": "onzin"})
    assert "Deze code klopt niet" in page.content.decode()
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    page = client.post("/account/2fa/authenticate/", {"code": code}, follow=True)
    assert page.wsgi_request.user == anna


def test_who_logged_in_a_moment_ago_is_not_asked_again_and_who_did_long_ago_is(as_, anna):
    assert as_(anna).get("/account/2fa/totp/activate/").status_code == 200
    asked = as_(anna, ago=timedelta(minutes=16)).get("/account/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")


@pytest.mark.parametrize(
    "person, path",
    [("otto", "/cms/users/"), ("otto", "/cms/groups/"), ("otto", "/cms/wijkbeheerders/nieuw/")],
)
def test_giving_rights_asks_who_you_are_once_more(as_, request, person, path):
    person = request.getfixturevalue(person)
    assert as_(person).get(path).status_code == 200
    asked = as_(person, ago=timedelta(hours=1)).get(path)
    assert asked.headers["Location"].startswith("/account/reauthenticate/")


def test_a_stranger_elsewhere_cannot_lock_somebody_out(client, anna):
    form = {"login": anna.email, "password": "verkeerd wachtwoord"}
    for _attempt in range(6):
        page = client.post("/account/login/", form, REMOTE_ADDR="198.51.100.7")
    assert "ging te vaak mis" in page.content.decode()
    refused = client.post("/account/login/", {**form, "password": factories.PASSWORD}, REMOTE_ADDR="198.51.100.8")
    assert refused.status_code == 200, "another computer of the same network"
    welcome = client.post("/account/login/", {**form, "password": factories.PASSWORD}, REMOTE_ADDR="203.0.113.9")
    assert welcome.status_code == 302


def test_no_whole_address_is_kept_with_a_device(client, anna):
    client.post("/account/login/", {"login": anna.email, "password": factories.PASSWORD}, REMOTE_ADDR="198.51.100.7")
    client.get("/mijn/gegevens/", REMOTE_ADDR="198.51.100.7")
    assert list(UserSession.objects.values_list("ip", flat=True)) == ["198.51.100.0"]


def test_every_door_leads_to_the_one_log_in(client, eva):
    assert client.get("/cms/").headers["Location"].startswith("/account/login/")
    assert client.get("/cms/login/").headers["Location"].startswith("/account/login/")
    for path in ("/cms/password_reset/", "/_util/login/", "/admin/", "/admin/login/", "/login/"):
        assert client.get(path).status_code in {302, 404}, path
        assert client.post(path, {"username": eva.email, "password": factories.PASSWORD}).status_code in {
            302,
            403,
            404,
            405,
        }
        assert not client.session.get("_auth_user_id")


PHONE = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def told_of_devices(user):
    return [mail for mail in mails(user.email) if mail["kind"] == "new-device"]


def test_a_device_never_used_before_is_told_of_and_a_known_one_is_not(client, anna):
    form = {"login": anna.email, "password": factories.PASSWORD}
    for agent, told in ((LAPTOP, 0), (LAPTOP, 0), (PHONE, 1), (PHONE, 1), (LAPTOP, 1)):
        type(client)().post("/account/login/", form, headers={"User-Agent": agent})
        assert len(told_of_devices(anna)) == told
    assert "Android" in told_of_devices(anna)[0]["text"]
    assert "Pixel" not in told_of_devices(anna)[0]["text"]
