"""What a stranger could measure: answers for a known address and for an unknown one (design, section 7).

Equal in every byte but the address that was typed, and told apart by their time no better than by guessing. The work
behind them may differ a little; answers leave on one beat (wijk/pace.py), and here both are measured, with the real
Argon2 and the real waiting.
"""

import re
import time
from dataclasses import dataclass, field
from itertools import count
from math import ceil, sqrt
from statistics import median

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.archive.models import SealedCopy, address_lookups
from accounts.signup.adapter import AccountAdapter
from accounts.users.models import User
from content.signups import actions as signups
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.limits import Allowance

WARM_UP, TRIES = 4, 50
# Enough to choose a beat, and to see that neither does several times the work of the other.
BARE_TRIES = 12
# The area under the curve: .5 says nothing, 1 says all. A single form may differ by chance alone at so few tries.
GUESSING = 0.55
CHANCE = sqrt((2 * TRIES + 1) / (12 * TRIES * TRIES))
NETWORKS = count(1)
CHANGING = re.compile(r'(name="csrfmiddlewaretoken" value|name="sent_at" value)="[^"]*"|[\w.+-]+@example\.(org|net)')
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


def sign_up(browser, email, here):
    form = {"name": "Nour", "people": "1", "email": email, "sent_at": signed_time(clock.MINUTE)}
    return browser.post(f"/bericht/{here.activity.pk}/{here.activity.slug}/aanmelden/", form)


def newsletter(browser, email, here):
    form = {"email": email, "first_name": "Nour", "sent_at": signed_time(clock.MINUTE)}
    return browser.post(f"/nieuwsbrief/{here.slug}/", form)


def leaving(browser, email, here):
    return browser.post("/nieuwsbrief/stoppen/", {"email": email, "sent_at": signed_time(clock.MINUTE)})


def copy(browser, email, here):
    """Asks for the way back with a sealed copy."""
    return browser.post("/account/terugkomen/", {"email": email, "sent_at": signed_time(clock.MINUTE)})


def another_address(browser, email, here):
    """A member adds an address that may be somebody else's."""
    factories.log_in(browser, here.member)
    return browser.post("/account/email/", {"action_add": "", "email": email})


def rights(browser, email, here):
    form = {"email": email, "right": "access", "delivery": "mail", "sent_at": signed_time(clock.MINUTE)}
    return browser.post("/privacy/verzoek/", form)


FORMS = (login, signup, reset, contact, sign_up, newsletter, leaving, copy, another_address, rights)


@pytest.fixture
def here(settings, klarendal, anna, bram):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    bram.set_password(factories.PASSWORD)
    bram.save()
    factories.subscription(bram.email, klarendal)
    sealed = {"created_at": clock.now(), "expires_at": clock.now() + 99 * clock.MINUTE, "size": 1, "format": 1}
    SealedCopy.objects.create(name="a" * 32, lookup=address_lookups(bram.email)[0], account_ref=0, epoch=0, **sealed)
    klarendal.post, klarendal.member = factories.post(anna, klarendal), anna
    klarendal.activity = factories.activity(anna, klarendal, signup_on=True)
    typed = {"name": "Bram", "people": 1, "remark": ""}
    signups.sign_up(post=klarendal.activity, typed=typed, form_key="b", language="nl", by=bram)
    return klarendal


@dataclass
class Measured:
    """How long answers took for a known address and for unknown ones, and every answer that was given."""

    known: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    answers: set = field(default_factory=set)

    @property
    def told_apart(self):
        """How often a known address takes longer than an unknown one, or shorter, whichever tells more."""
        wins = sum((one > other) + (one == other) / 2 for one in self.known for other in self.unknown)
        return wins / (len(self.known) * len(self.unknown))

    def __str__(self):
        each = f"known {median(self.known) * 1000:.0f} ms, unknown {median(self.unknown) * 1000:.0f} ms"
        return f"{each}, told apart {self.told_apart:.2f}"


def measure(ask, here, known, tries):
    """Both kinds in turn, so that whatever else the machine does meets both."""
    found = Measured()
    for number in range(tries):
        pair = [(found.known, known), (found.unknown, f"n{number:03d}@example.org")]
        for times, email in pair if number % 2 else reversed(pair):
            took, answer = one(ask, email, here)
            times.append(took)
            found.answers.add(answer)
    return found


def one(ask, email, here):
    """One answer and how long it took; whatever it did is undone, so that each starts from the same state."""
    cache.clear()
    with transaction.atomic():
        Allowance.objects.all().delete()
        browser = Client(REMOTE_ADDR=f"10.{next(NETWORKS) % 250}.1.1")
        start = time.perf_counter()
        response = ask(browser, email, here)
        took = time.perf_counter() - start
        headers = tuple(
            sorted((name, CHANGING.sub("", value)) for name, value in response.headers.items() if name != "Expires")
        )
        answer = (response.status_code, headers, sorted_cookies(response), body(response))
        transaction.set_rollback(True)
    return took, answer


def sorted_cookies(response):
    return tuple(sorted((name, morsel["max-age"], morsel["path"]) for name, morsel in response.cookies.items()))


def body(response):
    return CHANGING.sub("", response.content.decode())


def beat_for(bare):
    """A beat as an operator would choose it on this machine: well above what this answer takes."""
    return max(0.1, ceil(max(median(bare.known), median(bare.unknown)) * 60) / 20)


def both_ways(settings, ask, here, known):
    """Without the beat and on it."""
    settings.PACE_SECONDS = 0.0
    measure(ask, here, known, WARM_UP)
    bare = measure(ask, here, known, BARE_TRIES)
    settings.PACE_SECONDS = beat_for(bare)
    return bare, measure(ask, here, known, TRIES)


def test_a_known_address_answers_like_an_unknown_one_in_every_byte_and_at_the_same_time(settings, here, bram, capsys):
    found = {}
    for ask in FORMS:
        bare, paced = found[ask.__name__] = both_ways(settings, ask, here, bram.email)
        with capsys.disabled():
            print(f"\n{ask.__name__}: {paced}; without the beat {bare}")
    apart = [paced.told_apart for _bare, paced in found.values()]
    together = sum(apart) / len(apart)
    with capsys.disabled():
        print(f"\nall forms together told apart {together:.3f}")
    assert {name: len(paced.answers) for name, (_bare, paced) in found.items()} == dict.fromkeys(found, 1)
    assert abs(together - 0.5) <= GUESSING - 0.5
    assert max(abs(one - 0.5) for one in apart) <= GUESSING - 0.5 + 3 * CHANCE
    for name, (bare, _paced) in found.items():
        ratio = median(bare.known) / median(bare.unknown)
        assert 1 / 3 < ratio < 3, f"{name}: one does work that the other does not"


def test_work_for_a_known_address_alone_shows_without_the_beat_and_not_on_it(settings, here, bram, capsys, monkeypatch):
    """The proof of the proof: one hash more for whom we know, as a sign-up that nobody treated would do."""
    send = AccountAdapter.send_mail

    def send_slowly(self, template, email, context):
        if email == bram.email:
            User().set_password("een hash meer")
        send(self, template, email, context)

    monkeypatch.setattr(AccountAdapter, "send_mail", send_slowly)
    bare, paced = both_ways(settings, reset, here, bram.email)
    with capsys.disabled():
        print(f"\nwith a hash more: {paced}; without the beat {bare}")
    assert bare.told_apart > 0.9
    assert abs(paced.told_apart - 0.5) <= GUESSING - 0.5 + 3 * CHANCE
