"""A site of its own for a proof: a copy of the test database and its own files, reached only through processes."""

import os
import secrets
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
from django.conf import settings
from django.db import connections

from tests.wijk.mail_server import free_port

START = "import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'wijk.settings'; django.setup()\n"


@dataclass
class OwnSite:
    """Where it is, and what its processes find in their environment."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command, check=True, **more):
        """`run("manage.py", "run_due")` or `run("-c", code)`; gives the finished process. `more` is environment."""
        done = subprocess.run([sys.executable, *map(str, command)], **self._options(more), capture_output=True)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def code(self, code, **more):
        """What a piece of Python inside the site prints."""
        return self.run("-c", START + code, **more).stdout

    @contextmanager
    def served(self, **more):
        """The site behind a real web server as deploy/ starts it, with its logs in web.log; gives its address."""
        port = free_port()
        web = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        web += ["--workers", "1", "--blocking-threads", "2", "wijk.wsgi:application"]
        url = f"http://127.0.0.1:{port}"
        with (self.folder / "web.log").open("a") as log:
            options = self._options({"BASE_URL": url, **more})
            process = subprocess.Popen([sys.executable, *web], **options, stdout=log, stderr=log)
        try:
            wait_for(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)

    def _options(self, more):
        return {"cwd": settings.BASE_DIR, "env": {**self.environment, **more}, "text": True}


def wait_for(url, process):
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError), urlopen(url + "/healthz", timeout=2):
            return
        time.sleep(0.2)
    raise AssertionError("the site did not start; see web.log")


@contextmanager
def own_site(folder, **environment):
    """Copies the test database, which must be made by then; a PostgreSQL copy is dropped at the end."""
    with own_database(folder) as url:
        yield OwnSite(
            folder,
            {
                **{name: value for name, value in os.environ.items() if name not in {"SEALED_STORE", "ERASURE_LEDGER"}},
                "WIJK_ENV": "test",
                "WIJK_VAR": str(folder),
                "WIJK_SECRET_KEY": "k" * 60,
                "DATABASE_URL": url,
                **environment,
            },
        )


def copy_migrated(path):
    """Puts the test database at a path, where it is a file; migrating from nothing takes long."""
    if settings.SQLITE:
        kept = connections["default"].settings_dict["NAME"]
        with closing(sqlite3.connect(kept)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)


def wait_for_mails(path, kind, number, seconds=60):
    """Looks into a database file until so many mails of a kind are in its outbox, however slow the machine is."""
    count = "SELECT count(*) FROM wijk_outgoingmail WHERE kind = ?"
    until = time.monotonic() + seconds
    with closing(sqlite3.connect(path, timeout=20)) as outbox:
        while outbox.execute(count, [kind]).fetchone()[0] < number and time.monotonic() < until:
            time.sleep(0.02)


@contextmanager
def own_database(folder):
    kept = connections["default"].settings_dict
    connections.close_all()
    if settings.SQLITE:
        copy_migrated(folder / "own.sqlite3")
        yield f"sqlite:///{folder / 'own.sqlite3'}"
        return
    name = f"own_{secrets.token_hex(4)}"
    _on_server(kept, f'CREATE DATABASE "{name}" TEMPLATE "{kept["NAME"]}"')
    try:
        password = f":{kept['PASSWORD']}" if kept["PASSWORD"] else ""
        yield f"postgres://{kept['USER']}{password}@{kept['HOST']}:{kept['PORT'] or 5432}/{name}"
    finally:
        with suppress(psycopg.Error):
            _on_server(kept, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(kept, command):
    where = {"host": kept["HOST"], "port": kept["PORT"] or 5432, "user": kept["USER"], "password": kept["PASSWORD"]}
    with closing(psycopg.connect(**where, dbname="postgres", autocommit=True)) as server:
        server.execute(command)
