"""What a stranger could measure: the work done for a known address and for an unknown one (design, section 7).

Answers leave on one beat (wijk/pace.py), which hides what is left here; these figures say how much there is to hide.
"""

import time
from itertools import count
from statistics import median

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.limits import Allowance

TRIES = 25
NETWORKS = count(1)
pytestmark = pytest.mark.proof


def login(browser, email, here):
    return browser.post("/account/login/", {"login": email, "password": "een verkeerd wachtwoord"})


def signup(browser, email, here):
    form = {"first_name": "Nour", "last_name": "Aziz", "neighbourhood": here.slug, "is_16": "on", "terms": "on"}
    return browser.post("/account/signup/", {**form, "email": email, "password1": "paarse fiets in de regen"})


def reset(browser, email, here):
    return browser.post("/account/password/reset/", {"email": email})


def contact(browser, email, here):
    form = {"message": "Ik kom graag helpen.", "email": email, "sent_at": signed_time(clock.MINUTE)}
    return browser.post(f"/bericht/{here.post.pk}/{here.post.slug}/contact/", form)


def newsletter(browser, email, here):
    form = {"email": email, "first_name": "Nour", "sent_at": signed_time(clock.MINUTE)}
    return browser.post(f"/nieuwsbrief/{here.slug}/", form)


def leaving(browser, email, here):
    return browser.post("/nieuwsbrief/stoppen/", {"email": email, "sent_at": signed_time(clock.MINUTE)})


@pytest.fixture
def here(settings, klarendal, anna, bram):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    bram.set_password(factories.PASSWORD)
    bram.save()
    factories.subscription(bram.email, klarendal)
    klarendal.post = factories.post(anna, klarendal)
    return klarendal


def measured(ask, email, here):
    """One answer and how long it took; whatever it did is undone, so that each starts from the same state."""
    cache.clear()
    with transaction.atomic():
        Allowance.objects.all().delete()
        browser = Client(REMOTE_ADDR=f"10.{next(NETWORKS) % 250}.1.1")
        start = time.perf_counter()
        answer = ask(browser, email, here)
        took = time.perf_counter() - start
        transaction.set_rollback(True)
    return took, (answer.status_code, answer.headers.get("Location"))


def told_apart(known, unknown):
    """How often a known address takes longer than an unknown one: .5 says nothing, 1 says all (the area under ROC)."""
    wins = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return wins / (len(known) * len(unknown))


@pytest.mark.parametrize("ask", [login, signup, reset, contact, newsletter, leaving], ids=lambda ask: ask.__name__)
def test_a_known_address_takes_the_same_work_as_an_unknown_one(ask, here, bram, capsys):
    known, unknown, answers = [], [], set()
    measured(ask, bram.email, here)
    for number in range(TRIES):
        for times, email in ((known, bram.email), (unknown, f"niemand{number}@example.net")):
            took, answer = measured(ask, email, here)
            times.append(took)
            answers.add(answer)
    assert len(answers) == 1, "the answer itself tells them apart"
    ratio = median(known) / median(unknown)
    with capsys.disabled():
        print(
            f"\n{ask.__name__}: known {median(known) * 1000:.0f} ms, unknown {median(unknown) * 1000:.0f} ms, "
            f"ratio {ratio:.2f}, told apart {told_apart(known, unknown):.2f}"
        )
    assert 1 / 3 < ratio < 3, "one of them does work that the other does not"
