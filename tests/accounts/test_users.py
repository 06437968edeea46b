"""My data, my consents, my security, help and language (W-61, W-72, W-73, W-74, K-40)."""

import json

import pytest
from django.utils.html import escape

from accounts.users.purposes import PURPOSES
from content.contact.models import Conversation, Message
from tests import factories
from tests.accounts.test_erasure import plant_everything
from wijk.personal_data import REGISTER, STORES, Ground


def test_every_declared_field_about_me_is_on_the_page_and_in_the_download(as_, klarendal):
    user = factories.member("Zus", "Achternaam")
    words = plant_everything(user, klarendal)
    browser = as_(user)
    page, download = browser.get("/mijn/gegevens/").content.decode(), browser.get("/mijn/gegevens/download/").content
    data = json.loads(download)["data"]
    checked = 0
    for declaration in REGISTER.values():
        for name, entry in declaration.fields.items():
            word = words.get(f"{declaration.model._meta.label}.{name}")
            if word and declaration.subjects and not entry.not_exported:
                assert escape(word) in page, f"{declaration.model._meta.label}.{name}"
                assert word in json.dumps(data[declaration.model._meta.label_lower])
                checked += 1
    assert checked > 15


def test_the_download_holds_only_my_own_rows(as_, anna, bram, klarendal):
    factories.post(anna, klarendal, title="Van Anna")
    factories.post(bram, klarendal, title="Van Bram")
    answer = as_(anna).get("/mijn/gegevens/download/")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"Van Anna" in answer.content
    assert b"Van Bram" not in answer.content
    assert b"argon2" not in answer.content
    assert b"md5$" not in answer.content


def test_each_side_of_a_conversation_gets_its_own_words(as_, anna, bram, presikhaaf):
    talk = Conversation.objects.create(
        post=factories.post(bram, presikhaaf), member=anna, visitor_name="Anna", visitor_hash="h"
    )
    Message.objects.create(conversation=talk, side="visitor", body="Ik heb een boor")
    Message.objects.create(conversation=talk, side="poster", body="Zaterdag kom ik langs")
    for member, own, other in ((anna, "Ik heb een boor", "Zaterdag"), (bram, "Zaterdag kom ik langs", "een boor")):
        browser = as_(member)
        for path in ("/mijn/gegevens/", "/mijn/gegevens/download/"):
            page = browser.get(path).content.decode()
            assert own in page
            assert other not in page
        assert "jij en de ander in het gesprek" in browser.get("/mijn/gegevens/").content.decode()


def test_name_and_language_change_in_place(as_, anna):
    browser = as_(anna)
    answer = browser.post("/mijn/gegevens/", {"first_name": " An\u202ena ", "last_name": "Smit", "language": "en"})
    assert answer.status_code == 302
    anna.refresh_from_db()
    assert (anna.first_name, anna.last_name, anna.language) == ("Anna", "Smit", "en")
    assert answer.cookies["taal"].value == "en"


@pytest.mark.parametrize(
    "typed",
    [
        {"first_name": ""},
        {"first_name": "x" * 1000},
        {"language": "xx"},
        {"first_name": "\x00\u200b"},
        {"first_name": "www.koop.nl"},
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_typed_is_lost(as_, anna, typed):
    form = {"first_name": "Anna", "last_name": "Getypt", "language": "nl", **typed}
    page = as_(anna).post("/mijn/gegevens/", form)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "Getypt" in page.content.decode()
    anna.refresh_from_db()
    assert anna.last_name == "Jansen"


def test_every_purpose_of_the_register_has_words():
    assert {declaration.purpose for declaration in REGISTER.values()} - set(PURPOSES) == set()


def test_each_purpose_rests_on_one_ground_and_a_legitimate_interest_is_weighed():
    grounds = {code: set() for code in PURPOSES}
    for found in [*REGISTER.values(), *STORES.values()]:
        grounds[found.purpose].add(found.ground)
    for found in REGISTER.values():
        for entry in found.fields.values():
            grounds[entry.purpose].add(entry.ground)
    assert {code: found for code, found in grounds.items() if len(found) != 1} == {}
    weighed = {code for code, purpose in PURPOSES.items() if purpose.balance}
    assert weighed == {code for code, found in grounds.items() if found == {Ground.LEGITIMATE}}


def test_help_is_for_everybody_and_names_the_way_out(client, db):
    page = client.get("/hulp/")
    html = page.content.decode()
    assert "/mijn/opzeggen/" in html
    assert "hulp@example.org" in html
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]


def test_security_shows_how_and_where_i_log_in(as_, anna, mo):
    assert "Staat uit" in as_(anna).get("/mijn/beveiliging/").content.decode()
    assert "Staat aan" in as_(mo).get("/mijn/beveiliging/").content.decode()


def test_a_visitor_chooses_a_language_and_lands_where_it_was(client, db):
    answer = client.post("/taal/", {"language": "en", "next": "/hulp/"})
    assert (answer.status_code, answer.headers["Location"], client.cookies["taal"].value) == (302, "/hulp/", "en")


@pytest.mark.parametrize(
    "next_page", ["https://kwaad.example/", "//kwaad.example", "javascript:alert(1)", "", "\\\\kwaad"]
)
def test_the_language_form_sends_nobody_to_another_site(client, db, next_page):
    assert client.post("/taal/", {"language": "en", "next": next_page}).headers["Location"] == "/"


def test_an_unknown_language_is_refused_and_a_member_is_remembered(as_, anna, client):
    assert client.post("/taal/", {"language": "xx"}).status_code == 400
    assert client.get("/taal/").status_code == 405
    as_(anna).post("/taal/", {"language": "en"})
    anna.refresh_from_db()
    assert anna.language == "en"


@pytest.mark.parametrize(
    "path", ["/mijn/gegevens/", "/mijn/gegevens/download/", "/mijn/toestemmingen/", "/mijn/beveiliging/"]
)
def test_the_closed_part_asks_to_log_in(client, db, path):
    assert client.get(path).headers["Location"].startswith("/account/login/")
