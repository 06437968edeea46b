"""Each listed act writes exactly one row, driven through the real pages (C-10, C-41, C-42)."""

import json
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditEvent
from accounts.users.models import User
from tests import factories
from wijk import clock
from wijk.encryption import decrypt
from wijk.mail.models import OutgoingMail

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
CODE = re.compile(r"\b[A-Z0-9]{3,4}-[A-Z0-9]{3,4}\b")


@pytest.fixture
def browser(client):
    client.defaults.update({"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "198.51.100.77"})
    return client


class Trail:
    """The rows written since."""

    def __init__(self):
        self.before = set(AuditEvent.objects.values_list("pk", flat=True))

    def one(self):
        rows = list(AuditEvent.objects.exclude(pk__in=self.before))
        assert len(rows) == 1, [(row.action, row.about) for row in rows]
        return rows[0]


def log_in(browser, email, password=factories.PASSWORD):
    return browser.post("/account/login/", {"login": email, "password": password})


def code_for(user):
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(decrypt(secret), counter))


def mailed_code(email):
    mail = OutgoingMail.objects.to_address(email).order_by("-pk").first()
    return CODE.search(json.loads(mail.payload)["text"]).group()


def test_a_good_log_in(browser, anna):
    trail = Trail()
    log_in(browser, anna.email)
    row = trail.one()
    assert (row.action, row.outcome, row.actor_ref, row.about) == (
        "account.login",
        "ok",
        anna.pk,
        f"accounts.user:{anna.pk}",
    )
    assert (row.network, row.device, row.detail) == ("198.51.100.0/24", "Firefox, Android", {"how": ["password"]})


@pytest.mark.parametrize("known", [True, False])
def test_a_refused_log_in_keeps_nothing_of_what_was_typed(browser, anna, known):
    trail = Trail()
    log_in(browser, anna.email if known else "niemand@example.net", "fout-wachtwoord")
    row = trail.one()
    assert (row.action, row.outcome, row.actor_ref) == ("account.login", "refused", None)
    assert row.about == (f"accounts.user:{anna.pk}" if known else "")
    assert (row.network, row.device) == ("198.51.100.0/24", "Firefox, Android")
    assert "fout" not in str(row.__dict__) and "@" not in str(row.__dict__) and ".77" not in str(row.__dict__)


def test_a_refused_log_in_costs_the_same_for_an_unknown_address(browser, anna):
    counts = []
    for email in ("niemand@example.net", anna.email, "iemand@example.net"):
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            log_in(type(browser)(), email, "fout-wachtwoord")
        counts.append(sum("auditevent" in query["sql"] or "emailaddress" in query["sql"] for query in asked))
    assert counts[0] == counts[2]
    assert abs(counts[0] - counts[1]) <= 1


def test_a_refused_second_step_and_a_good_one(browser, mo):
    trail = Trail()
    log_in(browser, mo.email)
    assert set(AuditEvent.objects.exclude(pk__in=trail.before)) == set()
    browser.post("/account/2fa/authenticate/", {"code": "000000"})
    row = trail.one()
    assert (row.action, row.outcome, row.about, row.detail) == (
        "account.login",
        "refused",
        f"accounts.user:{mo.pk}",
        {"step": 2},
    )
    trail = Trail()
    browser.post("/account/2fa/authenticate/", {"code": code_for(mo)})
    assert trail.one().detail == {"how": ["password", "mfa"]}


def test_signing_out(browser, anna):
    log_in(browser, anna.email)
    trail = Trail()
    browser.post("/account/logout/")
    row = trail.one()
    assert (row.action, row.actor_ref, row.device) == ("account.logout", anna.pk, "Firefox, Android")


def test_ending_sessions_elsewhere(browser, anna):
    log_in(type(browser)(), anna.email)
    log_in(browser, anna.email)
    trail = Trail()
    browser.post("/mijn/beveiliging/apparaten/", {"apparaat": "alle"})
    row = trail.one()
    assert (row.action, row.detail) == ("account.sessions_end", {"count": 1})


def test_changing_the_password(browser, anna):
    log_in(browser, anna.email)
    trail = Trail()
    new = "groene boot op het kanaal"
    browser.post("/account/password/change/", {"oldpassword": factories.PASSWORD, "password1": new, "password2": new})
    assert trail.one().action == "account.password"


def test_replacing_a_forgotten_password(browser, anna):
    browser.post("/account/password/reset/", {"email": anna.email})
    answer = browser.post("/account/password/reset/confirm/", {"code": mailed_code(anna.email)}, follow=True)
    trail, new = Trail(), "groene boot op het kanaal"
    browser.post(answer.redirect_chain[-1][0], {"password1": new, "password2": new})
    acts = set(AuditEvent.objects.exclude(pk__in=trail.before).values_list("action", flat=True))
    assert "account.password_reset" in acts and acts <= {"account.password_reset", "account.login"}


def test_a_second_factor_on_and_off(browser, mo, django_capture_on_commit_callbacks):
    log_in(browser, mo.email)
    browser.post("/account/2fa/authenticate/", {"code": code_for(mo)})
    trail = Trail()
    browser.post("/account/2fa/totp/deactivate/")
    row = trail.one()
    assert (row.action, row.detail) == ("account.factor_remove", {"type": "totp"})
    page = browser.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    trail = Trail()
    counter = next(iter(yield_hotp_counters_from_time()))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/2fa/totp/activate/", {"code": format_hotp_value(hotp_value(secret, counter))})
    assert trail.one().action == "account.factor_add"


def test_roles_through_whatever_door(db, anna):
    group = Group.objects.get(name="Editors")
    for act, expected in (
        (lambda: anna.groups.add(group), "role.add"),
        (lambda: anna.groups.remove(group), "role.remove"),
        (lambda: group.user_set.add(anna), "role.add"),
        (lambda: anna.groups.clear(), "role.clear"),
        (lambda: group.user_set.add(anna), "role.add"),
        (lambda: group.user_set.clear(), "role.clear"),
        (lambda: group.user_set.add(anna), "role.add"),
    ):
        trail = Trail()
        act()
        row = trail.one()
        assert (row.action, row.about) == (expected, f"accounts.user:{anna.pk}")
    trail = Trail()
    anna.is_superuser = True
    anna.save()
    assert (trail.one().action, trail.one().detail) == ("role.operator", {"on": True})
    trail = Trail()
    anna.save()
    anna.groups.add(group)
    assert not AuditEvent.objects.exclude(pk__in=trail.before).exists()
    trail = Trail()
    User.objects.create_superuser("nieuw@example.org", factories.PASSWORD, first_name="N", last_name="B")
    assert trail.one().action == "role.operator"


def test_a_role_that_is_deleted_is_taken_from_each_who_had_it(anna, bram):
    group = Group.objects.create(name="Voor even")
    group.user_set.add(anna, bram)
    trail, number = Trail(), group.pk
    group.delete()
    rows = AuditEvent.objects.exclude(pk__in=trail.before).order_by("pk")
    assert [(row.action, row.about, row.detail["numbers"]) for row in rows] == [
        ("role.clear", f"accounts.user:{user.pk}", [number]) for user in (anna, bram)
    ]


def test_the_rights_of_a_role(db):
    group = Group.objects.get(name="Editors")
    permission = group.permissions.first()
    trail = Trail()
    group.permissions.remove(permission)
    assert (trail.one().action, trail.one().about) == ("role.rights_remove", f"auth.group:{group.pk}")


def test_a_role_given_in_the_cms_names_who_gave_it(browser, otto, anna):
    log_in(browser, otto.email)
    browser.post("/account/2fa/authenticate/", {"code": code_for(otto)})
    group = Group.objects.get(name="Editors")
    form = {"email": anna.email, "first_name": "Anna", "last_name": "Jansen", "groups": [group.pk], "is_active": "on"}
    trail = Trail()
    answer = browser.post(f"/cms/users/edit/{anna.pk}/", form)
    assert answer.status_code == 302
    row = trail.one()
    assert (row.action, row.actor_ref, row.about) == ("role.add", otto.pk, f"accounts.user:{anna.pk}")


def test_the_mail_log_is_the_record_of_what_was_sent(browser, anna):
    """A notice is one row of the outbox, for a year (C-17, C-51), not a second one here."""
    trail = Trail()
    browser.post("/account/password/reset/", {"email": anna.email})
    assert not AuditEvent.objects.exclude(pk__in=trail.before).exists()
    assert OutgoingMail.objects.to_address(anna.email).count() == 1


def test_only_logging_in_and_out_and_exports_keep_a_network(browser, anna, klarendal):
    log_in(browser, anna.email)
    browser.post("/mijn/gegevens/verbergen/")
    with clock.frozen(timedelta(seconds=1)):
        browser.post("/taal/", {"language": "en"})
    rows = AuditEvent.objects.exclude(network="")
    assert {row.action for row in rows} == {"account.login"}
