"""What the contact forms do with what no neighbour would send: a clear answer, nothing lost, nothing leaked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from content.contact import actions
from content.contact.forms import LONGEST_MESSAGE
from content.contact.models import Conversation, Message
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, send, typed
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


def nothing_happened():
    return not Conversation.objects.exists() and not OutgoingMail.objects.exists()


def value_of(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("message", "", "Schrijf eerst een bericht."),
        ("message", "\x00\u202e\u200b", "Schrijf eerst een bericht."),
        ("message", "a" * (LONGEST_MESSAGE + 1), "3000"),
        ("email", "", "Vul je e-mailadres in."),
        ("email", "vera", "geen geldig e-mailadres"),
        ("email", '"a,b"@example.org', "geen geldig e-mailadres"),
        ("email", "a,b@example.org", "geen geldig e-mailadres"),
        ("email", "véra@example.org", "geen geldig e-mailadres"),
        ("email", "a@[127.0.0.1]", "geen geldig e-mailadres"),
        ("name", "n" * 61, "60"),
        ("phone", "0" * 31, "30"),
    ],
)
def test_bad_input_is_explained_at_its_field_and_nothing_typed_is_lost(client, post, field, value, words):
    answer = send(client, post, **{"name": "Vera", "phone": "026-1", field: value})
    page = answer.content.decode()
    assert answer.status_code == 200 and words in page and 'id="fouten"' in page
    for name, kept in typed(**{"name": "Vera", "phone": "026-1", field: value}).items():
        if name not in {field, "sent_at"}:
            assert kept in page
    assert nothing_happened() and not answer.cookies


@pytest.mark.parametrize("size", [200_000, 2_000_000, 10_000_000])
def test_a_message_as_long_as_a_library_is_answered(client, post, size):
    answer = send(client, post, message="a" * size)
    assert answer.status_code == (200 if size < 2_500_000 else 400) and nothing_happened()
    page = answer.content.decode()
    assert "3000" in page if answer.status_code == 200 else "<h1>" in page


def test_hostile_characters_are_taken_out_and_the_words_arrive(client, as_, post, anna):
    talk = confirmed(client, post, message="Dag\x00 \u202ebuur\n\n\n\n<b>vet</b>", name="Ve\r\nra\u2066")
    assert talk.visitor_name == "Ve ra"
    body = talk.messages.get().body
    assert body.startswith("Dag") and "\x00" not in body and "\u202e" not in body and "\n\n\n" not in body
    page = as_(anna).get(reverse("contact:thread", args=[talk.pk])).content.decode()
    assert "&lt;b&gt;vet&lt;/b&gt;" in page and "<b>vet" not in page
    assert not any(mark in page for mark in "\x00\u202e\u2066")


@pytest.mark.parametrize(
    "raw",
    [
        b"message=%ED%A0%80hoi&email=%ED%A0%80@x.nl&sent_at=%ED%A0%80",
        b"message=%00&email=%00&name=%00&phone=%00&sent_at=%00&website=",
        b"message=hoi&message=hoi&email=a@b.nl&email=c@d.nl",
        b"\xff\xfe\x00",
        b"message[]=1&email={}",
        b"",
    ],
)
def test_bytes_that_are_no_form_are_answered_in_words(client, post, raw):
    url = reverse("contact:send", args=[post.pk, post.slug])
    answer = client.post(url, raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200 and 'id="fouten"' in answer.content.decode() and nothing_happened()


def test_a_stale_form_asks_to_send_again_and_then_works(client, post):
    old = typed()
    with clock.frozen(timedelta(hours=25)):
        page = send(client, post, sent_at=old["sent_at"]).content.decode()
        assert "stond te lang open" in page and old["message"] in page and VISITOR_ADDRESS in page
        assert send(client, post, sent_at=value_of(page, "sent_at")).status_code == 302
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    "sent_at",
    ["", "onzin", "MTIz:abc:def", "9" * 5000, signed_time()[:-3] + "abc"],
    ids=["empty", "words", "another signature", "long", "a changed end"],
)
def test_a_forged_form_time_is_not_taken(client, post, sent_at):
    assert "stond te lang open" in send(client, post, sent_at=sent_at).content.decode() and nothing_happened()


def test_a_robot_that_fills_in_all_fields_hears_that_all_is_well(client, post):
    answer = send(client, post, website="https://kwaad.example")
    assert answer.url == "/gesprek/gestuurd/" and nothing_happened()


def test_a_robot_faster_than_a_hand_is_asked_to_send_again(client, post):
    assert "Dat ging wel heel snel" in send(client, post, sent_at=signed_time()).content.decode()
    assert nothing_happened()


def test_the_same_form_sent_twice_is_one_message(client, post):
    form = typed()
    url = reverse("contact:send", args=[post.pk, post.slug])
    assert client.post(url, form).url == client.post(url, form).url == "/gesprek/gestuurd/"
    assert Conversation.objects.count() == 1 and OutgoingMail.objects.count() == 1


def test_the_same_words_to_two_posts_are_two_messages(client, post, anna, klarendal):
    other, form = factories.post(anna, klarendal), typed()
    for target in (post, other):
        client.post(reverse("contact:send", args=[target.pk, target.slug]), form)
    assert Conversation.objects.count() == 2


def test_an_answer_sent_twice_is_one_message_on_either_side(client, as_, post, anna):
    talk = confirmed(client, post)
    for browser, url in ((as_(anna), f"/mijn/gesprekken/{talk.pk}/"), (client, f"/gesprek/{talk.token}/")):
        for _time in range(2):
            assert browser.post(url, {"body": "Goed.", "form_key": "zelfde"}).status_code == 302
    # The key of one side is nothing to the other.
    assert Message.objects.count() == 3
    assert OutgoingMail.objects.filter(kind__in=["contact-message", "contact-answer"]).count() == 3


@pytest.mark.parametrize(
    ("body", "words"), [("", "Schrijf eerst een antwoord."), ("\x00", "Schrijf eerst"), ("a" * 3001, "3000")]
)
def test_a_bad_answer_is_explained(client, as_, post, anna, body, words):
    talk = confirmed(client, post)
    for browser, url in ((as_(anna), f"/mijn/gesprekken/{talk.pk}/"), (client, f"/gesprek/{talk.token}/")):
        for key in ("k", "k" * 100, "\x00", ""):
            page = browser.post(url, {"body": body, "form_key": key})
            assert page.status_code == 200 and words in page.content.decode()
    assert talk.messages.count() == 1


def test_answers_without_a_key_are_taken(client, post):
    talk = confirmed(client, post)
    for _time in range(2):
        client.post(f"/gesprek/{talk.token}/", {"body": "Goed."})
    assert talk.messages.count() == 3


def test_somebody_elses_conversation_does_not_exist(client, as_, post, bram, mo, otto):
    talk = confirmed(client, post)
    for stranger in (bram, mo, otto):
        browser = as_(stranger)
        for name in ("contact:thread", "contact:close"):
            url = reverse(name, args=[talk.pk])
            assert browser.get(url).status_code == browser.post(url, {"body": "Hoi."}).status_code == 404
        assert "lamp" not in browser.get("/mijn/gesprekken/").content.decode()
    assert client.get(f"/mijn/gesprekken/{talk.pk}/").status_code == 302
    assert as_(bram).get(f"/mijn/gesprekken/{10**30}/").status_code == 404
    talk.refresh_from_db()
    assert talk.messages.count() == 1 and talk.state == "open"


def test_a_poster_does_not_see_what_nobody_confirmed(client, as_, post, anna):
    send(client, post)
    talk = Conversation.objects.get()
    assert as_(anna).get(f"/mijn/gesprekken/{talk.pk}/").status_code == 404
    assert client.get(f"/gesprek/{talk.token}/").status_code == 410
    assert client.post(f"/gesprek/{talk.token}/", {"body": "Hoi."}).status_code == 410
    assert client.post(f"/gesprek/{talk.token}/sluiten/").status_code == 404


def test_a_members_talk_cannot_be_read_through_a_link(client, as_, post, bram):
    url = reverse("contact:send", args=[post.pk, post.slug])
    as_(bram).post(url, typed(email=""), headers={"Origin": "http://testserver"})
    talk = Conversation.objects.get()
    answer = client.get(f"/gesprek/{talk.token}/")
    assert answer.status_code == 302 and client.get(answer.url).url.startswith("/account/")
    assert client.post(f"/gesprek/{talk.token}/sluiten/").status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 500, "gestuurd-niet", "%00", "%ED%A0%80", "..%2f", "é"])
@pytest.mark.parametrize("path", ["", "bevestigen/", "sluiten/"])
def test_a_made_up_link_opens_nothing_and_breaks_nothing(client, db, token, path):
    for answer in (client.get(f"/gesprek/{token}/{path}"), client.post(f"/gesprek/{token}/{path}", {"body": "x"})):
        assert answer.status_code in {404, 410}


def test_reading_changes_nothing(client, as_, post, anna):
    send(client, post)
    talk = Conversation.objects.get()
    before = list(Conversation.objects.values()), OutgoingMail.objects.count()
    for url in (f"/gesprek/{talk.token}/bevestigen/", f"/gesprek/{talk.token}/", f"/gesprek/{talk.token}/sluiten/"):
        client.get(url)
        client.head(url)
    assert (list(Conversation.objects.values()), OutgoingMail.objects.count()) == before
    actions.confirm(conversation=talk, by=None)
    before = list(Conversation.objects.values()), OutgoingMail.objects.count()
    as_(anna).get(f"/mijn/gesprekken/{talk.pk}/?body=hoi")
    as_(anna).get(f"/mijn/gesprekken/{talk.pk}/sluiten/")
    assert (list(Conversation.objects.values()), OutgoingMail.objects.count()) == before


def test_another_site_can_send_nothing_from_a_visitors_browser(client, post):
    url = reverse("contact:send", args=[post.pk, post.slug])
    for headers in ({"Origin": "https://kwaad.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(url, typed(), headers=headers).status_code == 403
    assert nothing_happened()


def test_one_address_gets_few_confirmation_mails(client, post):
    answers = [send(client, post, message=f"Bericht {number}").status_code for number in range(7)]
    assert answers == [302] * 5 + [429] * 2 and OutgoingMail.objects.count() == 5
    assert send(client, post, email="VERA@example.net", message="Toch").status_code == 429
    assert send(client, post, email="ander@example.net").status_code == 302
    with clock.frozen(timedelta(minutes=61)):
        assert send(client, post, message="Later").status_code == 302


def test_one_network_writes_no_more_than_neighbours_would(client, post):
    answers = [send(client, post, email=f"v{number}@example.net").status_code for number in range(22)]
    assert answers == [302] * 20 + [429] * 2
    other = client.post(reverse("contact:send", args=[post.pk, post.slug]), typed(), REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302


def test_a_talk_has_a_pace(client, post):
    talk = confirmed(client, post)
    url = f"/gesprek/{talk.token}/"
    answers = [client.post(url, {"body": f"Nog {number}", "form_key": str(number)}).status_code for number in range(21)]
    assert answers == [302] * 20 + [429]
    page = client.post(url, {"body": "Mijn lange verhaal", "form_key": "x"}).content.decode()
    assert "Mijn lange verhaal" in page and "over een uur" in page


def test_lists_take_any_page_number(as_, anna):
    for page in ("0", "-1", "x", "9" * 40, "\x00"):
        assert as_(anna).get("/mijn/gesprekken/", {"pagina": page}).status_code == 200
