"""Until when people can write about a post, who answers for it (W-30), and what the page of a conversation says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.closure import actions as closure
from content.contact import actions, aliases, relay
from content.contact.models import Conversation, Message
from content.organisations.models import OrganisationEditor
from content.posts.actions import fulfil, withdraw
from content.posts.models import Post
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, wire
from tests.content.test_replies import local_of, mailed, reply
from wijk import clock
from wijk.incoming.doors import door_of
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


def fresh(talk):
    return Conversation.objects.with_parties().get(pk=talk.pk)


# With the outcome of the post ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "days", "said"),
    [
        ("live", 100, ""),
        ("fulfilled", 0, ""),
        ("fulfilled", 13, ""),
        ("fulfilled", 15, "gelukt"),
        ("expired", 13, ""),
        ("expired", 15, "verlopen"),
        ("withdrawn", 0, "niet meer op de site"),
        ("removed", 0, "niet meer op de site"),
        ("held", 0, "niet meer op de site"),
    ],
)
def test_when_writing_stops_and_why(client, post, status, days, said):
    talk = confirmed(client, post)
    Post.objects.update(status=status, expires_at=clock.now() - timedelta(days=days))
    talk = fresh(talk)
    for side in ("poster", "visitor"):
        why = relay.obstacle(talk, side)
        assert (said in why and "niet meer antwoorden" in why) if said else why == ""
    sent = actions.answer(conversation=talk, side="visitor", body="Nog?", form_key="k", by=None)
    assert bool(sent) is not bool(said)


def test_two_weeks_after_it_worked_out_the_page_says_until_when_and_then_stops(client, as_, post, anna):
    talk = confirmed(client, post)
    fulfil(post=post, by=anna)
    assert "Jullie kunnen elkaar hier nog schrijven tot" in client.get(f"/gesprek/{talk.token}/").content.decode()
    assert "wacht op jou" in as_(anna).get("/mijn/gesprekken/").content.decode()
    with clock.frozen(timedelta(days=15)):
        page = client.post(f"/gesprek/{talk.token}/", {"body": "Lukt het?", "form_key": "k"}).content.decode()
        assert "Twee weken daarna stopt ook het gesprek" in page and "Lukt het?" in page
        assert "wacht op jou" not in as_(anna).get("/mijn/gesprekken/").content.decode()


def test_a_mail_to_a_closed_post_is_answered(client, post, anna, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"
    talk = confirmed(client, post)
    withdraw(post=post, by=anna)
    assert door_of(local_of(talk, "visitor"))
    mailed(talk, "visitor", reply(VISITOR_ADDRESS, "Gaat het door?"))
    assert "niet meer op de site" in wire(OutgoingMail.objects.get(kind="contact-held"))
    assert talk.messages.count() == 1


def test_mail_that_waited_until_the_end_is_not_sent(client, post):
    confirmed(client, post)
    Post.objects.update(status="expired", expires_at=clock.now() - timedelta(days=15))
    deliver()
    assert OutgoingMail.objects.get(kind="contact-message").state == "cancelled"


# Who answers for the post --------------------------------------------------------------------------------------------

AWAY = {"restricted_at": "now"}
LEFT = {"is_active": False}


@pytest.fixture
def house(klarendal, anna, bram, mo):
    """Anna, Bram and Mo keep the page of the Buurthuis, in that order."""
    house = factories.organisation("Buurthuis", klarendal)
    for days, user in enumerate((anna, bram, mo)):
        since = clock.now() - timedelta(days=30 - days)
        OrganisationEditor.objects.create(organisation=house, user=user, since=since)
    return house


@pytest.mark.parametrize(
    ("card", "for_house", "states", "live", "reached"),
    [
        ("kaart@example.org", True, {}, True, "kaart@example.org"),
        ("", True, {}, True, "anna@example.org"),
        ("kaart@example.org", True, {"anna": AWAY}, True, "bram@example.org"),
        ("kaart@example.org", True, {"anna": LEFT}, True, "bram@example.org"),
        ("", True, {"anna": AWAY, "bram": LEFT}, True, "mo@example.org"),
        ("", True, {"anna": AWAY, "bram": AWAY, "mo": AWAY}, True, None),
        ("", True, {"anna": AWAY}, False, None),
        ("kaart@example.org", False, {"anna": AWAY}, True, None),
    ],
)
def test_a_message_goes_to_the_right_person(
    client, anna, bram, mo, klarendal, house, card, for_house, states, live, reached
):
    post = factories.post(anna, klarendal, contact_email=card, organisation=house if for_house else None)
    talk = confirmed(client, post)
    OutgoingMail.objects.all().delete()
    for user in (anna, bram, mo):
        for name, value in states.get(user.first_name.lower(), {}).items():
            setattr(user, name, clock.now() if value == "now" else value)
        user.save()
    house.is_live = live
    house.save()
    page = client.post(f"/gesprek/{talk.token}/", {"body": "Nog een vraag.", "form_key": "k"}, follow=True)
    sent = OutgoingMail.objects.filter(kind="contact-message").first()
    assert (sent.recipient if sent else None) == reached
    assert ("doet niet meer mee" in page.content.decode()) is (reached is None)
    local = local_of(talk, "poster")
    assert bool(door_of(local)) is (reached is not None)


@pytest.fixture
def taken_over(client, anna, klarendal, house):
    """A conversation about a post of the Buurthuis whose author has frozen the account."""
    talk = confirmed(client, factories.post(anna, klarendal, organisation=house, contact_phone="+31612345678"))
    actions.share(conversation=talk, side="poster", details={"phone": "0611112222"}, by=anna)
    anna.restricted_at = clock.now()
    anna.save()
    return talk


def test_who_stands_in_answers_and_sees_nothing_private_of_the_author(client, as_, taken_over, anna, bram):
    url = reverse("contact:thread", args=[taken_over.pk])
    page = as_(bram).get(url).content.decode()
    assert "Ik kom graag helpen." in page
    assert not any(secret in page for secret in ("0611112222", "612345678", "anna@example.org", "Deel je gegevens"))
    for step in ("share", "unshare", "block"):
        assert as_(bram).post(reverse(f"contact:{step}", args=[taken_over.pk])).status_code == 404
    as_(bram).post(url, {"body": "Bram hier.", "form_key": "k"})
    mail = OutgoingMail.objects.filter(kind="contact-answer").latest("pk")
    assert mail.recipient == VISITOR_ADDRESS and "Buurthuis via Wijk" in wire(mail) and "bram@" not in wire(mail)
    assert taken_over.messages.latest("pk").stand_in == bram
    assert "Ik kom graag helpen." not in as_(bram).get("/mijn/gegevens/").content.decode()
    assert "Bram hier." in as_(bram).get("/mijn/gegevens/").content.decode()


def test_the_author_who_froze_the_account_cannot_write_though_somebody_stands_in(as_, taken_over, anna):
    url = reverse("contact:thread", args=[taken_over.pk])
    page = as_(anna).post(url, {"body": "Toch even.", "form_key": "k"}).content.decode()
    assert "Je account staat stil" in page and taken_over.messages.count() == 1


def test_a_stand_in_who_answers_by_mail_is_known_by_the_own_address(taken_over, bram, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"
    mailed(taken_over, "poster", reply("bram@example.org", "Per mail van Bram."))
    message = taken_over.messages.latest("pk")
    assert (message.body, message.stand_in, message.side) == ("Per mail van Bram.", bram, "poster")


def test_a_stand_in_who_leaves_takes_the_own_words_along(taken_over, bram):
    actions.answer(conversation=taken_over, side="poster", body="Bram hier.", form_key="k", by=bram)
    closure.close(user=bram, by=bram)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert list(taken_over.messages.values_list("side", "body", "stand_in")) == [
        ("visitor", "Ik kom graag helpen.", None),
        ("poster", "", None),
    ]


def test_nobody_answers_the_own_question(as_, anna, bram, klarendal, house, mo):
    post = factories.post(anna, klarendal, organisation=house)
    said = {"name": "", "phone": "", "message": "Mag ik iets vragen?"}
    talk = actions.start(post=post, typed=said, form_key="f", language="nl", by=bram)
    anna.restricted_at = clock.now()
    anna.save()
    assert fresh(talk).side_of(bram) == "visitor" and relay.mailbox_of(fresh(talk), "poster").account == mo


def test_an_editor_reads_no_conversation_while_the_author_is_there(client, as_, anna, bram, klarendal, house):
    talk = confirmed(client, factories.post(anna, klarendal, organisation=house))
    assert as_(bram).get(reverse("contact:thread", args=[talk.pk])).status_code == 404
    assert aliases.knows(local_of(talk, "poster"))


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_says_how_a_message_came_and_what_stayed_behind(client, as_, post, anna):
    talk = confirmed(client, post)
    Message.objects.update(by_mail=True, left_out=1)
    page = as_(anna).get(reverse("contact:thread", args=[talk.pk])).content.decode()
    assert "per mail, 1 bijlage niet doorgestuurd" in page
    Message.objects.update(left_out=3)
    assert "3 bijlagen niet doorgestuurd" in client.get(f"/gesprek/{talk.token}/").content.decode()


def test_the_page_offers_each_act_and_asks_a_bounded_number_of_questions(client, as_, post, anna):
    talk = confirmed(client, post)
    for side in ("poster", "visitor"):
        actions.share(conversation=talk, side=side, details={"name": "Naam"}, by=anna if side == "poster" else None)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/gesprek/{talk.token}/").content.decode()
    assert len(queries) <= 6
    for act in (
        "Verstuur je antwoord",
        "Andere gegevens delen",
        "Niet meer delen",
        "sluiten/",
        "blokkeren/",
    ):
        assert act in page
    browser = as_(anna)
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse("contact:thread", args=[talk.pk]))
    assert len([query for query in queries if "content_" in query["sql"]]) <= 5
