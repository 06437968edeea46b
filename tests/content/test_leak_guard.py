"""The panel before a post is placed or a first message goes: asked once, never blocking, except a BSN."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.contact import actions as contact
from content.contact.models import Conversation, Message
from content.posts.models import Post
from tests import factories
from tests.content.test_contact import confirmed, send, typed
from tests.panel import carried, panel, post_and_keep, seen
from wijk import clock
from wijk.mail.models import OutgoingMail

ASK = "/plaatsen/?soort=vraag"
NUMBER = "06 12 34 56 78"


@pytest.fixture
def browser(anna, as_):
    return as_(anna)


@pytest.fixture
def told():
    return {"title": "Wie helpt mij?", "text": f"Bel mij op {NUMBER}, dan praten we.", "theme": factories.theme().pk}


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


def changed(post, **changes):
    return {"title": post.title, "text": post.text, "theme": post.theme_id, **changes}


def edit_url(post):
    return f"/mijn/berichten/{post.pk}/aanpassen/"


# A post --------------------------------------------------------------------------------------------------------------


def test_a_post_comes_back_once_with_what_everybody_would_read(browser, told):
    answer = browser.post(ASK, told)
    assert answer.status_code == 200 and not Post.objects.exists()
    words = panel(answer)
    assert NUMBER in words and "Een telefoonnummer" in words and "Iedereen op internet kan dit lezen" in words
    assert "contactgegevens" in words and "Laat het zo" in words
    assert told["text"] in answer.content.decode() and 'id="fouten"' not in answer.content.decode()
    assert browser.post(ASK, {**told, "seen": seen(answer)}).status_code == 302
    assert Post.objects.get().text == told["text"]


def test_the_ordinary_button_stays_the_first_of_the_form(browser, told):
    """Enter in a field presses the first button: it must neither move nor keep anything by itself."""
    page = browser.post(ASK, told).content.decode()
    form = page[page.index('<form method="post" class="form"') :]
    assert form.index(">Verder<") < form.index('name="seen"') < form.index('name="move"')


def test_only_what_is_new_is_asked_about_again(browser, told):
    known = seen(browser.post(ASK, told))
    more = {**told, "text": told["text"] + " Of mail a@voorbeeld.nl.", "seen": known}
    answer = browser.post(ASK, more)
    assert "a@voorbeeld.nl" in panel(answer) and NUMBER not in panel(answer)
    # An error in between loses nothing of what was seen.
    other = browser.post(ASK, {**more, "theme": "", "seen": seen(answer)})
    assert not panel(other) and "Kies een thema" in other.content.decode()
    assert browser.post(ASK, {**more, "seen": carried(other)}).status_code == 302


def test_the_same_number_written_otherwise_is_no_news(browser, told):
    known = seen(browser.post(ASK, told))
    assert browser.post(ASK, {**told, "text": "Bel 0612345678", "seen": known}).status_code == 302


@pytest.mark.parametrize("forged", ["", "ja", "0" * 20, "<b>", ["a" * 3_000, "\x00"], " ".join(["f" * 20] * 5000)])
def test_a_made_up_word_keeps_nothing(browser, told, forged):
    answer = browser.post(ASK, {**told, "seen": forged})
    assert NUMBER in panel(answer) and "<b>" not in "".join(carried(answer)) and not Post.objects.exists()


def test_all_texts_are_read_and_the_place_of_an_activity_may_be_an_address(browser, told):
    activity = {**told, "title": "Eten, Lampstraat 7", "text": "Kom.", "venue": "Kerkplein 3, bel 0612345678"}
    late = browser.post("/plaatsen/?soort=activiteit", {**activity, "day": "2020-01-01", "begins": "18:00"})
    assert not panel(late) and "al geweest" in late.content.decode(), "errors come first"
    soon = {**activity, "day": (clock.today() + timedelta(days=3)).isoformat(), "begins": "18:00"}
    words = panel(browser.post("/plaatsen/?soort=activiteit", soon))
    assert "Lampstraat 7" in words and "0612345678" in words and "Kerkplein" not in words


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ik heb schulden.", "Iets over geld of schulden"),
        ("Ik heb kanker.", "Iets over gezondheid"),
        ("Voor mijn dochter van 7.", "Iets over een kind"),
        ("NL91 ABNA 0417 1643 00", "Een rekeningnummer"),
        ("Lampstraat 7", "Een adres"),
    ],
)
def test_each_kind_is_explained_and_passes_when_its_writer_says_so(browser, told, text, label):
    typed = {**told, "text": text}
    assert label in panel(browser.post(ASK, typed))
    assert post_and_keep(browser, ASK, typed).status_code == 302


def test_going_back_is_not_asked_about_and_the_last_look_says_it_again(browser, told):
    assert browser.post(ASK, {**told, "terug": "1"}).status_code == 302
    post = Post.objects.get()
    page = browser.get(f"/plaatsen/{post.pk}/bekijken/").content.decode()
    assert "In je tekst staat ook iets dat iedereen leest" in page and f"<q>{NUMBER}</q>" in page
    assert panel(browser.post(f"/plaatsen/{post.pk}/vertel/", told))


@pytest.mark.parametrize(
    ("kind", "text", "left", "field", "value"),
    [
        ("phone", f"Bel mij op {NUMBER}, dan.", "Bel mij op, dan.", "contact_phone", "+31612345678"),
        ("phone", "Bel (nul zes 12345678) gerust.", "Bel gerust.", "contact_phone", "+31612345678"),
        ("email", "Mail a (at) voorbeeld punt nl.", "Mail.", "contact_email", "a@voorbeeld.nl"),
    ],
)
def test_a_number_or_address_moves_to_the_contact_details_and_stays_hidden(
    browser, told, kind, text, left, field, value
):
    answer = browser.post(ASK, {**told, "text": text, "move": kind}, follow=True)
    post = Post.objects.get()
    assert answer.redirect_chain[-1][0] == f"/plaatsen/{post.pk}/vertel/"
    assert "bij je contactgegevens" in answer.content.decode()
    assert (post.text, getattr(post, field), post.shown_contact()) == (left, value, {})
    assert browser.post(f"/plaatsen/{post.pk}/vertel/", {**told, "text": post.text}).status_code == 302


def test_nothing_moves_over_what_is_there_already(browser, told):
    browser.post(ASK, {**told, "move": "phone"})
    post = Post.objects.get()
    url = f"/plaatsen/{post.pk}/vertel/"
    answer = browser.post(url, {**told, "text": "Of 0687654321", "move": "phone"})
    assert "0687654321" in panel(answer) and 'name="move"' not in answer.content.decode()
    post.refresh_from_db()
    assert post.contact_phone == "+31612345678" and "0687" not in post.text


@pytest.mark.parametrize("move", ["", "house", "contact_name", "bsn", "x" * 5000])
def test_only_a_number_or_an_address_moves(browser, told, move):
    assert panel(browser.post(ASK, {**told, "move": move})) and not Post.objects.exists()


def test_editing_asks_about_what_is_new_only(browser, post):
    Post.objects.filter(pk=post.pk).update(text=f"Bel {NUMBER}")
    typed = changed(post, text=f"Bel {NUMBER} of kom: Lampstraat 7")
    answer = browser.post(edit_url(post), typed)
    assert "Lampstraat 7" in panel(answer) and NUMBER not in panel(answer) and "Plaats het zo" in panel(answer)
    post.refresh_from_db()
    assert "Lampstraat" not in post.text
    assert post_and_keep(browser, edit_url(post), typed).status_code == 302
    post.refresh_from_db()
    assert post.text == typed["text"]


def test_editing_moves_a_number_within_the_page_and_saves_nothing_yet(browser, post):
    typed = changed(post, text=f"Bel {NUMBER} of kom: Lampstraat 7", show_phone="on", move="phone")
    answer = browser.post(edit_url(post), typed)
    form = answer.context["form"]
    assert form["contact_phone"].value() == "+31 6 12345678" and not form["show_phone"].value()
    assert form["text"].value() == "Bel of kom: Lampstraat 7" and "Lampstraat 7" in panel(answer)
    post.refresh_from_db()
    assert (post.contact_phone, "Bel" in post.text) == ("", False)
    kept = changed(post, text=form["text"].value(), contact_phone=NUMBER)
    assert post_and_keep(browser, edit_url(post), kept).status_code == 302
    post.refresh_from_db()
    assert post.contact_phone == "+31612345678" and post.shown_contact() == {}


def test_an_organisations_work_and_house_are_no_secret(browser, anna, klarendal):
    health = factories.organisation("Gezondheidscentrum", klarendal, editor=anna)
    post = factories.activity(anna, klarendal, organisation=health)
    start = {"day": post.starts_at.date().isoformat(), "begins": "18:00", "venue": "Kerkplein 3"}
    text = "Ik ben diabetesverpleegkundige. Heb je schulden of diabetes? Kom naar Kerkplein 3."
    assert browser.post(edit_url(post), changed(post, text=text, **start)).status_code == 302
    assert panel(browser.post(edit_url(post), changed(post, text=f"{text} Of bel {NUMBER}.", **start)))


def test_asking_takes_no_more_queries_than_an_error_does(browser, told):
    with CaptureQueriesContext(connection) as wrong:
        browser.post(ASK, {**told, "title": ""})
    with CaptureQueriesContext(connection) as asked:
        assert panel(browser.post(ASK, told))
    assert len(asked) <= len(wrong)


# A first message -----------------------------------------------------------------------------------------------------


def test_a_first_message_comes_back_once_with_a_mild_word(client, post):
    answer = send(client, post, message=f"Bel mij op {NUMBER}", name="Vera")
    words = panel(answer)
    assert answer.status_code == 200 and not answer.cookies and not Conversation.objects.exists()
    assert NUMBER in words and "De ander leest dit en kan je bellen" in words and "Verstuur het zo" in words
    assert "Vera" in answer.content.decode() and 'name="move"' not in answer.content.decode()
    again = send(client, post, message=f"Bel mij op {NUMBER}", name="Vera", seen=seen(answer))
    assert again.url == "/gesprek/gestuurd/"
    assert Message.objects.get().body == f"Bel mij op {NUMBER}"


def test_the_number_field_of_the_form_is_asked_for_and_not_asked_about(client, post):
    assert send(client, post, phone=NUMBER, name="Vera, Lampstraat 7").status_code == 302


def test_a_member_is_asked_just_the_same(as_, post, bram):
    browser, url = as_(bram), reverse("contact:send", args=[post.pk, post.slug])
    origin = {"Origin": "http://testserver"}
    answer = post_and_keep(browser, url, typed(email="", message="Ik woon Lampstraat 7"), headers=origin)
    assert answer.url == reverse("contact:thread", args=[Conversation.objects.get().pk])


def test_the_same_form_sent_twice_still_makes_one_conversation(client, post):
    filled = typed(message=f"Bel {NUMBER}")
    url = reverse("contact:send", args=[post.pk, post.slug])
    known = seen(client.post(url, filled))
    for _time in range(2):
        assert client.post(url, {**filled, "seen": known}).status_code == 302
    assert Conversation.objects.count() == 1


def test_the_page_everybody_gets_from_the_cache_has_no_panel(client, post):
    answer = client.get(post.get_absolute_url())
    assert not panel(answer) and 'name="seen"' not in answer.content.decode() and not answer.cookies


# A citizen service number --------------------------------------------------------------------------------------------

BSN = "1234.56.782"


@pytest.mark.parametrize("field", ["title", "text", "venue"])
def test_a_bsn_is_refused_in_every_text_of_a_post(browser, told, field):
    typed = {**told, "day": "2026-12-01", "begins": "18:00", field: f"Nummer {BSN}"}
    answer = browser.post("/plaatsen/?soort=activiteit", {**typed, "terug": "1"})
    errors = answer.context["form"].errors
    assert "burgerservicenummer" in errors[field][0] and BSN in answer.content.decode()
    assert not panel(answer) and not Post.objects.exists()


@pytest.mark.parametrize("field", ["title", "text", "contact_name", "contact_address"])
def test_a_bsn_is_refused_when_a_post_is_changed(browser, post, field):
    answer = browser.post(edit_url(post), changed(post, **{field: f"Nummer {BSN}"}))
    assert "burgerservicenummer" in answer.context["form"].errors[field][0] and BSN in answer.content.decode()


@pytest.mark.parametrize("field", ["message", "name"])
def test_a_bsn_is_refused_in_a_first_message(client, post, field):
    answer = send(client, post, **{field: f"Nummer {BSN}"})
    assert "burgerservicenummer" in answer.context["form"].errors[field][0] and BSN in answer.content.decode()
    assert not Conversation.objects.exists() and not OutgoingMail.objects.exists()


def test_a_bsn_is_refused_in_an_answer_of_either_side(client, as_, post, anna):
    talk = confirmed(client, post)
    pages = [(as_(anna), reverse("contact:thread", args=[talk.pk])), (client, f"/gesprek/{talk.token}/")]
    for side, url in pages:
        answer = side.post(url, {"body": f"Nummer {BSN}", "form_key": "k"})
        assert "burgerservicenummer" in answer.context["form"].errors["body"][0] and BSN in answer.content.decode()
    assert Message.objects.count() == 1


# Nothing is kept -----------------------------------------------------------------------------------------------------


def test_nothing_of_what_was_found_is_logged_or_kept(client, browser, post, told, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(contact, "start", None)  # nothing is begun
    session = dict(browser.session)
    browser.post(ASK, told)
    browser.post(edit_url(post), changed(post, text="NL91 ABNA 0417 1643 00"))
    send(client, post, message=f"Bel {NUMBER}")
    assert dict(browser.session) == session
    assert not any(piece in caplog.text for piece in (NUMBER, "12345678", "NL91", "+316"))
