"""Programs that answer by themselves: what one of them writes goes nowhere, so two of them never find each other."""

import json

import pytest

from content.contact.models import Message
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed
from tests.content.test_replies import SERVER, mailed, reply
from wijk.incoming.listener import keep
from wijk.incoming.worker import take_in
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import message

POSTER_ADDRESS = "kaart@example.org"
BOTS = {
    "by the book": "Auto-Submitted: auto-replied\r\n",
    "of a list": "Precedence: bulk\r\n",
    "of Exchange": "X-Auto-Response-Suppress: All\r\n",
    "old": "X-Autoreply: yes\r\n",
    "only in Dutch": "Subject: Automatisch antwoord: Re: lamp\r\n",
    "only in English": "Subject: Out of office: lamp\r\n",
    "away": "Subject: Afwezig\r\n",
}


@pytest.fixture
def talk(client, anna, klarendal, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = SERVER, "wijk.example"
    return confirmed(client, factories.post(anna, klarendal, contact_email=POSTER_ADDRESS))


def bot(mail, head):
    """What an answering program makes of a mail: an answer to whoever it is from."""
    said = json.loads(mail.payload)
    raw = reply(mail.recipient, "Ik ben er even niet.", message_id=f"<bot-{mail.pk}@x>", more=head)
    if head.startswith("Subject"):
        raw = raw.replace(b"Subject: Re: iets\r\n", b"", 1)
    return said["from_address"].partition("@")[0], raw


@pytest.mark.parametrize("head", BOTS.values(), ids=BOTS)
def test_two_answering_programs_stop_after_one_message(talk, head):
    answered = set()
    for _round in range(5):
        for mail in OutgoingMail.objects.exclude(pk__in=answered).exclude(kind="contact-confirm"):
            answered.add(mail.pk)
            local, raw = bot(mail, head)
            if local:
                keep(local, raw)
        take_in()
    assert Message.objects.count() == 1 and len(answered) == 1


def test_a_program_that_poses_as_a_person_is_stopped_within_the_hour(talk):
    for number in range(15):
        for side, author in (("poster", POSTER_ADDRESS), ("visitor", VISITOR_ADDRESS)):
            mailed(talk, side, reply(author, f"Dank voor uw bericht {number}", message_id=f"<{number}{side}@x>"))
    assert Message.objects.count() == 1 + 2 * 15
    for number in range(15, 30):
        mailed(talk, "poster", reply(POSTER_ADDRESS, f"Dank voor uw bericht {number}", message_id=f"<{number}@x>"))
    assert Message.objects.filter(side="poster").count() == 20
    assert OutgoingMail.objects.filter(kind="contact-held").count() == 1


def test_our_own_mails_ask_programs_to_be_silent(talk):
    sent = message(OutgoingMail.objects.get(kind="contact-message")).message()
    assert sent["X-Auto-Response-Suppress"] == "All" and sent["Auto-Submitted"] == "no"
    mailed(talk, "poster", reply("iemand@anders.example", "Dag"))
    told = message(OutgoingMail.objects.get(kind="contact-held")).message()
    assert told["Auto-Submitted"] == "auto-generated"
