"""A visitor writes to a poster, confirms, and the two talk: neither learns what the other did not give."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit.models import AuditEvent
from content.contact import actions
from content.contact.models import Conversation, Message
from content.posts.models import Post
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, message

POSTER_SECRETS = ("anna@example.org", "kaart@example.org", "0612345678", "Jansen", "Annemarie", "Lampstraat 7")
VISITOR_ADDRESS = "vera@example.net"


@pytest.fixture
def post(anna, klarendal):
    return factories.post(
        anna,
        klarendal,
        contact_name="Annemarie",
        contact_email="kaart@example.org",
        contact_phone="0612345678",
        contact_address="Lampstraat 7",
    )


def typed(**fields):
    with clock.frozen(timedelta(seconds=-30)):
        sent_at = signed_time()
    return {"message": "Ik kom graag helpen.", "email": VISITOR_ADDRESS, "sent_at": sent_at, **fields}


def send(client, post, **fields):
    return client.post(reverse("contact:send", args=[post.pk, post.slug]), typed(**fields))


def wire(mail):
    """All of a mail as it leaves: envelope, headers and both bodies."""
    built = message(mail)
    return f"{built.from_email} {built.to} {built.message().as_string()} {built.body} {built.alternatives[0][0]}"


def the_mail(kind):
    return OutgoingMail.objects.get(kind=kind)


def link_in(mail, pattern):
    return re.search(pattern, json.loads(mail.payload)["text"]).group()


def confirmed(client, post, **fields):
    send(client, post, **fields)
    talk = Conversation.objects.latest("pk")
    client.post(reverse("contact:confirm", args=[talk.token]))
    talk.refresh_from_db()
    return talk


def test_a_message_waits_until_its_visitor_confirms_and_then_reaches_the_poster(client, post):
    answer = send(client, post, name="Vera")
    assert answer.status_code == 302 and answer.url == "/gesprek/gestuurd/"
    assert "Kijk in je mail" in client.get(answer.url).content.decode()
    talk = Conversation.objects.get()
    assert talk.state == "unconfirmed" and not OutgoingMail.objects.filter(kind="contact-message").exists()

    assert deliver() == 1
    link = link_in(the_mail("contact-confirm"), r"/gesprek/\S+/bevestigen/")
    assert "Ik kom graag helpen." in client.get(link).content.decode()
    talk.refresh_from_db()
    assert talk.state == "unconfirmed"
    assert client.post(link).url == f"/gesprek/{talk.token}/"

    talk.refresh_from_db()
    mail = the_mail("contact-message")
    assert talk.state == "open" and talk.confirmed_at
    assert mail.recipient == "kaart@example.org" and mail.account_ref == post.author_id
    words = json.loads(mail.payload)
    assert "> Ik kom graag helpen." in words["text"] and words["from_name"] == "Vera via Wijk"
    assert f"/mijn/gesprekken/{talk.pk}/" in words["text"]
    assert deliver() == 1


def test_the_whole_talk_shows_neither_side_what_the_other_did_not_give(client, as_, post, anna):
    talk = confirmed(client, post, name="Vera", phone="026-1112223")
    poster = as_(anna)
    page = poster.get(reverse("contact:thread", args=[talk.pk])).content.decode()
    assert "Vera" in page and "026-1112223" in page and VISITOR_ADDRESS not in page
    poster.post(reverse("contact:thread", args=[talk.pk]), {"body": "Heel fijn. Zaterdag?", "form_key": "k1"})

    to_visitor = the_mail("contact-answer")
    assert to_visitor.recipient == VISITOR_ADDRESS
    assert "Zaterdag?" in wire(to_visitor)
    assert json.loads(to_visitor.payload)["from_name"] == "De plaatser via Wijk"
    link = link_in(to_visitor, r"/gesprek/[\w-]+/")
    thread = client.get(link)
    client.post(link, {"body": "Zaterdag om twee uur.", "form_key": "k2"})
    to_poster = OutgoingMail.objects.filter(kind="contact-message").latest("pk")
    assert "Zaterdag om twee uur." in wire(to_poster)

    everything_of_visitor = [wire(to_visitor), thread.content.decode(), str(thread.headers)]
    everything_of_visitor += [client.get(link).content.decode(), wire(the_mail("contact-confirm"))]
    for secret in POSTER_SECRETS:
        assert not any(secret in piece for piece in everything_of_visitor), secret
    assert not any(VISITOR_ADDRESS in wire(mail) for mail in OutgoingMail.objects.filter(kind="contact-message"))
    assert VISITOR_ADDRESS not in poster.get(reverse("contact:mine")).content.decode()


def test_a_shown_name_is_used_and_a_hidden_one_is_not(client, as_, post, anna):
    Post.objects.filter(pk=post.pk).update(show_name=True)
    talk = confirmed(client, post)
    as_(anna).post(reverse("contact:thread", args=[talk.pk]), {"body": "Dag.", "form_key": "k"})
    words = json.loads(the_mail("contact-answer").payload)
    assert words["from_name"] == "Annemarie via Wijk" and "Annemarie, de plaatser van" in words["text"]
    assert json.loads(the_mail("contact-message").payload)["from_name"] == "Een buur via Wijk"


def test_personal_pages_are_kept_by_nobody_and_found_by_no_search_engine(client, post):
    talk = confirmed(client, post)
    for url in ("/gesprek/gestuurd/", f"/gesprek/{talk.token}/", f"/gesprek/{talk.token}/sluiten/"):
        page = client.get(url)
        assert "no-store" in page["Cache-Control"] and "noindex" in page.content.decode() and not page.cookies


def test_a_logged_in_member_sends_at_once_without_typing_an_address(as_, post, bram):
    browser = as_(bram)
    url = reverse("contact:send", args=[post.pk, post.slug])
    answer = browser.post(url, typed(email=""), headers={"Origin": "http://testserver"})
    talk = Conversation.objects.get()
    assert answer.url == f"/mijn/gesprekken/{talk.pk}/" and talk.state == "open" and talk.member == bram
    mail = the_mail("contact-message")
    for secret in ("bram@example.org", "Bram", "de Vries"):
        assert secret not in wire(mail)
    assert "Ik kom graag helpen." in browser.get(answer.url).content.decode()
    assert "Ik kom graag helpen." in browser.get("/mijn/gesprekken/").content.decode()


def test_a_member_under_another_address_confirms_it_like_a_stranger(as_, post, bram):
    browser = as_(bram)
    url = reverse("contact:send", args=[post.pk, post.slug])
    assert browser.post(url, typed(), headers={"Origin": "http://testserver"}).url == "/gesprek/gestuurd/"
    assert Conversation.objects.get().member is None


def test_a_session_counts_only_when_the_browser_says_the_form_is_ours(as_, post, bram):
    browser, url = as_(bram), reverse("contact:send", args=[post.pk, post.slug])
    page = browser.post(url, typed(email=""))
    assert "Vul je e-mailadres in." in page.content.decode() and not Conversation.objects.exists()
    assert browser.post(url, typed(email=""), headers={"Origin": "https://kwaad.example"}).status_code == 403
    assert browser.post(url, typed(email=""), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_the_author_is_told_that_it_is_the_own_post(as_, post, anna):
    answer = as_(anna).post(
        reverse("contact:send", args=[post.pk, post.slug]), typed(), headers={"Origin": "http://testserver"}
    )
    assert "Dit is je eigen bericht" in answer.content.decode() and not Conversation.objects.exists()


def test_contact_asks_for_no_consent_and_makes_no_subscription(client, post):
    confirmed(client, post)
    assert not Subscription.objects.exists()


def test_each_side_can_close_and_then_nobody_can_write(client, as_, post, anna):
    talk = confirmed(client, post)
    close = reverse("contact:visitor_close", args=[talk.token])
    client.get(close)
    talk.refresh_from_db()
    assert talk.state == "open"
    client.post(close)
    url = reverse("contact:thread", args=[talk.pk])
    page = as_(anna).post(url, {"body": "Nog één ding.", "form_key": "k"}).content.decode()
    assert "Dit gesprek is gesloten" in page and "Nog één ding." in page and talk.messages.count() == 1

    Conversation.objects.update(state="open")
    as_(anna).post(reverse("contact:close", args=[talk.pk]))
    page = client.post(f"/gesprek/{talk.token}/", {"body": "Hallo?", "form_key": "k"}).content.decode()
    assert "Dit gesprek is gesloten" in page and talk.messages.count() == 1


@pytest.mark.parametrize(
    ("status", "can"),
    [("live", True), ("fulfilled", True), ("expired", True), ("withdrawn", False), ("removed", False), ("held", False)],
)
def test_a_talk_outlives_a_post_that_ended_well_and_not_one_that_was_taken_away(client, post, status, can):
    talk = confirmed(client, post)
    Post.objects.update(status=status)
    page = client.post(f"/gesprek/{talk.token}/", {"body": "Gaat het door?", "form_key": "k"}, follow=True)
    assert (talk.messages.count() == 2) is can
    assert ("staat niet meer op de site" in page.content.decode()) is not can


@pytest.mark.parametrize(
    ("card", "state", "reached"),
    [
        ("kaart@example.org", {}, "kaart@example.org"),
        ("", {}, "anna@example.org"),
        ("kaart@example.org", {"is_active": False}, None),
        ("", {"is_active": False}, None),
        ("kaart@example.org", {"restricted_at": "now"}, None),
    ],
)
def test_messages_go_to_the_contact_person_or_the_author_and_never_to_who_left(
    client, anna, klarendal, card, state, reached
):
    post = factories.post(anna, klarendal, contact_email=card)
    talk = confirmed(client, post)
    OutgoingMail.objects.all().delete()
    for name, value in state.items():
        setattr(anna, name, clock.now() if value == "now" else value)
    anna.save()
    client.post(f"/gesprek/{talk.token}/", {"body": "Nog een vraag.", "form_key": "k"})
    sent = OutgoingMail.objects.filter(kind="contact-message").first()
    assert (sent.recipient if sent else None) == reached


def test_who_is_frozen_reads_that_and_the_other_reads_nothing_about_it(client, as_, post, anna):
    talk = confirmed(client, post)
    browser = as_(anna)
    anna.restricted_at = clock.now()
    anna.save()
    assert "Je account staat stil" in browser.get(f"/mijn/gesprekken/{talk.pk}/").content.decode()
    page = client.get(f"/gesprek/{talk.token}/").content.decode()
    assert "De ander doet niet meer mee" in page and "staat stil" not in page


def test_mail_that_waits_is_not_sent_once_its_reader_froze_the_account(client, post, anna):
    confirmed(client, post)
    anna.restricted_at = clock.now()
    anna.save()
    deliver()
    mail = the_mail("contact-message")
    assert mail.state == "cancelled" and mail.recipient == "" and mail.payload == ""


@pytest.mark.parametrize("status", ["draft", "waiting", "refused", "removed", "withdrawn", "expired", "held"])
def test_only_a_post_everybody_sees_can_be_written_about(client, anna, klarendal, status):
    was_public = status in {"removed", "withdrawn", "expired", "held"}
    published = {} if was_public else {"published_at": None}
    post = factories.post(anna, klarendal, status=status, **published)
    assert send(client, post).status_code == (410 if was_public else 404)
    assert send(client, Post(pk=10**30, title="x")).status_code == 404
    assert not Conversation.objects.exists()


def test_what_nobody_confirms_is_forgotten_after_a_day(client, post):
    send(client, post)
    talk = Conversation.objects.get()
    with clock.frozen(timedelta(hours=23)):
        assert actions.forget_unconfirmed() == 0
    with clock.frozen(timedelta(hours=25)):
        deliver()
        assert the_mail("contact-confirm").state == "cancelled"
        late = client.post(reverse("contact:confirm", args=[talk.token]))
        assert late.status_code == 410 and "Deze link werkt niet meer" in late.content.decode()
        assert actions.forget_unconfirmed() == 1
        again = client.get(reverse("contact:confirm", args=[talk.token]))
        assert again.status_code == 410 and again.content == late.content
    assert not Conversation.objects.exists() and not Message.objects.exists()


def test_confirming_twice_sends_once(client, post):
    talk = confirmed(client, post)
    assert client.post(reverse("contact:confirm", args=[talk.token])).status_code == 302
    assert not actions.confirm(conversation=talk, by=None)
    assert OutgoingMail.objects.filter(kind="contact-message").count() == 1


def test_a_post_that_went_away_in_between_is_not_written_to(client, post):
    send(client, post)
    talk = Conversation.objects.get()
    Post.objects.update(status="withdrawn")
    assert client.post(reverse("contact:confirm", args=[talk.token])).status_code == 410
    deliver()
    assert the_mail("contact-confirm").state == "cancelled"


def test_acts_are_recorded_without_words_of_people(client, as_, post, anna):
    talk = confirmed(client, post)
    as_(anna).post(reverse("contact:thread", args=[talk.pk]), {"body": "Dag.", "form_key": "k"})
    acts = AuditEvent.objects.filter(action__startswith="contact.").order_by("pk")
    assert [act.action for act in acts] == ["contact.start", "contact.confirm", "contact.answer"]
    assert all(act.about == f"content.conversation:{talk.pk}" for act in acts)
    assert not any(VISITOR_ADDRESS in json.dumps(act.detail) for act in acts)


def test_a_talk_whose_words_were_wiped_is_still_a_page(client, as_, post, anna):
    talk = confirmed(client, post)
    browser = as_(anna)
    Message.objects.update(body="")
    assert "Dit bericht is gewist." in browser.get(f"/mijn/gesprekken/{talk.pk}/").content.decode()
    Message.objects.all().delete()
    for page in (browser.get(f"/mijn/gesprekken/{talk.pk}/"), client.get(f"/gesprek/{talk.token}/")):
        assert "na 30 dagen gewist" in page.content.decode()
    assert browser.get("/mijn/gesprekken/").status_code == 200
    post.delete()
    page = client.get(f"/gesprek/{talk.token}/")
    assert page.status_code == 410 and "Dit gesprek is er niet meer" in page.content.decode()


def test_a_long_talk_asks_no_more_than_a_short_one(client, post):
    talk = confirmed(client, post)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/gesprek/{talk.token}/")
        return len(queries)

    short = asked()
    Message.objects.bulk_create(Message(conversation=talk, side="poster", body=f"Regel {line}") for line in range(40))
    assert asked() == short <= 6


def test_the_list_asks_as_many_questions_for_thirty_conversations_as_for_one(as_, anna, klarendal):
    post = factories.post(anna, klarendal)

    def talk(number):
        made = Conversation.objects.create(
            post=post, visitor_email="v@example.net", visitor_hash="x", state="open", confirmed_at=clock.now()
        )
        Message.objects.create(conversation=made, side="visitor", body=f"Bericht {number}")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/mijn/gesprekken/")
        return page.content.decode(), [query["sql"] for query in queries if "content_" in query["sql"]]

    browser = as_(anna)
    talk(0)
    asked()
    _page, for_one = asked()
    for number in range(1, 30):
        talk(number)
    page, for_thirty = asked()
    assert len(for_one) == len(for_thirty) == 5
    assert page.count("talk-row-top") == 25 and "pagina=2" in page
