"""The long proof of answers by mail: every mail of the corpus through the whole relay, and no address or number of
either side in what comes out."""

import json

import pytest

from content.contact import aliases
from content.contact.models import Conversation, Message
from tests import factories
from tests.wijk.mail_corpus import corpus
from tests.wijk.mail_writers import OTHER, OTHER_PHONE, OWN
from wijk import clock
from wijk.incoming.listener import keep
from wijk.incoming.worker import take_in
from wijk.mail.models import OutgoingMail

SERVER = "mx.wijk.example"
pytestmark = [pytest.mark.proof, pytest.mark.django_db]


@pytest.fixture
def post(anna, klarendal, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = SERVER, "wijk.example"
    return factories.post(anna, klarendal, contact_email=OTHER, contact_phone=OTHER_PHONE)


def talk_about(post):
    said = {"visitor_email": OWN, "visitor_hash": "x", "state": "open", "confirmed_at": clock.now()}
    return Conversation.objects.create(post=post, **said)


def test_nothing_private_comes_through_and_the_words_do(post):
    letters = [case for case in corpus() if not case.automatic and not case.report]
    talks = {case.name: talk_about(post) for case in letters}
    verdict = f"Authentication-Results: {SERVER}; dmarc=pass header.from={OWN.rpartition('@')[2]}\r\n".encode()
    for case in letters:
        local = aliases.address_of(talks[case.name], "visitor").partition("@")[0]
        # A mail server puts its own header below the line of an mbox.
        mbox, raw = case.raw.split(b"\n", 1) if case.raw.startswith(b"From ") else (b"", case.raw)
        keep(local, (mbox + b"\n" if mbox else b"") + verdict + raw)
    while take_in():
        pass
    passed = {message.conversation_id: message for message in Message.objects.filter(by_mail=True)}
    mails = {
        mail.about: "\n".join(json.loads(mail.payload)[form] for form in ("subject", "text", "html"))
        for mail in OutgoingMail.objects.filter(kind="contact-message")
    }
    assert len(letters) > 300 and len(passed) > 300
    for case in letters:
        message = passed.get(talks[case.name].pk)
        if message is None:
            assert not case.keeps, case.name
            continue
        told = mails[f"content.message:{message.pk}"]
        assert not any(secret in told.casefold() for secret in (OWN.casefold(), OTHER.casefold())), case.name
        assert [value for value in case.private if value in told] == [], case.name
        words = " ".join(message.body.split())
        assert [line for line in case.keeps if " ".join(line.split()) not in words] == [], case.name
