"""The machine of a closing: its ledger, other services, and who watches that it is in time (W-77)."""

from datetime import timedelta

import pytest
from django.core import mail as sent_mail
from django.core.management import call_command

from accounts.closure import actions, machine, outside
from accounts.closure.models import AccountClosure, ClosureStep, ExternalErasure
from accounts.users.models import User
from tests import factories
from tests.wijk.mail_server import MailServer
from wijk import clock
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.schedule import ScheduledJob
from wijk.views import shown_mail

State = AccountClosure.State


def erase_everything(after=timedelta(hours=25)):
    with clock.frozen(after):
        return actions.advance_all()


def receipt():
    return shown_mail(OutgoingMail.objects.get(kind="closing-erased"))["text"]


@pytest.fixture
def elsewhere():
    """Another service that may be down."""

    class Elsewhere:
        down, asked, error = False, [], ConnectionError

        def erase(self, addresses):
            self.asked = [*self.asked, addresses]
            if self.down:
                raise self.error

    service, others = Elsewhere(), dict(outside.STORES)
    outside.STORES.clear()
    outside.external_store("letters", "De nieuwsbriefdienst", service.erase)
    yield service
    outside.STORES.clear()
    outside.STORES.update(others)


def test_the_ledger_has_every_step_with_nothing_left_of_it(anna, klarendal):
    factories.post(anna, klarendal)
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1
    ledger = ClosureStep.objects.all()
    assert {"outbox", "sessions", "content.Post.author", "addresses", "account"} <= {line.step for line in ledger}
    assert {(line.residue, line.error, line.attempts) for line in ledger} == {(0, "", 1)}
    assert all(line.done_at for line in ledger)


def test_a_step_that_is_done_is_not_taken_again_and_one_that_failed_is_named(anna, monkeypatch):
    actions.close(user=anna, by=anna)
    plan, taken = machine.steps(), []

    def apply(step, who):
        taken.append(step.name)
        if step.name == "sessions" and taken.count("sessions") == 1:
            raise OSError("disk")
        return step.apply(who)

    counted = [type(step)(step.name, lambda who, step=step: apply(step, who), step.left) for step in plan]
    monkeypatch.setattr(machine, "steps", lambda: counted)
    assert erase_everything() == 0
    stuck = ClosureStep.objects.get(step="sessions")
    assert (stuck.error, stuck.done_at) == ("OSError", None)
    assert erase_everything(timedelta(hours=25, minutes=2)) == 1
    assert (taken.count("outbox"), taken.count("sessions")) == (1, 2)


def test_what_is_written_after_its_step_is_found_before_it_is_called_done(anna, monkeypatch):
    actions.close(user=anna, by=anna)
    real, kind = machine._leave, mail_kind("test-late", "x")

    def write_late(pk, account):
        queue_composed(kind, to=anna.email, composed=compose_text("Te laat", "Dag Anna", "nl"))
        real(pk, account)

    with monkeypatch.context() as patched:
        patched.setattr(machine, "_leave", write_late)
        assert erase_everything() == 0
    closure = AccountClosure.objects.get()
    assert (closure.state, closure.residue) == (State.ERASING, {"outbox": 1})
    assert erase_everything(timedelta(hours=25, minutes=20)) == 1
    late = OutgoingMail.objects.get(kind="test-late")
    assert (late.state, late.payload, late.recipient_hash) == ("cancelled", "", "")


def test_the_addresses_are_read_once_for_a_whole_batch(anna, bram, klarendal, monkeypatch):
    factories.subscription("anna@example.org", klarendal)
    factories.subscription("bram@example.org", klarendal)
    reads = []
    real = machine.found_by_address
    monkeypatch.setattr(machine, "found_by_address", lambda who: reads.append(1) or real(who))
    for person in (anna, bram):
        actions.close(user=person, by=person)
    assert erase_everything() == 2
    assert len(reads) == 2, "once to clear, once to count what is left"


