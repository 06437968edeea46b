"""Reading the trail: one's own log-ins, and all of it at the privacy desk (C-10, C-42, K-22)."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent, record
from accounts.office.desk import pressing
from tests import factories
from tests.accounts.trail import forget_trail
from wijk import clock

LOG = "/beheer/privacy/logboek/"


@pytest.fixture(autouse=True)
def _empty(db):
    forget_trail()


def fail(client, email, times, network="198.51.100.77"):
    from django.core.cache import cache

    for _number in range(times):
        cache.clear()
        client.post("/account/login/", {"login": email, "password": "fout"}, REMOTE_ADDR=network)


def test_my_log_ins_of_a_year_are_on_my_page_good_and_failed_and_only_mine(client, as_, anna, bram):
    agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"
    form = {"login": anna.email, "password": factories.PASSWORD}
    client.post("/account/login/", form, REMOTE_ADDR="198.51.100.77", HTTP_USER_AGENT=agent)
    fail(type(client)(), anna.email, 1, "203.0.113.9")
    fail(type(client)(), bram.email, 1, "192.0.2.5")
    html = client.get("/mijn/beveiliging/").content.decode()
    assert "Gelukt" in html and "Mislukt" in html and "Herken je dit niet?" in html
    assert "Firefox, Linux" in html and "begint met 198.51.100" in html and "begint met 203.0.113" in html
    assert "192.0.2" not in html and "198.51.100.77" not in html


def test_many_log_ins_come_in_pages_with_few_questions(as_, anna, django_assert_max_num_queries):
    for number in range(25):
        with clock.frozen(-timedelta(days=number)):
            record("account.login", by=anna, about=anna)
    browser = as_(anna)
    browser.get("/mijn/beveiliging/")
    with django_assert_max_num_queries(20):
        page = browser.get("/mijn/beveiliging/?pagina=2")
    assert page.content.decode().count('class="login"') == 10
    assert "?pagina=3#inloggen" in page.content.decode()
    assert browser.get("/mijn/beveiliging/?pagina=veel").status_code == 200


def test_the_trail_is_read_by_number_network_action_outcome_and_day(as_, petra, anna, bram, client):
    record("post.hide", by=anna, about="content.post:4", reason="spam")
    record("consent.give", by=None, about=anna)
    with clock.frozen(-timedelta(days=3)):
        record("post.live", by=bram, about="content.post:5")
    fail(client, bram.email, 1)
    browser, day = as_(petra), (clock.today() - timedelta(days=3)).isoformat()
    found = {
        f"?wie={anna.pk}": {"post.hide", "consent.give"},
        "?actie=post.": {"post.hide", "post.live"},
        "?netwerk=198.51.100.0/24": {"account.login"},
        "?uitkomst=refused": {"account.login"},
        f"?dag={day}": {"post.live"},
        f"?wie={bram.pk}&uitkomst=refused": {"account.login"},
    }
    for query, actions in found.items():
        page = browser.get(LOG + query)
        assert {row.action for row in page.context["rows"]} == actions, query
    html = browser.get(LOG).content.decode()
    assert "content.post:4" in html and "spam" in html and "Anna" not in html and anna.email not in html


@pytest.mark.parametrize(
    "query",
    ["?wie=x", "?wie=-1", f"?wie={10**30}", "?dag=2026-13-99", "?dag=9999-12-31", "?actie=<b>", "?netwerk=';--"],
)
def test_what_cannot_be_is_said_and_kept(as_, petra, query):
    page = as_(petra).get(LOG + query)
    assert page.status_code == 422 and page.context["form"].errors


def test_reading_is_itself_in_the_trail(as_, petra, anna):
    as_(petra).get(f"{LOG}?wie={anna.pk}")
    row = AuditEvent.objects.get(action="audit.read")
    assert row.actor_ref == petra.pk and row.detail["person"] == anna.pk


def test_only_who_may_read_the_trail_finds_it(as_, petra, otto, anna, mo, eva):
    assert as_(otto).get(LOG).status_code == 200
    for nobody in (anna, mo, eva):
        assert as_(nobody).get(LOG).status_code == 404
    petra.groups.get().permissions.remove(petra.groups.get().permissions.get(codename="read_audit"))
    browser = as_(petra)
    assert browser.get(LOG).status_code == 404
    assert "logboek" not in browser.get("/beheer/privacy/").content.decode()


def test_the_list_asks_few_questions(as_, petra, django_assert_max_num_queries):
    for number in range(60):
        record("test.act", by=None, about=f"test.thing:{number}")
    browser = as_(petra)
    browser.get(LOG)
    with django_assert_max_num_queries(20):
        page = browser.get(LOG)
    assert len(page.context["rows"]) == 25
    assert "pagina=2" in page.content.decode()


def test_many_failed_log_ins_in_an_hour_stand_out_for_a_day(client, anna, bram, settings):
    settings.AUDIT_ALARM_FAILURES = 3
    start = clock.now().replace(minute=5, second=0)
    with clock.frozen(start):
        fail(client, anna.email, 3)
        fail(client, bram.email, 2)
    with clock.frozen(start + timedelta(hours=20)):
        titles = [str(item.title) for item in pressing() if "inlogpoging" in str(item.title)]
        assert titles == [f"3 mislukte inlogpogingen in een uur bij account {anna.pk}"]
    with clock.frozen(start + timedelta(hours=25)):
        assert not [item for item in pressing() if "inlogpoging" in str(item.title)]


def test_a_network_that_tries_many_accounts_stands_out(client, db, settings):
    settings.AUDIT_ALARM_FAILURES = 2
    with clock.frozen(clock.now().replace(minute=5)):
        for number in range(6):
            fail(client, f"buur{number}@example.net", 1)
        item = next(item for item in pressing() if "netwerk" in str(item.title))
    assert "198.51.100.0/24" in str(item.title) and "netwerk=198.51.100.0%2F24" in item.url and item.urgent
