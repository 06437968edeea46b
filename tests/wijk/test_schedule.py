"""What runs by the clock: once when due, never by two workers, whatever fails."""

from datetime import timedelta

import pytest

from wijk import clock, schedule
from wijk.schedule import Job, ScheduledJob, run_due

HOUR = timedelta(hours=1)
calls = []


def count():
    calls.append(clock.now())


def fail():
    calls.append(clock.now())
    raise RuntimeError("broken")


@pytest.fixture(autouse=True)
def jobs(db, monkeypatch):
    calls.clear()
    found = (Job("fails", f"{__name__}.fail", HOUR), Job("counts", f"{__name__}.count", HOUR))
    monkeypatch.setattr(schedule, "JOBS", found)


def test_a_job_runs_when_due_and_not_again_before_its_time():
    assert run_due(only="counts") == ["counts"]
    assert run_due(only="counts") == []
    with clock.frozen(timedelta(minutes=61)):
        assert run_due(only="counts") == ["counts"]


def test_a_failing_job_stops_no_other_and_leaves_only_the_name_of_its_trouble():
    assert run_due() == ["fails", "counts"]
    assert ScheduledJob.objects.get(name="fails").error == "RuntimeError"
    assert ScheduledJob.objects.get(name="counts").error == ""


def test_a_job_in_hand_waits_until_its_worker_is_given_up():
    run_due(only="counts")
    now = clock.now()
    ScheduledJob.objects.filter(name="counts").update(next_run_at=now, leased_until=now + timedelta(minutes=5))
    assert run_due(only="counts") == []
    with clock.frozen(timedelta(minutes=6)):
        assert run_due(only="counts") == ["counts"]


def test_a_rehearsal_on_a_shifted_clock_does_not_hold_up_todays_work():
    with clock.frozen(timedelta(hours=49)):
        assert run_due(only="counts") == ["counts"]
    assert run_due(only="counts") == ["counts"]


def test_with_nothing_due_a_worker_asks_the_same_few_questions_however_many_jobs(django_assert_num_queries):
    run_due()
    with django_assert_num_queries(2):
        assert run_due() == []


def test_every_job_and_readiness_function_exists():
    from django.utils.module_loading import import_string

    from wijk.schedule import READINESS

    for path in READINESS:
        assert import_string(path)() == ""


@pytest.mark.django_db(databases=["default", "keyring"])
def test_every_job_of_the_schedule_can_run_on_an_empty_site(monkeypatch):
    monkeypatch.undo()
    ran = run_due()
    assert ran == [job.name for job in schedule.JOBS]
    assert not ScheduledJob.objects.exclude(error="").exists()