def test_a_closing_that_ends_its_worker_each_time_holds_up_nobody(anna, bram, monkeypatch):
    for person in (anna, bram):
        actions.close(user=person, by=person)
    real = machine._take

    def dies(pk, step, who):
        if who.ref == anna.pk:
            raise SystemExit
        real(pk, step, who)

    with monkeypatch.context() as patched:
        patched.setattr(machine, "_take", dies)
        for minutes in (0, 11, 22):
            with pytest.raises(SystemExit):
                erase_everything(timedelta(hours=25, minutes=minutes))
    assert not User.objects.filter(pk=bram.pk).exists()
    assert AccountClosure.objects.open().get().account_ref == anna.pk
    assert erase_everything(timedelta(hours=25, minutes=40)) == 1


def test_a_second_address_is_found_also_by_a_worker_that_takes_over(anna, klarendal, monkeypatch):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=anna, email="anna@werk.example", verified=True)
    other = factories.organisation("Buurthuis", klarendal, contact_name="Anna", contact_email="anna@werk.example")
    actions.close(user=anna, by=anna)
    with monkeypatch.context() as patched:
        patched.setattr(machine, "_clear_addresses", lambda going: [])
        erase_everything()
    assert not EmailAddress.objects.exists()
    assert erase_everything(timedelta(hours=26)) == 1
    other.refresh_from_db()
    assert other.contact_email == ""


def test_another_service_erases_too_and_forgets_by_what_it_was_asked(anna, elsewhere):
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1
    assert elsewhere.asked == [("anna@example.org",)]
    assert ExternalErasure.objects.values_list("hint", "attempts").get() == ("", 1)
    assert "nog niet weg" not in receipt()


def test_a_service_that_is_down_is_named_in_the_receipt_and_asked_again_later_and_later(anna, elsewhere):
    elsewhere.down = True
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1, "the 48 hours do not wait for another service"
    assert "De nieuwsbriefdienst" in receipt()
    waiting = ExternalErasure.objects.get()
    assert (waiting.hint, waiting.error) == ("anna@example.org", "ConnectionError")
    for minutes, asked in ((1, 1), (6, 2), (10, 2), (17, 3)):
        with clock.frozen(timedelta(hours=25, minutes=minutes)):
            outside.erase_elsewhere_again()
        assert len(elsewhere.asked) == asked
    elsewhere.down = False
    with clock.frozen(timedelta(hours=35)):
        assert outside.erase_elsewhere_again() == 1
        assert outside.erase_elsewhere_again() == 0
    waiting.refresh_from_db()
    assert (waiting.hint, bool(waiting.done_at)) == ("", True)


def test_gone_already_is_as_good_as_erased(anna, elsewhere):
    elsewhere.down, elsewhere.error = True, outside.AlreadyGone
    actions.close(user=anna, by=anna)
    assert erase_everything() == 1
    assert ExternalErasure.objects.waiting().count() == 0


# Watching ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def late(anna):
    return actions.close(user=anna, by=anna)


def test_each_alarm_goes_once_straight_to_who_guards_the_closings(late, petra, otto, mo):
    for hours, mails in ((35, 0), (37, 2), (38, 2), (45, 4), (47, 4)):
        with clock.frozen(timedelta(hours=hours)):
            actions.watch()
        assert len(sent_mail.outbox) == mails
    assert {mail.to[0] for mail in sent_mail.outbox} == {petra.email, otto.email}
    assert "anna" not in "".join(mail.body + mail.subject for mail in sent_mail.outbox).lower()
    assert not OutgoingMail.objects.filter(kind="alarm").exists()


def test_an_alarm_the_server_did_not_take_is_sent_again(late, petra, settings):
    with MailServer() as server, clock.frozen(timedelta(hours=37)):
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 1}
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
        server.answer_data = ["451 later"]
        actions.watch()
        late.refresh_from_db()
        assert late.warned_at is None
        actions.watch()
        late.refresh_from_db()
        assert late.warned_at
        assert len(server.arrived) == 1


def test_the_command_fails_when_something_is_late(late, capsys):
    call_command("closures", "watch")
    with clock.frozen(timedelta(hours=37)), pytest.raises(SystemExit) as ended:
        call_command("closures", "watch", "--mail")
    assert ended.value.code == 1
    assert "let op" in capsys.readouterr().err


