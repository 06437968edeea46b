"""Answers by mail: only the owner of an address may use it, and neither side learns the other's."""

import json
import mailbox
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from content.contact import aliases
from content.contact.models import Alias, Conversation, Message
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, wire
from wijk import clock
from wijk.incoming.doors import door_of
from wijk.incoming.listener import keep
from wijk.incoming.models import IncomingMail
from wijk.incoming.worker import take_in
from wijk.mail.models import OutgoingMail

SERVER = "mx.wijk.example"


@pytest.fixture(autouse=True)
def mail_comes_in(settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = SERVER, "wijk.example"


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, contact_email="kaart@example.org", contact_phone="0612345678")


@pytest.fixture
def talk(client, post):
    return confirmed(client, post, name="Vera")


def reply(author, words, *, proof="pass", message_id="<1@voorbeeld.nl>", more=""):
    domain = author.rpartition("@")[2]
    verdict = f"Authentication-Results: {SERVER}; dmarc={proof} header.from={domain}\r\n" if proof else ""
    head = (
        f"{verdict}From: Vera Vos <{author}>\r\nTo: x@y.nl\r\nSubject: Re: iets\r\nMessage-ID: {message_id}\r\n{more}"
    )
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


def local_of(talk, side):
    return aliases.address_of(talk, side).partition("@")[0]


def mailed(talk, side, raw):
    """A mail to the address of one side, taken and handled."""
    keep(local_of(talk, side), raw)
    assert take_in() == 1 and not IncomingMail.objects.exists()


def newest(kind):
    return OutgoingMail.objects.filter(kind=kind).latest("pk")


def test_the_mail_of_a_message_comes_from_an_address_that_takes_the_answer(talk):
    mail = newest("contact-message")
    address = json.loads(mail.payload)["from_address"]
    local, _at, domain = address.partition("@")
    assert len(local) == 26 and domain == "wijk.example" and f"Vera via Wijk <{address}>" in wire(mail)
    assert door_of(local).name == "answers" and door_of(local.upper()) is None
    assert not Alias.objects.filter(lookup__contains=local).exists()


def test_an_answer_by_mail_reaches_the_other_side_and_shows_no_address(talk):
    mailed(talk, "poster", reply("kaart@example.org", "Graag, kom zaterdag."))
    message = talk.messages.latest("pk")
    assert (message.side, message.body, message.by_mail) == ("poster", "Graag, kom zaterdag.", True)
    mail = newest("contact-answer")
    assert mail.recipient == VISITOR_ADDRESS and "Graag, kom zaterdag." in wire(mail)
    assert "kaart@example.org" not in wire(mail) and "anna@example.org" not in wire(mail)

    mailed(talk, "visitor", reply(VISITOR_ADDRESS, "Tot dan!"))
    back = newest("contact-message")
    assert "Tot dan!" in wire(back) and VISITOR_ADDRESS not in wire(back)


def test_the_same_mail_taken_twice_is_one_message(talk):
    for _time in range(2):
        mailed(talk, "poster", reply("kaart@example.org", "Graag."))
    assert talk.messages.count() == 2


@pytest.mark.parametrize(
    ("author", "proof", "words"),
    [
        ("kwaad@example.com", "pass", "ander adres"),
        (VISITOR_ADDRESS, "pass", "ander adres"),
        ("kaart@example.org", "fail", "echt van jou"),
        ("kaart@example.org", "none", "echt van jou"),
        ("kaart@example.org", "", "echt van jou"),
    ],
)
def test_who_has_the_address_but_is_not_its_owner_gets_nothing_through(talk, author, proof, words):
    for number in range(3):
        mailed(talk, "poster", reply(author, "Stuur me geld", proof=proof, message_id=f"<{number}@x>"))
    assert talk.messages.count() == 1
    told = OutgoingMail.objects.get(kind="contact-held")
    assert told.recipient == "kaart@example.org" and words in wire(told) and "Stuur me geld" not in wire(told)


@pytest.mark.parametrize(
    "forged",
    [
        "Authentication-Results: kwaad.example; dmarc=pass header.from=example.org\r\n",
        f'Authentication-Results: kwaad.example; x="{SERVER}; dmarc=pass header.from=example.org"\r\n',
        f"Authentication-Results: kwaad.example ({SERVER}; dmarc=pass header.from=example.org)\r\n",
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.org.kwaad.example\r\n",
        f"Authentication-Results: {SERVER}; dkim=pass header.d=example.org; spf=pass\r\n",
        f"Authentication-Results: {SERVER}; dmarc=fail header.from=example.org\r\n"
        f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.org\r\n",
    ],
)
def test_a_forged_verdict_is_not_believed(talk, forged):
    mailed(talk, "poster", reply("kaart@example.org", "Stuur me geld", proof="", more=forged))
    assert talk.messages.count() == 1


