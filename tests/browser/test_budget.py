"""Small pages for small phones: what each costs to fetch, and that it fits a narrow or enlarged screen (L-5).

HTML, style and script are counted as a server sends them, compressed; pictures and fonts are counted apart: a font is
fetched once for the whole site and kept for ever, and a page can be read before it has come.
"""

import gzip
from collections import Counter

import pytest

from tests.browser.test_first_ten_minutes import log_in

MOST_BYTES = 60_000
MOST_FONT_BYTES = 150_000
MOST_REQUESTS = 20
COUNTED = ("html", "css", "javascript", "svg", "json", "font")
VISITOR = [
    "/",
    "/wijken/arnhem/",
    "/wijk/klarendal/",
    "/wijk/klarendal/vraag-en-aanbod/",
    "/wijk/klarendal/agenda/",
    "/wijk/klarendal/organisaties/",
    "/zoeken/?q=lamp",
    "/account/login/",
    "/account/signup/",
]
MEMBER = [
    "/mijn/",
    "/mijn/berichten/",
    "/mijn/gesprekken/",
    "/mijn/gegevens/",
    "/plaatsen/?soort=vraag",
]
# 320 is the narrowest phone, and a screen of 1280 enlarged four times; 640 is that screen enlarged twice.
NARROW = (320, 640)
UNSIZED = (
    "[...document.images].filter(img => !(img.getAttribute('width') && img.getAttribute('height'))).map(i => i.src)"
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Fetched:
    """What the pages of one browser fetched: each address is weighed once."""

    def __init__(self, page):
        self.request = page.context.request
        self.addresses, self.weighed = [], {}
        page.on("request", lambda request: self.addresses.append(request.url))

    def taken(self):
        """Per kind of content the compressed bytes since the last look, and the number of requests."""
        taken, self.addresses[:] = [address for address in self.addresses if address.startswith("http")], []
        sizes = Counter()
        for address in taken:
            kind, size = self.weighed.get(address) or self._weigh(address)
            sizes[kind] += size
        return sizes, len(taken)

    def _weigh(self, address):
        answer = self.request.get(address)
        kind = next((kind for kind in COUNTED if kind in answer.headers["content-type"]), "other")
        self.weighed[address] = kind, len(gzip.compress(answer.body(), 6))
        return self.weighed[address]


def too_much(watched, fetched, path):
    """What is over the budget on one page, one line each."""
    watched.open(path)
    watched.page.wait_for_load_state("load")
    watched.page.evaluate("document.fonts.ready.then(() => true)")
    sizes, requests = fetched.taken()
    page = sizes.total() - sizes["font"] - sizes["other"]
    print(f"{path}: {page} bytes, {sizes['font']} of fonts, {requests} requests")
    if page > MOST_BYTES:
        yield f"{path}: {page} bytes"
    if sizes["font"] > MOST_FONT_BYTES:
        yield f"{path}: {sizes['font']} bytes of fonts"
    if requests > MOST_REQUESTS:
        yield f"{path}: {requests} requests"
    yield from (f"{path}: {src} has no size" for src in watched.page.evaluate(UNSIZED))
    for width in (*NARROW, 1280):
        watched.page.set_viewport_size({"width": width, "height": 700})
        if watched.page.evaluate(SIDEWAYS) > 0:
            yield f"{path}: sideways at {width}"


@pytest.mark.parametrize(("name", "paths"), [("", VISITOR), ("anna", MEMBER)], ids=["visitor", "member"])
def test_pages_are_light_and_fit(visit, name, paths):
    watched = visit("1280")
    if name:
        log_in(watched, name)
    else:
        watched.open("/wijk/klarendal/vraag-en-aanbod/")
        paths = [*paths, watched.page.locator(".card-title a").first.get_attribute("href")]
    # As a visitor who comes for the first time: nothing is in the cache yet.
    session = watched.page.context.new_cdp_session(watched.page)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    fetched = Fetched(watched.page)
    wrong = []
    for path in paths:
        wrong += too_much(watched, fetched, path)
        if name:  # test_pages.py has seen the others by night
            watched.page.emulate_media(color_scheme="dark")
            wrong += [f"{path}: {problem}" for problem in watched.axe()]
            watched.page.emulate_media(color_scheme="light")
    assert wrong + watched.wrongs == [], "\n".join(wrong)
