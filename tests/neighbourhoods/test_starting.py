"""Who wants to hear that their neighbourhood begins gets one mail on that day, and is then forgotten."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings

from neighbourhoods.places.actions import switch_on
from neighbourhoods.starting.actions import look_after
from neighbourhoods.starting.models import StartNotice
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

GERDA = "gerda@example.net"


@pytest.fixture
def geitenkamp(klarendal):
    return factories.neighbourhood("Geitenkamp", code="WK020206", on=False)


def ask(client, email=GERDA, **changes):
    form = {"email": email, "sent_at": signed_time(age=timedelta(minutes=1)), **changes}
    return client.post("/wijk/geitenkamp/zeg-het-me/", form)


def link(email=GERDA):
    mail = OutgoingMail.objects.filter(kind="start-confirm").to_address(email).order_by("-pk").first()
    return re.search(rf"{re.escape(settings.BASE_URL)}(/zeg-het-me/[^\s]+)", json.loads(mail.payload)["text"])[1]


@pytest.fixture
def waiting(client, geitenkamp):
    ask(client)
    client.post(link(), {"antwoord": "ja"})
    return StartNotice.objects.get()


def test_the_page_of_a_neighbourhood_that_is_off_invites(client, geitenkamp):
    assert 'href="/wijk/geitenkamp/zeg-het-me/"' in client.get("/wijk/geitenkamp/").content.decode()
    assert "doet nog niet mee" in client.get("/wijk/geitenkamp/zeg-het-me/").content.decode()


def test_only_a_button_says_yes(client, geitenkamp):
    assert ask(client).url == "/zeg-het-me/gestuurd/"
    client.get(link())
    assert StartNotice.objects.get().confirmed_at is None
    client.post(link(), {"antwoord": "ja"})
    assert StartNotice.objects.get().confirmed_at and not client.cookies


def test_one_mail_goes_when_it_begins_and_nothing_stays(client, geitenkamp, waiting):
    assert look_after() == 0
    switch_on(neighbourhood=geitenkamp, by=None)
    assert (look_after(), look_after()) == (1, 0)
    assert OutgoingMail.objects.filter(kind="started").to_address(GERDA).count() == 1
    assert not StartNotice.objects.exists()
    assert client.get(f"/zeg-het-me/{waiting.token}/").status_code == 410
    assert client.get("/wijk/geitenkamp/zeg-het-me/").url == "/wijk/geitenkamp/"


def test_who_never_confirmed_is_told_nothing_and_forgotten(client, geitenkamp):
    ask(client)
    url = link()
    switch_on(neighbourhood=geitenkamp, by=None)
    with clock.frozen(timedelta(hours=25)):
        assert client.get(url).status_code == 410
        look_after()
    assert not StartNotice.objects.exists() and not OutgoingMail.objects.filter(kind="started").exists()


def test_who_is_on_the_list_is_answered_the_same_and_can_stop(client, waiting):
    again, stranger = ask(client), ask(client, "x@example.net")
    assert (again.status_code, again.url, dict(again.headers)) == (302, stranger.url, dict(stranger.headers))
    assert StartNotice.objects.count() == 2
    client.post(link(), {"antwoord": "nee"})
    assert not StartNotice.objects.filter(pk=waiting.pk).exists()


def test_a_robot_and_a_full_mailbox_get_no_mail(client, geitenkamp):
    ask(client, website="http://spam.example")
    assert not OutgoingMail.objects.exists()
    assert [ask(client).status_code for _time in range(6)] == [302] * 5 + [429]
