"""The long proof of backups: somebody erased after a backup is not back when it is put back, by the real commands."""

import json

import pytest

from tests.own_site import own_site

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

BUILD = """
from tests import factories
area = factories.neighbourhood("Klarendal", code="WK020204")
ina = factories.member("Ina", "Kanarie", lives_in=area)
factories.post(ina, area, title="Kanarie te geef")
kees = factories.member("Kees", "Blijver", lives_in=area)
factories.post(kees, area, title="Ladder te leen")
"""
CLOSE = """
from accounts.archive.actions import new_code
from accounts.closure import actions
from accounts.users.models import User
ina = User.objects.get(first_name="Ina")
actions.close(user=ina, by=ina, copy=True, code_key=new_code().public_key)
"""
DESTROY = """
from accounts.archive.actions import destroy
from accounts.archive.models import SealedCopy
destroy(copy=SealedCopy.objects.get(), why="refused")
"""
LOOK = """
import json
from django.test import Client
from accounts.archive.ledger import must_not_serve
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.users.models import User
from content.posts.models import Post
from tests.accounts.test_erasure import everything_stored
print(json.dumps({
    "people": list(User.objects.values_list("first_name", flat=True)),
    "posts": list(Post.objects.values_list("title", flat=True)),
    "stored": "Kanarie" in everything_stored(),
    "found": Client().get("/zoeken/?q=geef").content.decode().count("Kanarie te <mark>geef</mark>"),
    "copies": SealedCopy.objects.live().count(),
    "keys": KeyWrap.objects.count(),
    "shut": must_not_serve(),
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup):
    with own_site(tmp_path_factory.mktemp("site")) as site:
        yield site


def test_an_older_backup_brings_nobody_back(site):
    room = site.folder / "backup"
    site.code(BUILD)
    site.run("manage.py", "backup", room)
    site.code(CLOSE)
    site.run("manage.py", "run_due", WIJK_CLOCK_OFFSET="+25h")
    site.run("manage.py", "backup", room, WIJK_CLOCK_OFFSET="+26h")
    site.code(DESTROY, WIJK_CLOCK_OFFSET="+27h")
    gone = json.loads(site.code(LOOK))
    assert gone["people"] == ["Kees"] and gone["copies"] == 0

    oldest, newest = sorted((room / "main").iterdir())
    # The database alone, as a careless hand would put it back: nothing is served and no worker runs.
    careless = site.code(
        "from pathlib import Path; from accounts.archive.backups import put_back\n"
        f"put_back(Path({str(oldest)!r}), 'default')\nfrom accounts.archive.ledger import must_not_serve\n"
        "print(must_not_serve())"
    )
    assert "restore --replay" in careless
    refused = site.run("manage.py", "run_due", check=False)
    assert refused.returncode != 0 and "restore --replay" in refused.stderr

    for backup in (oldest, newest, *sorted((room / "keyring").iterdir())):
        site.run("manage.py", "restore", backup)
        now = json.loads(site.code(LOOK))
        assert now == {**gone, "posts": ["Ladder te leen"], "found": 0, "stored": False, "keys": 0, "shut": ""}
    site.run("manage.py", "restore", "--accept")
    assert "Ran:" in site.run("manage.py", "run_due").stdout
