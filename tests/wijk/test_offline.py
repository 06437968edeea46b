"""An installed app: what it is called, and what it shows without a connection."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image


@pytest.fixture
def manifest(client, db):
    return json.loads(client.get("/manifest.webmanifest").content)


def test_the_icons_have_the_sizes_that_the_manifest_says(manifest):
    for icon in manifest["icons"]:
        file = (Path(settings.BASE_DIR) / icon["src"].lstrip("/")).read_bytes()
        if icon["type"] == "image/png":
            assert "x".join(map(str, Image.open(BytesIO(file)).size)) == icon["sizes"]
            assert len(file) < 10_000
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_what_the_app_opens_is_there(client, manifest):
    for url in (manifest["start_url"], *(shortcut["url"] for shortcut in manifest["shortcuts"])):
        assert client.get(url).status_code in {200, 302}, url


def test_the_worker_may_serve_the_whole_site_and_is_asked_for_anew(client, db):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_worker_changes_when_the_page_it_keeps_changes(client, db, monkeypatch):
    before = client.get("/service-worker.js").content
    assert client.get("/service-worker.js").content == before
    monkeypatch.setattr("wijk.offline.site_css", lambda: "p { color: red }")
    assert client.get("/service-worker.js").content != before


def test_the_worker_keeps_all_that_its_page_needs(client, db):
    page = client.get("/offline/")
    assert not page.cookies
    worker = client.get("/service-worker.js").content.decode()
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode()):
        assert f'"{address}"' in worker
    for address in re.findall(r'"(/static/[^"]+)"', worker):
        assert finders.find(address.removeprefix("/static/")), address


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_speaks_the_language_of_the_browser(client, db, language):
    page = client.get("/offline/", headers={"accept-language": language}).content.decode()
    assert f'<html lang="{language}">' in page


def test_the_cookie_page_says_what_the_app_keeps(client, db):
    page = client.get("/cookies/").content.decode()
    assert "data-offline" in page
    assert "Haal de bewaarde pagina weg" in page
