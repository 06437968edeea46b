"""Every door leads to the one log-in: walked from the URL table, so that a library cannot bring a second one along."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.test_access_matrix import OBJECTS, addresses, is_library, library, place

LOGIN = "/account/login/"
# Where a password is typed by somebody who is not logged in; all but the first choose a new one.
TYPED_AT = {LOGIN, "/account/signup/", "/mijn-vraag/…/account/"}
CREDENTIALS = {"password": factories.PASSWORD, "password1": factories.PASSWORD, "next": "/mijn/"}
DOORS = re.compile(r"log_?in|password|authenticate|sign_?in|inloggen|wachtwoord")


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def paths(klarendal, anna, mo):
    """Every address a visitor could try, and some that other software has its log-in at."""
    here = place(klarendal, anna, mo)
    found = {"/admin/", "/admin/login/", "/login/", "/_util/login/", "/wp-login.php", "/cms/login/?next=/cms/"}
    found |= {*library("cms/"), *library("account/")}
    for address in addresses():
        if not is_library(address) and address.name in OBJECTS:
            found.add(reverse(address.name, kwargs=OBJECTS[address.name](here)))
        elif not is_library(address) and not re.search(r"[<(^]", address.route):
            found.add("/" + address.route)
    assert len(found) > 300
    return sorted(found)


def test_a_password_is_asked_in_one_place_and_taken_nowhere_else(paths, anna):
    asking, opened, doors = set(), set(), 0
    # All are read before any is sent: what a link of a mail opens may end by a button.
    for path in paths:
        page = Client(raise_request_exception=False).get(path)
        if page.status_code == 200 and not page.streaming and b'type="password"' in page.content:
            asking.add(re.sub(r"(?<=^/mijn-vraag/)[^/]+", "…", path))
        doors += bool(DOORS.search(path))
    for path in paths:
        visitor = Client(raise_request_exception=False)
        visitor.post(path, {**CREDENTIALS, "login": anna.email, "username": anna.email, "email": anna.email})
        if "_auth_user_id" in visitor.session:
            opened.add(path)
    assert asking == TYPED_AT
    assert opened == {LOGIN}
    assert doors > 10


def test_each_door_of_a_library_sends_on_to_that_place_or_does_not_exist(paths):
    ours = re.compile(r"^/account/")
    for path in paths:
        if DOORS.search(path) and not ours.match(path):
            answer = Client(raise_request_exception=False).get(path)
            assert answer.status_code in {302, 404}, path
            if answer.status_code == 302:
                assert answer.url.startswith(LOGIN), path
