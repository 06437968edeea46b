"""My data, my consents, my security, help and language (W-61, W-72, W-73, W-74, K-40)."""

import json
from datetime import timedelta

import pytest
from django.utils import formats, timezone
from django.utils.html import escape

from accounts.consent import actions as consent
from accounts.consent.models import ConsentEvent
from accounts.consent.texts import version_of
from accounts.users.purposes import PURPOSES
from content.contact.models import Conversation, Message
from content.pages.models import LegalPage
from content.posts.models import Post
from tests import factories
from tests.accounts.test_erasure import plant_everything
from wijk import clock
from wijk.personal_data import REGISTER


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


def test_what_everybody_sees_is_marked(as_, anna, klarendal):
    factories.post(anna, klarendal, contact_name="Anna J.", show_name=True, contact_phone="0612345678")
    html = as_(anna).get("/mijn/gegevens/").content.decode()
    assert "iedereen, zolang het op de site staat" in html
    assert "alleen jij, tot je het zelf laat zien" in html
    assert "jij en de wijkbeheerder, tot je het zelf laat zien" in html


def test_a_draft_is_not_called_public(as_, anna, klarendal):
    factories.post(anna, klarendal, title="Nog niet klaar", status=Post.Status.DRAFT, published_at=None)
    assert "visibility-public" not in as_(anna).get("/mijn/gegevens/").content.decode()
    factories.post(anna, klarendal)
    assert "visibility-public" in as_(anna).get("/mijn/gegevens/").content.decode()


def test_the_page_of_much_data_asks_few_questions(as_, anna, klarendal, django_assert_max_num_queries):
    for number in range(60):
        factories.post(anna, klarendal, title=f"Bericht {number}")
    browser = as_(anna)
    browser.get("/mijn/gegevens/")
    with django_assert_max_num_queries(30):
        page = browser.get("/mijn/gegevens/")
    assert "En nog 35" in page.content.decode()


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


def test_everything_is_hidden_with_one_button(as_, anna, bram, klarendal):
    mine = factories.post(anna, klarendal, contact_phone="06", show_phone=True, show_name=True)
    other = factories.post(bram, klarendal, contact_phone="06", show_phone=True)
    browser = as_(anna)
    assert browser.get("/mijn/gegevens/verbergen/").status_code == 405
    browser.post("/mijn/gegevens/verbergen/")
    assert Post.objects.get(pk=mine.pk).shown_contact() == {}
    assert Post.objects.get(pk=other.pk).shown_contact()


def test_every_purpose_of_the_register_has_words():
    assert {declaration.purpose for declaration in REGISTER.values()} - set(PURPOSES) == set()


def test_what_i_agreed_to_shows_its_version_and_day(as_, anna):
    with clock.frozen(timedelta(days=-30)) as then:
        consent.agree(user=anna, key="terms", text_version="0.9", by=anna)
    consent.agree(user=anna, key="terms", text_version="0.9", by=anna)
    consent.agree(user=anna, key="terms", by=anna)
    assert ConsentEvent.objects.filter(user=anna).count() == 2
    browser = as_(anna)
    page = browser.get("/mijn/toestemmingen/").content.decode()
    assert f"Versie 0.9: akkoord op {formats.date_format(timezone.localtime(then), 'j F Y, H:i')} uur" in page
    assert f"Versie {version_of('terms')}" in page
    assert "/mijn/nieuwsbrieven/" in page
    assert 'action="/mijn/toestemmingen/"' not in page
    assert browser.post("/mijn/toestemmingen/", {"key": "terms", "given": "no"}).status_code == 405


def test_one_agrees_to_the_version_that_stands_on_the_site(anna):
    LegalPage.objects.filter(slug="voorwaarden").update(version="3.1")
    assert consent.agree(user=anna, key="terms").text_version == "3.1"


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
