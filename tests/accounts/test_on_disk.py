"""When PostgreSQL's tables are written anew after an erasure; that it helps is shown by test_canaries_proof.py."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.closure import actions, on_disk
from wijk import clock
from wijk.schedule import ScheduledJob

NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def rewritten(monkeypatch):
    """Each moment at which the tables would have been written anew."""
    moments = []

    def rewrite():
        moments.append(clock.now())
        ScheduledJob.objects.update_or_create(
            name=on_disk.REWRITTEN, defaults={"next_run_at": clock.now(), "finished_at": clock.now()}
        )
        return 1

    monkeypatch.setattr(on_disk, "rewrite", rewrite)
    return moments


def test_tables_are_written_anew_once_in_the_night_after_an_erasure(anna, rewritten):
    with clock.frozen(NOON):
        actions.close(user=anna, by=anna)
    with clock.frozen(NOON + timedelta(hours=24)):
        assert actions.advance_all() == 1
    # Noon, the nights of two days, and the noon between them.
    for hours in (24, 39, 40, 48, 63):
        with clock.frozen(NOON + timedelta(hours=hours)):
            on_disk.rewrite_in_time()
    assert rewritten == [NOON + timedelta(hours=39)]


def test_they_do_not_wait_for_a_night_that_comes_too_late(anna, rewritten):
    morning = NOON - timedelta(hours=6)
    with clock.frozen(morning):
        actions.close(user=anna, by=anna)
    with clock.frozen(morning + timedelta(hours=24)):
        assert actions.advance_all() == 1
    with clock.frozen(morning + timedelta(hours=41)):
        on_disk.rewrite_in_time()
    assert rewritten == [morning + timedelta(hours=41)]


def test_without_an_erasure_nothing_is_shut(db, rewritten):
    with clock.frozen(NOON + timedelta(hours=15)):
        on_disk.rewrite_in_time()
    assert rewritten == []


def test_tables_in_which_nobody_wrote_a_word_are_left_alone(db):
    tables = on_disk._tables()
    assert '"accounts_user"' in tables and '"django_session"' in tables
    # The page of an organisation that was one person's, and what the search knows of it, went with that person.
    assert '"content_guideentry"' in tables and '"content_location"' in tables
    assert '"content_daycount"' not in tables
