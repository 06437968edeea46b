"""Somebody asks without an account: a proven mailbox is enough, and mailed links lead to the own page (K-13)."""

import json
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.closure.actions import advance_all, close
from accounts.closure.models import AccountClosure
from accounts.consent.models import ConsentEvent
from accounts.requests.stopping import restrict
from accounts.retention.actions import purge
from accounts.signup.guests import word_for
from accounts.users.models import User
from content.contact.actions import confirm, start
from content.contact.blocking import Block
from content.contact.models import Conversation
from content.guests.ending import close_due
from content.guests.models import PendingRequest
from content.moderation.actions import decide
from content.moderation.suggestions import suggest
from content.posts.actions import withdraw
from content.posts.mailed import link_of
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.links import signed
from wijk.mail.models import OutgoingMail

ASK = "/vraag-stellen/"
GERDA = "gerda@example.net"


@pytest.fixture
def theme(db):
    return factories.theme()


def typed(klarendal, theme, **changes):
    return {
        "title": "Wie tilt een kast met mij?",
        "text": "Hij staat beneden en moet naar boven.",
        "theme": theme.pk,
        "neighbourhood": klarendal.slug,
        "email": GERDA,
        "first_name": "",
        "is_16": "on",
        "terms": "on",
        "sent_at": signed_time(age=timedelta(minutes=1)),
        **changes,
    }


def mails(kind, to=GERDA):
    return OutgoingMail.objects.filter(kind=kind).to_address(to).order_by("pk")


def words(mail):
    return json.loads(mail.payload)["text"]


def link_in(mail, start):
    return re.search(rf"{re.escape(settings.BASE_URL)}({start}[^\s]*)", words(mail))[1]


@pytest.fixture
def asked(client, klarendal, theme):
    assert client.post(ASK, typed(klarendal, theme)).url == "/vraag-stellen/gestuurd/"
    return link_in(mails("guest-confirm").get(), ASK)


@pytest.fixture
def placed(client, asked):
    assert client.post(asked, {"antwoord": "ja"}).status_code == 200
    return Post.objects.get()


def own(post, rest=""):
    return f"/mijn-vraag/{word_for(post.author)}/{rest}"


# Asking --------------------------------------------------------------------------------------------------------------


def test_nothing_is_public_or_in_a_queue_before_the_mailbox_says_yes(client, as_, mo, asked):
    assert not Post.objects.exists() and not User.objects.filter(email=GERDA).exists()
    assert "kast" not in words(mails("guest-confirm").get())
    page = client.get(asked).content.decode()
    assert "Wie tilt een kast" in page and not Post.objects.exists()
    assert "kast" not in as_(mo).get("/beheer/klarendal/").content.decode()


def test_the_yes_makes_a_request_that_waits_for_a_manager(client, as_, mo, placed):
    assert placed.status == Post.Status.WAITING and placed.author.is_guest
    assert not placed.shown_contact() and not PendingRequest.objects.exists()
    assert "Wie tilt een kast" in as_(mo).get("/beheer/klarendal/").content.decode()
    assert client.get(placed.get_absolute_url()).status_code == 404
    assert not client.cookies


def test_a_form_sent_twice_and_a_button_pressed_twice_place_one_request(client, klarendal, theme):
    form = typed(klarendal, theme)
    client.post(ASK, form)
    client.post(ASK, form)
    link = link_in(mails("guest-confirm").get(), ASK)
    client.post(link, {"antwoord": "ja"})
    assert client.post(link, {"antwoord": "ja"}).status_code == 410
    assert Post.objects.count() == 1


def test_a_no_erases_what_was_typed(client, asked):
    client.post(asked, {"antwoord": "nee"})
    assert not PendingRequest.objects.exists() and not Post.objects.exists()
    assert client.get(asked).status_code == 410


def test_the_link_works_48_hours_and_then_nothing_is_left(client, asked):
    with clock.frozen(timedelta(hours=49)):
        assert client.post(asked, {"antwoord": "ja"}).status_code == 410
        purge()
    assert not PendingRequest.objects.exists() and not User.objects.filter(email=GERDA).exists()


