"""The record of processing activities and the tables of the privacy page say what the register says (L-2, D-4)."""

import csv
import io

import pytest
from django.utils.html import escape

from accounts.compliance import actions, record
from accounts.users.holdings import GROUNDS
from accounts.users.purposes import PURPOSES
from wijk import clock
from wijk.personal_data import REGISTER, STORES, Ground, Kind, Personal, declare
from wijk.schedule import ScheduledJob

PAGE, JSON, CSV = "/beheer/privacy/register/", "/beheer/privacy/register.json", "/beheer/privacy/register.csv"


@pytest.fixture
def host(petra):
    values = {
        "name": "Veilige Servers BV",
        "role": "processor",
        "is_host": True,
        "task": "Bij hen staat de site.",
        "purposes": ["account", "posts"],
        "fields": "alles",
        "country": "NL",
        "data_country": "BE",
        "agreement_on": clock.today(),
        "security_checked_on": clock.today(),
    }
    return actions.register_processor(values=values, by=petra)


def declared():
    """Every field and store of the register, by name."""
    fields = {(found.model._meta.label, name) for found in REGISTER.values() for name in found.fields}
    return fields | {(", ".join(store.places), code) for code, store in STORES.items()}


def test_the_file_holds_every_field_and_store_of_the_register(as_, petra):
    answer = as_(petra).get(JSON)
    assert "attachment" in answer.headers["Content-Disposition"]
    file = answer.json()
    assert {(line["where"], line["name"]) for line in file["register"]} == declared()
    for part in ("controller", "privacy", "outside_the_eea", "data_in", "measures", "activities", "stores"):
        assert file[part], part
    rows = list(csv.DictReader(io.StringIO(as_(petra).get(CSV).text)))
    assert {(row["where"], row["name"]) for row in rows} == declared()


def test_every_activity_says_all_that_the_law_asks(db):
    found = record.activities()
    with_people = {entry.purpose for _declaration, _name, entry in record.personal_fields()}
    assert {row["code"] for row in found} == with_people
    for row in found:
        for part in ("label", "why", "grounds", "people", "kinds", "terms", "seen_by", "recipients"):
            assert row[part], f"{row['code']}: {part}"
        assert bool(row["balance"]) == (str(GROUNDS[Ground.LEGITIMATE]) in row["grounds"]), row["code"]


def test_the_office_reads_it_with_each_weighing_and_each_store(as_, petra, host):
    page = as_(petra).get(PAGE).text
    for purpose in PURPOSES.values():
        if purpose.balance:
            assert escape(str(purpose.balance)) in page
    for store in STORES.values():
        assert escape(str(store.label)) in page and escape(str(store.erased)) in page
    assert "Veilige Servers BV (België)" in page


def test_a_party_that_stopped_is_in_neither(as_, client, petra, host):
    assert "Veilige Servers BV" in client.get("/privacy/").text
    host.ended_on = clock.today()
    host.save()
    assert "Veilige Servers BV" not in as_(petra).get(PAGE).text
    assert as_(petra).get(JSON).json()["parties"] == []
    assert "Veilige Servers BV" not in client.get("/privacy/").text


def test_the_privacy_page_says_what_the_register_says(client, db):
    page = client.get("/privacy/").text
    for _declaration, _name, entry in record.personal_fields():
        assert escape(str(entry.label)) in page
    for store in record.places():
        assert escape(store["what"]) in page and escape(store["erased"]) in page
    assert escape(str(PURPOSES["security"].balance)) in page


def test_a_new_field_is_on_both_pages_by_itself(as_, client, petra):
    before = REGISTER[ScheduledJob]
    try:
        new = Personal("=Schoenmaat", Kind.IDENTIFIER, ground=Ground.CONTRACT)
        declare(ScheduledJob, purpose="operation", fields={"name": new})
        assert "=Schoenmaat" in client.get("/privacy/").text
        assert "=Schoenmaat" in as_(petra).get(PAGE).text
        line = next(
            row for row in csv.DictReader(io.StringIO(as_(petra).get(CSV).text)) if "Schoenmaat" in row["label"]
        )
        assert line["label"] == "'=Schoenmaat", "a table would read it as a formula"
    finally:
        REGISTER[ScheduledJob] = before


@pytest.mark.parametrize("form", ["xml", "exe", "json-x"])
def test_there_are_two_forms_and_no_others(as_, petra, form):
    assert as_(petra).get(f"/beheer/privacy/register.{form}").status_code == 404


def test_a_residents_desk_does_not_open_it(as_, anna, mo):
    for who in (anna, mo):
        for path in (PAGE, JSON, CSV):
            assert as_(who).get(path).status_code in {403, 404}
