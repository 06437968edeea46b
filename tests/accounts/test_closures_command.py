"""A closing that came by letter or mail is filed by staff and counts from its receipt (W-75)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.closure.models import AccountClosure
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.sealing import OfflineKey


def run(capsys, *words):
    call_command("closures", *words)
    return capsys.readouterr()


def test_a_letter_counts_from_the_moment_it_came_in(anna, capsys):
    received = clock.now() - timedelta(hours=20)
    said = run(capsys, "file", "ANNA@example.org", "--received", received.isoformat())
    closure = AccountClosure.objects.get()
    assert closure.received_at == received
    assert f"account {anna.pk}" in said.err
    assert "anna" not in (said.out + said.err).lower()
    assert OutgoingMail.objects.filter(kind="closing").count() == 1


def test_the_answer_is_the_same_for_an_unknown_address(anna, capsys):
    known = run(capsys, "file", "anna@example.org")
    with pytest.raises(CommandError, match="geen account"):
        call_command("closures", "file", "niemand@example.org")
    assert known.out == capsys.readouterr().out


@pytest.mark.parametrize(
    "moment", ["gisteren", "2026-13-45", "2999-01-01T10:00", "2026-11-24T25:00", "0001-01-01", "9999-12-31"]
)
def test_a_moment_that_cannot_be_is_refused(anna, moment):
    with pytest.raises(CommandError):
        call_command("closures", "file", "anna@example.org", "--received", moment)
    assert not AccountClosure.objects.exists()


def test_a_local_time_or_a_day_will_do(anna, bram, capsys):
    run(capsys, "file", "anna@example.org", "--received", "2026-01-05T10:00")
    run(capsys, "file", "bram@example.org", "--received", "2026-01-05")
    hers, his = AccountClosure.objects.order_by("account_ref")
    assert hers.received_at - his.received_at == timedelta(hours=10)


def test_the_list_shows_deadlines_and_what_is_late(anna, bram, capsys):
    run(capsys, "file", "anna@example.org", "--received", (clock.now() - timedelta(hours=46)).isoformat())
    run(capsys, "file", "bram@example.org")
    lines = run(capsys, "list").out.splitlines()
    assert f"account {anna.pk}" in lines[0]
    assert "TE LAAT" in lines[0]
    assert "klaar voor" in lines[1]
    assert "TE LAAT" not in lines[1]
    assert lines[2] == "2 opzeggingen open."


@pytest.mark.parametrize("address", ["", "anna", "anna@", "anna@example.org, bram@example.org"])
def test_what_is_no_address_is_said_to_be_none(anna, address):
    with pytest.raises(CommandError, match="geen e-mailadres"):
        call_command("closures", "file", address)
    assert not AccountClosure.objects.exists()


def test_a_time_zone_counts_and_a_time_without_one_is_the_sites(anna, bram, capsys):
    run(capsys, "file", "anna@example.org", "--received", "2026-01-05T10:00+05:00")
    run(capsys, "file", "bram@example.org", "--received", "2026-01-05T10:00")
    hers, his = AccountClosure.objects.order_by("account_ref")
    assert his.received_at - hers.received_at == timedelta(hours=4), "Amsterdam is an hour ahead of UTC then"


@pytest.mark.parametrize(("option", "copy"), [([], "asked"), (["--without-copy"], "none")])
def test_the_terms_decide_about_a_copy_unless_told_otherwise(anna, capsys, settings, option, copy):
    settings.SEALED_RECIPIENT = str(OfflineKey.fresh().recipient)
    run(capsys, "file", "anna@example.org", *option)
    assert AccountClosure.objects.get().copy == copy


def test_a_dry_run_counts_and_closes_nothing(anna, capsys):
    said = run(capsys, "file", "anna@example.org", "--dry-run").out
    assert "  account: 1" in said and "anna" not in said.lower()
    with pytest.raises(CommandError, match="geen account"):
        call_command("closures", "file", "niemand@example.org", "--dry-run")
    assert not AccountClosure.objects.exists() and anna.is_active


def test_filing_twice_keeps_the_earlier_receipt(anna, capsys):
    early = clock.now() - timedelta(hours=10)
    run(capsys, "file", "anna@example.org")
    run(capsys, "file", "anna@example.org", "--received", early.isoformat())
    assert AccountClosure.objects.get().received_at == early


def test_watching_fails_when_something_is_late(anna, capsys):
    run(capsys, "watch")
    run(capsys, "file", "anna@example.org", "--received", (clock.now() - timedelta(hours=46)).isoformat())
    with pytest.raises(SystemExit) as ended:
        call_command("closures", "watch")
    assert ended.value.code == 1 and "anna" not in capsys.readouterr().err.lower()
