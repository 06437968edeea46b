"""The demo town: lived-in, the same when asked for again, open to its sign-ins, and silent about what is private."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from itertools import chain
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import models, router, transaction
from django.test import Client

from accounts.closure.models import AccountClosure
from accounts.demo import password, sign_ins
from accounts.users.models import User
from content.contact.models import Conversation, Message
from content.moderation.models import Decision, Report
from content.newsletters.models import Newsletter
from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood, Postcode
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.personal_data import REGISTER, Kind

WORDS = (models.CharField, models.TextField, models.JSONField)
pytestmark = pytest.mark.django_db
Status = Post.Status
CARD = ("name", "email", "phone", "address")


@pytest.fixture(scope="module", autouse=True)
def town(django_db_setup, django_db_blocker):
    """Built once for this file, and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def test_every_neighbourhood_of_arnhem_takes_part_and_has_neighbours():
    places = Neighbourhood.objects.on()
    assert places.count() == 24
    assert all(place.outline and place.neighbours.exists() and place.postcodes.exists() for place in places)
    assert Neighbourhood.objects.get(name="Klarendal").code == "WK020207"
    assert Postcode.objects.filter(code__startswith="6822", neighbourhood__slug="klarendal").exists()


def test_the_town_is_lived_in():
    states = Counter(Post.objects.values_list("status", flat=True))
    assert set(states) == set(Status.values)
    assert 110 <= sum(states.values()) <= 140
    assert set(Post.objects.visible().values_list("kind", flat=True)) == set(Post.Kind.values)
    assert Post.objects.values("text").distinct().count() >= 90
    per_place = Counter(Post.objects.visible().values_list("neighbourhood__slug", flat=True))
    assert len(per_place) == 24
    assert min(per_place["klarendal"], per_place["presikhaaf-west"]) >= 20
    assert User.objects.count() >= 40
    assert Organisation.objects.count() == 16
    assert 0 < Organisation.objects.filter(is_live=False).count() < 3
    assert Conversation.objects.count() >= 20
    assert Message.objects.filter(side=Message.Side.POSTER).count() >= 10
    assert set(Decision.objects.values_list("act", flat=True)) >= {"approve", "hold", "refuse", "ask_change", "clock"}
    assert Report.objects.open().count() == 2
    assert NewsPage.objects.live().count() == 5
    assert Appointment.objects.active().count() == 6
    assert AccountClosure.objects.open().count() == 1


def test_a_newsletter_went_out_to_members_and_others_and_one_is_being_written():
    assert Counter(Newsletter.objects.values_list("state", flat=True)) == {"sent": 2, "draft": 1}
    readers = Subscription.objects.confirmed().filter(neighbourhood__slug="klarendal")
    assert readers.filter(user=None).count() == 3
    assert readers.exclude(user=None).count() == 9
    assert Newsletter.objects.with_counts().get(neighbourhood__slug="klarendal", state="sent").queued == 12


def test_its_mail_was_sent_by_the_worker_and_can_be_read():
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
    assert OutgoingMail.objects.count() > 200
    assert all(mail.payload and mail.recipient for mail in OutgoingMail.objects.all()[:30])


def test_no_column_that_is_said_to_be_about_nobody_names_anybody():
    people = {value for row in User.objects.values_list("email", "last_name") for value in row if len(value) > 4}
    people |= set(Subscription.objects.exclude(email="").values_list("email", flat=True))
    name = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(people)), re.IGNORECASE)
    looked_at, found = 0, set()
    for model, declaration in REGISTER.items():
        columns = [column.name for column in model._meta.local_fields if isinstance(column, WORDS)]
        silent = [column for column in columns if declaration.fields[column].kind in {Kind.NONE, Kind.TECHNICAL}]
        here = router.db_for_read(model) == "default" and silent
        for row in model._base_manager.values_list(*silent) if here else ():
            looked_at += 1
            named = [column for column, value in zip(silent, row, strict=True) if name.search(str(value))]
            found |= {f"{model._meta.label}.{column}" for column in named}
    assert looked_at > 1000
    assert found == set()


def test_a_second_run_changes_nothing():
    def everything():
        return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}

    models = [model for model in apps.get_models() if model._meta.managed]
    before = everything()
    call_command("demo", stdout=StringIO())
    assert everything() == before


def test_a_town_that_was_built_long_ago_gets_a_fresh_agenda_once():
    with clock.frozen(timedelta(days=40)):
        assert not Post.objects.visible().agenda().exists()
        call_command("demo", stdout=StringIO())
        ahead = Post.objects.visible().agenda().count()
        call_command("demo", stdout=StringIO())
        assert ahead == Post.objects.visible().agenda().count() >= 15


