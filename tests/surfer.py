"""A person with a browser, without scripts: reads a page over HTTP and sends the form on it with everything in it."""

import time
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

QUICKEST = 3.2  # forms for visitors refuse who is faster (wijk/forms.py)


class Forms(HTMLParser):
    """The forms in the middle of a page: where each goes, and what a browser would send if nothing were typed."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], False
        self._text = self._select = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.inside |= tag == "main"
        if not self.inside:
            return
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        elif self.found and given.get("name") and tag in {"input", "textarea", "select"}:
            self._field(tag, given, self.found[-1][1])
        elif tag == "option" and self._select and "selected" in given:
            self.found[-1][1][self._select] = given.get("value", "")

    def _field(self, tag, given, fields):
        name, value = given["name"], given.get("value") or ""
        if tag == "textarea":
            fields[name], self._text = "", name
        elif tag == "select":
            fields[name], self._select = "", name
        elif given.get("type") not in {"checkbox", "radio"} or "checked" in given:
            fields[name] = value
        else:
            fields.setdefault(name, None)

    def handle_endtag(self, tag):
        self.inside &= tag != "main"
        if tag in {"textarea", "select"}:
            self._text = self._select = None

    def handle_data(self, words):
        if self._text and not self.found[-1][1][self._text]:
            # The line break after the tag is not part of the value.
            self.found[-1][1][self._text] = words.removeprefix("\n")


class Surfer:
    """One person's browser; `device` is what it says it is."""

    def __init__(self, url, device="Mozilla/5.0"):
        self.url, self.session = url, requests.Session()
        self.session.headers["User-Agent"] = device

    def get(self, path):
        return self.session.get(urljoin(self.url, path), timeout=30)

    def fill(self, path, *, also=(), **typed):
        """Sends the form of a page that has all these fields, and follows where it leads; `also` are its buttons."""
        page = self.get(path)
        forms = [form for form in Forms(page.text).found if typed.keys() <= form[1].keys()]
        assert forms, f"no form with {list(typed)} on {page.url} ({page.status_code})"
        action, fields = forms[0]
        if "sent_at" in fields:
            time.sleep(QUICKEST)
        sent = {name: value for name, value in {**fields, **typed, **dict(also)}.items() if value is not None}
        here = urljoin(page.url, "/").rstrip("/")
        answer = self.session.post(
            urljoin(page.url, action), sent, headers={"Origin": here, "Referer": page.url}, timeout=30
        )
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code}"
        return answer
