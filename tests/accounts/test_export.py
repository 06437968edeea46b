"""The download: the seven parts, exactly what the register says, in three forms (K-33, K-34, K-39, W-73, X-17)."""

import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.audit.models import AuditEvent
from accounts.closure.models import AccountClosure
from accounts.compliance.models import Processor
from accounts.export import formats
from accounts.export.bundle import bundle
from content.contact.models import Conversation, Message
from content.mailchimp.models import Listing
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from tests.accounts.test_erasure import plant_everything
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.personal_data import REGISTER

SCHEMA = json.loads((Path(settings.BASE_DIR) / "accounts/export/wijk-export-2.schema.json").read_text())
SEVEN = ("processed", "data", "purposes", "categories", "recipients", "rights", "sources")


def download(browser, form="json"):
    answer = browser.get(f"/mijn/gegevens/download/?vorm={form}")
    assert answer.status_code == 200
    return answer


def loaded(browser):
    return json.loads(download(browser).content)


def problems(value, schema, where="file"):
    """What of a JSON schema a value breaks; the few words of it that ours uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool}
    kind = schema.get("type")
    if kind and not isinstance(value, kinds[kind]):
        return [f"{where} is no {kind}"]
    found = [f"{where} is not {schema['const']}"] if "const" in schema and value != schema["const"] else []
    if len(value if isinstance(value, dict | list | str) else ".") < max(
        schema.get(name, 0) for name in ("minItems", "minLength", "minProperties")
    ):
        found.append(f"{where} is empty")
    if kind == "object":
        known = schema.get("properties", {})
        found += [f"{where} lacks {name}" for name in schema.get("required", ()) if name not in value]
        for name, one in value.items():
            below = known.get(name, schema.get("additionalProperties", False))
            found += problems(one, below, f"{where}.{name}") if below is not False else [f"{where}.{name} is unknown"]
    if kind == "array":
        found += [line for one in value for line in problems(one, schema["items"], f"{where}[]")]
    return found


def stored(user):
    """Every exportable field of every row about somebody, straight from the register."""
    return {
        (declaration.model._meta.label_lower, name)
        for declaration in REGISTER.values()
        for subject in declaration.subjects
        if declaration.model._base_manager.filter(**subject.of(user.pk)).exists()
        for name, entry in declaration.fields.items()
        if not entry.not_exported
    }


def exported(file):
    return {(label, name) for label, held in file["data"].items() for row in held["rows"] for name in row}


@pytest.fixture
def full(klarendal, presikhaaf, bram):
    """Somebody with a row in every table that can be about a member, and talks on both sides."""
    user = factories.member("Zus", "Achternaam", lives_in=klarendal)
    plant_everything(user, klarendal)
    visited = factories.post(bram, presikhaaf, title="Post van een ander")
    talk = Conversation.objects.create(
        post=visited, member=user, visitor_name="Zus", visitor_email=user.email, visitor_hash="h"
    )
    Message.objects.create(conversation=talk, side="visitor", body="Mijn eigen woorden als bezoeker")
    Message.objects.create(conversation=talk, side="poster", body="Woorden van een ander: geheim@example.org")
    own = factories.post(user, klarendal, title="Mijn eigen oproep")
    factories.hold(own)
    asked = Conversation.objects.create(
        post=own,
        visitor_name="Wim Onbekend",
        visitor_email="wim.onbekend@example.org",
        visitor_phone="0687654321",
        visitor_hash="w",
        confirmed_at=clock.now(),
    )
    Message.objects.create(conversation=asked, side="visitor", body="Woorden van Wim")
    Message.objects.create(conversation=asked, side="poster", body="Mijn eigen woorden als plaatser")
    AccountClosure.objects.create(
        user=user, account_ref=user.pk, epoch=0, state="cancelled", received_at=clock.now(), erase_after=clock.now()
    )
    Listing.objects.create(
        connection=factories.mailchimp(klarendal),
        subscription=Subscription.objects.get(user=user),
        state="on",
        done_at=clock.now(),
    )
    return user


def test_the_file_holds_exactly_what_the_register_says_of_somebody_with_everything(as_, full):
    assert exported(loaded(as_(full))) == stored(full)


def test_every_table_about_people_is_in_the_file_of_somebody_with_everything(as_, full):
    file = loaded(as_(full))
    tables = {
        declaration.model._meta.label_lower
        for declaration in REGISTER.values()
        if declaration.subjects and any(not entry.not_exported for entry in declaration.fields.values())
    }
    assert tables - set(file["data"]) == set(), "tables of which nothing comes along"


def test_the_file_of_somebody_with_nothing_holds_exactly_that(as_, db):
    nobody = factories.member("Nieuw", "Persoon")
    file = loaded(as_(nobody))
    assert exported(file) == stored(nobody)
    assert "content.post" not in file["data"]


@pytest.mark.parametrize("who", ["somebody with everything", "somebody with nothing"])
def test_the_seven_parts_are_there_and_the_file_keeps_to_its_schema(as_, request, who, db):
    user = request.getfixturevalue("full") if "everything" in who else factories.member("Nieuw", "Persoon")
    file = loaded(as_(user))
    assert [name for name in SEVEN if not file[name]] == []
    assert problems(file, SCHEMA) == []
    assert file["rights"]["authority"]["address"]
    assert file["rights"]["operator"]["email"] == settings.OPERATOR["privacy_email"]


def test_the_schema_refuses_what_is_not_ours(as_, anna):
    file = loaded(as_(anna))
    for change in ({"purposes": []}, {"extra": 1}, {"format": "other"}, {"data": {"a.b": {"rows": [{}]}}}):
        assert problems({**file, **change}, SCHEMA) != []
    del file["sources"]
    assert problems(file, SCHEMA) == ["file lacks sources"]


@pytest.mark.parametrize("form", ["json", "xml", "html"])
def test_nothing_of_anybody_else_is_in_any_form(as_, full, form):
    text = download(as_(full), form).content.decode()
    for own in ("Mijn eigen woorden als bezoeker", "Mijn eigen woorden als plaatser", "Mijn eigen oproep"):
        assert own in text
    others = ("Wim", "wim.onbekend@example.org", "0687654321", "Woorden van een ander", "geheim@example.org")
    for word in (*others, "bram@example.org", "de Vries", "Post van een ander", "argon2", "md5$"):
        assert word not in text, word


def test_what_may_be_taken_along_is_supplied_by_the_person_and_held_by_consent_or_agreement(as_, full):
    checked = set()
    for label, held in loaded(as_(full))["data"].items():
        model = next((model for model in REGISTER if model._meta.label_lower == label), None)
        for row in held["rows"] if model else ():
            for name, field in row.items():
                ground = REGISTER[model].fields[name].ground
                if field["portable"]:
                    assert field["provided_by_subject"], f"{label}.{name}"
                    assert ground in {"consent", "contract"}, f"{label}.{name}"
                    checked.add((label, name))
    assert {("content.post", "title"), ("accounts.user", "first_name"), ("content.post", "show_phone")} <= checked
    derived = {"published_at", "status", "created_at", "last_login", "date_joined", "act", "reason", "note"}
    assert {name for _label, name in checked} & derived == set()


def test_what_a_manager_wrote_is_not_called_the_persons_own(as_, full):
    decision = loaded(as_(full))["data"]["content.decision"]["rows"][0]
    assert decision["note"]["provided_by_subject"] is False


def test_xml_says_the_same_as_json(full):
    file = bundle(full)
    assert formats.read_xml(fromstring(formats.as_xml(file))) == json.loads(formats.as_json(file))


NAMES = st.sampled_from(["title", "content.post", "made_at", "a name", "item", "_x"])
WORDS = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["\x00\x0b", "a\r\nb", " \n ", "]]>", "\ufffe", "\ud800"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@example_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_xml_holds_any_text(bundle):
    marked = formats.as_xml(bundle).encode()
    assert formats.read_xml(fromstring(marked)) == json.loads(formats.as_json(bundle).encode())


def test_the_page_to_read_needs_nothing_and_runs_nothing(as_, full):
    full.first_name = "<script>alert(1)</script>"
    full.save()
    html = download(as_(full), "html").content.decode()
    assert "&lt;script&gt;alert(1)" in html
    for forbidden in ("<script", "<link", "<img", "src=", "url(", "@import", "javascript:", "onload"):
        assert forbidden not in html.replace("&lt;script", ""), forbidden
    assert "@media print" in html
    for heading in ("Je gegevens", "Waarvoor", "hoe lang", "Wie ze ziet", "vandaan", "Je rechten", "klacht"):
        assert heading in html


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "zolang je account bestaat"), ("en", "as long as your account exists")]
)
def test_the_file_speaks_the_readers_language(as_, anna, language, words):
    anna.language = language
    anna.save()
    browser = as_(anna)
    assert loaded(browser)["language"] == language
    html = download(browser, "html").content.decode()
    assert f'<html lang="{language}">' in html
    assert words in html


@pytest.mark.parametrize(
    ("form", "kind"), [("json", "application/json"), ("xml", "application/xml"), ("html", "text/html")]
)
def test_each_form_is_a_file_to_keep_and_is_kept_by_no_cache(as_, anna, form, kind):
    answer = download(as_(anna), form)
    assert answer.headers["Content-Type"].startswith(kind)
    assert re.fullmatch(
        rf'attachment; filename="wijk-mijn-gegevens-\d{{4}}-\d\d-\d\d.{form}"', answer.headers["Content-Disposition"]
    )
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_handles_data_for_the_operator_is_named(as_, anna):
    agreed = clock.today()
    Processor.objects.create(
        name="Rekenhuis", role="processor", task="De site laten draaien", fields="alles, versleuteld", country="NL",
        data_country="NL", agreement_on=agreed, security_checked_on=agreed,
    )  # fmt: skip
    named = [one for one in loaded(as_(anna))["recipients"] if one["who"].startswith("Rekenhuis")]
    assert named[0]["what"] == ["alles, versleuteld"]


def test_a_party_is_named_with_what_it_may_use_the_data_for(as_, anna):
    agreed = clock.today()
    Processor.objects.create(
        name="Postbode", role="processor", task="Mail bezorgen", fields="adres en mail", country="NL",
        purposes=["mail"], data_country="NL", agreement_on=agreed, security_checked_on=agreed,
    )  # fmt: skip
    named = [one for one in loaded(as_(anna))["recipients"] if one["who"].startswith("Postbode")]
    assert named[0]["what"] == ["adres en mail", "alleen voor: Verstuurde mail"]


def test_a_form_that_does_not_exist_is_not_found(as_, anna):
    assert as_(anna).get("/mijn/gegevens/download/?vorm=docx").status_code == 404
    assert as_(anna).post("/mijn/gegevens/download/").status_code == 405


def test_who_logged_in_long_ago_shows_first_who_they_are(as_, anna):
    browser = as_(anna, ago=timedelta(minutes=16))
    asked = browser.get("/mijn/gegevens/download/?vorm=xml")
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/account/reauthenticate/?next=%2Fmijn%2Fgegevens%2Fdownload%2F")
    assert not AuditEvent.objects.filter(action="account.export").exists()
    assert not OutgoingMail.objects.exists()
    answer = browser.post(asked.headers["Location"], {"password": factories.PASSWORD}, follow=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.redirect_chain[-1][0].endswith("vorm=xml")


def test_a_download_is_audited_and_told_by_mail_once_an_hour(as_, anna):
    browser = as_(anna)
    for form in ("json", "html"):
        download(browser, form)
    events = AuditEvent.objects.filter(action="account.export", actor_ref=anna.pk)
    assert [event.detail["form"] for event in events.order_by("pk")] == ["json", "html"]
    mail = OutgoingMail.objects.get(kind="data-downloaded")
    assert mail.recipient == anna.email
    assert "/mijn/beveiliging/" in mail.payload
    with clock.frozen(timedelta(hours=2)):
        download(as_(anna))
    assert OutgoingMail.objects.filter(kind="data-downloaded").count() == 2


def test_the_eleventh_file_in_an_hour_has_to_wait(as_, anna):
    browser = as_(anna)
    for _number in range(10):
        download(browser)
    assert browser.get("/mijn/gegevens/download/").status_code == 429


def test_the_number_of_questions_does_not_grow_with_the_rows(anna, klarendal):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            bundle(anna)
        return len(asked)

    factories.post(anna, klarendal)
    few = questions()
    for number in range(40):
        factories.post(anna, klarendal, title=f"Bericht {number}")
    assert questions() == few


@pytest.mark.proof
def test_a_thousand_posts_are_written_in_time(as_, anna, klarendal, record_property):
    import time

    for number in range(1000):
        factories.post(anna, klarendal, title=f"Bericht {number}", text="Een lange tekst. " * 100, contact_phone="06")
    browser = as_(anna)
    for form in formats.FORMATS:
        begin = time.monotonic()
        size = len(download(browser, form).content)
        took = time.monotonic() - begin
        record_property(form, took)
        print(f"\n{form}: 1,000 posts, {size / 1e6:.1f} MB in {took:.2f} s")
        assert took < 60
