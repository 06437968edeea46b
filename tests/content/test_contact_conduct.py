"""Who writes to many waits for answers first; good conduct gives room, and the same letter to everybody stops."""

import random

import pytest
from django.urls import reverse

from content.contact import conduct
from content.contact.models import Conversation, Message, visitor_hash
from tests import factories
from tests.content.test_contact import send, typed

LETTER = (
    "Beste buur, ik las je bericht en ik kan je een geweldige lening aanbieden tegen een heel lage rente, zonder "
    "vragen en zonder papieren. Reageer vandaag nog, want morgen is deze unieke kans voorbij. Met vriendelijke groet "
    "van ons team"
)


@pytest.fixture
def posts(anna, klarendal):
    return [factories.post(anna, klarendal) for _number in range(12)]


def write(client, post, address, words="Ik kom graag helpen."):
    """A visitor writes and confirms; the page that answers."""
    send(client, post, email=address, message=words)
    talk = Conversation.objects.latest("pk")
    page = client.post(reverse("contact:confirm", args=[talk.token]), follow=True)
    talk.refresh_from_db()
    return talk, page


@pytest.fixture(autouse=True)
def no_other_limits(monkeypatch):
    """The hourly limits of the form have their own tests."""
    monkeypatch.setattr("content.contact.views._may_start", lambda *_args: True)


def test_who_is_new_here_may_write_to_a_few_people_a_day_and_reads_why(client, posts):
    states = [write(client, post, "vera@example.net")[0].state for post in posts[:6]]
    assert states == ["open"] * 5 + ["unconfirmed"]
    talk, page = write(client, posts[6], "vera@example.net", "Nog iemand die ik schrijf")
    assert page.status_code == 429 and talk.state == "unconfirmed"
    assert "veel mensen" in page.content.decode() and "Nog iemand die ik schrijf" in page.content.decode()
    assert write(client, posts[7], "ander@example.net")[0].state == "open"


def test_each_conversation_that_was_answered_gives_more_room(client, posts):
    for post in posts[:3]:
        talk = write(client, post, "vera@example.net")[0]
        Message.objects.create(conversation=talk, side="poster", body="Graag")
    states = [write(client, post, "vera@example.net")[0].state for post in posts[3:]]
    assert states == ["open"] * 8 + ["unconfirmed"]


def test_who_was_reported_writes_to_one_person_a_day(client, posts):
    talk = write(client, posts[0], "vera@example.net")[0]
    Conversation.objects.filter(pk=talk.pk).update(state="frozen")
    assert write(client, posts[1], "vera@example.net")[0].state == "unconfirmed"


def test_a_member_is_told_as_well_and_keeps_the_words(as_, bram, posts, monkeypatch):
    monkeypatch.setattr(conduct, "AT_FIRST", 1)
    browser, from_us = as_(bram), {"Origin": "http://testserver"}
    urls = [reverse("contact:send", args=[post.pk, post.slug]) for post in posts[:2]]
    pages = [browser.post(url, typed(email="", message="Mijn woorden"), headers=from_us) for url in urls]
    assert [page.status_code for page in pages] == [302, 429] and Conversation.objects.count() == 1
    assert "Mijn woorden" in pages[1].content.decode()


def test_nearly_the_same_letter_from_many_addresses_stops(client, posts):
    states = []
    for number, post in enumerate(posts[:8]):
        words = LETTER.replace("geweldige", ["mooie", "goede", "fijne"][number % 3]).replace("team", f"team {number}")
        states.append(write(client, post, f"bot{number}@example.net", words)[0].state)
    assert states[0] == "open" and states[-1] == "unconfirmed"


@pytest.mark.parametrize(
    "words", ["Is dit nog te krijgen?", "Ja graag, wanneer kan ik langskomen?", "", "?!", "日本語" * 40]
)
def test_short_words_of_many_people_are_never_taken_for_one_letter(words):
    assert conduct.prints(words) == [] and not any(conduct.looks_like_many(words) for _time in range(20))


def test_letters_of_different_people_are_told_apart(db):
    words = [
        "fiets",
        "ladder",
        "zaterdag",
        "helpen",
        "tuin",
        "koffie",
        "oma",
        "brood",
        "boek",
        "plant",
        "stoel",
        "tafel",
        "hond",
        "wandelen",
        "lezen",
        "koken",
    ]
    letters = [" ".join(random.Random(number).choices(words, k=40)) for number in range(30)]
    assert not any(conduct.looks_like_many(letter) for letter in letters)


def test_a_stranger_with_many_links_is_asked_to_take_some_out(client, posts):
    words = "Kijk op https://a.example en www.b.example en http://c.example"
    talk, page = write(client, posts[0], "vera@example.net", words)
    assert talk.state == "unconfirmed" and "links" in page.content.decode()
    assert write(client, posts[1], "vera@example.net", "Kijk op https://a.example")[0].state == "open"


def test_nobody_learns_anything_about_an_address_that_is_not_confirmed(client, posts):
    for post in posts[:6]:
        write(client, post, "vera@example.net")
    again, new = (send(client, posts[8], email=address) for address in ("vera@example.net", "nieuw@example.net"))
    assert (again.status_code, again.url) == (new.status_code, new.url)
    assert conduct.answered(visitor_hash("vera@example.net")) == 0
