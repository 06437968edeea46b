"""`manage.py audit`: proves and reads the trail from the command line."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.actions import make_heads
from accounts.audit.chain import public_key
from accounts.audit.models import AuditEvent, AuditHead, record
from tests.accounts.trail import forget_trail, without_guard
from wijk import clock


@pytest.fixture
def trail(db, settings, tmp_path):
    settings.AUDIT_HEADS = tmp_path / "heads.jsonl"
    forget_trail()
    for days in (3, 2, 0):
        with clock.frozen(-timedelta(days=days)):
            record("test.act", by=None, about="test.thing:1", number=days)
    make_heads()


def test_a_good_trail_is_said_to_be_good_with_its_count(trail, capsys):
    call_command("audit", "verify")
    out = capsys.readouterr().out
    assert "3 rijen gelezen (1 tot en met 3)" in out
    assert "Het logboek klopt." in out


def test_the_first_bad_row_is_named_and_the_command_fails(trail, capsys):
    with without_guard():
        AuditEvent.objects.filter(seq=2).update(action="forged")
    with pytest.raises(CommandError, match="changed: rij 2, "):
        call_command("audit", "verify")


def test_another_file_of_heads_can_be_named(trail, tmp_path):
    other = tmp_path / "usb" / "heads.jsonl"
    call_command("audit", "heads", "--heads", str(other))
    call_command("audit", "verify", "--heads", str(other))
    other.write_text(other.read_text().splitlines()[0] + "\n")
    with pytest.raises(CommandError, match="head missing"), clock.frozen(timedelta(days=3)):
        call_command("audit", "verify", "--heads", str(other))


def test_a_part_can_be_verified_and_a_wrong_day_is_said(trail, capsys):
    call_command("audit", "verify", "--from", (clock.today() - timedelta(days=1)).isoformat())
    assert "1 rijen gelezen (3 tot en met 3)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Dit is geen dag"):
        call_command("audit", "verify", "--from", "2026-13-45")


def test_a_dry_run_signs_nothing(trail, capsys):
    with clock.frozen(timedelta(days=2)):
        call_command("audit", "heads", "--dry-run")
        assert AuditHead.objects.count() == 2
        call_command("audit", "heads")
        assert AuditHead.objects.count() == 3


def test_reading_is_filtered_and_is_itself_recorded(trail, anna, capsys):
    record("post.hide", by=anna, about="content.post:4", reason="spam")
    call_command("audit", "show", "--actor", str(anna.pk), "--days", "1")
    out = capsys.readouterr().out
    assert "post.hide" in out and "spam" in out and "test.act" not in out and "Anna" not in out
    call_command("audit", "show", "--about", "test.thing:1")
    assert capsys.readouterr().out.count("test.act") == 3
    assert AuditEvent.objects.filter(action="audit.read").count() == 2


def test_the_key_can_be_handed_to_somebody_else(db, capsys):
    call_command("audit", "public-key")
    assert capsys.readouterr().out.strip() == public_key()


def test_a_file_that_is_not_there_or_cannot_be_written_is_said(trail, tmp_path):
    with pytest.raises(CommandError, match="is er niet"):
        call_command("audit", "verify", "--heads", str(tmp_path / "typo.jsonl"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="niet geschreven"):
        call_command("audit", "heads", "--heads", str(tmp_path / "file" / "heads.jsonl"))


def test_reading_a_long_trail_tells_how_far_it_is(trail, monkeypatch, capsys):
    monkeypatch.setattr("accounts.audit.verify.TOLD_EVERY", 2)
    call_command("audit", "verify")
    assert "2 rijen gelezen" in capsys.readouterr().err
    call_command("audit", "verify", verbosity=0)
    assert capsys.readouterr().err == ""


def test_more_days_than_there_are_can_be_asked(trail, capsys):
    call_command("audit", "show", "--days", "999999999999")
    call_command("audit", "show", "--days", "-3")
