"""A signed word in a mailed link."""

from datetime import timedelta

import pytest
from django.core import signing

from wijk import clock
from wijk.links import of_link, signed

SALT = "tests.links"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("what", [7, "een-naam"])
def test_a_link_says_what_it_is_about_and_how_old_it_is(what):
    word = signed(what, salt=SALT)
    with clock.frozen(clock.now() + HOUR):
        link = of_link(word, salt=SALT)
    assert link.what == what
    assert HOUR <= link.age < HOUR + timedelta(minutes=1)


def test_a_link_mailed_before_still_works():
    made = clock.now() - HOUR
    word = signing.dumps([7, made.timestamp()], salt=SALT)
    with clock.frozen(made + HOUR):
        assert of_link(word, salt=SALT) == (7, HOUR)


def test_a_link_of_another_use_a_changed_one_and_no_link_at_all_are_none():
    word = signed(7, salt=SALT)
    for other in (signed(7, salt="tests.other"), word[:-1] + ("A" if word[-1] != "A" else "B"), "", "geen:link:hier"):
        assert of_link(other, salt=SALT) is None
