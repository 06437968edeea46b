"""A real browser on a real town: the demo, built and served as `make demo` does, once for all these tests."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED = os.environ.get("WIJK_BROWSER") == "required"
AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js"))
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    if not settings.SQLITE:
        pytest.skip("the browser tests serve the demo on SQLite; this run is about PostgreSQL")
    if not CHROMIUM:
        if REQUIRED:
            pytest.fail("no Chromium found, and WIJK_BROWSER=required")
        pytest.skip("no Chromium found: install one to run the browser tests")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Town:
    """Where the demo is served, and how its people log in."""

    url: str
    password: str
    secrets: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)

    def mail_in(self, address, raw):
        """Hands a mail over as the receiving mail server does."""
        command = [sys.executable, "manage.py", "receive_mail", "--stdin", address]
        subprocess.run(command, input=raw, cwd=settings.BASE_DIR, env=self.environment, check=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def town(chromium, tmp_path_factory):
    room, port = tmp_path_factory.mktemp("town"), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WIJK_", "DATABASE_", "DJANGO_"))}
    environment = {**kept, "WIJK_ENV": "demo", "WIJK_VAR": str(room), "PYTHONUNBUFFERED": "1"}
    environment |= {"RECEIVING_SERVER": "mx.wijk.example", "RELAY_DOMAIN": "wijk.example"}
    printed = room / "output.txt"
    command = [sys.executable, "manage.py", "demo", "--serve", "--port", str(port)]
    with printed.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url + "/healthz", process, printed)
        found = read_sign_ins(url, printed.read_text(encoding="utf-8"))
        found.environment = environment
        yield found
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(url, process, output, seconds=240):
    for _ in range(seconds):
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(1)
    pytest.fail("the demo did not start:\n" + output.read_text(encoding="utf-8")[-3000:])


def read_sign_ins(url, printed):
    password = re.search(r"(?:wachtwoord|password)\W+([^\s|]+)", printed, re.I).group(1)
    secrets = {}
    for line in printed.splitlines():
        found = re.search(r"(\w+)@demo\.wijk.*?\b([A-Z2-7]{32})\b", line)
        if found:
            secrets[found.group(1)] = found.group(2)
    return Town(url, password, secrets)


@dataclass
class Watched:
    """A page, and what it did that it should not."""

    page: object
    town: Town
    wrongs: list = field(default_factory=list)

    def open(self, path):
        response = self.page.goto(self.town.url + path)
        assert response.status < 500, f"{path} answered {response.status}"
        return response

    def axe(self):
        """Violations on the page as it stands, one line each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]

    def check(self):
        """Nothing wrong so far: no policy report, no foreign request, no script error, no accessibility violation."""
        assert self.axe() == [], self.page.url
        assert self.wrongs == [], self.page.url
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow} pixels"


@pytest.fixture
def visit(chromium, town):
    """`visit("390")` opens a fresh browser profile of that width, watched."""
    contexts = []

    def open_profile(width="1280", **options):
        context = chromium.new_context(viewport=WIDTHS[width], locale="nl-NL", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        # The page reports each stopped resource itself, before any script of ours runs.
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e =>"
            " console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        page = context.new_page()
        watched = Watched(page, town)
        page.on("console", lambda message: note(watched, message))
        page.on("pageerror", lambda error: watched.wrongs.append(f"script error: {error}"))
        page.on("request", lambda request: foreign(watched, request))
        return watched

    yield open_profile
    for context in contexts:
        context.close()


def note(watched, message):
    if message.type == "error" and "Failed to load resource" not in message.text:
        watched.wrongs.append(message.text)


def foreign(watched, request):
    if not request.url.startswith((watched.town.url, "data:", "blob:", "about:")):
        watched.wrongs.append(f"foreign request: {request.url}")
