"""A site of its own for a proof: a copy of the test database and its own files, reached only through processes."""

import os
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections

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

    def start(self, *command, **more):
        """A process that goes on by itself."""
        return subprocess.Popen([sys.executable, *map(str, command)], **self._options(more), stdout=subprocess.PIPE)

    def _options(self, more):
        return {"cwd": settings.BASE_DIR, "env": {**self.environment, **more}, "text": True}


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


@contextmanager
def own_database(folder):
    kept = connections["default"].settings_dict
    connections.close_all()
    if settings.SQLITE:
        path = folder / "own.sqlite3"
        with closing(sqlite3.connect(kept["NAME"])) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        yield f"sqlite:///{path}"
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
