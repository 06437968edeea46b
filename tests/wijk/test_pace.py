"""Answers that must not tell who is known leave on one beat."""

from types import SimpleNamespace

import pytest
from django.urls import resolve

from tests import factories
from wijk import pace

PACED = [
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/nieuwsbrief/klarendal/",
    "/nieuwsbrief/stoppen/",
    "/privacy/verzoek/",
]


@pytest.fixture
def naps(monkeypatch, settings):
    """How long each answer was held."""
    settings.PACE_SECONDS = 0.6
    held = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=held.append, monotonic=pace.time.monotonic))
    return held


@pytest.mark.parametrize("elapsed, held", [(0.0, 0.6), (0.14, 0.46), (0.6, 0.0), (0.61, 0.59), (1.9, 0.5)])
def test_an_answer_waits_for_the_next_beat(settings, elapsed, held):
    settings.PACE_SECONDS = 0.6
    assert pace.until_next_beat(elapsed) == pytest.approx(held)


def test_without_a_beat_nothing_waits(settings):
    settings.PACE_SECONDS = 0
    assert pace.until_next_beat(0.14) == 0


def test_what_is_posted_to_a_form_with_an_address_waits_and_reading_does_not(client, klarendal, naps):
    for path in PACED:
        client.get(path)
    assert naps == []
    for path in PACED:
        assert (
            client.post(path, {"email": "wie@example.org", "login": "wie@example.org", "password": "x"}).status_code
            < 500
        )
    assert len(naps) == len(PACED)
    assert all(0 < nap <= 0.6 for nap in naps)


def test_writing_to_a_poster_waits_too(client, anna, klarendal, naps):
    post = factories.post(anna, klarendal)
    client.post(f"/bericht/{post.pk}/{post.slug}/contact/", {})
    assert len(naps) == 1


def test_the_library_s_forms_are_where_the_list_says():
    assert all(resolve(path) for path in pace.PACED_PATHS)
