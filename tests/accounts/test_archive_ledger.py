"""The erasure ledger: written once, chained, and known to a database only as far as it saw it (L-8)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.archive import actions, keeping, ledger
from accounts.archive.models import KeyWrap, LedgerMark
from accounts.closure.actions import close
from accounts.users.models import User
from tests import factories
from wijk import clock, gate, schedule
from wijk.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.SEALED_STORE = tmp_path / "sealed"
    settings.ERASURE_LEDGER = tmp_path / "erasures.log"
    return settings.ERASURE_LEDGER


def older(count=0):
    """The database as a backup of before would have it."""
    known = ledger.lines()
    LedgerMark.objects.update(lines=count, head=known[count - 1].chain if count else "")


def test_an_erasure_is_noted_once_and_names_nobody(anna, store):
    ledger.note(anna.pk)
    ledger.note(anna.pk)
    rows = ledger.lines()
    assert len(rows) == 1 and rows[0].kind == "account"
    assert rows[0].subject in ledger.subjects("account", anna.pk)
    assert "anna" not in store.read_text() and oct(store.stat().st_mode)[-3:] == "600"
    assert ledger.mark().lines == 1 and not ledger.is_broken()


def test_half_a_line_of_a_killed_writer_is_cut_off(anna, bram, store):
    ledger.note(anna.pk)
    with store.open("a") as file:
        file.write("2026-11-24T00:00:00 account 12")
    assert len(ledger.lines()) == 1
    ledger.note(bram.pk)
    assert len(ledger.lines()) == 2 and not ledger.is_broken()


@pytest.mark.parametrize("harm", ["edit", "cut", "drop", "lose"])
def test_a_ledger_that_was_changed_is_noticed(anna, bram, store, harm):
    ledger.note(anna.pk)
    ledger.note(bram.pk)
    rows = store.read_text().splitlines(keepends=True)
    if harm == "lose":
        store.unlink()
    else:
        changed = {"edit": [rows[0].replace("account", "copy"), rows[1]], "cut": rows[:1], "drop": rows[1:]}[harm]
        store.write_text("".join(changed))
    assert ledger.is_broken() and ledger.readiness()


def test_an_older_database_must_not_serve_and_no_worker_runs(anna, client):
    ledger.note(anna.pk)
    older()
    assert "restore --replay" in ledger.must_not_serve()
    assert client.get("/readyz").json()["problems"] == ["accounts.archive.ledger.readiness"]
    for command in ("run_due", "work"):
        with pytest.raises(CommandError, match="restore --replay"):
            call_command(command, **({"once": True} if command == "work" else {}))


def test_a_line_too_many_of_a_killed_worker_shuts_nothing(anna):
    """The line was on the disk, the database's note of it was not; the person is hidden or gone."""
    close(user=anna, by=anna)
    ledger.note(anna.pk)
    older()
    assert not ledger.must_not_serve() and ledger.mark().lines == 1


def test_another_erasure_does_not_make_an_older_database_look_new(anna, bram):
    ledger.note(anna.pk)
    older()
    ledger.note(bram.pk)
    assert ledger.mark().lines == 0 and ledger.is_behind()


def test_replaying_erases_again_who_came_back(anna, bram, klarendal, presikhaaf):
    factories.post(anna, klarendal)
    factories.post(bram, presikhaaf)
    ledger.note(anna.pk)
    older()
    call_command("restore", "--replay", "--dry-run")
    assert User.objects.filter(pk=anna.pk).exists()
    call_command("restore", "--replay")
    assert not User.objects.filter(pk=anna.pk).exists() and User.objects.filter(pk=bram.pk).exists()
    assert not ledger.must_not_serve() and ledger.mark().lines == 1
    call_command("restore", "--replay")


def test_replaying_ends_a_closing_that_the_backup_still_had_open(anna):
    closure = close(user=anna, by=anna)
    ledger.note(anna.pk)
    older()
    call_command("restore", "--replay")
    closure.refresh_from_db()
    assert closure.state == "done" and closure.receipt_address == ""
    assert not OutgoingMail.objects.unsent().exists()


def test_replaying_destroys_again_what_was_destroyed(anna, settings):
    copy = actions.seal(account=anna, code_key=actions.new_code().public_key)
    file, wraps = actions.path_of(copy).read_bytes(), list(KeyWrap.objects.values())
    actions.destroy(copy=copy, why="refused")
    # Everything of before: the row, the file and the keyring.
    type(copy).objects.update(doomed_at=None, destroyed_at=None, why="")
    actions.path_of(copy).write_bytes(file)
    KeyWrap.objects.bulk_create([KeyWrap(**row) for row in wraps])
    older()
    assert ledger.is_behind()
    call_command("restore", "--replay")
    copy.refresh_from_db()
    assert copy.destroyed_at and not KeyWrap.objects.exists() and not actions.path_of(copy).exists()


def test_a_keyring_from_before_brings_no_key_back(anna):
    copy = actions.seal(account=anna, code_key=actions.new_code().public_key)
    wraps = list(KeyWrap.objects.values())
    actions.destroy(copy=copy, why="refused")
    KeyWrap.objects.bulk_create([KeyWrap(**row) for row in wraps])
    call_command("restore", "--replay")
    assert not KeyWrap.objects.exists()


def test_mail_waits_after_a_restore_until_it_is_accepted(anna):
    LedgerMark.objects.update(mail_held_at=clock.now())
    assert "outbox" not in schedule.run_due(only="outbox")
    call_command("restore", "--accept")
    assert schedule.run_due(only="outbox") == ["outbox"]


def test_strays_are_left_alone_until_a_restore_is_accepted(anna):
    copy = actions.seal(account=anna, code_key=actions.new_code().public_key)
    type(copy).objects.all().delete()
    LedgerMark.objects.update(mail_held_at=clock.now())
    with clock.frozen(timedelta(hours=3)):
        assert keeping.tidy() == 0 and actions.path_of(copy).exists()
        call_command("restore", "--accept")
        assert keeping.tidy() == 1


def test_the_ledger_is_read_under_an_older_key(anna, settings):
    ledger.note(anna.pk)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "y" * 50
    assert ledger.reappeared() == [anna.pk]
    ledger.note(anna.pk)
    assert len(ledger.lines()) == 1


def test_the_gate_shows_a_page_and_opens_by_itself(anna, monkeypatch):
    monkeypatch.setattr(gate, "LOOK_AGAIN_SECONDS", -1)
    answers = []
    site = gate.Gate(lambda environ, start: [b"the site"])

    def ask(path):
        return b"".join(site({"PATH_INFO": path}, lambda status, headers: answers.append(status)))

    ledger.note(anna.pk)
    older()
    assert b"We zijn zo terug" in ask("/") and answers == ["503 Service Unavailable"]
    assert ask("/healthz") == ask("/readyz") == ask("/static/css/base.css") == b"the site"
    anna.delete()
    assert ask("/") == b"the site"
    older()
    assert ask("/") == b"the site", "once open it costs nothing any more"
