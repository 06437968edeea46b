"""`manage.py demo`: a lived-in town to look around in, and with --serve its web server and its worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

# Each app builds its own; the floor knows their names only.
BUILDERS = ("accounts.demo.build", "neighbourhoods.demo.build", "content.demo.build")
SIGN_INS, PASSWORD = "accounts.demo.sign_ins", "accounts.demo.password"
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
READY_WITHIN = 60.0
STOP_WITHIN = 10.0


class Stopped(Exception):
    """Somebody told us to stop."""


class Command(BaseCommand):
    help = (
        "Builds the demo town, or puts back what its sign-ins need; running it again changes nothing. "
        "Never in production."
    )
    # A stranger waits for this command; the tests run the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--serve", action="store_true", help="serve the town, with its worker beside it")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the port to serve on (8000)")
        parser.add_argument("--codes", action="store_true", help="only print a fresh code for each second factor")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo town is never built in production.")
        if options["codes"]:
            self.print_codes()
            return
        port, address = options["port"], settings.BASE_URL
        if options["serve"]:
            refuse_taken(port)
            address = settings.BASE_URL = f"http://{HOST}:{port}"
        self.build()
        self.print_sign_ins(address)
        if options["serve"]:
            self.serve(port, address)

    def say(self, line: str) -> None:
        self.stdout.write(f"demo: {line}")
        self.stdout.flush()

    def build(self) -> None:
        """The database, then the town: all of it or nothing."""
        began = time.monotonic()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("making the database (some ten seconds, once)")
            call_command("migrate", verbosity=0)
        with quiet_mail(), transaction.atomic():
            for name in BUILDERS:
                import_string(name)(self.say)
        self.say(f"the town is ready ({time.monotonic() - began:.0f} s)")

    def print_sign_ins(self, address: str) -> None:
        """One table of who can log in as what."""
        say = self.stdout.write
        say(f"\nLog in at {address}/account/login/ with the password  {import_string(PASSWORD)()}\n")
        rows = import_string(SIGN_INS)()
        for row in rows:
            factor = f"second factor (TOTP)  {row.totp_secret}" if row.totp_secret else ""
            say(f"  {row.email:<18}{row.role:<30}{factor}".rstrip())
        say("\nNo authenticator app at hand? A fresh code: .venv/bin/python manage.py demo --codes")
        say(f"Mail goes to nobody; read it at {address}/demo/post/\n")

    def print_codes(self) -> None:
        """For who has no authenticator app at hand; each is good for half a minute."""
        for row in import_string(SIGN_INS)():
            if row.totp_secret:
                self.stdout.write(f"{row.email:<18}{row.code}")

    def serve(self, port: int, address: str) -> None:
        """The web server and the worker, until one of them or we are told to stop."""
        environment = {**os.environ, "BASE_URL": address}
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
        web += ["--workers", "1", "--blocking-threads", "2", "--log-level", "warning", "wijk.wsgi:application"]
        work = [sys.executable, "manage.py", "work"]
        with ExitStack() as stack:
            stack.enter_context(told_to_stop())
            processes = {
                name: stack.enter_context(child(command, environment))
                for name, command in (("web server", web), ("worker", work))
            }
            try:
                wait_until_answering(port, processes)
                self.say(f"open {address}/   (stop with Ctrl-C)")
                ended = first_to_end(processes)
            except (Stopped, KeyboardInterrupt):
                self.say("stopping")
                return
        raise CommandError(f"The {ended} stopped by itself, so the demo stops too.")


def refuse_taken(port: int) -> None:
    """Says so before anything is built when the port is in use."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except (OSError, OverflowError):
            raise CommandError(
                f"Port {port} is in use or not allowed. Choose another one: "
                f"make demo PORT={DEFAULT_PORT + 1}, or manage.py demo --serve --port {DEFAULT_PORT + 1}."
            ) from None


@contextmanager
def quiet_mail() -> Iterator[None]:
    """While the town is built its mail reaches nobody, whatever MAIL_URL says: the people in it do not exist."""
    before = settings.MAILERS
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    try:
        yield
    finally:
        settings.MAILERS = before


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Turns the signals that end a process into an exception, so that the children are stopped too."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    names = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def child(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that does not outlive us."""
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def first_to_end(processes: dict[str, subprocess.Popen[bytes]], *, within: float = float("inf")) -> str:
    """Waits until one of them ends; its name, or nothing when all still run after so many seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        for name, process in processes.items():
            if process.poll() is not None:
                return name
        time.sleep(0.3)
    return ""


def wait_until_answering(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Until a browser would get a page."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and not first_to_end(processes, within=0.2):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            continue
