"""The commands of deploy/README.md, as an operator types them: back up, erase, put the older backup back (L-8, W-5)."""

import os
import re
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from tests.own_site import copy_migrated

pytestmark = pytest.mark.proof
PEOPLE = """
from allauth.account.models import EmailAddress
from accounts.archive.actions import seal
from accounts.users.models import User
for name in ("anna", "bram", "carla"):
    user = User.objects.create_user(f"{name}@example.net", "een-lang-wachtwoord", first_name=name, last_name="Proef")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
seal(account=user)
"""
WHO = (
    "from accounts.users.models import User; print('left:', *sorted(User.objects.values_list('first_name', flat=True)))"
)


class Site:
    """A site of its own in a folder, with its own database; `manage` runs a command in a process of its own."""

    def __init__(self, room, url, spare):
        self.room, self.spare = room, spare
        self.environ = {"PATH": os.environ["PATH"], "WIJK_ENV": "demo", "WIJK_SECRET_KEY": "x" * 50}
        self.environ |= {"MAIL_URL": "outbox:", "WIJK_VAR": str(room), "DATABASE_URL": url, "PYTHONWARNINGS": "ignore"}

    def manage(self, *words, fails=False, text=None, **changes):
        run = [sys.executable, "manage.py", *map(str, words)]
        environ = {**self.environ, **changes}
        done = subprocess.run(run, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, input=text)
        assert (done.returncode != 0) == fails, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def drill(self, folder, key):
        environ = {name: self.environ[name] for name in ("PATH", "WIJK_SECRET_KEY", "PYTHONWARNINGS")}
        environ |= {"DRILL_DATABASE_URL": self.spare} if self.spare else {}
        run = ["sh", "deploy/drill.sh", str(folder), str(key)]
        return subprocess.run(run, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True)


@pytest.fixture
def site(tmp_path, django_db_setup):
    if settings.SQLITE:
        copy_migrated(tmp_path / "main.sqlite3")
        yield Site(tmp_path, f"sqlite:///{tmp_path}/main.sqlite3", "")
        return
    url = os.environ["DATABASE_URL"]
    names = [f"wijk_drill_{os.getpid()}_{number}" for number in (1, 2)]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield Site(tmp_path, *(url.rsplit("/", 1)[0] + f"/{name}" for name in names))
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def newest(folder, part):
    return sorted((folder / part).glob(f"{part}-*"))[-1]


def test_an_older_backup_brings_back_everything_but_who_was_erased(site, tmp_path):
    backups, key = tmp_path / "backups", tmp_path / "offline.key"
    public = re.search(r"SEALED_RECIPIENT=(\S+)", site.manage("archive", "keygen", key))[1]
    site.environ["SEALED_RECIPIENT"] = public
    site.manage("migrate", "-v0")
    site.manage("shell", "-v0", text=PEOPLE)
    picture = tmp_path / "media" / "p" / "a.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    site.manage("audit", "heads")
    assert "Would back up" in site.manage("backup", backups, "--files", "--dry-run") and not backups.exists()
    site.manage("backup", backups, "--files")
    main, keyring, files = newest(backups, "main"), newest(backups, "keyring"), backups / "files.tar.age"
    assert all(b"age-encryption.org" in path.read_bytes()[:40] for path in (main, keyring, files))
    done = site.drill(backups, key)
    assert done.returncode == 0 and "3  accounts.User" in done.stdout and "would do" in done.stdout, done.stderr
    assert "example.net" not in done.stdout + done.stderr and "anna" not in done.stdout

    site.manage("closures", "file", "anna@example.net", "--without-copy")
    site.manage("run_due", WIJK_CLOCK_OFFSET="+25h")
    site.manage("archive", "destroy", "1")
    assert "left: bram carla" in site.manage("shell", "-v0", "-c", WHO)
    picture.unlink()
    for path in (main, keyring, files):
        assert "Nothing was changed" in site.manage("restore", path, "--key", key, "--dry-run")
    assert not picture.exists() and "left: bram carla" in site.manage("shell", "-v0", "-c", WHO)

    said = site.manage("restore", main, "--key", key)
    assert "here: 1 accounts, 1 copies, 1 keys" in said or "here: 1 accounts, 1 copies, 0 keys" in said
    assert "The site may serve" in said and "It once went further" in said
    site.manage("restore", keyring, "--key", key)
    site.manage("restore", files, "--key", key)
    assert picture.read_bytes() == b"picture"
    assert "left: bram carla" in site.manage("shell", "-v0", "-c", WHO)
    assert "no copy" in site.manage("archive", "destroy", "1", fails=True)
    site.manage("audit", "verify")
    assert "outbox" not in site.manage("run_due")
    site.manage("restore", "--accept")
    site.manage("run_due")


def test_what_is_no_backup_leaves_everything_as_it_was(site, tmp_path):
    backups, key, other = tmp_path / "backups", tmp_path / "offline.key", tmp_path / "other.key"
    site.environ["SEALED_RECIPIENT"] = re.search(r"=(\S+)", site.manage("archive", "keygen", key))[1]
    site.manage("archive", "keygen", other)
    site.manage("migrate", "-v0")
    site.manage("shell", "-v0", text=PEOPLE)
    site.manage("backup", backups)
    main = newest(backups, "main")
    whole = main.read_bytes()
    assert "does not open" in site.manage("restore", main, "--key", other, fails=True)
    assert "--key" in site.manage("restore", main, fails=True)
    assert "not a backup" in site.manage("restore", key, "--key", key, fails=True)
    for harmed in (whole[:-100], whole[: len(whole) // 2], whole[:-50] + b"\0" + whole[-49:]):
        main.write_bytes(harmed)
        assert "damaged" in site.manage("restore", main, "--key", key, fails=True)
    plain = backups / "main" / main.name.removesuffix(".age")
    plain.write_bytes(b"this is no database" * 1000)
    site.manage("restore", plain, fails=True)
    assert "left: anna bram carla" in site.manage("shell", "-v0", "-c", WHO)
    assert site.drill(backups, key).returncode == 1
    site.environ["BACKUP_RECIPIENT"] = "age1onzin"
    assert "BACKUP_RECIPIENT is not whole" in site.manage("backup", backups, fails=True)


def test_old_backups_go_in_time_also_when_no_new_one_can_be_made(site, tmp_path):
    backups = tmp_path / "backups"
    site.manage("migrate", "-v0")
    for days in (30, 13, 2):
        site.manage("backup", backups, WIJK_CLOCK_OFFSET=f"-{days * 24}h")
    assert [len(list((backups / part).iterdir())) for part in ("main", "keyring")] == [3, 2]
    (backups / "main" / "main-of-mine.txt").write_text("not ours")
    said = site.manage("backup", backups, fails=True, BACKUP_RECIPIENT="age1onzin", WIJK_CLOCK_OFFSET="+144h")
    assert "past its days: main-" in said
    assert [len(list((backups / part).iterdir())) for part in ("main", "keyring")] == [3, 1]
