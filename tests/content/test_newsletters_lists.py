"""Two lists with their own yes, name and stop; and what a program that opens every link of a mail can do: nothing."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.consent.models import ConsentEvent
from content.newsletters import actions, digests, sending
from neighbourhoods.subscriptions.actions import choose_digest, confirm, stop, switch
from neighbourhoods.subscriptions.lists import consent_key
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from tests.neighbourhoods.test_subscriptions import typed
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, refusal


@pytest.fixture
def draft(mo, anna, klarendal):
    factories.post(anna, klarendal)
    return actions.create(neighbourhood=klarendal, by=mo)


@pytest.fixture
def both(klarendal):
    return [factories.subscription("fatima@example.org", klarendal, list=one) for one in ("news", "professional")]


def issue_for(draft, mo, mailing):
    actions.save(newsletter=draft, subject="Hallo", blocks=draft.blocks, by=mo, mailing=mailing)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    return OutgoingMail.objects.get(kind="newsletter")


def headers(mail):
    return json.loads(mail.payload)["headers"]


@pytest.mark.parametrize(("mailing", "name"), [("news", "nieuwsbrief"), ("professional", "organisaties")])
def test_an_issue_goes_to_its_own_list_under_its_own_name(mo, draft, both, mailing, name):
    mail = issue_for(draft, mo, mailing)
    assert headers(mail)["List-Id"].startswith(f"<klarendal.{name}.")
    mine = next(one for one in both if one.list == mailing)
    assert mine.token in headers(mail)["List-Unsubscribe"]
    text = json.loads(mail.payload)["text"]
    assert ("brief voor organisaties" in text) is (mailing == "professional")
    assert ("Lees op de site" in text) is (mailing == "news")


def test_stopping_one_list_leaves_the_other(both):
    stop(subscription=both[0], by=None)
    assert list(Subscription.objects.confirmed()) == [both[1]]


def test_each_list_has_its_own_yes_with_its_own_words(client, anna, klarendal):
    address = reverse("subscriptions:subscribe_professional", args=[klarendal.slug])
    assert "voor wie hier werkt" in client.get(address).content.decode()
    client.post(address, typed(email=anna.email))
    asked = Subscription.objects.get()
    assert (asked.list, asked.is_confirmed) == ("professional", False)
    confirm(subscription=asked, by=None)
    assert list(ConsentEvent.objects.of(anna).values_list("key", flat=True)) == [consent_key(klarendal, "professional")]
    assert "brief voor organisaties" in ConsentEvent.objects.of(anna).get().text.words
    switch(user=anna, neighbourhood=klarendal, on=True, by=anna)
    assert Subscription.objects.confirmed().count() == 2
    switch(user=anna, neighbourhood=klarendal, on=False, by=anna, mailing="professional")
    assert [one.list for one in Subscription.objects.confirmed()] == ["news"]


def test_a_manager_picks_the_list_in_the_composer_and_sees_its_readers(as_, mo, draft, both):
    factories.subscription("bureau@example.org", draft.neighbourhood, list="professional")
    browser, path = as_(mo), reverse("newsletters:edit", args=["klarendal", draft.pk])
    form = {"subject": "Voor wie werkt", "list": "professional", "versie": draft.revision, "doe": "bewaar"}
    form |= {"blok": "0", "blok0-soort": "text", "blok0-title": "", "blok0-text": "Voor wie hier werkt."}
    browser.post(path, form)
    draft.refresh_from_db()
    assert draft.list == "professional"
    page = browser.get(reverse("newsletters:send", args=["klarendal", draft.pk])).content.decode()
    assert "Verstuur aan 2 lezers" in page and "voor organisaties" in page
    form |= {"list": "iedereen", "versie": draft.revision}
    browser.post(path, form)
    draft.refresh_from_db()
    assert draft.list == "professional"


def test_who_stops_a_second_before_it_leaves_gets_none_on_each_list(mo, draft, both):
    mail = issue_for(draft, mo, "professional")
    assert refusal(mail) == ""
    stop(subscription=both[1], by=None)
    assert deliver() == 0


def test_a_manager_who_is_asked_takes_somebody_off_all_lists_here(as_, mo, klarendal, both):
    as_(mo).post(reverse("newsletters:issues", args=["klarendal"]), {"email": "fatima@example.org"})
    assert not Subscription.objects.confirmed().exists()


# A scanner -----------------------------------------------------------------------------------------------------------


def links(mail):
    words = json.loads(mail.payload)
    found = re.findall(r"https?://[^\s\"<>]+", words["text"] + words["html"] + " ".join(words["headers"].values()))
    return {urlsplit(link).path for link in found if link.startswith("http://127.0.0.1:8000")}


def test_who_opens_every_link_of_every_mail_changes_nothing(mo, anna, klarendal, draft, both):
    for one in both:
        choose_digest(subscription=one, digest="daily", by=None)
    client = Client()
    client.post(reverse("subscriptions:subscribe", args=["klarendal"]), typed(email="nieuw@example.org"))
    client.post(reverse("subscriptions:subscribe", args=["klarendal"]), typed())
    client.post(reverse("subscriptions:leave"), typed(email="fatima@example.org"))
    actions.send_test(newsletter=draft, by=mo)
    issue_for(draft, mo, "news")
    with clock.frozen(timedelta(days=1)):
        other = actions.create(neighbourhood=klarendal, by=mo)
        actions.save(newsletter=other, subject="x", blocks=draft.blocks, by=mo, mailing="professional")
        sending.start(newsletter=other, by=mo)
        sending.send_due()
    factories.post(anna, klarendal)
    with clock.frozen(timedelta(days=2)):
        assert digests.queue_due() == 1
    kinds = {mail.kind for mail in OutgoingMail.objects.all()}
    assert {"newsletter", "newsletter-test", "digest", "newsletter-confirm", "newsletter-already"} <= kinds
    before = list(Subscription.objects.order_by("pk").values())
    seen = set().union(*(links(mail) for mail in OutgoingMail.objects.all()))
    assert len([path for path in seen if path.startswith("/nieuwsbrief/")]) >= 6
    for path in sorted(seen):
        for ask in (client.get, client.head, client.options):
            assert ask(path).status_code < 500, path
    assert list(Subscription.objects.order_by("pk").values()) == before


def test_every_list_mail_stops_with_one_post_without_session_or_token(mo, anna, klarendal, draft, both):
    issue_for(draft, mo, "news")
    choose_digest(subscription=both[0], digest="daily", by=None)
    factories.post(anna, klarendal)
    with clock.frozen(timedelta(days=1, hours=1)):
        digests.queue_due()
    program = Client(enforce_csrf_checks=True)
    for kind in ("digest", "newsletter"):
        found = headers(OutgoingMail.objects.get(kind=kind))
        assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = urlsplit(found["List-Unsubscribe"].strip("<>")).path
        assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    both[0].refresh_from_db()
    assert (both[0].digest, both[0].is_confirmed) == ("none", False)
