"""A leak from the first report to the closed file: the clock, the form, the public door, the evidence."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditEvent
from accounts.breaches import actions, evidence
from accounts.breaches.dossier import as_file
from accounts.breaches.models import LIMIT, Breach
from accounts.office.desk import pressing
from accounts.retention.actions import purge
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

DESK, DOOR = "/beheer/privacy/lekken/", "/lek-melden/"
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def typed(**changes):
    return {"summary": "Een lijst lag open", "discovered_at": "2026-11-23T09:00", "authority": "ap", **changes}


def leak(**changes):
    return {"what": "Ik zag adressen van anderen", "sent_at": signed_time(age=timedelta(seconds=5)), **changes}


@pytest.fixture
def breach(petra):
    return actions.file(values={"summary": "Een lijst lag open", "discovered_at": clock.now()}, by=petra)


def hours_mailed():
    return OutgoingMail.objects.filter(kind="breach-clock").order_by("pk")


# The clock -----------------------------------------------------------------------------------------------------------


def test_officers_are_reminded_at_24_48_and_66_hours_and_when_it_is_too_late_each_once(petra, otto, anna):
    with clock.frozen(MONDAY):
        found = actions.file(values={"summary": "x", "discovered_at": clock.now()}, by=petra)
        assert actions.remind() == 0
    told = []
    for hours in (23, 24, 25, 47, 48, 65, 66, 71, 72, 90, 200):
        with clock.frozen(MONDAY + hours * HOUR):
            told += [hours] * actions.remind()
            assert actions.remind() == 0
    assert told == [24, 48, 66, 72]
    assert set(hours_mailed().values_list("account_ref", flat=True)) == {petra.pk, otto.pk}
    assert hours_mailed().count() == 8
    subjects = [json.loads(mail.payload)["subject"] for mail in hours_mailed().filter(account_ref=petra.pk)]
    assert subjects[0].endswith("nog 48 uur") and subjects[2].endswith("nog 6 uur")
    assert subjects[3].endswith("te laat") and all(found.reference in subject for subject in subjects)


def test_a_leak_that_is_filed_late_gets_the_last_reminder_only(petra):
    actions.file(values={"summary": "x", "discovered_at": clock.now() - 50 * HOUR}, by=petra)
    assert (actions.remind(), actions.remind()) == (1, 0)
    assert hours_mailed().count() == 1


def test_the_clock_stops_when_it_is_reported_or_need_not_be(petra, breach):
    other = actions.file(values={"summary": "x", "discovered_at": clock.now()}, by=petra)
    breach = actions.decide(breach=breach, decision="report", reason="groot", by=petra)
    actions.decide(breach=other, decision="no_report", reason="versleuteld", by=petra)
    with clock.frozen(73 * HOUR):
        assert [one.urgent for one in pressing() if "Lek" in str(one.title)] == [True]
        assert Breach.objects.get(pk=breach.pk).is_late
        actions.reported(
            breach=breach, authority_reported_at=clock.now(), authority_reference="AP-1", late_reason="zoek", by=petra
        )
        assert Breach.objects.get(pk=breach.pk).was_late
        assert not [one for one in pressing() if "Lek" in str(one.title)]
        assert actions.remind() == 0


def test_what_presses_says_by_when(petra, breach, as_):
    found = next(one for one in pressing() if breach.reference in str(one.title))
    assert found.due_at == breach.discovered_at + LIMIT and not found.urgent
    assert breach.reference in as_(petra).get("/beheer/privacy/").text
    with clock.frozen(49 * HOUR):
        assert next(one for one in pressing() if breach.reference in str(one.title)).urgent
    with clock.frozen(75 * HOUR):
        assert "te laat" in as_(petra).get(f"{DESK}{breach.pk}/").text


# A file's life -------------------------------------------------------------------------------------------------------


def test_a_leak_from_filing_to_closing_and_everything_is_in_the_trail(as_, petra):
    browser = as_(petra)
    with clock.frozen(MONDAY + 5 * HOUR):
        assert browser.post(f"{DESK}nieuw/", typed(what="Alles stond open")).status_code == 302
        found = Breach.objects.get()
        page = f"{DESK}{found.pk}/"
        assert found.state == "open" and "Besluit of je het meldt" in browser.get(page).text
        assert browser.post(f"{page}besluit/", {"decision": "report", "reason": "veel mensen"}).status_code == 302
        assert "Meld het bij de toezichthouder" in browser.get(page).text
        told = {"authority_reported_at": "2026-11-23T14:00", "authority_reference": "AP-77"}
        assert browser.post(f"{page}gemeld/", told).status_code == 302
        assert "Licht alle bewoners in" in browser.get(page).text
        known = {"informed_at": "2026-11-23T14:30", "informed_how": "met een brief"}
        assert browser.post(f"{page}ingelicht/", known).status_code == 302
        assert "Sluit het af" in browser.get(page).text
        assert browser.post(f"{page}afsluiten/", {"lessons": "rechten beter nakijken"}).status_code == 302
    found.refresh_from_db()
    assert found.state == "closed" and found.decided_by == petra and not found.was_late
    trail = AuditEvent.objects.filter(about=f"accounts.breach:{found.pk}").order_by("pk")
    acts = ["breach.open", "breach.decide", "breach.reported", "breach.informed", "breach.close"]
    assert list(trail.values_list("action", flat=True)) == acts
    assert set(trail.values_list("actor_ref", flat=True)) == {petra.pk}
    for step in ("wijzigen", "besluit", "gemeld", "ingelicht", "afsluiten"):
        assert browser.post(f"{page}{step}/", typed(versie=found.revision)).status_code == 302
    found.refresh_from_db()
    assert found.summary == "Een lijst lag open" and trail.count() == len(acts)


def test_a_leak_cannot_be_closed_before_it_is_decided(as_, petra, breach):
    as_(petra).post(f"{DESK}{breach.pk}/afsluiten/", {"lessons": "niets"})
    with pytest.raises(actions.Overtaken):
        actions.close(breach=breach, lessons="niets", answer="", by=petra)
    assert not Breach.objects.get().is_closed


def test_reporting_late_needs_a_reason(as_, petra):
    found = actions.file(values={"summary": "x", "discovered_at": clock.now() - 80 * HOUR}, by=petra)
    told = {"authority_reported_at": clock.now().strftime("%Y-%m-%dT%H:%M"), "authority_reference": "AP-77"}
    page = as_(petra).post(f"{DESK}{found.pk}/gemeld/", told)
    assert page.status_code == 422 and "later dan 72 uur" in page.text and 'value="AP-77"' in page.text
    assert as_(petra).post(f"{DESK}{found.pk}/gemeld/", {**told, "late_reason": "niemand zag het"}).status_code == 302


def test_two_officers_at_once_do_not_overwrite_each_other(as_, petra, otto, breach):
    first = typed(versie=breach.revision, what="van Petra")
    second = typed(versie=breach.revision, what="van Otto")
    assert as_(petra).post(f"{DESK}{breach.pk}/wijzigen/", first).status_code == 302
    page = as_(otto).post(f"{DESK}{breach.pk}/wijzigen/", second)
    assert page.status_code == 422 and "intussen iets anders bewaard" in page.text and "van Otto" in page.text
    assert Breach.objects.get().what == "van Petra"
    with pytest.raises(actions.Overtaken):
        actions.decide(breach=breach, decision="report", reason="x", by=otto)


def test_words_of_a_leak_are_unreadable_in_the_table(as_, petra):
    words = ("found_how", "what", "seen_where", "consequences", "measures", "protection")
    as_(petra).post(f"{DESK}nieuw/", typed(**{name: f"geheim {name}" for name in words}))
    assert Breach.objects.get().what == "geheim what"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_breach")
        row = " ".join(str(value) for value in cursor.fetchone())
    assert "geheim" not in row and "Een lijst" not in row


@pytest.mark.parametrize(
    "wrong",
    [
        {"discovered_at": "2999-01-01T10:00"},
        {"discovered_at": "0001-01-01T00:00"},
        {"discovered_at": "9999-12-31T23:59"},
        {"discovered_at": "gisteren"},
        {"summary": "  "},
        {"summary": "x" * 201},
        {"what": "x" * 6001},
        {"people_least": "-1"},
        {"people_least": "9" * 40},
        {"people_least": "5", "people_most": "4"},
        {"categories": ["name", "bestaat-niet"]},
        {"aspects": ["<script>"]},
        {"authority": "cia"},
        {"incident": "x"},
        {"processors": ["999999"]},
        {"processors": ["abc"]},
        {"happened_from": "2026-11-22T10:00", "happened_until": "2026-11-21T10:00"},
        {"happened_until": "2026-11-21T10:00", "still_going": "on"},
    ],
)
def test_impossible_input_is_refused_in_words_and_nothing_typed_is_lost(as_, petra, wrong):
    with clock.frozen(MONDAY + 5 * HOUR):
        page = as_(petra).post(f"{DESK}nieuw/", typed(found_how="per <b>ongeluk</b>", **wrong))
    assert page.status_code == 422 and "per &lt;b&gt;ongeluk&lt;/b&gt;" in page.text
    assert "Er klopt nog iets niet" in page.text
    assert not Breach.objects.exists()


# Paper ---------------------------------------------------------------------------------------------------------------


def test_the_authoritys_form_has_every_answer_on_paper_and_as_a_file(as_, petra, settings):
    settings.OPERATOR = {**settings.OPERATOR, "privacy_officer": "Petra Visser, p@example.org"}
    host = factories.processor("Veilige Servers")
    values = typed(
        what="Alles stond open",
        seen_where="/wijk/klarendal/",
        incident="published",
        aspects=["confidentiality"],
        categories=["name", "special"],
        people=["members", "vulnerable"],
        people_least="3",
        people_most="40",
        risk="high",
        happened_from="2026-11-20T09:00",
        still_going="on",
        cross_border="on",
        cross_border_where="België",
        processors=[str(host.pk)],
    )
    browser = as_(petra)
    with clock.frozen(MONDAY + 5 * HOUR):
        browser.post(f"{DESK}nieuw/", values)
        found = Breach.objects.get()
        paper = browser.get(f"{DESK}{found.pk}/formulier/").text
        file = json.loads(browser.get(f"{DESK}{found.pk}/formulier.json").content)
    for words in (
        found.reference,
        "Petra Visser, p@example.org",
        "Veilige Servers",
        "Alles stond open",
        "anderen konden het zien",
        "bijzondere gegevens",
        "bewoners met een account",
        "een hoog risico",
        "het duurt nog voort",
        "België",
        "23 november 2026, 09:00",
    ):
        assert words in paper, words
    answers = {code: answer["answer"] for part in file["sections"] for code, answer in part["answers"].items()}
    assert (answers["people_least"], answers["people_most"], answers["special"]) == ("3", "40", "ja")
    assert file["due_at"] == "2026-11-26T08:00:00Z" and file["codes"]["categories"] == ["name", "special"]
    assert len(file["sections"]) == 10
    assert all(
        answer.keys() == {"question", "answer"} for part in file["sections"] for answer in part["answers"].values()
    )


def test_a_site_in_belgium_reports_to_the_belgian_authority(as_, petra, client, settings):
    settings.OPERATOR = {**settings.OPERATOR, "country": "be"}
    assert '<option value="gba" selected>' in as_(petra).get(f"{DESK}nieuw/").text
    client.post(DOOR, leak())
    assert Breach.objects.get().authority == "gba"


def test_the_file_holds_a_place_for_each_answer_even_of_an_empty_leak(breach):
    assert len([code for part in as_file(breach)["sections"] for code in part["answers"]]) > 30


def test_the_dossier_has_the_trail(as_, petra, breach):
    actions.decide(breach=breach, decision="report", reason="groot & <b>erg</b>", by=petra)
    page = as_(petra).get(f"{DESK}{breach.pk}/dossier/").text
    assert "breach.decide" in page and "groot &amp; &lt;b&gt;erg&lt;/b&gt;" in page


# The public door -----------------------------------------------------------------------------------------------------


def test_anybody_reports_a_leak_without_an_account_and_officers_are_told_without_its_words(client, petra, otto):
    answer = client.post(DOOR, leak(where="/wijk/klarendal/", address="Vera@example.org"))
    found = Breach.objects.get()
    assert (found.state, found.origin, found.what) == ("draft", "form", "Ik zag adressen van anderen")
    assert found.reporter_address == "Vera@example.org"
    assert found.reference in client.get(answer.url).text and re.fullmatch(r"L-\w{3}-\w{3}", found.reference)
    mails = OutgoingMail.objects.filter(kind="breach-found")
    assert set(mails.values_list("account_ref", flat=True)) == {petra.pk, otto.pk}
    assert not any("adressen" in mail.payload or "vera" in mail.payload.lower() for mail in mails)
    assert next(one for one in pressing() if found.reference in str(one.title)).due_at == found.due_at


def test_the_same_form_twice_is_one_report_and_gives_the_same_number(client, petra):
    sent = leak()
    assert client.post(DOOR, sent).url == client.post(DOOR, sent).url
    assert Breach.objects.count() == 1 and OutgoingMail.objects.count() == 1


def test_a_robot_gets_the_same_answer_and_leaves_nothing(client, petra):
    robot, person = client.post(DOOR, leak(website="x")), client.post(DOOR, leak())
    shape = re.compile(r"/lek-melden/bedankt/\?nummer=L-[A-Z0-9]{3}-[A-Z0-9]{3}")
    assert shape.fullmatch(robot.url) and shape.fullmatch(person.url) and robot.url != person.url
    assert Breach.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"what": ""}, {"what": "\x00 \u200b"}, {"what": "x" * 6001}, {"where": "x" * 501}, {"address": "geen adres"},
     {"address": '"a,b"@example.org'}, {"sent_at": "verzonnen"}, {"sent_at": ""}],
)  # fmt: skip
def test_a_wrong_report_is_explained_and_nothing_typed_is_lost(client, petra, wrong):
    page = client.post(DOOR, leak(**{"where": "hier & daar", **wrong}))
    assert page.status_code == 422 and "Er klopt nog iets niet" in page.text
    assert not Breach.objects.exists()
    if "where" not in wrong:
        assert "hier &amp; daar" in page.text


def test_a_network_may_report_some_leaks_an_hour(client, petra):
    answers = [client.post(DOOR, leak(what=f"lek {number}")).status_code for number in range(7)]
    assert answers == [302] * 6 + [429]
    assert Breach.objects.count() == 6


def test_the_thanks_page_repeats_nothing_that_is_no_number(client, db):
    for number in ("<script>", "L-AAA-AAA<b>", "x" * 5000, "L-000-111"):
        page = client.get("/lek-melden/bedankt/", {"nummer": number})
        assert page.status_code == 200 and "Het nummer van je melding" not in page.text and "<script>" not in page.text


def test_who_reported_gets_an_answer_when_it_is_closed_and_then_the_address_is_gone(client, as_, petra):
    client.post(DOOR, leak(address="vera@example.org"))
    found = Breach.objects.get()
    page = f"{DESK}{found.pk}/"
    assert "vera@example.org" in as_(petra).get(page).text
    as_(petra).post(f"{page}besluit/", {"decision": "no_breach", "reason": "het was eigen data"})
    as_(petra).post(f"{page}afsluiten/", {"lessons": "niets", "answer": "Dank je, het klopt zo.\n# Niet waar"})
    mail = OutgoingMail.objects.get(kind="breach-answer")
    assert mail.recipient == "vera@example.org" and "Dank je, het klopt zo." in json.loads(mail.payload)["text"]
    found.refresh_from_db()
    assert found.is_closed and found.reporter_address == ""
    assert "vera@" not in as_(petra).get(page).text


def test_closing_without_an_answer_forgets_the_address_as_well(client, petra):
    client.post(DOOR, leak(address="vera@example.org"))
    found = actions.decide(breach=Breach.objects.get(), decision="no_breach", reason="x", by=petra)
    actions.close(breach=found, lessons="x", answer="", by=petra)
    assert (
        Breach.objects.get().reporter_address == "" and not OutgoingMail.objects.filter(kind="breach-answer").exists()
    )


def test_a_page_about_leaks_names_the_mail_address_too(client, db, settings):
    page = client.get(DOOR)
    assert settings.OPERATOR["email"] in page.text and 'name="what"' in page.text and not page.cookies


# security.txt --------------------------------------------------------------------------------------------------------


def lines(text):
    return [line.split(": ", 1) for line in text.strip().split("\n")]


def test_security_txt_names_the_door_and_expires_within_a_year_but_never_in_the_past(client, db, settings):
    for moment in (timedelta(0), timedelta(days=364), timedelta(days=366 * 30)):
        with clock.frozen(moment) as now:
            answer = client.get("/.well-known/security.txt")
            fields = lines(answer.text)
            expires = datetime.strptime(dict(fields)["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            assert now + timedelta(days=30) < expires < now + timedelta(days=365)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    contacts = [value for name, value in fields if name == "Contact"]
    assert contacts == [f"{settings.BASE_URL}/lek-melden/", f"mailto:{settings.OPERATOR['email']}"]
    assert dict(fields)["Canonical"] == f"{settings.BASE_URL}/.well-known/security.txt"
    assert (
        dict(fields)["Policy"] == f"{settings.BASE_URL}/lek-melden/" and dict(fields)["Preferred-Languages"] == "nl, en"
    )


# The command and the evidence ----------------------------------------------------------------------------------------


@pytest.fixture
def var(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    return tmp_path


def run(*words):
    out = StringIO()
    call_command("breach", *words, stdout=out)
    return out.getvalue()


def test_prepare_opens_a_draft_puts_evidence_aside_and_says_what_to_do_by_when(var, petra, anna):
    actions.file(values={"summary": "Een geheim woord", "discovered_at": clock.now()}, by=petra)
    found_at = clock.now() - 10 * HOUR
    told = run("prepare", "--discovered", found_at.isoformat(), "--note", "de lijst stond open")
    made = Breach.objects.get(origin="command")
    assert (made.state, made.discovered_at, made.what) == ("draft", found_at, "de lijst stond open")
    folder = evidence.folder(made.reference)
    assert str(folder) in told and made.reference in told and "Wat nu" in told and "TE LAAT" not in told
    written = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(written) == {
        "audit.jsonl", "staff-acts.jsonl", "versions.jsonl", "counts.jsonl", "leak.jsonl", "SHA256SUMS"
    }  # fmt: skip
    assert '"breach.open"' in written["staff-acts.jsonl"]
    assert '"table": "accounts.User"' in written["counts.jsonl"] and '"name": "Django"' in written["versions.jsonl"]
    everything = "".join(written.values())
    assert not [word for word in ("Anna", "Jansen", "example.org", "geheim", "de lijst") if word in everything]
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir() if path.name != "SHA256SUMS")


def test_prepare_says_so_when_it_is_too_late_already(var, db):
    told = run("prepare", "--discovered", (clock.now() - 80 * HOUR).isoformat())
    assert "TE LAAT" in told and "TE LAAT" in run("list") and "1 lek open." in run("list")


def test_a_dry_run_changes_nothing(var, db):
    told = run("prepare", "--discovered", clock.now().isoformat(), "--dry-run")
    assert "verandert niets" in told and not Breach.objects.exists() and not list(var.iterdir())


@pytest.mark.parametrize(
    "when", ["gisteren", "2999-01-01", "9999-12-31T23:59", "0001-01-01T00:00", "", "2026-13-40T10:00"]
)
def test_an_impossible_moment_is_refused(var, db, when):
    with pytest.raises(CommandError):
        run("prepare", "--discovered", when)
    assert not Breach.objects.exists()


def test_evidence_goes_when_the_leak_leaves_the_register_after_five_years(var, petra, breach):
    evidence.preserve(breach, since=clock.now())
    evidence.preserve(breach, since=clock.now())
    assert evidence.forget() == 0 and len(list((var / "breaches").iterdir())) == 2
    held = actions.decide(breach=breach, decision="no_breach", reason="x", by=petra)
    actions.close(breach=held, lessons="x", answer="", by=petra)
    with clock.frozen(timedelta(days=5 * 365 - 1)):
        purge()
        assert Breach.objects.exists()
    with clock.frozen(timedelta(days=5 * 365 + 1)):
        assert purge()["accounts.Breach"] == 1
        assert evidence.forget() == 2 and not list((var / "breaches").iterdir())


# Lists ---------------------------------------------------------------------------------------------------------------


def test_the_register_costs_the_same_however_long_it_is(as_, petra):
    browser, counts = as_(petra), []
    browser.get(DESK)
    for _round in range(2):
        for number in range(4):
            actions.file(values={"summary": f"Lek {number}", "discovered_at": clock.now()}, by=petra)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(DESK).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