def test_what_was_typed_stays_when_something_is_missing(client, klarendal, theme):
    page = client.post(ASK, typed(klarendal, theme, email="geen adres", is_16="")).content.decode()
    assert "Wie tilt een kast" in page and "Hij staat beneden" in page
    assert "16 jaar of ouder bent" in page and not OutgoingMail.objects.exists()


def test_a_leak_is_shown_once_before_it_is_kept(client, klarendal, theme):
    form = typed(klarendal, theme, text="Bel me op 0612345678.")
    page = client.post(ASK, form).content.decode()
    assert "Een telefoonnummer" in page and not PendingRequest.objects.exists()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert client.post(ASK, {**form, "seen": seen}).status_code == 302


def test_a_robot_gets_the_same_answer_and_no_mail(client, klarendal, theme):
    assert client.post(ASK, typed(klarendal, theme, website="http://spam.example")).url == "/vraag-stellen/gestuurd/"
    assert not OutgoingMail.objects.exists()


def test_a_mailbox_is_not_filled_by_strangers(client, klarendal, theme):
    answers = [client.post(ASK, typed(klarendal, theme, title=f"Vraag {n}")).status_code for n in range(7)]
    assert answers == [302] * 5 + [429] * 2 and mails("guest-confirm").count() == 5


def test_a_member_is_answered_the_same_and_gets_the_request_in_the_account(client, as_, anna, klarendal, theme):
    stranger = client.post(ASK, typed(klarendal, theme))
    member = client.post(ASK, typed(klarendal, theme, email=anna.email))
    assert (stranger.status_code, stranger.url, dict(stranger.headers)) == (302, member.url, dict(member.headers))
    mail = mails("guest-confirm", anna.email).get()
    assert "al een account" in words(mail)
    client.post(link_in(mail, ASK), {"antwoord": "ja"})
    post = Post.objects.get()
    assert post.author == anna and not anna.is_guest and post.status == Post.Status.WAITING
    assert "/mijn/berichten/" in words(mails("post-waiting", anna.email).get())
    assert as_(anna).get(ASK).url == "/plaatsen/?soort=vraag"


@pytest.mark.parametrize("state", ["frozen", "closing"])
def test_an_account_that_stands_still_gets_nothing_placed(client, anna, klarendal, theme, state):
    restrict(user=anna, reason="own_wish", by=anna) if state == "frozen" else close(user=anna, by=anna)
    client.post(ASK, typed(klarendal, theme, email=anna.email))
    answer = client.post(link_in(mails("guest-confirm", anna.email).get(), ASK), {"antwoord": "ja"})
    assert answer.status_code == 409 and not Post.objects.exists()


def test_an_account_nobody_proved_is_taken_over_by_whoever_has_the_mailbox(client, klarendal, theme):
    squatter = User.objects.create_user(GERDA, factories.PASSWORD, first_name="Niet", last_name="Gerda")
    EmailAddress.objects.create(user=squatter, email=GERDA, verified=False, primary=True)
    client.post(ASK, typed(klarendal, theme))
    client.post(link_in(mails("guest-confirm").get(), ASK), {"antwoord": "ja"})
    guest = User.objects.get(email=GERDA)
    assert guest.is_guest and not guest.has_usable_password() and guest.get_full_name() == ""


def test_the_texts_that_were_shown_are_in_the_ledger(placed):
    agreed = ConsentEvent.objects.filter(user=placed.author, given=True)
    assert {event.key for event in agreed} == {"terms", "privacy"} and all(event.text_id for event in agreed)


# The own page --------------------------------------------------------------------------------------------------------


def test_every_mail_leads_to_the_own_page_and_greets_without_a_name(client, placed):
    text = words(mails("post-waiting").get())
    assert "/mijn/" not in mails("post-waiting").get().payload and "Dag," in text
    page = client.get(link_in(mails("post-waiting").get(), "/mijn-vraag/")).content.decode()
    assert placed.title in page and "leest eerst even mee" in page and not client.cookies


def test_a_link_ends_after_a_fortnight_and_when_it_is_revoked(client, placed):
    old = own(placed)
    with clock.frozen(timedelta(days=15)):
        assert client.get(old).status_code == 410
    client.post(own(placed, "links/"))
    assert client.get(old).status_code == 410
    assert client.get(link_in(mails("guest-link").get(), "/mijn-vraag/")).status_code == 200


