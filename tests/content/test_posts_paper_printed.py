"""What is made for paper fits on one page of A4, printed by a real Chromium, whatever people wrote."""

import re
import subprocess
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings

from content.posts.models import Post
from tests import factories
from tests.browser.conftest import CHROMIUM, FLAGS, REQUIRED

pytestmark = pytest.mark.browser
SHEET = "/wijk/klarendal/prikbord/"
WIDE = "WWWWW MMMMM " * 250
LONG = {
    "words": "Een lang verhaal over hoe het allemaal zo gekomen is. " * 60,
    "wide letters": WIDE,
    "one word": "x" * 3000,
    "a line each": "regel\n" * 500,
    "paragraphs": "Een alinea met een paar woorden.\n\n" * 80,
}
EVERYTHING = {
    "contact_name": "M" * 80,
    "contact_email": "m" * 60 + "@example.org",
    "contact_phone": "+31612345678",
    "contact_address": "W" * 160,
    **{f"show_{name}": True for name in Post.CONTACT_FIELDS},
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Nobody reads it."""


@pytest.fixture
def pages(client, tmp_path):
    """How many pages a page of ours takes when it is printed, with its own styles and letters."""
    if not CHROMIUM:
        (pytest.fail if REQUIRED else pytest.skip)("no Chromium found")
    (tmp_path / "static").symlink_to(settings.BASE_DIR / "static")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    Thread(target=server.serve_forever, daemon=True).start()

    def count(path):
        html = client.get(path).content.decode()
        assert "css/paper.css" in html
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        paper = tmp_path / "page.pdf"
        command = [CHROMIUM, "--headless", *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--disable-gpu"]
        command += ["--no-pdf-header-footer", f"--print-to-pdf={paper}"]
        command += [f"http://127.0.0.1:{server.server_port}/page.html"]
        subprocess.run(command, check=True, capture_output=True, timeout=90)
        printed = paper.read_bytes()
        sizes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", printed)}
        assert {(round(box[2]), round(box[3])) for box in sizes} == {(595, 842)}, "A4"
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))

    yield count
    server.shutdown()
    server.server_close()


def notice(post):
    return f"{post.get_absolute_url()}briefje/"


def test_the_shortest_notice_is_one_page(pages, anna, klarendal):
    assert pages(notice(factories.post(anna, klarendal, title="Lamp", text="Help."))) == 1


@pytest.mark.parametrize("text", LONG)
def test_the_longest_notice_is_one_page(pages, anna, klarendal, text):
    title = ("W" * 30 + " ") * 3 if text == "wide letters" else "Een titel van negentig letters die maar doorgaat " * 2
    post = factories.activity(
        anna, klarendal, title=title[:90].strip(), text=LONG[text][:3000], venue="V" * 120, **EVERYTHING
    )
    assert pages(notice(post)) == 1


def test_the_empty_sheet_is_one_page(pages, klarendal):
    assert pages(SHEET) == 1


def test_the_fullest_sheet_is_one_page(pages, anna, mo, klarendal):
    for number in range(15):
        factories.activity(anna, klarendal, title="W" * 90, venue="V" * 120, starts_in=timedelta(hours=number + 1))
        for kind in (Post.Kind.REQUEST, Post.Kind.OFFER):
            factories.post(anna, klarendal, title=("lang woord " * 9)[:90], summary="W" * 200, kind=kind)
    assert pages(SHEET) == 1
