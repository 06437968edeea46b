"""Who is not mailed any more is told so, and gets back by another address or by a mail that arrives (K-52)."""

import json
import re
from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.office.desk import pressing
from tests.accounts.test_signup import CODE, sign_up
from wijk import clock
from wijk.mail.bounces import came_back, why_not_mailed
from wijk.mail.models import OutgoingMail, Undeliverable, recipient_hash
from wijk.mail.worker import refusal

TEST = "/mijn/beveiliging/proefmail/"


def mark(address, reason="hard"):
    Undeliverable.objects.create(recipient_hash=recipient_hash(address), reason=reason)


def link(mail=None):
    words = json.loads((mail or OutgoingMail.objects.get(kind="address-test")).payload)["text"]
    return re.search(TEST + r"[^\s/]+/", words).group()


@pytest.mark.parametrize(
    ("reason", "words"), [("hard", "komt niet aan"), ("soft", "komt niet aan"), ("complaint", "gemeld als spam")]
)
def test_a_member_reads_on_every_page_of_theirs_that_mail_does_not_arrive(as_, anna, bram, reason, words):
    mark(anna.email, reason)
    for path in ("/mijn/", "/mijn/gegevens/", "/mijn/beveiliging/", "/mijn/gesprekken/"):
        page = as_(anna).get(path).content.decode()
        assert words in page and anna.email in page and "/account/email/" in page and f'action="{TEST}"' in page
        assert words not in as_(bram).get(path).content.decode()


def test_a_mail_that_arrives_opens_the_mailbox_again(as_, anna):
    mark(anna.email, "complaint")
    browser = as_(anna)
    assert "We sturen nu een mail naar anna@example.org" in browser.post(TEST, follow=True).content.decode()
    mail = OutgoingMail.objects.get(kind="address-test")
    assert refusal(mail) == "" and mail.recipient == anna.email
    page = browser.get(link())
    assert page.status_code == 200 and "Ja, mail mij weer" in page.content.decode()
    assert why_not_mailed(anna.email), "reading the link changes nothing"
    assert "weer mail van ons" in browser.post(link(), follow=True).content.decode()
    assert not why_not_mailed(anna.email)
    assert "gemeld als spam" not in browser.get("/mijn/").content.decode()
    acts = ["account.address_test", "account.address_works"]
    assert list(AuditEvent.objects.filter(action__in=acts).order_by("pk").values_list("action", flat=True)) == acts
    assert browser.post(link()).status_code == 302
    assert AuditEvent.objects.filter(action="account.address_works").count() == 1


def test_the_link_is_for_its_reader_and_its_address_and_lasts_a_day(as_, anna, bram):
    mark(anna.email)
    as_(anna).post(TEST)
    path = link()
    assert as_(bram).post(path).status_code == 404
    assert as_(anna).post(TEST + "onzin/").status_code == 404 and as_(anna).post(path[:-3] + "aa/").status_code == 404
    with clock.frozen(timedelta(hours=25)):
        assert as_(anna).post(path).status_code == 410
    anna.email = "nieuw@example.org"
    anna.save()
    assert as_(anna).post(path).status_code == 404 and why_not_mailed("anna@example.org")


def test_who_is_mailed_gets_no_test_and_who_is_not_gets_few(as_, anna):
    browser = as_(anna)
    browser.post(TEST)
    assert not OutgoingMail.objects.exists() and browser.get(TEST).status_code == 405
    mark(anna.email)
    assert [browser.post(TEST).status_code for _time in range(4)] == [302, 302, 302, 429]
    assert OutgoingMail.objects.filter(kind="address-test").count() == 3


def test_an_address_that_is_typed_and_confirmed_is_mailed_again(client, db, klarendal):
    mark("Nieuw@example.org", "complaint")
    sign_up(client, klarendal, "nieuw@example.org")
    mail = OutgoingMail.objects.to_address("nieuw@example.org").get()
    assert refusal(mail) == "", "a code that is asked for goes out"
    code = CODE.search(json.loads(mail.payload)["text"]).group()
    client.post("/account/confirm-email/", {"code": code})
    assert not why_not_mailed("nieuw@example.org")


def test_the_desk_hears_of_a_day_on_which_much_comes_back(otto, anna):
    def said():
        return [one for one in pressing() if "blokkeerlijst" in str(one.title)]

    for number in range(21):
        assert not said()
        mail = OutgoingMail.objects.create(
            key=number, kind="account", recipient_hash=number, message_id=number, state="sent", expires_at=clock.now()
        )
        came_back(mail, "soft")
    assert "21 adressen" in str(said()[0].title) and said()[0].urgent
