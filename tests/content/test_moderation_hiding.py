"""One button takes a live post off the site at once; the reasons come right after (M-4, L-4)."""

from datetime import timedelta

import pytest

from content.moderation.actions import decide, publish_overdue
from content.moderation.hiding import explain, hide_now, unexplained
from content.moderation.models import Decision, Reason, Report
from content.posts import actions as posts
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

DESK = "/beheer/klarendal/"


@pytest.fixture
def live(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def desk(as_, mo):
    return as_(mo)


def holds():
    return OutgoingMail.objects.filter(kind="moderation-hold")


def test_the_button_stands_on_each_page_of_a_live_post_and_works_from_there(desk, live, anna):
    report = Report.objects.create(post=live, why="spam")
    for page in (f"berichten/{live.pk}/", f"meldingen/{report.pk}/"):
        assert "Zet nu even weg" in desk.get(DESK + page).content.decode()
    answer = desk.post(f"{DESK}berichten/{live.pk}/weg/", follow=True)
    assert "Leg uit waarom" in answer.content.decode()
    assert not Post.objects.visible().exists()
    assert "Zet nu even weg" not in desk.get(f"{DESK}berichten/{live.pk}/").content.decode()
    desk.post(f"{DESK}berichten/{live.pk}/waarom/", {"reason": "unkind", "note": "Dit kwetst iemand."})
    decision = Decision.objects.get()
    assert (decision.act, decision.reason, decision.note) == ("hold", "unkind", "Dit kwetst iemand.")
    assert deliver() >= 1
    sent = holds().get(state="sent")
    assert sent.recipient == anna.email


def test_the_author_gets_one_mail_with_the_reasons(live, mo):
    decision = hide_now(post=live, by=mo)
    deliver()
    assert holds().get().state == "waiting", "the manager is still writing"
    assert explain(decision=decision, reason=Reason.UNKIND, note="Dit kwetst iemand.", by=mo)
    deliver()
    mail = holds().get(state="sent")
    with clock.frozen(timedelta(hours=1)):
        deliver()
    assert holds().filter(state="sent").count() == 1
    assert "Leg" not in mail.payload and holds().filter(state="cancelled").count() == 1


def test_without_an_explanation_the_author_still_hears_why_within_a_quarter_of_an_hour(live, mo):
    hide_now(post=live, by=mo)
    assert "Het is nog niet duidelijk" in holds().get().payload
    with clock.frozen(timedelta(minutes=16)):
        deliver()
    assert holds().get().state == "sent"


def test_it_is_gone_whatever_the_author_changed_meanwhile(live, anna, klarendal, mo):
    factories.post(anna, klarendal, title="Waardoor zij bekend is", status=Post.Status.FULFILLED)
    posts.edit(post=live, by=anna, values={"text": "Heel iets anders"})
    assert hide_now(post=live, by=mo)
    assert not Post.objects.visible().exists()


def test_a_second_click_does_nothing(desk, live):
    desk.post(f"{DESK}berichten/{live.pk}/weg/")
    again = desk.post(f"{DESK}berichten/{live.pk}/weg/", follow=True)
    assert "al niet meer op de site" in again.content.decode()
    assert Decision.objects.count() == holds().count() == 1


def test_explaining_twice_or_after_something_else_was_decided_changes_nothing(live, mo, otto):
    decision = hide_now(post=live, by=mo)
    assert not explain(decision=decision, reason=Reason.UNSAFE, note="Van mij.", by=otto)
    assert explain(decision=decision, reason=Reason.UNSAFE, note="Gevaarlijk.", by=mo)
    assert not explain(decision=decision, reason=Reason.UNKIND, note="Toch iets anders.", by=mo)
    decide(post=live, act=Decision.Act.APPROVE, by=mo)
    other = hide_now(post=live, by=mo)
    decide(post=live, act=Decision.Act.REMOVE, by=mo, reason=Reason.UNSAFE, note="Weg.")
    live.refresh_from_db()
    assert unexplained(live, mo) is None
    assert not explain(decision=other, reason=Reason.UNSAFE, note="Te laat.", by=mo)


def test_an_explanation_needs_words(desk, live):
    desk.post(f"{DESK}berichten/{live.pk}/weg/")
    for typed in ({}, {"reason": "unsafe"}, {"reason": "x", "note": "y"}, {"reason": "other", "note": "\u200b"}):
        assert desk.post(f"{DESK}berichten/{live.pk}/waarom/", typed).status_code == 200
    assert Decision.objects.get().note == ""
    assert "Leg uit waarom" in desk.get(f"{DESK}berichten/{live.pk}/").content.decode()


def test_a_page_of_reasons_for_what_nobody_took_off_leads_back(desk, live):
    assert desk.get(f"{DESK}berichten/{live.pk}/waarom/").status_code == 302
    assert not Decision.objects.exists()


def test_the_clock_never_puts_it_back(live, mo):
    hide_now(post=live, by=mo)
    with clock.frozen(timedelta(days=30)):
        assert publish_overdue() == 0
    assert not Post.objects.visible().exists()
