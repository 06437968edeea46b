"""The calendar of checks, who handles data, and what was handed over."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditEvent
from accounts.compliance import actions
from accounts.compliance.countries import EEA, data_stays_in_the_eea
from accounts.compliance.duties import DUTIES
from accounts.compliance.models import ComplianceCheck, ComplianceItem, Disclosure, Processor
from accounts.office.desk import pressing
from accounts.office.roles import officers
from wijk import clock
from wijk.mail.models import OutgoingMail

AGENDA, PARTIES, HANDED = "/beheer/privacy/agenda/", "/beheer/privacy/verwerkers/", "/beheer/privacy/verstrekt/"


def party(**changes):
    typed = {
        "name": "Veilige Servers BV",
        "role": "processor",
        "is_host": "on",
        "task": "Bij hen staat de site.",
        "purposes": ["account", "posts"],
        "categories": ["name", "contact"],
        "fields_given": "alles in de database, versleuteld",
        "country": "NL",
        "data_country": "NL",
        "agreement_on": "2026-01-10",
        "security_checked_on": "2026-01-09",
    }
    typed.update(changes)
    return {name: value for name, value in typed.items() if value is not None}


def handed(**changes):
    typed = {
        "recipient": "politie",
        "what": "account 12",
        "ground": "court",
        "basis": "bevel 7",
        "disclosed_on": "2026-02-01",
    }
    typed.update(changes)
    return {name: value for name, value in typed.items() if value is not None}


# The calendar --------------------------------------------------------------------------------------------------------


def test_a_new_site_has_every_check_in_its_calendar_once(db):
    actions.plant_duties()
    actions.plant_duties()
    assert sorted(ComplianceItem.objects.values_list("key", flat=True)) == sorted(DUTIES)
    assert ComplianceItem.objects.get(key="security-test").months == 24


def test_a_check_that_is_done_with_evidence_comes_back_after_its_months(as_, petra):
    item = ComplianceItem.objects.get(key="security-test")
    today = clock.today()
    page = as_(petra).post(f"{AGENDA}{item.pk}/", {"done_on": today.isoformat(), "evidence": "Rapport 3, alles dicht."})
    assert page.status_code == 302
    item.refresh_from_db()
    assert item.next_due_on == clock.months_later(today, 24)
    check = item.checks.get()
    assert (check.done_by, check.evidence) == (petra, "Rapport 3, alles dicht.")
    assert AuditEvent.objects.filter(action="compliance.done", actor_ref=petra.pk).exists()
    assert "Rapport 3" in as_(petra).get(f"{AGENDA}{item.pk}/").text


def test_evidence_of_an_older_time_does_not_bring_the_date_forward(petra):
    item = ComplianceItem.objects.get(key="dpia")
    actions.check_off(item=item, done_on=clock.today(), evidence="nu", by=petra)
    actions.check_off(item=item, done_on=clock.today() - timedelta(days=200), evidence="toen", by=petra)
    item.refresh_from_db()
    assert item.next_due_on == clock.months_later(clock.today(), 12)


def test_without_evidence_or_with_a_day_ahead_nothing_is_done_and_nothing_typed_is_lost(as_, petra):
    item = ComplianceItem.objects.get(key="dpia")
    ahead = (clock.today() + timedelta(days=1)).isoformat()
    page = as_(petra).post(f"{AGENDA}{item.pk}/", {"done_on": ahead, "evidence": "Alles & <b>meer</b>"})
    assert page.status_code == 422
    assert "in de toekomst" in page.text and "Alles &amp; &lt;b&gt;meer&lt;/b&gt;" in page.text
    assert as_(petra).post(f"{AGENDA}{item.pk}/", {"done_on": "gisteren", "evidence": "  "}).status_code == 422
    assert not ComplianceCheck.objects.exists()


def test_a_late_check_presses_at_the_desk_and_is_mailed_once_to_each_officer(petra, otto, anna):
    item = ComplianceItem.objects.get(key="risks")
    assert actions.alarm() == 0
    with clock.frozen(timedelta(days=31)):
        late = ComplianceItem.objects.filter(next_due_on__lt=clock.today()).count()
        assert late and actions.alarm() == late
        assert actions.alarm() == 0
        mails = OutgoingMail.objects.filter(about=f"accounts.complianceitem:{item.pk}")
        assert sorted(mails.values_list("account_ref", flat=True)) == sorted([petra.pk, otto.pk])
        found = [one for one in pressing() if one.url == f"{AGENDA}{item.pk}/"]
        assert [one.urgent for one in found] == [True]
        actions.check_off(item=item, done_on=clock.today(), evidence="klaar", by=petra)
        assert not [one for one in pressing() if one.url == f"{AGENDA}{item.pk}/"]
    with clock.frozen(timedelta(days=31 + 366)):
        actions.alarm()
        assert mails.count() == 4


def test_the_operators_own_check_can_be_added_and_taken_away_but_ours_stay(as_, petra):
    browser = as_(petra)
    soon = (clock.today() + timedelta(days=9)).isoformat()
    typed = {"title": "Sleutels tellen", "why": "", "months": "3", "next_due_on": soon}
    assert browser.post(f"{AGENDA}nieuw/", typed).status_code == 302
    own = ComplianceItem.objects.get(key=None)
    assert "Sleutels tellen" in browser.get(AGENDA).text
    assert browser.post(f"{AGENDA}{own.pk}/weg/").status_code == 302
    assert "Sleutels tellen" not in browser.get(AGENDA).text
    ours = ComplianceItem.objects.get(key="dpia")
    assert browser.post(f"{AGENDA}{ours.pk}/weg/").status_code == 404


@pytest.mark.parametrize("months", ["0", "-1", "121", "999999999999999999999", "drie", "", "1e3"])
def test_impossible_months_are_refused_in_words(as_, petra, months):
    typed = {"title": "Iets", "months": months, "next_due_on": "2027-01-01"}
    page = as_(petra).post(f"{AGENDA}nieuw/", typed)
    assert page.status_code == 422 and 'value="Iets"' in page.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-02-30", "٢٠٢٧-01-01x", "x" * 3000, "\x00"])
def test_impossible_days_are_refused_in_words(as_, petra, day):
    page = as_(petra).post(f"{AGENDA}nieuw/", {"title": "Iets", "months": "3", "next_due_on": day})
    assert page.status_code == 422 and "field-error" in page.text


# Who handles data ----------------------------------------------------------------------------------------------------


def test_a_party_with_an_agreement_is_registered_and_everybody_can_read_it(as_, client, petra):
    assert as_(petra).post(f"{PARTIES}nieuw/", party()).status_code == 302
    kept = Processor.objects.get()
    assert kept.is_host and kept.fields == "alles in de database, versleuteld" and kept.purposes == ["account", "posts"]
    page = client.get("/privacy/verwerkers/")
    for words in ("Veilige Servers BV", "Bij hen staat de site.", "Je account", "10 januari 2026", "Nederland"):
        assert words in page.text
    assert AuditEvent.objects.filter(action="processor.add", actor_ref=petra.pk).exists()


@pytest.mark.parametrize(
    "missing", ["agreement_on", "security_checked_on", "role", "purposes", "categories", "country"]
)
def test_a_party_without_an_agreement_or_a_role_is_refused_and_nothing_typed_is_lost(as_, petra, missing):
    page = as_(petra).post(f"{PARTIES}nieuw/", party(**{missing: None}))
    assert page.status_code == 422 and "Veilige Servers BV" in page.text
    assert not Processor.objects.exists()


@pytest.mark.parametrize("field", ["country", "data_country"])
def test_a_country_outside_the_eea_is_refused_with_the_reason(as_, petra, field):
    page = as_(petra).post(f"{PARTIES}nieuw/", party(**{field: "--"}))
    assert page.status_code == 422 and "buiten de Europese Economische Ruimte" in page.text
    assert as_(petra).post(f"{PARTIES}nieuw/", party(**{field: "US"})).status_code == 422
    assert not Processor.objects.exists()


def test_not_even_code_can_register_a_country_outside_the_eea(petra):
    values = {
        "name": "X",
        "role": "processor",
        "task": "x",
        "purposes": [],
        "categories": [],
        "fields": "x",
        "country": "US",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.register_processor(
            values={**values, "data_country": "NL", "agreement_on": "2026-01-01", "security_checked_on": "2026-01-01"},
            by=petra,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.register_processor(
            values={**values, "country": "NL", "data_country": "NL", "agreement_on": None}, by=petra
        )
    assert "GB" not in EEA and "CH" not in EEA and "US" not in EEA and len(EEA) == 30


def test_a_party_that_stopped_leaves_the_public_list_and_stays_in_the_register(as_, client, petra):
    browser = as_(petra)
    browser.post(f"{PARTIES}nieuw/", party())
    kept = Processor.objects.get()
    assert 'value="Veilige Servers BV"' in browser.get(f"{PARTIES}{kept.pk}/").text
    browser.post(f"{PARTIES}{kept.pk}/", party(ended_on=clock.today().isoformat()))
    assert "Veilige Servers" not in client.get("/privacy/verwerkers/").text
    assert "Veilige Servers" in browser.get(PARTIES).text


def test_an_agreement_that_ends_presses_at_the_desk(petra):
    until = clock.today() + timedelta(days=90)
    values = {
        "name": "Drukkerij",
        "role": "independent",
        "task": "x",
        "purposes": [],
        "categories": [],
        "fields": "x",
        "country": "BE",
        "data_country": "BE",
        "agreement_on": date(2026, 1, 1),
        "agreement_until": until,
        "security_checked_on": date(2026, 1, 1),
    }
    actions.register_processor(values=values, by=petra)
    assert not [one for one in pressing() if "Drukkerij" in str(one.title)]
    with clock.frozen(timedelta(days=40)):
        assert [one.urgent for one in pressing() if "Drukkerij" in str(one.title)] == [False]
    with clock.frozen(timedelta(days=92)):
        assert [one.urgent for one in pressing() if "Drukkerij" in str(one.title)] == [True]


def test_production_without_a_host_in_the_register_is_told(as_, petra, settings):
    assert "bij wie de site staat" not in as_(petra).get("/beheer/privacy/").text
    settings.PRODUCTION = True
    assert [str(one.title) for one in pressing() if one.urgent] == ["Zet in het register bij wie de site staat"]
    assert [found.id for found in actions.host_is_known(None, databases=["default"])] == ["accounts.W001"]
    assert actions.host_is_known(None) == []
    as_(petra).post(f"{PARTIES}nieuw/", party())
    assert actions.host_is_known(None, databases=["default"]) == [] and not [one for one in pressing() if one.urgent]


@pytest.mark.parametrize(
    ("place", "fine"),
    [("Nederland", True), ("duitsland ", True), ("be", True), ("Verenigde Staten", False), ("", True)],
)
def test_the_declared_place_of_the_data_must_be_in_the_eea(settings, place, fine):
    settings.OPERATOR = {**settings.OPERATOR, "backup_location": place}
    assert (data_stays_in_the_eea(None) == []) is fine


def test_the_place_of_the_data_and_of_the_copies_is_on_the_public_page(client, db, settings):
    settings.OPERATOR = {**settings.OPERATOR, "backup_location": "Duitsland", "privacy_officer": "Petra, p@example.org"}
    page = client.get("/privacy/verwerkers/").text
    assert "staan in Nederland" in page and "back-ups staan in Duitsland" in page and "Petra, p@example.org" in page


# What was handed over ------------------------------------------------------------------------------------------------


def test_what_is_handed_over_is_noted_with_its_ground_and_unreadable_in_the_table(as_, petra):
    assert as_(petra).post(f"{HANDED}nieuw/", handed()).status_code == 302
    assert Disclosure.objects.get().decided_by == petra
    assert "bevel 7" in as_(petra).get(HANDED).text
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, what, basis FROM accounts_disclosure")
        assert not {"politie", "account 12", "bevel 7"} & set(cursor.fetchone())


@pytest.mark.parametrize("ground", [None, "", "marketing", "advertising", "interest"])
def test_without_one_of_the_four_grounds_nothing_is_handed_over(as_, petra, ground):
    page = as_(petra).post(f"{HANDED}nieuw/", handed(ground=ground))
    assert page.status_code == 422 and "politie" in page.text
    assert not Disclosure.objects.exists()


def test_no_ground_for_advertising_exists_anywhere(petra):
    assert set(Disclosure.Ground.values) == {"consent", "law", "court", "claim"}
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.disclose(values={**handed(ground="reclame"), "disclosed_on": date(2026, 2, 1)}, by=petra)


# Lists and people ----------------------------------------------------------------------------------------------------


def test_lists_cost_the_same_however_long_they_are(as_, petra):
    browser = as_(petra)
    counts = []
    for _round in range(2):
        for number in range(4):
            browser.post(f"{PARTIES}nieuw/", party(name=f"Partij {number}"))
            browser.post(f"{HANDED}nieuw/", handed())
        with CaptureQueriesContext(connection) as queries:
            for path in (AGENDA, PARTIES, HANDED, "/privacy/verwerkers/"):
                assert browser.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_officers_are_the_people_of_the_desk_and_the_operators_as_far_as_they_take_part(petra, otto, anna, eva, mo):
    assert set(officers()) == {petra, otto}
    petra.restricted_at = clock.now()
    petra.save()
    otto.is_active = False
    otto.save()
    assert not officers().exists()
