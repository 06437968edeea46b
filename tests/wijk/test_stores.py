"""What holds data and is no table is declared too: settings, files, tables without a model, cookies (W-56, P-34)."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client, override_settings

from accounts.closure.outside import STORES as ELSEWHERE
from tests import factories
from tests.test_access_matrix import OBJECTS, SHUT, addresses, is_library, quick, world  # noqa: F401  fixtures
from tests.test_architecture import CODE
from wijk.access import Access
from wijk.personal_data import STORES, TERMS, Ground, Recipient, Visibility
from wijk.schedule import JOBS
from wijk.stores import cookie_names, cookies, forget_expired_cache

SECTIONS = {"database": "DATABASES", "cache": "CACHES", "storage": "STORAGES", "mailer": "MAILERS"}
SCRIPTS = sorted((settings.BASE_DIR / "static/js").glob("*.js"))
COOKIES = {name for store in STORES.values() for name in cookie_names(store)}
ROLES = {
    "visitor": (Access.PUBLIC, Access.VISITOR),
    "mo": (Access.PUBLIC, Access.MEMBER, Access.DESK),
    "otto": (Access.OFFICE, Access.STAFF),
}


def in_settings():
    """Every place of data that the settings name."""
    names = [name for name in dir(settings) if name.isupper()]
    yield from (f"{kind} {alias}" for kind, name in SECTIONS.items() for alias in getattr(settings, name))
    yield from (f"log {name}" for name in settings.LOGGING["handlers"])
    yield from (f"path {name}" for name in names if isinstance(getattr(settings, name), Path))
    yield from (f"cookie {name}" for name in names if name.endswith("_COOKIE_NAME"))


def beside_them():
    """What code of ours puts beside the database without a setting of its own."""
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        if path.name != "settings.py":
            for name in re.findall(r'VAR_DIR\)? / f?"([\w.-]+)"', text):
                yield f"file VAR_DIR/{name}"
    for script in SCRIPTS:
        rooms = re.findall(r'const ROOM = "([\w-]+)"', script.read_text(encoding="utf-8"))
        yield from (f"browser {room}" for room in rooms)


def undeclared(places):
    declared = [place for store in STORES.values() for place in store.places]
    return sorted(place for place in places if not any(fnmatchcase(place, known) for known in declared))


def test_every_place_of_data_in_settings_and_code_is_declared():
    assert undeclared([*in_settings(), *beside_them()]) == []


def test_no_declared_place_is_gone():
    there = {*in_settings(), *beside_them(), "file VAR_DIR/secret", *(f"service {name}" for name in ELSEWHERE)}
    named = {place for store in STORES.values() for place in store.places}
    # Tables without a model differ between databases; cookies of libraries have no setting.
    fixed = {place for place in named if not place.startswith("table ") and not re.match(r"cookie [a-z]", place)}
    assert fixed - there == set()


def test_an_undeclared_store_cache_path_or_cookie_is_found_by_name(tmp_path):
    more = {**settings.CACHES, "renditions": settings.CACHES["default"]}
    with override_settings(CACHES=more, SPOOL=tmp_path, TRACKER_COOKIE_NAME="t"):
        assert undeclared(in_settings()) == ["cache renditions", "cookie TRACKER_COOKIE_NAME", "path SPOOL"]


def test_scripts_keep_nothing_in_a_browser_but_what_is_declared():
    keeping = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.open\((?!ROOM)")
    assert [path.name for path in SCRIPTS if keeping.search(path.read_text(encoding="utf-8"))] == []
    assert "browser offline-page" in set(beside_them())


def test_every_table_without_a_model_is_declared(db):
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        tables = {table.name for table in connection.introspection.get_table_list(cursor)} - models
    assert undeclared(f"table {name}" for name in tables) == []
    assert "wijk_cache" in tables


@pytest.mark.parametrize("name", STORES)
def test_every_store_says_all_it_must(name):
    store = STORES[name]
    assert store.label and store.what and store.erased and store.places
    assert store.retention in TERMS and isinstance(store.ground, Ground) and isinstance(store.visibility, Visibility)
    assert Recipient.HOST in store.handed_to


def test_every_service_that_must_erase_a_leaver_is_declared_as_a_store():
    assert set(ELSEWHERE) - set(STORES) == set()


# Cookies -------------------------------------------------------------------------------------------------------------


def test_no_page_sets_a_cookie_that_is_not_declared(world):  # noqa: F811
    world.roles.browser.raise_request_exception = False
    seen, asked = set(), 0
    for address in addresses():
        known = not address.has_object or address.name in OBJECTS
        if address.access and known and address.name not in SHUT:
            for role, circles in ROLES.items():
                if address.access in circles and not (is_library(address) and address.has_object):
                    path = f"/{address.route}" if is_library(address) else address.at(world.here)
                    answer, _made = world.roles.ask(role, "get", path)
                    asked += 1
                    if answer.cookies:
                        seen |= set(answer.cookies)
                        assert address.access != Access.PUBLIC, f"{path} is for everybody and sets a cookie"
    assert asked > 100
    assert seen - COOKIES == set()


def test_what_people_do_sets_no_cookie_that_is_not_declared(anna, klarendal):
    browser, seen = Client(), set()
    for path, typed in (
        ("/taal/", {"language": "en"}),
        ("/account/login/", {"login": anna.email, "password": factories.PASSWORD}),
        ("/mijn/gegevens/", {"first_name": "Anna", "last_name": "Smit", "language": "nl"}),
        ("/mijn/gegevens/verbergen/", {}),
        ("/account/logout/", {}),
    ):
        seen |= set(browser.get(path).cookies) | set(browser.post(path, typed).cookies)
    assert {"taal", "session", "csrf"} <= seen <= COOKIES


def test_our_own_scripts_keep_nothing_in_the_browser():
    scripts = sorted((Path(settings.BASE_DIR) / "static/js").glob("*.js"))
    keeping = re.compile(r"document\.cookie|localStorage|sessionStorage|indexedDB")
    assert scripts
    assert [path.name for path in scripts if keeping.search(path.read_text(encoding="utf-8"))] == []


def test_the_cookie_page_lists_exactly_the_declared_cookies():
    assert {row["name"] for row in cookies()} == COOKIES
    assert all(row["why"] and row["term"] for row in cookies())


# The cache -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="looks into the table")
def test_the_shared_cache_names_nobody_who_failed_to_log_in(client, anna):
    form = {"login": anna.email, "password": "niet-het-wachtwoord"}
    client.post("/account/login/", form, REMOTE_ADDR="192.0.2.77", follow=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key, value FROM {caches['default']._table}")
        rows = cursor.fetchall()
    assert rows
    assert [row for row in rows if "192.0.2.77" in str(row) or anna.email in str(row)] == []


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="Redis lets go by itself")
def test_what_ran_out_leaves_the_shared_cache(db):
    cache.set("old", "x", timeout=-1)
    cache.set("running", "x", timeout=60)
    table = caches["default"]._table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        before = cursor.fetchone()[0]
        forget_expired_cache()
        cursor.execute(f"SELECT count(*) FROM {table}")
        left = cursor.fetchone()[0]
    assert (before, left, cache.get("running")) == (2, 1, "x")
    assert "wijk.stores.forget_expired_cache" in {job.function for job in JOBS}
