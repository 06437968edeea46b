"""A visitor asks an organisation something: its editors answer together, and nobody sees who they are (W-29, W-96)."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.closure import actions as closure
from content.contact import actions, aliases, relay
from content.contact.blocking import Block
from content.contact.models import Conversation, Message
from content.moderation import actions as moderation
from content.moderation.models import Report, ReportedMessage, reported_posts
from content.organisations import editors
from content.organisations.models import OrganisationEditor
from content.posts.models import Post
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, link_in, typed, wire
from tests.content.test_replies import local_of, mailed, reply
from wijk import clock
from wijk.incoming.doors import door_of
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

PAGE, ASK = "/organisatie/de-soepkeuken/", "/organisatie/de-soepkeuken/vraag/"
ASKED, ANSWERED = "Kan ik zonder aanmelden mee-eten?", "Ja hoor, kom gerust."


@pytest.fixture
def kitchen(anna, bram, klarendal):
    """Kept by Anna, and by Bram who came later."""
    kitchen = factories.organisation("De Soepkeuken", klarendal, editor=anna, contact_phone="+31612345678")
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    return kitchen


def ask(client, **fields):
    return client.post(ASK, typed(message=ASKED, **fields))


@pytest.fixture
def talk(client, kitchen):
    """Vera asked, and confirmed her address."""
    ask(client, name="Vera")
    talk = Conversation.objects.get()
    client.post(reverse("contact:confirm", args=[talk.token]))
    return Conversation.objects.get()


def thread(talk):
    return reverse("contact:thread", args=[talk.pk])


def answered(talk, by, words=ANSWERED):
    return actions.answer(conversation=talk, side="poster", body=words, form_key=words, by=by)


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind).order_by("pk")


# Asking --------------------------------------------------------------------------------------------------------------


def test_every_page_that_somebody_keeps_has_one_form_for_everybody(client, kitchen):
    page = client.get(PAGE)
    assert page.content.decode().count('id="contact"') == 1 and not page.cookies


def test_a_page_that_nobody_keeps_says_so_and_what_else_there_is(client, klarendal):
    listed = factories.organisation("Uit een lijst", klarendal)
    page = client.get("/organisatie/uit-een-lijst/").content.decode()
    assert 'id="contact"' not in page and "Niemand van deze organisatie leest hier" in page
    assert "gaf hier ook geen andere gegevens" in page
    listed.contact_phone, listed.show_phone = "+31263334444", True
    listed.save()
    page = client.get("/organisatie/uit-een-lijst/").content.decode()
    assert "Gebruik de gegevens bij Contact." in page and "+31263334444" in page
    assert client.post("/organisatie/uit-een-lijst/vraag/", typed()).url == "/organisatie/uit-een-lijst/"
    assert not Conversation.objects.exists()


def test_a_question_waits_for_its_visitor_and_then_reaches_every_editor(client, kitchen, anna, bram):
    assert ask(client, name="Vera").url == "/gesprek/gestuurd/"
    talk = Conversation.objects.get()
    assert (talk.organisation, talk.post, talk.state) == (kitchen, None, "unconfirmed")
    assert not mails("contact-question").exists()
    assert deliver() == 1
    link = link_in(mails("contact-confirm").get(), r"/gesprek/\S+/bevestigen/")
    assert ASKED in client.get(link).content.decode() and "De Soepkeuken" in client.get(link).content.decode()
    client.post(link)
    assert {mail.recipient for mail in mails("contact-question")} == {anna.email, bram.email}
    for mail in mails("contact-question"):
        assert "> Kan ik zonder aanmelden" in json.loads(mail.payload)["text"] and VISITOR_ADDRESS not in wire(mail)
    assert deliver() == 2


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, kitchen):
    page = ask(client, email="geen adres").content.decode()
    assert ASKED in page and 'value="geen adres"' in page and "De Soepkeuken" in page
    assert ask(client, website="x").url == "/gesprek/gestuurd/"
    assert not Conversation.objects.exists()


def test_the_same_form_twice_is_one_question_and_the_key_of_a_post_is_another(client, kitchen, anna, klarendal):
    same = typed(message=ASKED)
    for _time in range(2):
        client.post(ASK, same)
    assert Conversation.objects.count() == 1
    post = factories.post(anna, klarendal, pk=kitchen.pk)
    client.post(reverse("contact:send", args=[post.pk, post.slug]), same)
    assert Conversation.objects.filter(post=post).exists()


def test_a_page_that_is_off_takes_no_questions_and_stops_conversations(client, talk, kitchen):
    kitchen.is_live = False
    kitchen.save()
    assert ask(client).status_code == 404
    page = client.post(f"/gesprek/{talk.token}/", {"body": "Nog iets.", "form_key": "k"}).content.decode()
    assert "staat niet meer op de site" in page and talk.messages.count() == 1
    assert not aliases.knows(local_of(talk, "poster"))


def test_what_was_not_confirmed_when_the_page_went_off_goes_nowhere(client, kitchen):
    ask(client)
    talk = Conversation.objects.get()
    kitchen.is_live = False
    kitchen.save()
    assert client.post(reverse("contact:confirm", args=[talk.token])).status_code == 410
    with clock.frozen(timedelta(hours=25)):
        assert actions.forget_unconfirmed() == 1


def test_an_editor_is_told_that_it_is_the_own_page(as_, kitchen, bram):
    answer = as_(bram).post(ASK, typed(), headers={"Origin": "http://testserver"})
    assert "Dit is je eigen organisatie" in answer.content.decode() and not Conversation.objects.exists()


def test_a_conversation_is_about_one_thing(kitchen, anna, klarendal):
    post = factories.post(anna, klarendal)
    for about in ({}, {"post": post, "organisation": kitchen}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(visitor_hash="h", **about)


# Answering -----------------------------------------------------------------------------------------------------------


def test_any_editor_reads_and_answers_and_the_visitor_sees_the_organisation(client, as_, talk, anna, bram):
    for person in (anna, bram):
        assert ASKED in as_(person).get(thread(talk)).content.decode()
        assert "De Soepkeuken" in as_(person).get("/mijn/gesprekken/").content.decode()
        assert "De Soepkeuken" in as_(person).get("/mijn/").content.decode()
    as_(bram).post(thread(talk), {"body": ANSWERED, "form_key": "k"})
    mail = mails("contact-answer").get()
    assert mail.recipient == VISITOR_ADDRESS and json.loads(mail.payload)["from_name"] == "De Soepkeuken via Wijk"
    seen = [client.get(f"/gesprek/{talk.token}/").content.decode(), wire(mail)]
    for secret in (bram.email, anna.email, "Bram", "de Vries", "Jansen", "612345678"):
        assert not any(secret in piece for piece in seen), secret
    assert "Alleen jij en De Soepkeuken lezen dit." in seen[0]
    assert talk.messages.latest("pk").stand_in == bram
    page = as_(anna).get(thread(talk)).content.decode()
    assert ANSWERED in page and "Bram" not in page and VISITOR_ADDRESS not in page


def test_nobody_else_reads_it(as_, talk, mo, els):
    for person in (mo, els, factories.member("Carla", "Pos")):
        assert as_(person).get(thread(talk)).status_code == 404
        assert ASKED not in as_(person).get("/mijn/gesprekken/").content.decode()


def test_an_editor_answers_by_mail_from_the_own_address_and_nobody_else_does(talk, anna, bram, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"
    mailed(talk, "poster", reply(bram.email, f"Per mail, {bram.email} of 06-12345678.", message_id="<a@b.nl>"))
    message = talk.messages.latest("pk")
    assert (message.stand_in, message.side, message.by_mail) == (bram, "poster", True)
    assert bram.email not in message.body and "12345678" not in message.body
    mailed(talk, "poster", reply("els@example.org", "Ik ben het niet.", message_id="<b@b.nl>"))
    assert talk.messages.count() == 2
    assert {mail.recipient for mail in mails("contact-held")} == {anna.email, bram.email}


def test_a_visitor_shares_with_every_editor_and_an_editor_gives_nothing_away(client, as_, talk, anna, bram):
    given = {"share_phone": "on", "phone": "026-1112223"}
    client.post(reverse("contact:visitor_share", args=[talk.token]), given)
    assert {mail.recipient for mail in mails("contact-shared")} == {anna.email, bram.email}
    assert "026-1112223" in as_(bram).get(thread(talk)).content.decode()
    for step in ("share", "unshare"):
        assert as_(anna).post(reverse(f"contact:{step}", args=[talk.pk]), given).status_code == 404


def test_a_frozen_editor_gets_nothing_and_cannot_answer(client, as_, talk, anna, bram):
    bram.restricted_at = clock.now()
    bram.save()
    mails("contact-question").delete()
    client.post(f"/gesprek/{talk.token}/", {"body": "Nog iets.", "form_key": "k"})
    assert [mail.recipient for mail in mails("contact-question")] == [anna.email]
    page = as_(bram).post(thread(talk), {"body": "Toch even.", "form_key": "k"}).content.decode()
    assert "Je account staat stil" in page and talk.messages.count() == 2


def test_who_asked_and_edits_later_stays_the_one_who_asked(as_, kitchen, anna):
    mo = factories.member("Mona", "Smit")
    said = {"name": "", "phone": "", "message": ASKED}
    talk = actions.start(organisation=kitchen, typed=said, form_key="f", language="nl", by=mo)
    OrganisationEditor.objects.create(organisation=kitchen, user=mo)
    talk = Conversation.objects.with_parties().get(pk=talk.pk)
    assert talk.side_of(mo) == "visitor"
    assert mo not in relay.accounts_of(talk, "poster") and anna in relay.accounts_of(talk, "poster")
    assert relay.obstacle(talk, "visitor", by=mo) == ""


def test_a_list_asks_as_many_questions_for_many_conversations_as_for_few(as_, kitchen, anna):
    browser, counts = as_(anna), []
    browser.get("/mijn/gesprekken/")
    for number in (3, 12):
        for one in range(number):
            fields = {"visitor_email": f"v{number}{one}@example.net", "visitor_hash": "h", "confirmed_at": clock.now()}
            Conversation.objects.create(organisation=kitchen, state="open", **fields)
        with CaptureQueriesContext(connection) as asked:
            browser.get("/mijn/gesprekken/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Leaving -------------------------------------------------------------------------------------------------------------


def test_when_an_editor_leaves_the_others_go_on(client, as_, talk, kitchen, anna, bram):
    answered(talk, anna)
    editors.part(organisation=kitchen, user=anna, by=anna)
    assert as_(anna).get(thread(talk)).status_code == 404
    assert ANSWERED in as_(bram).get(thread(talk)).content.decode()
    # What waited for the leaver is not sent any more.
    deliver()
    states = dict(mails("contact-question").values_list("account_ref", "state"))
    assert states == {anna.pk: "cancelled", bram.pk: "sent"}
    client.post(f"/gesprek/{talk.token}/", {"body": "Nog iets.", "form_key": "k"})
    assert mails("contact-question").latest("pk").recipient == bram.email
    assert actions.answer(conversation=talk, side="poster", body="Tot dan.", form_key="k", by=bram)


def test_when_nobody_is_left_the_conversation_closes_and_who_comes_later_does_not_read_it(
    as_, talk, kitchen, anna, bram
):
    local = local_of(talk, "poster")
    editors.part(organisation=kitchen, user=bram, by=bram)
    assert editors.leave_alone(organisation=kitchen, by=anna)
    talk.refresh_from_db()
    assert talk.state == "closed" and door_of(local) is None
    carla = factories.member("Carla", "Pos")
    with clock.frozen(timedelta(minutes=5)):
        editors.join(organisation=kitchen, user=carla)
    assert as_(carla).get(thread(talk)).status_code == 404


def test_who_closes_the_account_takes_the_own_words_along_and_no_more(client, talk, anna, bram):
    answered(talk, anna, "Anna hier.")
    answered(talk, bram, "En Bram hier.")
    closure.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert list(talk.messages.values_list("body", "stand_in")) == [
        (ASKED, None),
        ("", None),
        ("En Bram hier.", bram.pk),
    ]
    talk.refresh_from_db()
    assert talk.state == "open"


def test_with_the_last_editor_go_the_page_and_its_conversations(client, talk, kitchen, anna, bram):
    editors.part(organisation=kitchen, user=bram, by=bram)
    closure.close(user=anna, by=anna)
    page = client.get(f"/gesprek/{talk.token}/").content.decode()
    assert "doet niet meer mee" in page
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert not Conversation.objects.exists() and not Message.objects.exists()


def test_each_finds_the_own_words_in_my_data_and_not_the_others(as_, talk, anna, bram):
    answered(talk, anna, "Anna hier.")
    answered(talk, bram, "En Bram hier.")
    page = as_(bram).get("/mijn/gegevens/").content.decode()
    assert "En Bram hier." in page and "Anna hier." not in page and ASKED not in page


# Blocking and reporting ----------------------------------------------------------------------------------------------


def test_an_editor_blocks_for_the_organisation_also_after_leaving(client, as_, talk, kitchen, anna, bram, klarendal):
    page = as_(anna).get(reverse("contact:block", args=[talk.pk])).content.decode()
    assert "jullie organisatie geen nieuw bericht" in page
    assert as_(anna).post(reverse("contact:block", args=[talk.pk])).url == "/mijn/gesprekken/geblokkeerd/"
    talk.refresh_from_db()
    assert talk.state == "closed"
    editors.part(organisation=kitchen, user=anna, by=anna)
    ask(client, email=VISITOR_ADDRESS.upper())
    again = Conversation.objects.latest("pk")
    page = client.post(reverse("contact:confirm", args=[again.token])).content.decode()
    assert "De ander wil geen berichten van jou ontvangen." in page and mails("contact-question").count() == 2
    # It is the organisation that wants none, not Anna.
    post = factories.post(anna, klarendal)
    client.post(reverse("contact:send", args=[post.pk, post.slug]), typed())
    talk = Conversation.objects.latest("pk")
    assert actions.confirm(conversation=talk, by=None)

    assert "Vera" not in as_(anna).get("/mijn/gesprekken/geblokkeerd/").content.decode()
    listed = as_(bram).get("/mijn/gesprekken/geblokkeerd/").content.decode()
    assert "Vera" in listed and "voor De Soepkeuken" in listed
    block = Block.objects.get()
    assert as_(anna).post(reverse("contact:unblock", args=[block.pk])).status_code == 404
    as_(bram).post(reverse("contact:unblock", args=[block.pk]))
    assert actions.confirm(conversation=again, by=None)


def test_a_visitor_who_blocks_ends_all_conversations_with_the_organisation(client, as_, kitchen, anna):
    mona = factories.member("Mona", "Smit")
    said = {"name": "", "phone": "", "message": ASKED}
    talks = [
        actions.start(organisation=kitchen, typed=said, form_key=key, language="nl", by=mona) for key in ("f", "g")
    ]
    answer = as_(mona).post(reverse("contact:block", args=[talks[0].pk]))
    assert answer.url == thread(talks[0])
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"} and not Block.objects.exists()


def report(client, talk):
    message = Message.objects.with_talk().get(conversation=talk, side="visitor")
    return client.post(relay.report_url(message), {"why": "unsafe", "text": "Eng", "sent_at": typed()["sent_at"]})


def test_a_report_goes_to_the_managers_of_its_neighbourhoods_with_that_message_only(
    client, as_, talk, kitchen, anna, mo, els
):
    answered(talk, anna)
    report(client, talk)
    made = Report.objects.get()
    assert (made.post, made.organisation) == (None, kitchen)
    talk.refresh_from_db()
    assert talk.state == "frozen"
    assert [mail.recipient for mail in mails("report-made")] == [mo.email]
    desk = reverse("moderation:report_detail", args=["klarendal", made.pk])
    page = as_(mo).get(desk).content.decode()
    assert ASKED in page and "De Soepkeuken" in page
    assert not any(secret in page for secret in (ANSWERED, VISITOR_ADDRESS, "Vera", anna.email))
    assert as_(els).get(desk).status_code == 404
    for address in ("/beheer/klarendal/", "/beheer/klarendal/meldingen/"):
        assert "De Soepkeuken" in as_(mo).get(address).content.decode()
    as_(mo).post(desk, {"outcome": "end", "reason": "unsafe", "note": ""})
    talk.refresh_from_db()
    assert talk.state == "closed" and Report.objects.get().closed_by == mo
    assert mails("contact-ended").count() == 3


def test_each_manager_of_its_neighbourhoods_opens_the_report_at_the_own_desk(
    client, as_, talk, kitchen, mo, els, presikhaaf
):
    kitchen.neighbourhoods.add(presikhaaf)
    report(client, talk)
    for manager, place in ((mo, "klarendal"), (els, "presikhaaf-west")):
        link = link_in(mails("report-made").get(account_ref=manager.pk), r"/beheer/[\w-]+/melding\S+?/\d+/")
        assert f"/{place}/" in link and ASKED in as_(manager).get(link).content.decode()


def test_a_manager_who_keeps_the_page_does_not_judge_it(client, as_, talk, kitchen, mo):
    OrganisationEditor.objects.create(organisation=kitchen, user=mo)
    report(client, talk)
    assert mails("report-made").get().recipient != mo.email
    assert (
        as_(mo).get(reverse("moderation:report_detail", args=["klarendal", Report.objects.get().pk])).status_code == 404
    )


def test_what_was_reported_goes_with_who_wrote_it(client, talk, anna, bram, mo):
    said = answered(talk, anna, "Anna schreef iets geks.")
    moderation.report_message(message=Message.objects.with_talk().get(pk=said.pk), why="unkind", text="")
    assert ReportedMessage.objects.get().stand_in == anna
    closure.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert ReportedMessage.objects.get().body == ""


def test_a_report_about_an_organisation_keeps_no_post_from_its_end(client, talk, anna, klarendal):
    report(client, talk)
    old = factories.post(anna, klarendal)
    assert Post.objects.exclude(pk__in=reported_posts()).filter(pk=old.pk).exists()