def test_the_site_is_not_ready_when_its_watcher_sleeps(late, settings):
    settings.PRODUCTION = True
    assert actions.watcher_readiness() == "", "a watcher that never ran is not missed"
    call_command("closures", "watch")
    with clock.frozen(timedelta(minutes=29)):
        assert actions.watcher_readiness() == ""
    with clock.frozen(timedelta(minutes=31)):
        actions.watch_from_worker()
        assert "half uur" in actions.watcher_readiness(), "a worker's look is not the watcher's"
    assert ScheduledJob.objects.filter(name=actions.WATCHER).exists()


# The desk ------------------------------------------------------------------------------------------------------------


def test_the_desk_shows_what_is_open_and_late_and_each_step(as_, petra, late):
    browser = as_(petra)
    page = browser.get("/beheer/privacy/opzeggingen/").content.decode()
    assert f"Opzegging {late.pk}" in page
    assert "anna" not in page.lower()
    erase_everything()
    page = browser.get(f"/beheer/privacy/opzeggingen/{late.pk}/").content.decode()
    assert "stappen klaar" in page and "content.Post.author" in page
    assert browser.get("/beheer/privacy/opzeggingen/999/").status_code == 404


def test_late_closings_press_at_the_desk(as_, petra, late):
    browser = as_(petra)
    assert "is nog niet klaar" not in browser.get("/beheer/privacy/").content.decode()
    AccountClosure.objects.update(received_at=clock.now() - timedelta(hours=40))
    assert f"Opzegging {late.pk} is nog niet klaar" in browser.get("/beheer/privacy/").content.decode()


def test_an_officer_files_a_letter_with_its_own_moment(as_, petra, anna):
    came = clock.now() - timedelta(hours=20)
    typed = {"email": "ANNA@example.org", "received_at": came.strftime("%Y-%m-%dT%H:%M"), "kind": "erase"}
    page = as_(petra).post("/beheer/privacy/opzeggingen/", typed).content.decode()
    assert "Bedankt voor je bericht" in page
    closure = AccountClosure.objects.get()
    assert abs(closure.received_at - came) < timedelta(hours=3)
    assert (closure.reason, closure.copy, closure.filed_by_ref) == ("letter", "none", petra.pk)
    assert not User.objects.get(pk=anna.pk).is_active


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"received_at": "gisteren"}, "geen tijdstip"),
        ({"received_at": "2999-01-01T10:00"}, "toekomst"),
        ({"received_at": "0001-01-01T00:00"}, "Klopt het jaartal"),
        ({"kind": ""}, "Kies wat deze persoon vraagt"),
    ],
)
def test_what_is_filed_wrong_changes_nothing(as_, petra, anna, typed, says):
    full = {"email": anna.email, "received_at": "2026-01-01T10:00", "kind": "erase", **typed}
    assert says in as_(petra).post("/beheer/privacy/opzeggingen/", full).content.decode()
    assert not AccountClosure.objects.exists()


@pytest.mark.parametrize("typed", ["anna@bücher.example", "Anna@BÜCHER.example", "anna@xn--bcher-kva.example"])
def test_a_letter_finds_an_account_whose_address_has_an_accent(as_, petra, typed):
    factories.member("Anna", "Bos", email="anna@bücher.example")
    filed = {"email": typed, "received_at": "2026-01-01T10:00", "kind": "erase"}
    as_(petra).post("/beheer/privacy/opzeggingen/", filed)
    assert AccountClosure.objects.exists()


def test_filing_for_an_unknown_address_gives_the_same_answer(as_, petra):
    typed = {"email": "niemand@example.org", "received_at": "2026-01-01T10:00", "kind": "terms"}
    page = as_(petra).post("/beheer/privacy/opzeggingen/", typed).content.decode()
    assert "Bedankt voor je bericht" in page and "geen account" in page


def test_a_dry_run_says_what_would_go_and_changes_nothing(anna, klarendal, capsys):
    factories.post(anna, klarendal)
    call_command("closures", "file", anna.email, "--dry-run")
    said = capsys.readouterr().out
    assert "content.Post.author: 1" in said and "account: 1" in said
    assert not AccountClosure.objects.exists() and User.objects.get(pk=anna.pk).is_active
