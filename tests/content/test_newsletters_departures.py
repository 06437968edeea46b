"""An issue that waits for its hour, for a second pair of eyes, or for somebody to say whether it may go on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.audit.models import AuditEvent
from content.newsletters import actions, brakes, sending
from content.newsletters.figures import figures_of
from content.newsletters.models import Newsletter
from neighbourhoods.managers.models import Appointment
from neighbourhoods.subscriptions.actions import stop
from tests import factories
from wijk import clock
from wijk.mail.bounces import came_back
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

State = Newsletter.State
DAY = timedelta(days=1)


@pytest.fixture
def draft(mo, anna, klarendal):
    factories.post(anna, klarendal)
    return actions.create(neighbourhood=klarendal, by=mo)


@pytest.fixture
def readers(klarendal):
    return [factories.subscription(f"lezer{n}@example.org", klarendal) for n in range(3)]


@pytest.fixture
def saar(klarendal):
    return factories.manager("Saar", "Vos", of=klarendal)


def path(name, newsletter):
    return reverse(f"newsletters:{name}", args=[newsletter.neighbourhood.slug, newsletter.pk])


def state(newsletter):
    return Newsletter.objects.get(pk=newsletter.pk).state


def many(klarendal, count):
    for number in range(count):
        factories.subscription(f"buur{number}@example.org", klarendal)


def mails(**fields):
    return OutgoingMail.objects.filter(kind="newsletter", **fields)


def plan(browser, draft, at):
    form = {"versie": draft.revision, "plan": "1", "at": localtime(at).strftime("%Y-%m-%dT%H:%M")}
    return browser.post(path("send", draft), form, follow=True).content.decode()


# An hour -------------------------------------------------------------------------------------------------------------


def test_it_goes_at_its_hour_to_who_is_a_reader_then(as_, mo, klarendal, draft, readers):
    at = localtime(clock.now() + 2 * DAY).replace(hour=9, minute=30, second=0, microsecond=0)
    assert "om 09.30 uur" in plan(as_(mo), draft, at)
    assert state(draft) == State.SCHEDULED
    assert sending.send_due() == 0
    stop(subscription=readers[0], by=None)
    factories.subscription("nieuw@example.org", klarendal)
    with clock.frozen(at + clock.MINUTE):
        assert sending.send_due() == 3
        assert sending.send_due() == 0
    assert sorted(mail.recipient for mail in mails()) == [
        "lezer1@example.org",
        "lezer2@example.org",
        "nieuw@example.org",
    ]
    assert state(draft) == State.SENT


@pytest.mark.parametrize("ahead", [-DAY, timedelta(days=400)])
def test_an_hour_that_is_past_or_far_away_is_refused(as_, mo, draft, readers, ahead):
    page = plan(as_(mo), draft, clock.now() + ahead)
    assert state(draft) == State.DRAFT and "Kies een" in page
    assert not sending.schedule(newsletter=draft, at=clock.now() - DAY, by=mo)


def test_it_comes_back_as_a_draft_and_is_not_sent(as_, mo, draft, readers):
    sending.schedule(newsletter=draft, at=clock.now() + DAY, by=mo)
    browser = as_(mo)
    assert "Haal uit de planning" in browser.get(path("preview", draft)).content.decode()
    assert not actions.save(newsletter=draft, subject="Anders", blocks=[], by=mo), "planned words stay as they are"
    assert browser.get(path("edit", draft)).status_code == 302
    browser.post(path("unschedule", draft))
    assert state(draft) == State.DRAFT
    with clock.frozen(2 * DAY):
        assert sending.send_due() == 0


def test_who_planned_it_must_still_manage_here_when_it_goes(mo, saar, draft, readers):
    sending.schedule(newsletter=draft, at=clock.now() + clock.MINUTE, by=mo)
    Appointment.objects.filter(user=mo).update(ends_on=clock.today() - DAY)
    with clock.frozen(timedelta(hours=1)):
        assert sending.send_due() == 0
    assert state(draft) == State.DRAFT
    assert OutgoingMail.objects.get(kind="newsletter-not-sent").recipient == saar.email


# Two pairs of eyes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def looked_at(klarendal, mo):
    actions.choose_settings(neighbourhood=klarendal, second_look=True, mails_drafts=False, by=mo)


def test_nobody_sends_alone_and_nobody_agrees_with_own_words(as_, mo, saar, draft, readers, looked_at):
    own, other = as_(mo), as_(saar)
    assert sending.start(newsletter=draft, by=mo) is None
    assert not sending.schedule(newsletter=draft, at=clock.now() + DAY, by=mo)
    assert "eigen woorden" in own.post(path("agree", draft), {"versie": draft.revision}, follow=True).content.decode()
    assert not actions.agree(newsletter=draft, by=mo)
    assert own.get(path("send", draft)).status_code == 302
    assert "Akkoord" in other.post(path("agree", draft), {"versie": draft.revision}, follow=True).content.decode()
    draft.refresh_from_db()
    assert sending.start(newsletter=draft, by=mo) == 3


def test_changed_words_need_another_look(as_, mo, saar, draft, readers, looked_at):
    assert actions.agree(newsletter=draft, by=saar)
    old = draft.revision
    with clock.frozen(clock.MINUTE):
        actions.save(newsletter=draft, subject="Anders", blocks=draft.blocks, by=mo)
    assert sending.start(newsletter=draft, by=mo) is None
    assert "intussen veranderd" in as_(saar).post(path("agree", draft), {"versie": old}, follow=True).content.decode()
    assert not Newsletter.objects.get().is_agreed


def test_a_draft_of_the_site_has_two_people_as_well(mo, saar, draft, readers, looked_at):
    Newsletter.objects.update(made_by=None, changed_by=None)
    draft.refresh_from_db()
    assert actions.agree(newsletter=draft, by=mo)
    assert sending.start(newsletter=draft, by=mo) is None
    assert sending.start(newsletter=draft, by=saar) == 3


def test_a_manager_starts_the_second_look_and_only_the_operator_ends_it(as_, mo, otto, klarendal, looked_at):
    address = reverse("newsletters:choices", args=[klarendal.slug])
    as_(mo).post(address, {"mails_drafts": "on"})
    chosen = actions.settings_of(klarendal)
    assert chosen.second_look and chosen.mails_drafts
    as_(otto).post(address, {})
    chosen = actions.settings_of(klarendal)
    assert not chosen.second_look and not chosen.mails_drafts


def test_a_manager_of_elsewhere_reaches_none_of_it(as_, els, mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    for name in ("agree", "unschedule", "pause", "go_on", "stop", "on_site"):
        assert as_(els).post(path(name, draft)).status_code == 404
    assert state(draft) == State.SENDING


# Pausing, going on, stopping -----------------------------------------------------------------------------------------


def test_a_paused_issue_stands_still_and_then_goes_on_to_each_once(as_, mo, klarendal, draft, monkeypatch):
    many(klarendal, 5)
    monkeypatch.setattr(sending, "MOST_WAITING", 3)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    browser = as_(mo)
    assert "staat stil" in browser.post(path("pause", draft), follow=True).content.decode()
    assert sending.send_due() == 0 and brakes.look_after() == 0 and deliver() == 0
    with clock.frozen(4 * DAY):
        assert deliver() == 0
        assert "De rest gaat nu weg" in as_(mo).post(path("go_on", draft), follow=True).content.decode()
        for _round in range(3):
            sending.send_due()
            deliver()
    assert sorted(mail.state for mail in mails()) == ["sent"] * 5
    assert state(draft) == State.SENT


def test_a_whole_issue_in_the_outbox_can_still_be_held_and_stopped(mo, klarendal, draft, readers):
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    assert state(draft) == State.SENT
    assert brakes.pause(newsletter=draft, by=mo)
    assert not brakes.pause(newsletter=draft, by=mo)
    assert deliver() == 0
    assert brakes.stop(newsletter=draft, by=mo) and not brakes.stop(newsletter=draft, by=mo)
    assert deliver() == 0 and mails(state="cancelled").count() == 3
    assert draft.deliveries.filter(queued_at=None).count() == 3
    assert not brakes.go_on(newsletter=draft, by=mo)


def test_the_rest_of_a_stopped_issue_is_not_sent_and_the_ledger_says_so(as_, mo, klarendal, draft, monkeypatch):
    many(klarendal, 5)
    monkeypatch.setattr(sending, "MOST_WAITING", 2)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    assert deliver() == 2
    browser = as_(mo)
    assert "Ja, stop" in browser.get(path("stop", draft)).content.decode()
    browser.post(path("stop", draft))
    assert sending.send_due() == 0 and deliver() == 0
    draft.refresh_from_db()
    assert (draft.state, draft.deliveries.filter(queued_at=None).count()) == (State.STOPPED, 3)
    assert AuditEvent.objects.get(action="newsletter.stop").detail == {"not_sent": 3}
    figures = figures_of(draft)
    assert (figures.meant_for, figures.sent, figures.not_sent) == (5, 2, 3)
    with clock.frozen(timedelta(days=366)):
        brakes.look_after()
    assert not draft.deliveries.filter(queued_at=None).exists()


def test_mail_that_a_worker_has_in_hands_when_it_is_stopped_does_not_go(mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    mails().update(state="sending", lease="x", leased_until=clock.now() - DAY)
    assert brakes.stop(newsletter=draft, by=mo)
    assert deliver() == 0
    brakes.look_after()
    assert draft.deliveries.filter(queued_at=None).count() == 3


def test_what_is_over_cannot_be_paused(mo, draft, readers):
    assert not brakes.pause(newsletter=draft, by=mo)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    assert deliver() == 3
    assert not brakes.pause(newsletter=draft, by=mo) and not brakes.stop(newsletter=draft, by=mo)


# The site's own brake ------------------------------------------------------------------------------------------------


def half_way(mo, klarendal, draft, monkeypatch, sent):
    many(klarendal, sent + 4)
    monkeypatch.setattr(sending, "MOST_WAITING", sent)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    assert deliver() == sent


@pytest.mark.parametrize(
    ("sent", "hard", "complaints", "reason"),
    [
        (40, 2, 0, ""),
        (40, 3, 0, "bounces"),
        (19, 9, 9, ""),
        (20, 0, 1, "complaints"),
        (20, 0, 0, ""),
    ],
)
def test_it_stops_by_itself_when_too_much_comes_back(
    mo, saar, klarendal, draft, monkeypatch, sent, hard, complaints, reason
):
    half_way(mo, klarendal, draft, monkeypatch, sent)
    for how, mail in zip(["hard"] * hard + ["complaint"] * complaints, mails(state="sent"), strict=False):
        came_back(mail, how)
    assert brakes.look_after() == bool(reason)
    assert brakes.look_after() == 0
    draft.refresh_from_db()
    assert (draft.pause_reason, draft.state) == (reason, State.PAUSED if reason else State.SENDING)
    told = {mail.recipient for mail in OutgoingMail.objects.filter(kind="newsletter-paused")}
    assert told == ({mo.email, saar.email} if reason else set())


def test_who_looked_and_lets_it_go_on_is_not_stopped_again(as_, mo, klarendal, draft, monkeypatch):
    half_way(mo, klarendal, draft, monkeypatch, 20)
    for mail in mails(state="sent")[:3]:
        came_back(mail, "hard")
    assert brakes.look_after() == 1
    assert "niet te werken" in as_(mo).get(path("preview", draft)).content.decode()
    as_(mo).post(path("go_on", draft))
    assert brakes.look_after() == 0
    assert sending.send_due() == 4


def test_what_came_back_of_another_issue_counts_for_that_one_only(mo, klarendal, draft, monkeypatch):
    half_way(mo, klarendal, draft, monkeypatch, 20)
    for mail in mails(state="sent")[:10]:
        came_back(mail, "hard")
    Newsletter.objects.update(state=State.STOPPED)
    with clock.frozen(2 * clock.MINUTE):
        other = actions.create(neighbourhood=klarendal, by=mo)
        sending.start(newsletter=other, by=mo)
        assert sending.send_due() > 0 and brakes.look_after() == 0