def test_sign_ins_are_mended_after_somebody_changed_them():
    User.objects.filter(email="anna@demo.wijk").update(password="!")
    User.objects.get(email="mo@demo.wijk").authenticator_set.all().delete()
    call_command("demo", stdout=StringIO())
    assert User.objects.get(email="anna@demo.wijk").check_password(password())
    assert User.objects.get(email="mo@demo.wijk").authenticator_set.count() == 1


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("anna", "/mijn/"),
        ("bram", "/mijn/berichten/"),
        ("mo", "/beheer/klarendal/"),
        ("els", "/beheer/presikhaaf-west/"),
        ("eva", "/cms/"),
        ("petra", "/mijn/"),
        ("otto", "/cms/"),
    ],
)
def test_each_sign_in_really_opens_the_door(name, page):
    sign_in = next(one for one in sign_ins() if one.email == f"{name}@demo.wijk")
    browser = Client()
    answer = browser.post("/account/login/", {"login": sign_in.email, "password": password()})
    assert answer.status_code == 302, answer.text
    if sign_in.totp_secret:
        assert browser.get(page).status_code == 302
        answer = browser.post(answer["Location"], {"code": sign_in.code})
        assert answer.status_code == 302, answer.text
    assert browser.get(page).status_code == 200


def test_the_table_names_everybody_who_may_log_in(capsys):
    call_command("demo")
    printed = capsys.readouterr().out
    for one in sign_ins():
        assert re.search(f"{one.email} +{re.escape(one.role)}.*{one.totp_secret}", printed)
    assert password() in printed


def test_a_fresh_code_is_printed_for_who_has_no_app(capsys):
    call_command("demo", codes=True)
    printed = capsys.readouterr().out
    assert len(re.findall(r"@demo\.wijk +\d{6}$", printed, re.MULTILINE)) == 5


def test_production_never_gets_a_demo(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


def test_a_port_in_use_is_said_clearly():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="in use"):
            call_command("demo", serve=True, port=taken.getsockname()[1])


# What an anonymous visitor can find ----------------------------------------------------------------------------------

EMAIL = re.compile(r"[\w.+-]+@demo\.wijk")
# Not of the public site: the demo's own mailbox and style page.
NOT_PUBLIC = ("/demo/", "/stijl/", "/static/")
# Behind these a visitor types something; the browser keeps a form token for it.
WITH_FORM_TOKEN = ("/account/",)
QUERIES_PER_PATH = 6


