"""Words planted in a site, and every place where one of them could still be seen."""

import re
import secrets
from collections import defaultdict
from contextlib import closing
from email import message_from_bytes, policy
from urllib.parse import urljoin, urlsplit

import psycopg
from django.conf import settings

from tests.surfer import Surfer

LINK = re.compile(r'(?:href="|<loc>|<id>|"url": ")(/[^"<#]*|http://127[^"<#]*)')
# In every title, to find the rest by.
COMMON = "boormachine"
ELSEWHERE = ("/static/", "/account/", "/taal/", "/cms/")
FEEDS = (".atom", ".json", ".ics", ".xml")
READABLE = """
from tests.accounts.test_erasure import everything_stored
print(everything_stored())
"""


class Words:
    """The canaries: what each was typed as, and where it must be seen before it may be missed."""

    def __init__(self):
        self.all, self.places = {}, defaultdict(set)

    def new(self, name, *places):
        """Letters only, so that it passes as a name and no stemmer shortens it."""
        word = "kn" + "".join(secrets.choice("bcdfghjkmpqrtvwz") for _letter in range(12)) + "x"
        return self.keep(name, word, *places)

    def phone(self, name, *places):
        return "06" + self.keep(name, f"{secrets.randbelow(10**7) + 10**7}", *places)

    def address(self, name, *places):
        return self.new(name, *places) + "@example.org"

    def keep(self, name, word, *places):
        self.all[name] = word
        for place in places:
            self.places[place].add(name)
        return word

    def found_in(self, text):
        """The names of the canaries in a text; phone numbers may be written in groups."""
        found = {name for name, word in self.all.items() if word in text}
        digits = re.sub(r"(?<=\d)[ \u00a0-](?=\d)", "", text)
        return found | {name for name, word in self.all.items() if word.isdigit() and word in digits}


# Where to look --------------------------------------------------------------------------------------------------------


def crawl(surfer, start, inside="/"):
    """Every page one can click to, by address."""
    pages, todo = {}, list(start)
    while todo:
        path = todo.pop()
        if path in pages or not path.startswith(inside) or path.startswith(ELSEWHERE):
            continue
        answer = surfer.get(path)
        # A page may repeat the address it was asked for.
        pages[path] = answer.text.replace(path, "")
        for link in LINK.findall(answer.text):
            parts = urlsplit(urljoin(answer.url, link))
            if parts.netloc == urlsplit(surfer.url).netloc and parts.path not in pages:
                todo.append(parts.path)
    return pages


def readable(arrived):
    """What a reader sees of a mail."""
    mail = message_from_bytes(arrived.data, policy=policy.default)
    return f"{mail['To']} {mail['Reply-To']} {mail['Subject']} {mail.get_body(('plain',)).get_content()}"


def database_bytes(site):
    """Every file of the site's database on PostgreSQL; those of SQLite are in the site's own folder."""
    if settings.SQLITE:
        return b""
    with closing(psycopg.connect(site.environment["DATABASE_URL"], autocommit=True)) as server:
        server.execute("CHECKPOINT")
        here = "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()"
        (folder,) = server.execute(here).fetchone()
        read = "SELECT pg_read_binary_file(%s || '/' || name, 0, 1 << 26, true) FROM pg_ls_dir(%s) AS name"
        files = server.execute(read, [folder, folder])
        return b"".join(bytes(data) for (data,) in files if data)


def raw_bytes(site):
    """The database, the keyring, sealed copies, pictures, ledger, trail and logs, as they lie on the disk."""
    files = b"".join(path.read_bytes() for path in sorted(site.folder.rglob("*")) if path.is_file())
    return (files + database_bytes(site)).decode("latin-1")


def look(site, server, visitor, people, known):
    """What can be seen now, by place, as text; `known` are addresses of pages that were there before."""
    pages = crawl(Surfer(visitor.url), {"/", "/sitemap.xml", *known})
    known |= set(pages)
    return {
        "page": "".join(text for path, text in pages.items() if not path.endswith(FEEDS)),
        "feed": "".join(text for path, text in pages.items() if path.endswith(FEEDS)),
        "search": visitor.get(f"/zoeken/?q={COMMON}").text,
        "own": "".join(crawl(people["writer"], {"/mijn/", "/mijn/gegevens/"}, "/mijn/").values()),
        "download": people["writer"].get("/mijn/gegevens/download/").text,
        "neighbour": "".join(crawl(people["bram"], {"/mijn/"}, "/mijn/").values()),
        "mail": "".join(map(readable, server.arrived)),
        "stored": site.code(READABLE),
        "bytes": raw_bytes(site),
    }