def test_a_fresh_link_goes_to_a_guest_only_and_everybody_hears_the_same(client, placed, anna):
    moment = {"sent_at": signed_time(age=timedelta(minutes=1))}
    pages = [client.post("/mijn-vraag/", {"email": email, **moment}) for email in (GERDA, anna.email, "x@example.net")]
    assert len({page.content for page in pages}) == 1
    assert list(OutgoingMail.objects.filter(kind="guest-link").values_list("recipient", flat=True)) == [GERDA]


def test_nobody_opens_what_another_guest_asked(client, placed, anna, klarendal):
    hers = factories.post(anna, klarendal)
    for page in ("aanpassen/", "einde/"):
        assert client.get(own(placed, f"{hers.pk}/{page}")).status_code == 404
    assert client.get("/mijn-vraag/verzonnen/").status_code == 410
    assert (
        client.get(f"/mijn-vraag/{signed([anna.pk, anna.epoch, anna.session_number], salt='guest')}/").status_code
        == 410
    )


def test_changed_words_go_past_a_manager_again(client, placed, mo, theme):
    decide(post=placed, act="approve", by=mo)
    changed = {"title": "Wie tilt twee kasten?", "text": "Nu zijn het er twee.", "theme": theme.pk}
    client.post(own(placed, f"{placed.pk}/aanpassen/"), changed)
    placed.refresh_from_db()
    assert placed.title == "Wie tilt twee kasten?" and placed.status == Post.Status.WAITING


@pytest.mark.parametrize(
    ("how", "status"), [("gelukt", "fulfilled"), ("intrekken", "withdrawn"), ("verlengen", "live")]
)
def test_a_request_ends_or_stays_by_a_button(client, placed, mo, how, status):
    decide(post=placed, act="approve", by=mo)
    url = own(placed, f"{placed.pk}/einde/")
    client.get(url)
    client.post(url, {"hoe": how})
    assert Post.objects.get().status == status


def test_the_link_of_a_reminder_leads_a_guest_to_no_log_in_and_opens_no_more_than_it_does(client, placed, mo):
    decide(post=placed, act="approve", by=mo)
    link = link_of(Post.objects.get())
    page = client.post(link, {"hoe": "via-wijk"}, follow=True).content.decode()
    assert "is van de site" in page and 'href="/mijn-vraag/"' in page
    assert '"/mijn/berichten' not in page and not re.search(r"/mijn-vraag/\w", page) and "inlogt" not in page


def visitor_writes(client, post):
    start(post=post, typed={"name": "Vera", "phone": "", "message": "Ik kan tillen.", "email": "vera@example.net"},
          form_key="v", language="nl", by=None)  # fmt: skip
    talk = Conversation.objects.get()
    confirm(conversation=talk, by=None)
    return talk


def test_an_answer_reaches_the_visitor_and_no_address_does(client, placed, mo):
    decide(post=placed, act="approve", by=mo)
    talk = visitor_writes(client, placed)
    url = link_in(mails("contact-message").get(), "/mijn-vraag/")
    assert url.endswith(f"/gesprek/{talk.pk}/") and "Ik kan tillen." in client.get(url).content.decode()
    client.post(url, {"body": "Graag, zaterdag.", "form_key": "a"})
    answer = mails("contact-answer", "vera@example.net").get()
    assert "Graag, zaterdag." in words(answer) and GERDA not in answer.payload
    client.post(url, {"block": "1"})
    talk.refresh_from_db()
    assert talk.state == "closed" and Block.objects.filter(owner=placed.author).exists()


def test_a_guest_takes_over_a_suggestion(client, placed, mo):
    made = suggest(post=placed, title="Wie helpt tillen?", text=placed.text, remark="", seen=placed.changed_at, by=mo)
    url = link_in(mails("moderation-suggestion").get(), "/mijn-vraag/")
    assert url.endswith(f"/voorstel/{made.pk}/") and "Wie helpt tillen?" in client.get(url).content.decode()
    client.post(url, {"choice": "accept"})
    assert Post.objects.get().title == "Wie helpt tillen?"


def test_a_refusal_can_be_objected_to_from_the_own_page(client, placed, mo):
    decide(post=placed, act="refuse", by=mo, reason="unclear")
    page = client.get(own(placed)).content.decode()
    objection = re.search(r'href="(/besluit/[^"]+)"', page)[1]
    assert client.get(objection).status_code == 200 and "/mijn/" not in re.search(r"(?s)<main.*</main>", page)[0]