class Links(HTMLParser):
    """What a page leads to and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.leads_to, self.loads = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in {"a", "area"} and found.get("href"):
            self.leads_to.append(found["href"])
        elif tag == "link" and found.get("href"):
            known = {"canonical", "alternate", "next", "prev"}
            (self.leads_to if found.get("rel") in known else self.loads).append(found["href"])
            self.leads_to.append(found["href"])
        elif tag == "form":
            self.loads.append(found.get("action") or "")
            if found.get("method", "get").lower() == "get":
                self.leads_to.append(found.get("action") or "")
        self.loads += [found[name] for name in ("src", "data", "poster") if found.get(name)]
        self.loads += [part.split()[0] for part in found.get("srcset", "").split(",") if part.strip()]


def is_ours(url):
    return urlsplit(url).netloc in {"", "testserver", urlsplit(settings.BASE_URL).netloc}


def crawl():
    """Every page a visitor can reach, as (address, answer)."""
    todo = ["/", "/sitemap.xml", "/robots.txt", "/manifest.webmanifest", "/wijken/centra.json"]
    todo += chain.from_iterable(
        (f"/wijk/{slug}/feed.atom", f"/wijk/{slug}/feed.json", f"/wijk/{slug}/agenda.ics")
        for slug in Neighbourhood.objects.values_list("slug", flat=True)
    )
    todo += [f"/bericht/{pk}/" for pk in Post.objects.values_list("pk", flat=True)]
    seen, queries = set(todo), Counter()
    visitor = Client(raise_request_exception=False)
    while todo:
        address = todo.pop()
        answer = visitor.get(address)
        yield address, answer
        visitor.cookies.clear()
        for found in leading_from(address, answer):
            path = urlsplit(found).path
            queries[path] += found not in seen and "?" in found
            if found not in seen and queries[path] <= QUERIES_PER_PATH:
                seen.add(found)
                todo.append(found)


def leading_from(address, answer):
    """The addresses of ours that an answer names, in links, feeds, sitemaps and redirects."""
    found = [answer["Location"]] if answer.has_header("Location") else []
    kind = answer.get("Content-Type", "")
    if "html" in kind:
        found += Links(answer.text).leads_to
    elif "xml" in kind or "json" in kind or "text" in kind:
        found += re.findall(r"https?://[^\s\"<>\\]+", unescape(answer.text))
    for url in found:
        full, _fragment = urldefrag(urljoin(f"http://testserver{address}", url))
        parts = urlsplit(full)
        if parts.scheme in {"http", "https"} and is_ours(full) and not parts.path.startswith(NOT_PUBLIC):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def hidden_of(card):
    """Every contact detail its owner did not switch on."""
    return [getattr(card, f"contact_{name}") for name in CARD if not getattr(card, f"show_{name}")]


def beginnings(texts):
    return [text[:40] for text in texts if text]


def canaries():
    """Everything that must be on no public page."""
    visible = set(Post.objects.visible().values_list("pk", flat=True))
    unseen = [post for post in Post.objects.all() if post.pk not in visible]
    cards = [*Post.objects.all(), *Organisation.objects.all()]
    found = [*chain.from_iterable(hidden_of(card) for card in cards)]
    found += [*chain.from_iterable([getattr(post, f"contact_{name}") for name in CARD[1:]] for post in unseen)]
    found += beginnings([words for post in unseen for words in (post.title, post.text)])
    found += beginnings(Message.objects.values_list("body", flat=True))
    found += beginnings(Report.objects.values_list("text", flat=True))
    found += beginnings(Decision.objects.values_list("note", flat=True))
    found += Newsletter.objects.exclude(pk__in=Newsletter.objects.in_archive()).values_list("subject", flat=True)
    found += Organisation.objects.filter(is_live=False).values_list("name", flat=True)
    found += Conversation.objects.values_list("token", flat=True)
    found += Subscription.objects.values_list("token", flat=True)
    found += Conversation.objects.filter(member=None).values_list("visitor_name", flat=True)
    return sorted(set(filter(None, found)))


def test_a_visitor_finds_nothing_private_no_cookie_and_nothing_from_elsewhere():
    secrets = canaries()
    assert len(secrets) > 500
    cards = [*Post.objects.visible(), *Organisation.objects.visible()]
    shown = {value for card in cards for value in card.shown_contact().values()}
    phones = {card.contact_phone[3:] for card in [*Post.objects.all(), *Organisation.objects.all()]}
    phones |= {phone[1:] for phone in Conversation.objects.values_list("visitor_phone", flat=True) if phone}
    hidden_phones = phones - {value[3:] for value in shown}
    # Who asked without an account gave no last name.
    last_names = User.objects.exclude(last_name="").values_list("last_name", flat=True)
    names = re.compile(rf"\b({'|'.join(map(re.escape, last_names))})\b")
    problems, pages = [], Counter()
    for address, answer in crawl():
        pages[answer.status_code] += 1
        text = unescape(b"".join(answer).decode() if answer.streaming else answer.content.decode("utf-8", "replace"))
        if answer.status_code >= 500:
            problems.append((address, answer.status_code))
        if answer.cookies and not address.startswith(WITH_FORM_TOKEN):
            problems.append((address, "sets a cookie", list(answer.cookies)))
        problems += [(address, secret) for secret in secrets if secret in text]
        problems += [(address, found) for found in set(EMAIL.findall(text)) - shown]
        problems += [(address, found) for found in set(names.findall(text))]
        digits = re.sub(r"[\s().-]", "", text)
        problems += [(address, phone) for phone in hidden_phones if phone in digits]
        if "html" in answer.get("Content-Type", ""):
            problems += [(address, "loads", url) for url in Links(answer.text).loads if not is_ours(url)]
    assert not problems, problems[:20]
    assert pages[200] > 250, pages
    assert pages[410] >= 10, pages


def test_nobody_is_found_by_what_is_hidden(client):
    post = Post.objects.visible().get(title="Wie hangt een lamp voor mij op?")
    assert post.get_absolute_url() in client.get("/zoeken/", {"q": "lamp"}).text
    for hidden in [*hidden_of(post), post.author.last_name, post.author.email]:
        assert post.get_absolute_url() not in client.get("/zoeken/", {"q": hidden}).text


# From an empty folder to a page --------------------------------------------------------------------------------------


@pytest.mark.proof
def test_serving_begins_with_nothing_and_ends_with_a_signal(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in {"WIJK_ENV", "DATABASE_URL"}}
    command = [sys.executable, "manage.py", "demo", "--serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**environment, "WIJK_VAR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = []
            while not lines or f"open http://127.0.0.1:{port}/" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            with urlopen(f"http://127.0.0.1:{port}/wijk/klarendal/") as page:
                assert "Klarendal" in page.read().decode()
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(20)
    assert ended == 0
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0
