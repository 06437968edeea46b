"""Closing an account: hidden at once, undone for a day, then gone (W-74, W-75, W-77)."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession

from accounts.audit.models import AuditEvent
from accounts.closure import actions, erasure, machine
from accounts.closure.models import AccountClosure
from accounts.users.models import User
from content.posts.models import Post
from content.posts.tombstones import Tombstone
from tests import factories
from wijk import clock
from wijk.mail import worker
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.views import shown_mail

State = AccountClosure.State
CLOSE = "/mijn/opzeggen/"


def mails(kind):
    return [shown_mail(mail) for mail in OutgoingMail.objects.filter(kind=kind)]


def undo_path(kind="closing"):
    (mail,) = mails(kind)
    return re.search(r"/opzeggen/ongedaan/[\w-]+/", mail["text"]).group()


def erase_everything(after=timedelta(hours=25)):
    with clock.frozen(after):
        return actions.advance_all()


def test_a_member_closes_the_account_with_a_choice_and_the_password(as_, anna):
    browser = as_(anna)
    page = browser.get(CLOSE).content.decode()
    assert "Account opzeggen" in page
    assert "checked" not in page, "no choice is made for anybody"
    answer = browser.post(CLOSE, {"copy": "erase", "password": factories.PASSWORD})
    assert "Je account is opgezegd" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert AccountClosure.objects.get().state == State.COOLING
    assert not User.objects.get(pk=anna.pk).is_active
    assert not answer.wsgi_request.user.is_authenticated


def test_who_has_only_a_passkey_logs_in_again_and_needs_no_password(as_, anna):
    anna.set_unusable_password()
    anna.save()
    factories.second_factor(anna)
    long_ago = as_(anna, ago=timedelta(hours=1))
    assert long_ago.get(CLOSE).headers["Location"].startswith("/account/2fa/reauthenticate/")
    assert long_ago.post(CLOSE, {"copy": "erase"}).status_code == 302
    assert not AccountClosure.objects.exists()
    browser = as_(anna)
    assert 'type="password"' not in browser.get(CLOSE).content.decode()
    assert "Je account is opgezegd" in browser.post(CLOSE, {"copy": "erase"}).content.decode()
    assert not User.objects.get(pk=anna.pk).is_active


def test_who_is_sure_may_waive_the_day_to_undo_it(as_, anna):
    browser = as_(anna)
    page = browser.post(CLOSE, {"copy": "erase", "at_once": "on", "password": factories.PASSWORD}).content.decode()
    assert "bedacht" not in page
    closure = AccountClosure.objects.get()
    assert (closure.state, closure.undo_hash) == (State.HIDDEN, "")
    (mail,) = mails("closing")
    assert "/opzeggen/ongedaan/" not in mail["text"]
    assert erase_everything(timedelta(minutes=1)) == 1


def test_somebody_under_16_is_erased_at_once_and_without_a_copy(anna):
    closure = actions.close(user=anna, by=None, copy=True, reason="minor")
    assert (closure.state, closure.copy) == (State.HIDDEN, "none")
    assert erase_everything(timedelta(seconds=1)) == 1
    assert not User.objects.filter(pk=anna.pk).exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"password": factories.PASSWORD}, "Kies wat je wilt"),
        ({"copy": "erase", "password": "iets anders"}, "Dit wachtwoord klopt niet"),
        ({"copy": "erase"}, "Vul je wachtwoord in"),
        ({"copy": "erase", "password": "x" * 5000}, "Dit wachtwoord klopt niet"),
        ({"copy": "erase", "password": "\x00\ud800".encode("utf-8", "replace")}, "klopt niet"),
    ],
)
def test_without_choice_or_password_nothing_happens(as_, anna, typed, says):
    page = as_(anna).post(CLOSE, typed)
    assert says in page.content.decode()
    assert not AccountClosure.objects.exists()


def test_guessing_the_password_is_limited(as_, anna):
    browser = as_(anna)
    answers = [browser.post(CLOSE, {"copy": "erase", "password": "fout"}).status_code for _ in range(11)]
    assert answers[-2:] == [200, 429]


def test_everything_is_hidden_in_the_same_moment(client, as_, anna, klarendal):
    post = factories.post(anna, klarendal)
    browser = as_(anna)
    browser.get("/mijn/beveiliging/")
    assert Post.objects.visible().filter(pk=post.pk).exists()
    actions.close(user=anna, by=anna)
    assert not Post.objects.visible().filter(pk=post.pk).exists()
    assert not UserSession.objects.filter(user=anna).exists()
    assert browser.get(CLOSE).headers["Location"].startswith("/account/login/")
    page = client.post("/account/login/", {"login": anna.email, "password": factories.PASSWORD}, follow=True)
    assert not page.wsgi_request.user.is_authenticated


def test_mail_that_waits_for_the_account_is_cancelled(anna):
    kind = mail_kind("test-news", "nieuws")
    from wijk.mail.compose import compose_text

    waiting = queue_composed(kind, to=anna.email, account=anna, composed=compose_text("Nieuws", "Hallo", "nl"))
    actions.close(user=anna, by=anna)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.payload, waiting.recipient) == ("cancelled", "", "")


def test_closing_twice_is_one_closing_and_one_mail(anna):
    first = actions.close(user=anna, by=anna)
    assert actions.close(user=anna, by=anna) == first
    assert len(mails("closing")) == 1
    assert AuditEvent.objects.filter(action="closure.request").count() == 1


def test_the_link_in_the_mail_opens_the_account_again(client, as_, anna, klarendal):
    post = factories.post(anna, klarendal)
    old_browser = as_(anna)
    actions.close(user=anna, by=anna)
    worker.deliver()
    path = undo_path()
    with clock.frozen(timedelta(hours=23)):
        assert "Account weer openen" in client.get(path).content.decode()
        assert AccountClosure.objects.get().state == State.COOLING, "opening the link must change nothing"
        client.post(path)
    assert User.objects.get(pk=anna.pk).is_active
    assert Post.objects.visible().filter(pk=post.pk).exists()
    closure = AccountClosure.objects.get()
    assert (closure.state, closure.receipt_address, closure.undo_hash) == (State.CANCELLED, "", "")
    assert old_browser.get(CLOSE).status_code == 302, "the old session must stay ended"
    assert len(mails("closing-undone")) == 1
    assert erase_everything() == 0
    assert User.objects.filter(pk=anna.pk).exists()
    assert client.post(path).status_code == 410, "the link works once"


def test_after_a_day_it_cannot_be_undone(client, anna):
    actions.close(user=anna, by=anna)
    path = undo_path()
    with clock.frozen(timedelta(hours=24, minutes=1)):
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
        assert not User.objects.get(pk=anna.pk).is_active
        actions.advance_all()
        assert client.post(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "x" * 500, "%00", "../../", "é"])
def test_a_made_up_link_gets_a_plain_answer(client, db, token):
    assert client.get(f"/opzeggen/ongedaan/{token}/").status_code in {404, 410}


@pytest.mark.parametrize(
    ("hours_ago", "hours_left"), [(0, 24), (4, 20), (20, 4), (23, 1), (30, 1), (60, 1)], ids=lambda value: str(value)
)
def test_a_request_that_came_earlier_is_erased_earlier(anna, hours_ago, hours_left):
    with clock.frozen(timedelta()) as now:
        closure = actions.close(user=anna, by=None, received_at=now - timedelta(hours=hours_ago))
        assert closure.erase_after == now + timedelta(hours=hours_left)
        assert closure.due_at == now + timedelta(hours=48 - hours_ago)


def test_an_earlier_receipt_brings_an_open_closing_forward(anna):
    with clock.frozen(timedelta()) as now:
        actions.close(user=anna, by=anna)
        closure = actions.close(user=anna, by=None, received_at=now - timedelta(hours=10))
        assert closure.erase_after == now + timedelta(hours=14)


def test_nothing_is_erased_before_its_time(anna):
    actions.close(user=anna, by=anna)
    assert erase_everything(timedelta(hours=23)) == 0
    assert User.objects.filter(pk=anna.pk).exists()


def test_after_erasing_a_receipt_goes_out_and_the_address_is_forgotten(anna, klarendal):
    shown = factories.post(anna, klarendal)
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1
    closure = AccountClosure.objects.get()
    assert (closure.state, closure.receipt_address, closure.residue, closure.user) == (State.DONE, "", {}, None)
    (receipt,) = mails("closing-erased")
    assert receipt["to"] == "anna@example.org"
    assert "Je account is gewist" in receipt["subject"]
    assert "- Je berichten" in receipt["text"]
    assert "Logboek: 1 jaar" in receipt["text"]
    assert "Anna" not in receipt["text"]
    assert Tombstone.objects.filter(post_ref=shown.pk).exists()
    with clock.frozen(timedelta(hours=25, minutes=1)):
        worker.deliver()
    assert OutgoingMail.objects.get(kind="closing-erased").state == "sent"


def test_a_second_run_does_nothing(anna):
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1
    assert erase_everything(timedelta(hours=26)) == 0
    assert len(mails("closing-erased")) == 1


def test_a_new_account_with_the_same_address_starts_empty_and_stays(anna, klarendal):
    actions.close(user=anna, by=anna)
    erase_everything()
    again = factories.member("Anna", "Jansen", lives_in=klarendal)
    erase_everything(timedelta(hours=60))
    again.refresh_from_db()
    assert again.is_active


@pytest.mark.parametrize("number", range(0, 60, 5))
def test_a_crash_at_any_step_is_resumed(anna, klarendal, monkeypatch, number):
    factories.post(anna, klarendal)
    actions.close(user=anna, by=anna)
    plan = erasure.steps()
    # The addresses are read for a whole batch, outside the plan's own acts.
    single = [step for step in plan if step.name != erasure.ADDRESSES]
    broken = single[number % len(single)]

    def crash(who):
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        steps = [erasure.Step(s.name, crash if s.name == broken.name else s.apply, s.left) for s in plan]
        patched.setattr(machine, "steps", lambda: steps)
        assert erase_everything() == 0
    closure = AccountClosure.objects.get()
    assert (closure.state, closure.attempts) == (State.ERASING, 1)
    assert not mails("closing-erased")
    assert erase_everything(timedelta(hours=25, minutes=5)) == 1
    assert not User.objects.filter(pk=anna.pk).exists()


def test_it_is_not_done_while_something_is_left(anna, monkeypatch):
    actions.close(user=anna, by=anna)
    plan = [step for step in erasure.steps() if step.name != "accounts.User"]
    lazy = [erasure.Step(s.name, (lambda who: False) if s.name == "account" else s.apply, s.left) for s in plan]
    monkeypatch.setattr(machine, "steps", lambda: lazy)
    assert erase_everything() == 0
    closure = AccountClosure.objects.get()
    assert closure.state == State.ERASING
    assert list(closure.ledger.filter(done_at=None).values_list("step", "residue")) == [("account", 1)]
    assert not mails("closing-erased")


def test_one_closing_in_trouble_does_not_hold_up_another(anna, bram, monkeypatch):
    actions.close(user=anna, by=anna)
    actions.close(user=bram, by=bram)
    real = machine._erase

    def stumble(pk, plan):
        if AccountClosure.objects.get(pk=pk).account_ref == anna.pk:
            raise OSError("disk")
        real(pk, plan)

    monkeypatch.setattr(machine, "_erase", stumble)
    assert erase_everything() == 1
    assert not User.objects.filter(pk=bram.pk).exists()


def test_an_account_that_was_opened_by_hand_is_left_alone(anna):
    actions.close(user=anna, by=anna)
    User.objects.filter(pk=anna.pk).update(is_active=True, epoch=9)
    assert erase_everything() == 0
    assert User.objects.filter(pk=anna.pk).exists()


def test_the_site_is_not_ready_when_a_closing_is_late(anna):
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=43)):
        assert actions.readiness() == ""
    with clock.frozen(timedelta(hours=45)):
        assert "44 uur" in actions.readiness()
    erase_everything(timedelta(hours=46))
    with clock.frozen(timedelta(hours=47)):
        assert actions.readiness() == ""