def test_the_desk_sees_that_there_is_no_account(as_, mo, placed):
    page = as_(mo).get(f"/beheer/klarendal/berichten/{placed.pk}/").content.decode()
    assert "zonder account" in page and GERDA in page
    assert "iemand zonder account" in as_(mo).get("/beheer/klarendal/berichten/").content.decode()


# Rights --------------------------------------------------------------------------------------------------------------


def test_the_own_data_come_as_a_file_by_a_button_only(client, placed):
    assert client.get(own(placed, "gegevens/")).status_code == 302
    file = client.post(own(placed, "gegevens/"), {"vorm": "json"})
    assert placed.title in file.content.decode() and GERDA in file.content.decode()


def test_everything_goes_at_once(client, placed, mo):
    decide(post=placed, act="approve", by=mo)
    url = own(placed, "wissen/")
    assert client.get(url).status_code == 200 and User.objects.filter(email=GERDA, is_active=True).exists()
    client.post(url)
    assert client.get(placed.get_absolute_url()).status_code == 410 and client.get(url).status_code == 410
    advance_all()
    assert not User.objects.filter(email=GERDA).exists() and not Post.objects.exists()


def test_a_guest_never_logs_in_but_is_shown_the_way(client, placed):
    before = OutgoingMail.objects.count()
    client.post("/account/password/reset/", {"email": GERDA})
    mail = OutgoingMail.objects.order_by("pk").last()
    assert OutgoingMail.objects.count() == before + 1 and link_in(mail, "/mijn-vraag/")
    assert not re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", words(mail))
    guest = placed.author
    guest.set_password(factories.PASSWORD)
    guest.save()
    client.post("/account/login/", {"login": GERDA, "password": factories.PASSWORD})
    assert client.get("/mijn/").status_code == 302


def test_signing_up_with_the_same_mailbox_leads_to_becoming_a_member(client, as_, placed, klarendal):
    names = {"first_name": "Gerda", "last_name": "Smit", "neighbourhood": klarendal.slug, "is_16": "on", "terms": "on"}
    client.post("/account/signup/", {"email": GERDA, "password1": "een-heel-lang-woord", **names})
    assert link_in(OutgoingMail.objects.order_by("pk").last(), "/mijn-vraag/")
    url = own(placed, "account/")
    assert "minstens" in client.post(url, {**names, "password1": "kort"}).content.decode().lower()
    assert client.post(url, {**names, "password1": "een-heel-lang-woord"}).url == "/account/login/"
    member = User.objects.get(email=GERDA)
    assert not member.is_guest and member.check_password("een-heel-lang-woord") and member.residence.neighbourhood
    assert client.get(url).status_code == 410
    assert placed.title in as_(member).get("/mijn/berichten/").content.decode()


# The end -------------------------------------------------------------------------------------------------------------


def test_the_account_of_a_guest_closes_after_the_last_request_is_over(client, placed):
    withdraw(post=placed, by=placed.author)
    assert close_due() == 0
    with clock.frozen(timedelta(days=15)):
        assert close_due() == 1 and close_due() == 0
        closure = AccountClosure.objects.get()
        assert closure.copy == "none"
        advance_all()
    assert not User.objects.filter(email=GERDA).exists()


def test_a_guest_who_may_still_object_is_not_closed(placed, mo):
    decide(post=placed, act="refuse", by=mo, reason="unclear")
    with clock.frozen(timedelta(days=60)):
        assert close_due() == 0
    with clock.frozen(timedelta(days=190)):
        assert close_due() == 1


def test_the_list_of_own_requests_costs_the_same_for_more(client, placed, klarendal, django_assert_max_num_queries):
    for number in range(5):
        factories.post(placed.author, klarendal, title=f"Vraag {number}", status=Post.Status.WAITING, published_at=None)
    with django_assert_max_num_queries(30):
        client.get(own(placed))


def test_the_log_in_page_says_that_asking_needs_no_account(client, db):
    log_in = client.get(client.get("/plaatsen/").url).content.decode()
    assert 'href="/vraag-stellen/"' in log_in
    assert "/vraag-stellen/" not in client.get("/account/login/?next=/mijn/").content.decode()
