"""Signing up for a newsletter, confirming it and stopping it."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.consent.texts import shown
from accounts.notices.reach import REACHES
from accounts.signals import account_closing
from neighbourhoods.subscriptions import actions
from neighbourhoods.subscriptions.lists import consent_key
from neighbourhoods.subscriptions.models import Subscription, address_hash
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, refusal

LINK = re.compile(r"https?://\S+")


def typed(**fields):
    """What a browser sends, from a form shown a minute ago."""
    with clock.frozen(timedelta(minutes=-1)):
        sent_at = signed_time()
    return {"email": "fatima@example.org", "first_name": "Fatima", "website": "", "sent_at": sent_at, **fields}


def sign_up(client, neighbourhood, **fields):
    return client.post(reverse("subscriptions:subscribe", args=[neighbourhood.slug]), typed(**fields))


def link_in(mail):
    return urlsplit(LINK.search(json.loads(mail.payload)["text"]).group()).path


@pytest.fixture
def fatima(klarendal):
    return factories.subscription("fatima@example.org", klarendal, first_name="Fatima")


def test_a_stranger_signs_up_and_confirms(client, klarendal):
    answer = sign_up(client, klarendal)
    assert answer["Location"] == reverse("subscriptions:asked", args=[klarendal.slug])
    assert "Kijk in je mail" in client.get(answer["Location"]).content.decode()
    assert not Subscription.objects.confirmed().exists()

    path = link_in(OutgoingMail.objects.get())
    assert "Ja, stuur mij de nieuwsbrief" in client.get(path).content.decode()
    assert not Subscription.objects.confirmed().exists()

    done = client.post(path, follow=True)
    assert "Je bent aangemeld" in done.content.decode()
    row = Subscription.objects.confirmed().get()
    assert (row.email, row.first_name, row.user, row.text_version) == ("fatima@example.org", "Fatima", None, "2026-11")
    assert row.requested_at <= row.confirmed_at


def test_confirming_twice_keeps_the_first_moment(client, klarendal):
    sign_up(client, klarendal)
    path = link_in(OutgoingMail.objects.get())
    client.post(path)
    first = Subscription.objects.get().confirmed_at
    with clock.frozen(timedelta(hours=1)):
        client.post(path)
    assert Subscription.objects.get().confirmed_at == first


def test_a_link_older_than_a_day_is_gone(client, klarendal):
    sign_up(client, klarendal)
    path = link_in(OutgoingMail.objects.get())
    with clock.frozen(timedelta(hours=24, minutes=1)):
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
    assert client.get(reverse("subscriptions:confirm", args=["verzonnen"])).status_code == 410
    assert not Subscription.objects.confirmed().exists()


def test_the_answer_is_the_same_for_new_waiting_known_and_stopped_addresses(client, klarendal, fatima):
    factories.subscription("wacht@example.org", klarendal, confirmed=False)
    actions.stop(subscription=factories.subscription("stop@example.org", klarendal), by=None)
    answers = {
        (answer.status_code, answer["Location"])
        for answer in (
            sign_up(client, klarendal, email=f"{name}@example.org") for name in ("nieuw", "wacht", "fatima", "stop")
        )
    }
    assert len(answers) == 1
    assert OutgoingMail.objects.count() == 4


def test_who_is_subscribed_gets_a_mail_that_says_so_and_keeps_the_subscription(client, klarendal, fatima):
    sign_up(client, klarendal, first_name="Iemand Anders", email="FATIMA@Example.org")
    mail = OutgoingMail.objects.get()
    assert mail.kind == "newsletter-already"
    assert link_in(mail) == fatima.unsubscribe_path
    fatima.refresh_from_db()
    assert (fatima.first_name, fatima.is_confirmed) == ("Fatima", True)


def test_mail_to_a_stranger_repeats_nothing_that_was_typed(client, klarendal):
    sign_up(client, klarendal, first_name="Winnaar")
    assert "Winnaar" not in OutgoingMail.objects.get().payload


@pytest.mark.parametrize("name", ["Anna\r\nBcc: x@example.org", "<b>Anna</b>", "kijk op evil.example/x", "a" * 61])
def test_a_first_name_that_is_no_name_gets_a_message_at_the_field(client, klarendal, name):
    answer = sign_up(client, klarendal, first_name=name)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in page
    assert "fatima@example.org" in page
    assert "<b>Anna" not in page
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("email", ["", "geen adres", '"a b"@example.org', "a@[127.0.0.1]", "a\x00b@example.org x"])
def test_an_address_that_is_none_gets_a_message_and_keeps_the_name(client, klarendal, email):
    answer = sign_up(client, klarendal, email=email)
    assert answer.status_code == 200
    assert 'value="Fatima"' in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_half_a_character_and_a_nul_are_no_reason_to_fall_over(client, klarendal):
    path = reverse("subscriptions:subscribe", args=[klarendal.slug])
    broken = "email=%ED%A0%80%00@example.org&first_name=%ED%A0%80"
    assert client.post(path, broken, content_type="application/x-www-form-urlencoded").status_code == 200
    assert client.get("/nieuwsbrief/stoppen/%00%ED%A0%80/").status_code == 410
    assert client.get("/nieuwsbrief/bevestigen/%00%ED%A0%80/").status_code == 410


def test_ten_megabytes_are_refused(client, klarendal):
    assert sign_up(client, klarendal, first_name="a" * 10_000_000).status_code == 400


def test_bidirectional_characters_are_taken_out_of_a_name(client, klarendal):
    sign_up(client, klarendal, first_name="An\u202ena")
    assert Subscription.objects.get().first_name == "Anna"


def test_a_robot_in_the_trap_gets_the_usual_answer_and_nothing_happens(client, klarendal):
    assert sign_up(client, klarendal, website="http://spam.example")["Location"].endswith("/gevraagd/klarendal/")
    assert not Subscription.objects.exists()


def test_a_stale_form_keeps_what_was_typed_and_works_the_second_time(client, klarendal):
    with clock.frozen(timedelta(hours=-25)):
        sent_at = signed_time()
    page = sign_up(client, klarendal, sent_at=sent_at).content.decode()
    assert 'value="fatima@example.org"' in page
    fresh = re.search(r'name="sent_at" value="([^"]+)"', page).group(1)
    with clock.frozen(timedelta(seconds=10)):
        assert sign_up(client, klarendal, sent_at=fresh).status_code == 302


def test_the_same_form_sent_twice_is_one_mail(client, klarendal):
    fields = typed()
    for _time in range(2):
        client.post(reverse("subscriptions:subscribe", args=[klarendal.slug]), fields)
    assert OutgoingMail.objects.count() == 1
    assert Subscription.objects.count() == 1


def test_one_mailbox_gets_only_a_few_mails_a_day_however_often_it_is_typed(client, klarendal):
    for number in range(8):
        assert sign_up(client, klarendal, first_name="ABCDEFGH"[number]).status_code == 302
    assert OutgoingMail.objects.count() == actions.MAILS_PER_ADDRESS


def test_one_network_may_not_sign_up_the_whole_town(client, klarendal):
    codes = [sign_up(client, klarendal, email=f"buur{number}@example.org").status_code for number in range(21)]
    assert codes == [302] * 20 + [429]


def test_a_neighbourhood_that_is_off_has_no_newsletter(client, klarendal):
    klarendal.is_on = False
    klarendal.save()
    assert sign_up(client, klarendal).status_code == 404
    assert client.get(reverse("subscriptions:asked", args=[klarendal.slug])).status_code == 404


def test_a_form_from_another_site_is_refused(client, klarendal):
    path = reverse("subscriptions:subscribe", args=[klarendal.slug])
    assert client.post(path, typed(), headers={"origin": "https://evil.example"}).status_code == 403


def test_the_box_is_the_same_for_everybody_and_holds_no_token(rf, klarendal):
    box = Template("{% load subscriptions %}{% newsletter_form neighbourhood %}")
    html = box.render(Context({"neighbourhood": klarendal}))
    assert reverse("subscriptions:subscribe", args=[klarendal.slug]) in html
    assert "csrf" not in html
    assert "style=" not in html


def test_a_link_to_stop_changes_nothing_when_it_is_read(client, fatima):
    page = client.get(fatima.unsubscribe_path).content.decode()
    client.head(fatima.unsubscribe_path)
    assert "Wil je stoppen?" in page
    assert "f…@example.org" in page
    assert "fatima@example.org" not in page
    assert Subscription.objects.confirmed().count() == 1


def test_a_mail_program_stops_it_with_one_click(fatima):
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(
        fatima.unsubscribe_path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not answer.cookies
    assert not Subscription.objects.confirmed().exists()


def test_stopping_wipes_the_address_keeps_the_proof_and_works_twice(client, klarendal, fatima):
    other = factories.subscription("fatima@example.org", factories.neighbourhood("Spijkerkwartier", code="WK020202"))
    for _time in range(2):
        assert "De nieuwsbrief is gestopt" in client.post(fatima.unsubscribe_path).content.decode()
    fatima.refresh_from_db()
    assert (fatima.email, fatima.first_name, fatima.email_hash) == ("", "", address_hash("fatima@example.org"))
    assert fatima.stopped_at and fatima.confirmed_at
    assert AuditEvent.objects.filter(action="subscription.stop").count() == 1
    other.refresh_from_db()
    assert other.is_confirmed


def test_a_stop_can_be_undone_from_the_page_that_says_so(client, fatima):
    page = client.post(fatima.unsubscribe_path).content.decode()
    way_back = re.search(r'name="terug" value="([^"]+)"', page).group(1)
    assert "weer op de lijst" in client.post(fatima.unsubscribe_path, {"terug": way_back}).content.decode()
    fatima.refresh_from_db()
    assert (fatima.email, fatima.first_name, fatima.is_confirmed) == ("fatima@example.org", "Fatima", True)


def test_an_undo_works_an_hour_and_only_for_its_own_row(client, klarendal, fatima):
    joris = factories.subscription("joris@example.org", klarendal)
    way_back = actions.stop(subscription=fatima, by=None)
    actions.stop(subscription=joris, by=None)
    for attempt in (way_back, "onzin", "x" * 5000):
        client.post(joris.unsubscribe_path, {"terug": attempt})
    with clock.frozen(timedelta(hours=2)):
        page = client.post(fatima.unsubscribe_path, {"terug": way_back}).content.decode()
    assert "Terugdraaien kan niet meer" in page
    assert not Subscription.objects.confirmed().exists()


def test_who_stopped_can_sign_up_again_and_the_old_stop_link_still_works(client, klarendal, fatima):
    actions.stop(subscription=fatima, by=None)
    sign_up(client, klarendal)
    assert not Subscription.objects.confirmed().exists()
    client.post(link_in(OutgoingMail.objects.get()))
    assert Subscription.objects.confirmed().get().pk == fatima.pk
    client.post(fatima.unsubscribe_path)
    assert not Subscription.objects.confirmed().exists()


def test_an_old_newsletter_passed_on_confirms_nothing(client, klarendal, fatima):
    actions.stop(subscription=fatima, by=None)
    sign_up(client, klarendal)
    assert client.post(reverse("subscriptions:confirm", args=[fatima.token])).status_code == 410
    assert not Subscription.objects.confirmed().exists()


def test_who_has_no_newsletter_at_hand_gets_the_links_by_mail_and_everybody_the_same_answer(
    client, klarendal, presikhaaf, fatima
):
    path = reverse("subscriptions:leave")
    assert "Stuur mij de link" in client.get(path).content.decode()
    there = factories.subscription("Fatima@example.org", presikhaaf)
    pages = {
        client.post(path, {"email": email, "website": website, "sent_at": typed()["sent_at"]}).content
        for email, website in (("fatima@example.org", ""), ("vreemd@example.org", ""), ("x@example.org", "robot"))
    }
    assert len(pages) == 1
    known, unknown = OutgoingMail.objects.order_by("pk")
    for subscription in (fatima, there):
        assert subscription.unsubscribe_path in known.payload
    assert "staat bij ons niet op de lijst" in json.loads(unknown.payload)["text"]
    assert Subscription.objects.confirmed().count() == 2
    assert 'value="geen adres"' in client.post(path, {"email": "geen adres"}).content.decode()


def test_unknown_links_say_so(client, db):
    path = reverse("subscriptions:unsubscribe", args=["onbekend"])
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410


def test_what_nobody_confirms_is_forgotten_after_a_day(client, klarendal, fatima):
    sign_up(client, klarendal, email="nooit@example.org")
    stopped = factories.subscription("gestopt@example.org", klarendal)
    actions.stop(subscription=stopped, by=None)
    sign_up(client, klarendal, email="gestopt@example.org")
    with clock.frozen(timedelta(hours=23)):
        assert actions.forget_unconfirmed() == 0
    with clock.frozen(timedelta(hours=25)):
        assert actions.forget_unconfirmed() == 2
        assert deliver() == 0
    assert set(Subscription.objects.values_list("pk", flat=True)) == {fatima.pk, stopped.pk}
    stopped.refresh_from_db()
    assert stopped.stopped_at
    assert stopped.email == ""
    with clock.frozen(timedelta(days=366)):
        actions.forget_unconfirmed()
    assert Subscription.objects.get() == fatima


def test_a_confirmation_is_not_sent_once_it_is_confirmed(client, klarendal):
    sign_up(client, klarendal)
    mail = OutgoingMail.objects.get()
    assert refusal(mail) == ""
    client.post(link_in(mail))
    assert refusal(mail) == "no longer wanted"


def test_mail_comes_in_the_language_of_the_subscriber(client, klarendal):
    client.post(reverse("subscriptions:subscribe", args=[klarendal.slug]), typed(), headers={"accept-language": "en"})
    assert Subscription.objects.get().language == "en"
    assert json.loads(OutgoingMail.objects.get().payload)["language"] == "en"


def test_a_member_turns_it_on_and_off_with_one_click(as_, anna, klarendal):
    browser, path = as_(anna), reverse("subscriptions:mine")
    assert "Zet aan" in browser.get(path).content.decode()
    browser.post(path, {"wijk": klarendal.slug, "aan": "1"})
    row = Subscription.objects.confirmed().get()
    assert (row.user, row.email, row.first_name) == (anna, "anna@example.org", "Anna")
    assert row.confirmed_at and row.text_version
    assert "Zet uit" in browser.get(path).content.decode()
    browser.post(path, {"wijk": klarendal.slug, "aan": "0"})
    assert not Subscription.objects.confirmed().exists()
    assert not OutgoingMail.objects.exists()


def test_a_member_sees_and_stops_what_the_same_mailbox_asked_for_before(as_, anna, klarendal, presikhaaf):
    factories.subscription("Anna@example.org", presikhaaf)
    browser = as_(anna)
    assert presikhaaf.name in browser.get(reverse("subscriptions:mine")).content.decode()
    browser.post(reverse("subscriptions:mine"), {"wijk": presikhaaf.slug, "aan": "0"})
    assert not Subscription.objects.confirmed().exists()


def test_a_member_reaches_nobody_elses_subscription(as_, anna, klarendal, fatima):
    as_(anna).post(reverse("subscriptions:mine"), {"wijk": klarendal.slug, "aan": "0"})
    fatima.refresh_from_db()
    assert fatima.is_confirmed
    for slug in ("bestaat-niet", "", "x" * 500):
        assert as_(anna).post(reverse("subscriptions:mine"), {"wijk": slug, "aan": "1"}).status_code == 404


def test_my_newsletters_ask_for_a_login(client, db):
    assert client.get(reverse("subscriptions:mine"))["Location"].startswith(reverse("account_login"))


def test_my_newsletters_take_as_many_queries_with_many_neighbourhoods(
    as_, anna, klarendal, django_assert_max_num_queries
):
    for number in range(8):
        near = factories.neighbourhood(f"Buurt {number}", code=f"WK99{number}")
        klarendal.neighbours.add(near)
        factories.subscription("anna@example.org", near, user=anna)
    browser = as_(anna)
    browser.get(reverse("subscriptions:mine"))
    with django_assert_max_num_queries(13):
        page = browser.get(reverse("subscriptions:mine")).content.decode()
    assert page.count("Zet uit") == 8


def test_my_newsletters_fetch_no_map_only_to_name_a_neighbourhood(as_, anna, klarendal):
    browser = as_(anna)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("subscriptions:mine")).content.decode()
        browser.get(reverse("consent:mine"))
        shown(consent_key(klarendal))
        assert (str(klarendal.pk), klarendal.name) in REACHES["neighbourhoods"].choices()
    assert klarendal.name in page
    assert [query["sql"] for query in asked if "outline" in query["sql"]] == []


def test_confirming_ties_the_row_to_the_account_of_that_mailbox(client, anna, klarendal):
    sign_up(client, klarendal, email="anna@example.org")
    client.post(link_in(OutgoingMail.objects.get()))
    assert Subscription.objects.get().user == anna


def test_a_closed_or_frozen_account_gets_nothing(anna, klarendal):
    factories.subscription("anna@example.org", klarendal)
    account_closing.send(sender=type(anna), user=anna, closure=None)
    assert Subscription.objects.get().user == anna
    anna.is_active = False
    anna.save()
    assert not Subscription.objects.confirmed().exists()
    anna.is_active, anna.restricted_at = True, clock.now()
    anna.save()
    assert not Subscription.objects.confirmed().exists()


def test_a_new_address_of_an_account_takes_its_newsletters_along(anna, klarendal, presikhaaf):
    factories.subscription("anna@example.org", klarendal, user=anna)
    factories.subscription("anna@example.org", presikhaaf, user=anna)
    kept = factories.subscription("nieuw@example.org", presikhaaf, user=anna)
    Subscription.objects.move(anna, "anna@example.org", "nieuw@example.org")
    rows = Subscription.objects.of_address("nieuw@example.org")
    assert {row.email for row in rows} == {"nieuw@example.org"}
    assert set(rows.values_list("neighbourhood", flat=True)) == {klarendal.pk, presikhaaf.pk}
    assert kept in rows
    assert not Subscription.objects.of_address("anna@example.org").exists()


def test_a_manager_ends_it_for_somebody_who_asked_by_mail(mo, klarendal, fatima):
    actions.stop_for(neighbourhood=klarendal, email="Fatima@example.org", by=mo)
    actions.stop_for(neighbourhood=klarendal, email="onbekend@example.org", by=mo)
    assert not Subscription.objects.confirmed().exists()
    assert AuditEvent.objects.get(action="subscription.stop").actor_ref == mo.pk