def test_without_a_receiving_server_no_address_is_given_out(client, post, settings):
    settings.RECEIVING_SERVER = ""
    confirmed(client, post)
    assert json.loads(newest("contact-message").payload)["from_address"] == "" and not Alias.objects.exists()
    assert "komt niet aan" in wire(newest("contact-message"))


def test_an_address_ends_sixty_days_after_its_last_use_and_never_comes_back(talk):
    first = local_of(talk, "poster")
    with clock.frozen(timedelta(days=59)):
        assert door_of(first)
        Alias.objects.update(used_at=clock.now())
    with clock.frozen(timedelta(days=100)):
        assert door_of(first)
    with clock.frozen(timedelta(days=120)):
        assert door_of(first) is None
    aliases.revoke(talk, "poster")
    assert door_of(first) is None
    second = local_of(talk, "poster")
    assert second != first and door_of(second) and door_of(first) is None


def test_an_address_outlives_a_new_secret_key(talk, settings):
    local = local_of(talk, "poster")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert door_of(local) and local_of(talk, "poster") != local


def test_no_mail_is_taken_for_who_left_or_froze_the_account(talk, anna):
    hers, his = local_of(talk, "poster"), local_of(talk, "visitor")
    anna.restricted_at = clock.now()
    anna.save()
    assert door_of(hers) is None and door_of(his)
    mailed(talk, "visitor", reply(VISITOR_ADDRESS, "Ben je er nog?"))
    assert "doet niet meer mee" in wire(newest("contact-held"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Mijn BSN is 111222333", "burgerservicenummer"),
        ("a" * 10_001, "te lang"),
        ("", "geen nieuwe tekst"),
        ("> alleen wat er stond", "geen nieuwe tekst"),
    ],
)
def test_what_cannot_be_passed_on_is_said(talk, words, said):
    mailed(talk, "visitor", reply(VISITOR_ADDRESS, words))
    assert Message.objects.count() == 1 and said in wire(newest("contact-held"))


def test_a_late_answer_is_answered_in_words(talk):
    Conversation.objects.update(state="closed")
    mailed(talk, "visitor", reply(VISITOR_ADDRESS, "Gaat het nog door?"))
    assert Message.objects.count() == 1 and "Dit gesprek is gesloten" in wire(newest("contact-held"))


def test_mail_that_is_not_handled_is_tried_again_and_gone_within_a_day(talk, monkeypatch):
    def fail(_raw):
        raise RuntimeError

    monkeypatch.setattr("wijk.incoming.worker.read", fail)
    keep(local_of(talk, "poster"), reply("kaart@example.org", "Graag."))
    for hours in range(5):
        with clock.frozen(timedelta(hours=hours)):
            assert IncomingMail.objects.exists() and take_in() == 1
    assert not IncomingMail.objects.exists() and "niet lezen" in wire(newest("contact-held"))
    keep(local_of(talk, "poster"), reply("kaart@example.org", "Graag."))
    with clock.frozen(timedelta(hours=25)):
        call_command("retention")
    assert not IncomingMail.objects.exists()


def test_the_words_of_a_mail_are_unreadable_in_the_database(talk):
    keep(local_of(talk, "poster"), reply("kaart@example.org", "Geheim woord"))
    row = IncomingMail.objects.extra(select={"stored": "raw || local"}).get()
    assert "Geheim" not in row.stored and "example.org" not in row.stored


def test_a_mailbox_that_a_mail_server_fills_is_emptied(talk, tmp_path, capsys):
    box = mailbox.Maildir(tmp_path / "box")
    address = aliases.address_of(talk, "poster")
    heads = [f"Delivered-To: {address}", f"X-Original-To: <{address.upper()}>", "Delivered-To: x@wijk.example", "X: y"]
    for head in heads:
        box.add(f"{head}\r\n".encode() + reply("kaart@example.org", "Graag.", message_id=f"<{heads.index(head)}@x>"))
    call_command("receive_mail", "--maildir", str(tmp_path / "box"))
    assert "2 taken" in capsys.readouterr().out and len(box) == 0
    assert take_in() == 2 and talk.messages.filter(by_mail=True).count() == 2


def test_the_page_shows_what_came_by_mail(talk, as_, anna):
    mailed(talk, "visitor", reply(VISITOR_ADDRESS, "Tot dan!"))
    assert "Tot dan!" in as_(anna).get(reverse("contact:thread", args=[talk.pk])).content.decode()
