"""What is typed into the forms that lead to a mail never becomes a header or a recipient of it."""

from email import message_from_bytes, policy

import pytest
from django.urls import reverse

from content.contact.models import Conversation
from content.signups.models import SignUp
from tests import factories
from tests.content.test_contact import typed
from tests.content.test_replies import SERVER, mailed, reply
from tests.panel import post_and_keep
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import message

EVIL = [
    "Vera\r\nBcc: kwaad@example.com",
    "Vera\nX-Evil: 1\n\nnieuwe tekst",
    "Vera\rBcc: kwaad@example.com",
    "Vera\x00\u2028Bcc: kwaad@example.com",
    "=?utf-8?q?Vera=0D=0ABcc:_kwaad=40example.com?=",
    '"Vera" <kwaad@example.com>, <ander@example.com>',
    "Vera\x0b\x0c\x85\u202eBcc: kwaad@example.com",
]
KNOWN = {
    *("Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "Date", "Content-Language"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "References"),
}


@pytest.fixture
def post(anna, klarendal, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = SERVER, "wijk.example"
    return factories.post(anna, klarendal)


def all_is_plain(least):
    mails = OutgoingMail.objects.exclude(recipient="")
    assert mails.count() >= least
    for mail in mails:
        built = message(mail)
        seen = message_from_bytes(built.message().as_bytes(), policy=policy.default)
        assert set(seen.keys()) <= KNOWN, seen.keys()
        assert len(seen.keys()) == len(set(seen.keys())) and built.recipients() == [mail.recipient]
        assert [box.addr_spec for box in seen["to"].addresses] == [mail.recipient]
        assert len(seen["from"].addresses) == 1 and "example.com" not in seen["from"].addresses[0].addr_spec
        assert not any(sign in str(seen["subject"]) for sign in "\r\n\x00")


@pytest.mark.parametrize("evil", EVIL)
def test_in_a_conversation(client, as_, anna, post, evil):
    said = typed(name=evil[:60], phone=evil[:30], message=evil)
    post_and_keep(client, reverse("contact:send", args=[post.pk, post.slug]), said)
    talk = Conversation.objects.get()
    client.post(reverse("contact:confirm", args=[talk.token]))
    as_(anna).post(reverse("contact:thread", args=[talk.pk]), {"body": evil, "form_key": evil})
    details = {"share_name": "on", "name": evil[:60], "share_phone": "on", "phone": evil[:30], "form_key": "s"}
    client.post(reverse("contact:visitor_share", args=[talk.token]), details)
    mailed(talk, "visitor", reply("vera@example.net", evil))
    all_is_plain(4)


@pytest.mark.parametrize("evil", EVIL)
def test_in_a_sign_up_and_an_address(client, anna, klarendal, post, evil):
    activity = factories.activity(anna, klarendal, signup_on=True, title=f"Eten {evil}".replace("\x00", "")[:90])
    url = reverse("signups:sign_up", args=[activity.pk, activity.slug])
    form = typed(name=evil[:60], people="1", remark=evil)
    client.post(url, form)
    client.post(reverse("signups:confirm", args=[SignUp.objects.get().token]))
    all_is_plain(3)
    before = OutgoingMail.objects.count()
    client.post(url, typed(name="Vera", people="1", remark="", email=f"vera@example.net{evil[4:]}"))
    client.post(reverse("contact:send", args=[post.pk, post.slug]), typed(email=f"vera@example.net{evil[4:]}"))
    assert OutgoingMail.objects.count() == before and not Conversation.objects.exists()
