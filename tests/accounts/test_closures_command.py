"""A closing that came by letter or mail is filed by staff and counts from its receipt (W-75)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.closure.models import AccountClosure
from wijk import clock
from wijk.mail.models import OutgoingMail


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
    known, unknown = run(capsys, "file", "anna@example.org"), run(capsys, "file", "niemand@example.org")
    assert known.out == unknown.out
    assert "geen account" in unknown.err


@pytest.mark.parametrize("moment", ["gisteren", "2026-13-45", "2999-01-01T10:00", "2026-11-24T25:00"])
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
