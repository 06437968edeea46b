"""Signing up for an activity, off again, and the waiting list: counted exactly, and seen by the organiser alone."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit.models import AuditEvent
from content.contact.models import Conversation
from content.posts import actions as posts
from content.posts.models import Post
from content.signups import actions, telling
from content.signups.models import SignUp
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, message

FROM_HERE = {"Origin": "http://testserver"}
DAY = timedelta(days=1)


@pytest.fixture(name="activity")
def an_activity(anna, klarendal):
    return factories.activity(anna, klarendal, starts_in=5 * DAY, venue="Wijkcentrum", signup_on=True, signup_places=3)


def typed(**fields):
    with clock.frozen(timedelta(seconds=-30)):
        sent_at = signed_time()
    return {"name": "Vera", "email": "vera@example.net", "people": "1", "sent_at": sent_at, **fields}


def url_of(post):
    return reverse("signups:sign_up", args=[post.pk, post.slug])


def send(client, post, **fields):
    return client.post(url_of(post), typed(**fields))


def joined(post, name="Vera", people=1, email=""):
    """Somebody with a confirmed address, by the real actions."""
    email = email or f"{name.lower()}@example.net"
    made = actions.sign_up(
        post=post,
        typed={"name": name, "email": email, "people": people, "remark": ""},
        form_key=name,
        language="nl",
        by=None,
    )
    return actions.confirm(sign_up=made)


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind)


def words(mail):
    return json.loads(mail.payload)["text"]


def wire(mail):
    built = message(mail)
    return f"{built.from_email} {built.to} {built.message().as_string()} {built.body} {built.alternatives[0][0]}"


def states(post):
    return [str(one.state) for one in post.sign_ups.in_order()]


# Signing up ----------------------------------------------------------------------------------------------------------


def test_a_visitor_counts_only_after_the_click_and_the_organiser_never_learns_the_address(client, as_, activity, anna):
    answer = send(client, activity, remark="Ik eet geen vlees")
    assert answer.status_code == 302 and answer.url == "/aanmelding/gestuurd/"
    one = SignUp.objects.get()
    assert one.state == "unconfirmed" and not mails("signup-new").exists()
    assert "Nog 3 plekken." in client.get(activity.get_absolute_url()).content.decode()
    assert "Vera" not in wire(mails("signup-confirm").get()) and "vlees" not in wire(mails("signup-confirm").get())

    link = re.search(r"/aanmelding/\S+/bevestigen/", words(mails("signup-confirm").get())).group()
    assert "Ik eet geen vlees" in client.get(link).content.decode()
    one.refresh_from_db()
    assert one.state == "unconfirmed"
    assert client.post(link).url == one.own_url
    one.refresh_from_db()
    assert one.state == "going" and mails("signup-going").get().recipient == "vera@example.net"
    told = mails("signup-new").get()
    assert told.recipient == "anna@example.org" and "> Ik eet geen vlees" in words(told) and "Vera" in words(told)

    page = as_(anna).get(f"/mijn/berichten/{activity.pk}/aanmeldingen/").content.decode()
    assert "Vera" in page and "Ik eet geen vlees" in page
    public = client.get(activity.get_absolute_url()).content.decode()
    assert "Nog 2 plekken." in public and "Vera" not in public
    for seen in (page, public, wire(told)):
        assert "vera@example.net" not in seen


def test_a_member_is_on_the_list_at_once_without_typing_an_address(as_, activity, bram):
    browser = as_(bram)
    form = browser.get(url_of(activity)).content.decode()
    assert 'value="Bram"' in form and 'name="email"' not in form
    answer = browser.post(url_of(activity), typed(name="Bram", email="", people="2"), headers=FROM_HERE)
    assert answer.url == "/mijn/aanmeldingen/"
    one = SignUp.objects.get()
    assert (one.state, one.member, one.email, one.people) == ("going", bram, "", 2)
    assert mails("signup-going").get().recipient == "bram@example.org"
    assert activity.title in browser.get(answer.url).content.decode()


def test_a_session_counts_only_when_the_browser_says_the_form_is_ours(as_, activity, bram):
    browser = as_(bram)
    assert "Vul je e-mailadres in." in browser.post(url_of(activity), typed(email="")).content.decode()
    assert browser.post(url_of(activity), typed(), headers={"Origin": "https://kwaad.example"}).status_code == 403
    assert not SignUp.objects.exists()


def test_the_organiser_is_led_to_the_list(as_, activity, anna):
    assert as_(anna).get(url_of(activity)).url == f"/mijn/berichten/{activity.pk}/aanmeldingen/"


def test_an_address_on_the_list_gets_the_same_answer_and_a_mail_that_says_so(client, activity):
    one = joined(activity)
    answer, new = send(client, activity), send(client, activity, email="nieuw@example.net", name="Nour")
    assert (answer.status_code, answer.url, answer.content) == (new.status_code, new.url, new.content)
    assert SignUp.objects.count() == 2
    mail = mails("signup-already").get()
    assert mail.recipient == "vera@example.net" and one.own_url in words(mail)
    send(client, activity, email="VERA@example.net", name="Een ander")
    assert mails("signup-already").count() == 1


def test_a_member_who_was_on_the_list_as_a_visitor_finds_it_on_the_own_page(as_, activity, bram):
    made = actions.sign_up(
        post=activity,
        typed={"name": "Bram", "email": bram.email, "people": 1, "remark": ""},
        form_key="k",
        language="nl",
        by=None,
    )
    actions.confirm(sign_up=made)
    browser = as_(bram)
    browser.post(url_of(activity), typed(), headers=FROM_HERE)
    assert SignUp.objects.get().member == bram and activity.title in browser.get("/mijn/aanmeldingen/").content.decode()


def test_the_same_form_twice_signs_up_once_and_confirming_twice_too(client, activity):
    form = typed()
    client.post(url_of(activity), form)
    client.post(url_of(activity), form)
    assert SignUp.objects.count() == 1 and mails("signup-confirm").count() == 1
    link = reverse("signups:confirm", args=[SignUp.objects.get().token])
    client.post(link)
    client.post(link)
    assert mails("signup-going").count() == mails("signup-new").count() == 1


def test_two_links_of_one_address_lead_to_one_place(client, activity):
    send(client, activity)
    send(client, activity, people="2")
    first, second = SignUp.objects.order_by("pk")
    client.post(reverse("signups:confirm", args=[first.token]))
    answer = client.post(reverse("signups:confirm", args=[second.token]))
    assert answer.url == first.own_url and SignUp.objects.get() == first


def test_what_nobody_confirms_is_forgotten_after_a_day(client, activity):
    send(client, activity)
    link = reverse("signups:confirm", args=[SignUp.objects.get().token])
    with clock.frozen(timedelta(hours=23)):
        assert telling.forget_unconfirmed() == 0
    with clock.frozen(timedelta(hours=25)):
        deliver()
        assert mails("signup-confirm").get().state == "cancelled"
        late = client.post(link)
        assert late.status_code == 410 and telling.forget_unconfirmed() == 1
        assert client.get(link).content == late.content
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("change", ["off", "late", "begun", "withdrawn", "frozen", "closed"])
def test_nobody_signs_up_when_it_cannot_be(client, activity, anna, change):
    send(client, activity)
    now = clock.now()
    changes = {
        "off": {"signup_on": False},
        "late": {"signup_until": now - DAY},
        "begun": {"starts_at": now - timedelta(hours=1)},
        "withdrawn": {"status": "withdrawn"},
    }
    Post.objects.filter(pk=activity.pk).update(**changes.get(change, {}))
    anna.restricted_at, anna.is_active = now if change == "frozen" else None, change != "closed"
    anna.save()
    answer = send(client, activity, email="nieuw@example.net")
    assert answer.status_code in {200, 302} and "gestuurd" not in getattr(answer, "url", "")
    one = SignUp.objects.get()
    assert client.post(reverse("signups:confirm", args=[one.token])).status_code == 410
    one.refresh_from_db()
    assert one.state == "unconfirmed" and not mails("signup-going").exists()


def test_a_post_without_sign_ups_has_no_form(client, anna, klarendal):
    for post in (factories.activity(anna, klarendal), factories.post(anna, klarendal)):
        assert client.get(url_of(post), follow=True).redirect_chain[-1][0] == post.get_absolute_url()
        assert "Doe je mee?" not in client.get(post.get_absolute_url()).content.decode()
    assert client.get("/bericht/999999/x/aanmelden/", follow=True).status_code == 404


# Places --------------------------------------------------------------------------------------------------------------


def test_who_comes_too_late_waits_in_order_and_moves_up_when_it_fits(client, activity):
    first, second = joined(activity, "Vera", 2), joined(activity, "Nour", 2)
    third = joined(activity, "Sem", 1)
    assert states(activity) == ["going", "waiting", "going"]
    assert mails("signup-waiting").get().recipient == "nour@example.net"
    page = client.get(activity.get_absolute_url()).content.decode()
    assert "Het is vol." in page and "Zet me op de wachtlijst" in page

    actions.sign_off(sign_up=third, by=None)
    assert states(activity) == ["going", "waiting", "off"]  # one place, and Nour comes with two
    actions.sign_off(sign_up=first, by=None)
    second.refresh_from_db()
    assert second.state == "going" and second.own_url in words(mails("signup-moved-up").get())
    assert not actions.sign_off(sign_up=first, by=None) and mails("signup-off").count() == 2
    telling.look_after()
    assert mails("signup-moved-up").count() == 1


def test_more_places_let_in_who_waits_and_fewer_throw_nobody_out(as_, activity, anna):
    joined(activity, "Vera", 3), joined(activity, "Nour", 2), joined(activity, "Sem", 1)
    posts.edit(post=activity, by=anna, values={"signup_places": 5})
    telling.look_after()
    telling.look_after()
    assert states(activity) == ["going", "going", "waiting"] and mails("signup-moved-up").count() == 1

    activity.refresh_from_db()
    posts.edit(post=activity, by=anna, values={"signup_places": 3})
    telling.look_after()
    assert states(activity) == ["going", "going", "waiting"]
    browser = as_(anna)
    page = browser.get(f"/mijn/berichten/{activity.pk}/aanmeldingen/").content.decode()
    assert "meer mensen aangemeld dan er plekken zijn" in page and "Nour (2)" in page and "Vera (3)" not in page
    assert "meer mensen aangemeld" in browser.get(f"/mijn/berichten/{activity.pk}/").content.decode()

    activity.refresh_from_db()
    posts.edit(post=activity, by=anna, values={"signup_places": None})
    telling.look_after()
    assert states(activity) == ["going", "going", "going"]


def test_more_people_than_there_are_places_is_said_at_once(client, activity):
    page = send(client, activity, people="4").content.decode()
    assert "Er zijn niet zoveel plekken." in page and not SignUp.objects.exists()


def test_places_of_a_frozen_member_are_kept_and_nobody_sees_who(as_, activity, anna, bram):
    typed_by_bram = {"name": "Bram", "people": 3, "remark": ""}
    actions.sign_up(post=activity, typed=typed_by_bram, form_key="b", language="nl", by=bram)
    bram.restricted_at = clock.now()
    bram.save()
    joined(activity, "Sem")
    assert states(activity) == ["going", "waiting"]
    page = as_(anna).get(f"/mijn/berichten/{activity.pk}/aanmeldingen/").content.decode()
    assert "Bram" not in page and "Sem" in page
    OutgoingMail.objects.all().delete()
    posts.edit(post=activity, by=anna, values={"starts_at": clock.now() + 6 * DAY})
    telling.look_after()
    assert [mail.recipient for mail in mails("signup-changed")] == ["sem@example.net"]


# Signing off ---------------------------------------------------------------------------------------------------------


def test_each_mail_to_a_participant_holds_a_link_that_signs_off_without_logging_in(client, activity):
    one = joined(activity)
    assert one.own_url in words(mails("signup-going").get())
    page = client.get(one.own_url)
    assert "Je doet mee." in page.content.decode() and "no-store" in page["Cache-Control"]
    one.refresh_from_db()
    assert one.state == "going"
    for _again in range(2):
        assert client.post(one.own_url).url == one.own_url
    one.refresh_from_db()
    assert (one.state, one.name, one.email, one.remark, one.mailbox_hash) == ("off", "", "", "", "")
    assert "Je bent afgemeld." in client.get(one.own_url).content.decode()
    assert "Vera komt niet meer." in words(mails("signup-off").get())
    assert client.get("/aanmelding/onbekend/").status_code == 410


def test_a_member_signs_off_at_home_and_only_the_own_sign_up(as_, activity, bram, anna):
    one = actions.sign_up(
        post=activity, typed={"name": "Bram", "people": 1, "remark": ""}, form_key="b", language="nl", by=bram
    )
    url = reverse("signups:mine_detail", args=[one.pk])
    assert as_(anna).post(url).status_code == 404
    browser = as_(bram)
    assert "meld me af" in browser.get(url).content.decode()
    browser.post(url)
    one.refresh_from_db()
    assert one.state == "off" and one.member is None
    joined(activity)
    back = actions.sign_up(
        post=activity, typed={"name": "Bram", "people": 1, "remark": ""}, form_key="c", language="nl", by=bram
    )
    assert back.state == "going"


# The organiser -------------------------------------------------------------------------------------------------------


def test_the_organiser_takes_somebody_off_with_a_reason(client, as_, activity, anna, bram):
    one = joined(activity)
    url = reverse("signups:remove", args=[activity.pk, one.pk])
    assert as_(bram).post(url, {"reason": "Zomaar"}).status_code == 404
    browser = as_(anna)
    assert "Schrijf kort waarom." in browser.post(url, {"reason": " "}).content.decode()
    browser.post(url, {"reason": "Het is alleen voor kinderen."})
    one.refresh_from_db()
    assert one.state == "removed" and one.name == ""
    mail = mails("signup-removed").get()
    assert mail.recipient == "vera@example.net" and "> Het is alleen voor kinderen." in words(mail)
    assert "van de lijst gehaald" in client.get(one.own_url).content.decode()
    assert browser.post(url, {"reason": "Nog eens"}).status_code == 404


def test_the_organiser_writes_to_one_person_and_neither_sees_an_address(client, as_, activity, anna):
    one = joined(activity)
    url = reverse("signups:write", args=[activity.pk, one.pk])
    browser = as_(anna)
    assert "Schrijf Vera" in browser.get(url).content.decode()
    for _twice in range(2):
        answer = browser.post(url, {"body": "Neem je een bord mee?", "form_key": "k"})
    talk = Conversation.objects.get()
    assert answer.url == f"/mijn/gesprekken/{talk.pk}/" and talk.messages.count() == 1
    mail = mails("contact-answer").get()
    assert mail.recipient == "vera@example.net" and "> Neem je een bord mee?" in words(mail)
    assert "anna@example.org" not in wire(mail)
    client.post(f"/gesprek/{talk.token}/", {"body": "Doe ik.", "form_key": "v"})
    assert "vera@example.net" not in wire(mails("contact-message").get())
    assert browser.get(url).url == answer.url


def test_words_that_cannot_be_sent_are_kept_on_the_page(as_, activity, anna):
    one = joined(activity)
    Post.objects.update(status="withdrawn")
    url = reverse("signups:write", args=[activity.pk, one.pk])
    page = as_(anna).post(url, {"body": "Het gaat niet door.", "form_key": "k"}).content.decode()
    assert "kunnen we nu niet doorsturen" in page and "Het gaat niet door." in page
    assert not Conversation.objects.exists()


def test_acts_are_recorded_without_words_of_people(client, as_, activity, anna):
    one = joined(activity)
    actions.sign_off(sign_up=one, by=None)
    actions.remove(sign_up=joined(activity, "Nour"), reason="Vol", by=anna)
    acts = AuditEvent.objects.filter(action__startswith="signup.").order_by("pk")
    assert {act.action for act in acts} == {"signup.start", "signup.join", "signup.off", "signup.remove"}
    assert not any(word in json.dumps(act.detail) for act in acts for word in ("Vera", "Nour", "example.net", "Vol"))
