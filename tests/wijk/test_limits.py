"""Limits hold for all workers together and keep no address."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from wijk import clock
from wijk.limits import Allowance, attempt, client_network, take

HOUR = timedelta(hours=1)


def test_what_is_used_up_comes_back_after_the_window(db):
    assert [take("x", "a", limit=2, per=HOUR) for _time in range(4)] == [True, True, False, False]
    with clock.frozen(timedelta(minutes=59)):
        assert not take("x", "a", limit=2, per=HOUR)
    with clock.frozen(timedelta(minutes=61)):
        assert [take("x", "a", limit=2, per=HOUR) for _time in range(3)] == [True, True, False]


def test_each_limit_and_each_subject_has_its_own_count(db):
    assert take("x", "a", limit=1, per=HOUR) and take("x", "b", limit=1, per=HOUR) and take("y", "a", limit=1, per=HOUR)
    assert not take("x", "a", limit=1, per=HOUR)


def test_the_row_holds_no_subject(db):
    take("address", "vera@example.net", limit=1, per=HOUR)
    assert "vera" not in str(Allowance.objects.values())


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Rows that other threads see. Taken away by hand: emptying the whole database would take migrated rows along."""
    with django_db_blocker.unblock():
        yield
        Allowance.objects.all().delete()


def test_many_workers_together_get_no_more_than_the_limit(committed):
    answers, start = [], threading.Barrier(6)

    def work():
        start.wait()
        answers.extend(take("x", "a", limit=10, per=HOUR) for _time in range(5))
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == [False] * 20 + [True] * 10


def test_tries_at_the_same_moment_get_no_more_than_one_by_one(committed):
    waits, start = [], threading.Barrier(6)

    def work():
        start.wait()
        waits.extend(attempt("x", "anna") for _time in range(3))
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [bool(wait) for wait in waits].count(False) == 5


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "network"),
    [
        (0, "192.0.2.77", "", "192.0.2.0/24"),
        (0, "192.0.2.77", "203.0.113.9", "192.0.2.0/24"),
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (1, "10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.0/24"),
        (2, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.0/24"),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.0/24"),
        (1, "10.0.0.1", "onzin", "unknown"),
        (1, "10.0.0.1", "2001:db8:1:2::3", "2001:db8:1::/48"),
        (1, "10.0.0.1", "::ffff:203.0.113.9", "203.0.113.0/24"),
        (1, "10.0.0.1", "fe80::1%eth0", "fe80::/48"),
        (0, "", "", "unknown"),
    ],
)
def test_a_sender_is_known_by_network_and_proxies_only_as_configured(rf, settings, proxies, remote, forwarded, network):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_network(request) == network
