"""The people and places every test may use.

Anna lives in Klarendal and Bram in Presikhaaf West; Mo manages Klarendal and Els Presikhaaf West; Eva edits pages,
Petra is the privacy officer and Otto the operator. What else a test needs it makes with the factories of
tests/factories.py, or with the real actions.
"""

import hashlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.template import RequestContext
from django.test import client
from xdist.scheduler import LoadScopeScheduling

from content.search import vocabulary
from content.statistics import counting
from tests import factories

# The groups of tests that take longest, longest first.
LONGEST = (
    "wijk/test_mail_proof.py",
    "test_access_matrix_proof.py",
    "content/test_newsletters_proof.py",
    "test_restore_drill_proof.py",
    "accounts/test_closure_kills_proof.py",
    "browser",
    "test_access_matrix.py",
)


def pytest_configure(config):
    """Names the test database after the migrations, so that a kept one is never stale."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    for path in sorted([*root.glob("*/migrations/*.py"), root / "requirements" / "dev.txt"]):
        digest.update(path.read_bytes())
    name = f"test-{digest.hexdigest()[:12]}"
    database = settings.DATABASES["default"]
    test = database.setdefault("TEST", {})
    test["NAME"] = str(settings.VAR_DIR / f"{name}.sqlite3") if settings.SQLITE else name.replace("-", "_")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes minutes begins first, and then files with many tests: no core waits at the end for the other."""
    groups = {item: group_of(item.nodeid) for item in items}
    sizes = Counter(groups.values())
    items.sort(key=lambda item: (LONGEST.index(groups[item]) if groups[item] in LONGEST else 99, -sizes[groups[item]]))


class ByGroup(LoadScopeScheduling):
    """Keeps the tests of a file on one core, and those in a browser on one as well: they share a served town.

    The groups of xdist itself are not seen by the pytest of today, which made each town twice.
    """

    def _split_scope(self, nodeid):
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return ByGroup(config, log)


def group_of(nodeid):
    path = nodeid.partition("::")[0].removeprefix("tests/")
    return "browser" if path.startswith("browser/") else path


@pytest.fixture(autouse=True)
def clean_cache(request):
    """The limits of one test must not reach the next."""
    if "db" in request.fixturenames or "client" in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()
        vocabulary.forget()


@pytest.fixture(autouse=True)
def new_ledger():
    """What is written beside the database is not rolled back after a test, and the next one begins without it."""
    yield
    settings.ERASURE_LEDGER.unlink(missing_ok=True)


@pytest.fixture(autouse=True, scope="session")
def one_context_a_page():
    """The test client keeps what a page was drawn with, and makes no copy for every part of it: that took long."""
    keep = client.store_rendered_templates

    def keep_the_page(store, signal, sender, template, context, **more):
        if "context" not in store and isinstance(context, RequestContext):
            keep(store, signal, sender, template, context, **more)

    client.store_rendered_templates = keep_the_page


@pytest.fixture(autouse=True, scope="session")
def count_pages_by_hand():
    """What is counted is written when a test says so, not in whichever test is running half a minute later."""
    counting.EVERY = timedelta(days=365)


@pytest.fixture
def klarendal(db):
    return factories.neighbourhood("Klarendal", code="WK020204")


@pytest.fixture
def presikhaaf(db, klarendal):
    return factories.neighbourhood("Presikhaaf West", code="WK020205")


@pytest.fixture
def anna(klarendal):
    return factories.member("Anna", "Jansen", lives_in=klarendal)


@pytest.fixture
def bram(presikhaaf):
    return factories.member("Bram", "de Vries", lives_in=presikhaaf)


@pytest.fixture
def mo(klarendal):
    return factories.manager("Mo", "Yilmaz", of=klarendal)


@pytest.fixture
def els(presikhaaf):
    return factories.manager("Els", "Bakker", of=presikhaaf)


@pytest.fixture
def eva(db):
    return factories.editor("Eva", "Smit")


@pytest.fixture
def petra(db):
    return factories.privacy_officer("Petra", "Visser")


@pytest.fixture
def otto(db):
    return factories.operator("Otto", "Mulder")


@pytest.fixture
def as_(client):
    """`as_(anna)` is a browser in which Anna has just logged in; `as_(anna, ago=timedelta(hours=1))` a while ago."""

    def log_in(user, **when):
        browser = type(client)()
        factories.log_in(browser, user, **when)
        return browser

    return log_in
