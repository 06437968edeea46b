"""One message is reported: the talk stands still, and a manager reads that message only, and decides."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.closure import actions as closure
from content.contact import actions as contact
from content.contact import relay
from content.contact.models import Alias, Conversation, Message
from content.moderation import actions
from content.moderation.models import Report, ReportedMessage
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, link_in, typed, wire
from wijk import clock
from wijk.links import signed
from wijk.mail.models import OutgoingMail

EVIL = "Geef me je pincode"


@pytest.fixture
def post(anna, klarendal, mo, els):
    return factories.post(anna, klarendal, contact_name="Annemarie", contact_email="kaart@example.org")


@pytest.fixture
def talk(client, post):
    talk = confirmed(client, post, message=EVIL, name="Vera")
    contact.answer(conversation=talk, side="poster", body="Dat doe ik niet", form_key="k", by=post.author)
    return talk


def evil(talk):
    return Message.objects.with_talk().get(conversation=talk, side="visitor")


def report(browser, talk, **fields):
    said = {"why": "unsafe", "text": "Dit is eng", "sent_at": typed()["sent_at"], **fields}
    return browser.post(relay.report_url(evil(talk)), said)


def at_desk(report):
    return reverse("moderation:report_detail", args=["klarendal", report.pk])


def test_each_message_of_the_other_side_has_its_link_on_the_page_and_in_the_mail(client, as_, talk, anna):
    page = as_(anna).get(reverse("contact:thread", args=[talk.pk])).content.decode()
    assert page.count("/melding/gesprek/") == 1
    assert client.get(f"/gesprek/{talk.token}/").content.decode().count("/melding/gesprek/") == 1
    for kind in ("contact-message", "contact-answer"):
        mail = OutgoingMail.objects.filter(kind=kind).latest("pk")
        assert client.get(link_in(mail, r"/melding/gesprek/\S+/")).status_code == 200
        assert re.search(r'<a href="[^"]*/melding/gesprek/', wire(mail).replace("=\n", "").replace("=3D", "="))


def test_a_report_freezes_and_shows_the_manager_one_message_by_role(client, as_, talk, anna, mo, els):
    link = relay.report_url(evil(talk))
    page = client.get(link)
    assert EVIL in page.content.decode() and "no-store" in page["Cache-Control"] and not page.cookies
    assert not Report.objects.exists()
    assert report(client, talk).url.startswith("/melding/gesprek/")
    assert "Het gesprek staat stil" in client.get(link).content.decode()
    talk.refresh_from_db()
    assert talk.state == "frozen"

    made = Report.objects.get()
    mail = OutgoingMail.objects.get(kind="report-made")
    assert mail.recipient == mo.email and EVIL not in wire(mail) and "gesprek" in wire(mail)
    desk = as_(mo).get(at_desk(made)).content.decode()
    assert EVIL in desk and "Wie reageerde, schreef" in desk and "Dit is eng" in desk
    for hidden in ("Dat doe ik niet", "Vera", VISITOR_ADDRESS, "kaart@example.org", "Annemarie", "Jansen"):
        assert hidden not in desk
    assert "Melding" in as_(mo).get("/beheer/klarendal/").content.decode()
    assert as_(els).get(at_desk(made)).status_code == 404
    assert as_(els).get(at_desk(made).replace("klarendal", "presikhaaf-west")).status_code == 404


def test_nobody_can_write_or_share_and_each_side_reads_why(client, as_, talk, anna):
    report(client, talk)
    sides = {reverse("contact:thread", args=[talk.pk]): as_(anna), f"/gesprek/{talk.token}/": client}
    for url, browser in sides.items():
        page = browser.post(url, {"body": "Hallo daar", "form_key": "k9"}).content.decode()
        assert "Dit gesprek staat stil" in page and "Hallo daar" in page
    assert talk.messages.count() == 2
    assert contact.answer(conversation=talk, side="visitor", body="Toch", form_key="m", by=None, by_mail=True) is None
    assert "staat stil" in as_(anna).get("/mijn/gesprekken/").content.decode()


def test_the_manager_lets_it_go_on(client, as_, talk, mo, anna):
    report(client, talk)
    as_(mo).post(at_desk(Report.objects.get()), {"outcome": "go_on"})
    talk.refresh_from_db()
    assert talk.state == "open"
    told = OutgoingMail.objects.filter(kind="contact-thawed").values_list("recipient", flat=True)
    assert set(told) == {"kaart@example.org", VISITOR_ADDRESS}
    # The same message does not stop it again.
    assert "is bekeken" in client.get(report(client, talk).url).content.decode()
    talk.refresh_from_db()
    assert talk.state == "open" and Report.objects.count() == 1


def test_the_manager_ends_it_and_both_hear_the_reason(client, as_, talk, mo):
    report(client, talk)
    made, browser = Report.objects.get(), as_(mo)
    page = browser.post(at_desk(made), {"outcome": "end"}).content.decode()
    assert "Kies een reden" in page
    browser.post(at_desk(made), {"outcome": "end", "reason": "unsafe", "note": "Vraag niemand om een pincode"})
    talk.refresh_from_db()
    assert talk.state == "closed" and not Alias.objects.filter(revoked_at=None).exists()
    ended = OutgoingMail.objects.filter(kind="contact-ended")
    assert {mail.recipient for mail in ended} == {"kaart@example.org", VISITOR_ADDRESS}
    for mail in ended:
        assert "Het is niet veilig" in wire(mail) and "pincode" in wire(mail) and EVIL not in wire(mail)
    assert "al afgehandeld" in browser.post(at_desk(made), {"outcome": "go_on"}, follow=True).content.decode()
    assert "afgehandeld" in browser.get(at_desk(made)).content.decode()


def test_two_reports_are_both_answered_before_it_goes_on(client, as_, talk, mo):
    report(client, talk)
    other = Message.objects.with_talk().get(conversation=talk, side="poster")
    actions.report_message(message=other, why="other", text="Grof")
    first, second = Report.objects.order_by("pk")
    actions.close_message_report(report=first, by=mo, ends=False)
    talk.refresh_from_db()
    assert talk.state == "frozen"
    actions.close_message_report(report=second, by=mo, ends=True, reason="unkind")
    talk.refresh_from_db()
    assert talk.state == "closed"


def test_removing_the_post_leaves_the_report_of_a_message_open(client, as_, talk, post, mo):
    report(client, talk)
    about_post = Report.objects.create(post=post, why="spam")
    actions.close_report(report=about_post, by=mo, act="remove", reason="other", note="x")
    assert Report.objects.open().get().of_talk


def test_a_manager_who_is_in_the_conversation_does_not_judge_it(as_, post, mo, otto):
    said = {"name": "", "phone": "", "message": EVIL}
    talk = contact.start(post=post, typed=said, form_key="f", language="nl", by=mo)
    made = actions.report_message(message=evil(talk), why="unsafe", text="")
    assert as_(mo).get(at_desk(made)).status_code == 404
    assert as_(otto).get(at_desk(made)).status_code == 200
    assert not OutgoingMail.objects.filter(kind="report-made", recipient=mo.email).exists()


@pytest.mark.parametrize("word", ["onbekend", "a:b:c", "\x00", "%ED%A0%80", "x" * 3000])
def test_a_link_we_did_not_make_opens_nothing(client, talk, word):
    page = client.post(f"/melding/gesprek/{word}/", {"why": "spam"})
    assert page.status_code in {404, 410} and not Report.objects.exists()


def test_a_link_for_another_use_or_of_wiped_words_opens_nothing(client, talk):
    number = evil(talk).pk
    other_use = reverse("moderation:report_message", args=[signed(number, salt="iets-anders")])
    assert client.get(other_use).status_code == 410
    link = relay.report_url(evil(talk))
    Message.objects.update(body="")
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("fields", [{"why": ""}, {"why": "minor"}, {"why": "other", "text": ""}, {"why": "\x00"}])
def test_bad_input_freezes_nothing_and_keeps_what_was_typed(client, talk, fields):
    page = report(client, talk, **{"text": "Eng verhaal", **fields})
    assert page.status_code == 200 and 'id="fouten"' in page.content.decode()
    assert ("Eng verhaal" in page.content.decode()) is ("text" not in fields)
    assert Conversation.objects.get().state == "open"


def test_a_robot_is_thanked_and_does_nothing(client, talk):
    assert report(client, talk, website="spam").status_code == 302
    assert not Report.objects.exists()


def test_a_conversation_stays_until_its_report_is_answered(client, talk, mo):
    report(client, talk)
    with clock.frozen(timedelta(days=70)):
        call_command("retention")
        assert Conversation.objects.exists() and ReportedMessage.objects.get().body == EVIL
        actions.close_message_report(report=Report.objects.get(), by=mo, ends=False)
        call_command("retention")
        assert not Conversation.objects.exists() and not ReportedMessage.objects.exists()
        assert Report.objects.get().closed_at


def test_the_copy_is_unreadable_in_the_database_and_goes_with_its_writer(client, post, bram):
    said = {"name": "", "phone": "", "message": EVIL}
    talk = contact.start(post=post, typed=said, form_key="f", language="nl", by=bram)
    actions.report_message(message=evil(talk), why="unsafe", text="")
    assert EVIL not in ReportedMessage.objects.extra(select={"stored": "body"}).get().stored
    closure.close(user=bram, by=bram)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert ReportedMessage.objects.get().body == "" and Report.objects.get().closed_at is None
