"""The pictures of the README, taken anew by `make screenshots`: twelve pages, two widths, by day and by night.

Not one of the tests: its name keeps it out of them. The same town gives the same pictures, but for the days they name.
"""

import io
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from tests.browser.conftest import WIDTHS
from tests.browser.test_first_ten_minutes import log_in

FOLDER = Path(settings.BASE_DIR) / "static/img/readme"
QUALITY = 72
PAGES = [
    ("", "front", "/"),
    ("", "map", "/wijken/arnhem/"),
    ("", "neighbourhood", "/wijk/klarendal/"),
    ("", "board", "/wijk/klarendal/vraag-en-aanbod/"),
    ("", "agenda", "/wijk/klarendal/agenda/"),
    ("", "post", "/wijk/klarendal/vraag-en-aanbod/?soort=vraag"),
    ("", "mail", "/demo/post/?aan=anna@demo.wijk"),
    ("anna", "place", "/plaatsen/?soort=vraag"),
    ("anna", "mine", "/mijn/"),
    ("anna", "talk", "/mijn/gesprekken/"),
    ("anna", "mydata", "/mijn/gegevens/"),
    ("mo", "desk", "/beheer/klarendal/"),
]
# What is behind a link of the page: the first of these.
BEHIND = {"post": ".card-title a", "talk": ".talk-row a", "mail": ".outbox h2 a"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_take_pictures(visit, width, scheme):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for who in ("", "anna", "mo"):
        watched = visit(width, color_scheme=scheme, reduced_motion="reduce")
        if who:
            log_in(watched, who)
        for reader, name, path in PAGES:
            if reader == who:
                take(watched, path, name, FOLDER / f"{name}-{width}-{scheme}.webp")


def take(watched, path, name, file):
    """One picture of what stands in the window, as WebP; nothing on it may be wrong."""
    watched.open(path)
    if name in BEHIND:
        watched.page.locator(BEHIND[name]).first.click()
        watched.page.wait_for_load_state()
    watched.page.evaluate("document.fonts.ready.then(() => true)")
    assert watched.wrongs == [], path
    shot = Image.open(io.BytesIO(watched.page.screenshot())).convert("RGB")
    shot.save(file, "WEBP", quality=QUALITY, method=6)
