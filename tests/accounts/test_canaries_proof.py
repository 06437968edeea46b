"""The long proof of gone: words typed in every form of a site that is served are nowhere afterwards.

Each word is first seen alive where it should be. Then its writer closes the account, the worker does its work, and no
page, feed, search, file, log or byte of the database holds any of them.
"""

import json
import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.canaries import COMMON, Words, crawl, look, raw_bytes, readable
from tests.factories import PASSWORD
from tests.own_site import own_site
from tests.surfer import Surfer
from tests.wijk.mail_server import MailServer
from wijk import clock

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
TYPED_PASSWORD = "paarse fiets in de regen"

BUILD = """
import json
from tests import factories
area = factories.neighbourhood("Klarendal", code="WK020204")
bram = factories.member("Bram", "de Vries", lives_in=area)
mo = factories.manager("Mo", "Yilmaz", of=area)
post = factories.post(bram, area, title="Wie leent mij een boor")
made = {"post": post.get_absolute_url(), "theme": post.theme.pk, "area": area.pk, "mo": mo.appointments.get().pk}
print(json.dumps(made))
"""
# What waits for a manager is let through as the desk does it.
APPROVE = """
from accounts.users.models import User
from content.moderation.actions import decide
from content.organisations.actions import set_live
from content.organisations.models import Organisation
from content.posts.models import Post
mo = User.objects.get(first_name="Mo")
for post in Post.objects.filter(status="waiting", title__startswith="Boormachine"):
    decide(post=post, act="approve", by=mo)
for organisation in Organisation.objects.filter(is_live=False):
    set_live(organisation=organisation, by=mo)
"""
LEFT = "from accounts.closure.models import AccountClosure; print(AccountClosure.objects.get().state)"


@pytest.fixture(scope="module")
def town(tmp_path_factory, django_db_setup):
    """A served site with its worker, a mail server, and three people's browsers."""
    folder = tmp_path_factory.mktemp("town")
    with MailServer() as server:
        options = {"MAIL_URL": f"smtp://127.0.0.1:{server.port}", "DJANGO_SETTINGS_MODULE": "tests.settings_as_served"}
        with own_site(folder, **options) as site, site.served() as url:
            made = json.loads(site.code(BUILD))
            bram = Surfer(url)
            bram.fill("/account/login/", login="bram@example.org", password=PASSWORD)
            people = {"writer": Surfer(url), "bram": bram}
            yield SimpleNamespace(site=site, url=url, server=server, words=Words(), people=people, **made)


def mail_to(town, address, told=""):
    """The newest mail to somebody, when a worker has brought it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for arrived in reversed(town.server.arrived):
            if arrived.recipients == [address] and told in readable(arrived):
                return readable(arrived)
        town.site.run("manage.py", "run_due")
    raise AssertionError(f"no mail to {address}")


# Every form somebody can fill in ------------------------------------------------------------------------------------


def sign_up(town):
    words, me = town.words, town.people["writer"]
    me.session.headers["User-Agent"] = f"Mozilla/5.0 (X11; Linux) Firefox/140.0 {words.new('device', 'bytes')}"
    town.email = words.address("address", "own", "bytes", "mail", "download", "stored")
    me.fill(
        "/account/signup/",
        email=town.email,
        password1=TYPED_PASSWORD,
        first_name=words.new("first name at sign-up", "at sign-up"),
        last_name=words.new("last name at sign-up", "stored", "download"),
        neighbourhood="klarendal",
        is_16="on",
        terms="on",
    )
    me.fill("/account/confirm-email/", code=CODE.search(mail_to(town, town.email)).group())
    town.at_sign_up = raw_bytes(town.site)
    me.fill("/mijn/gegevens/download/", password=TYPED_PASSWORD)


def change_details(town):
    words, me = town.words, town.people["writer"]
    me.fill("/mijn/gegevens/", first_name=words.new("first name", "own", "bytes", "download", "stored"))
    town.second = words.address("second address", "mail")
    me.fill("/account/email/", email=town.second, also={"action_add": ""})


def card(words, of, *places):
    """The contact card of a post or an organisation, with every switch on."""
    shown = {f"show_{name}": "on" for name in ("name", "email", "phone", "address")}
    everywhere = ("page", "own", "stored", *places)
    return shown | {
        "contact_name": words.new(f"{of} contact name", *everywhere),
        "contact_email": words.address(f"{of} contact address", *everywhere),
        "contact_phone": words.phone(f"{of} contact number", *everywhere),
        "contact_address": words.new(f"{of} street", *everywhere),
    }


def place(town, kind, of, *places, **more):
    """The pages of placing, up to the last button; gives the number of the post."""
    words, me = town.words, town.people["writer"]
    everywhere = ("page", "own", "bytes", "download", "stored", *places)
    told = {
        "title": f"Boormachine {words.new(f'{of} title', 'feed', 'search', *everywhere)}",
        "text": f"Hij is {words.new(f'{of} text', *everywhere)} en doet het nog.",
    }
    page = me.fill(f"/plaatsen/?soort={kind}", theme=town.theme, **told, **more)
    if "/waar/" in page.url:
        page = me.fill(page.url, neighbourhood=town.area)
    # The card holds an address that is not the account's: somebody else gets the reactions.
    page = me.fill(page.url, also={"confirm_address": "on"}, contact_who="ander", **card(words, of, "download"))
    assert "/bekijken/" in page.url
    return page.url


def place_everything(town):
    words, me = town.words, town.people["writer"]
    me.fill(place(town, "aanbod", "offer"))
    day = {"day": (clock.today() + timedelta(days=5)).isoformat(), "begins": "18:00", "ends": "20:00"}
    venue = words.new("venue", "page", "feed", "own", "bytes", "download", "stored")
    me.fill(place(town, "activiteit", "activity", venue=venue, **day))
    draft = {"title": f"Vraag {words.new('draft title', 'own', 'bytes', 'download', 'stored')}"}
    me.fill("/plaatsen/?soort=vraag", theme=town.theme, text=words.new("draft text", "bytes", "stored"), **draft)
    kept = ("page", "own", "bytes", "stored")
    me.fill(
        "/mijn/organisaties/nieuw/",
        name=f"Boormachine {words.new('organisation name', 'search', *kept)}",
        summary=words.new("organisation summary", *kept),
        text=words.new("organisation text", *kept),
        website=f"https://www.{words.new('organisation website', *kept)}.example",
        **card(words, "organisation"),
    )


def talk(town):
    """With a neighbour about his post, with him about an own one, and as somebody who is not logged in."""
    words, me, bram = town.words, town.people["writer"], town.people["bram"]
    both = ("own", "neighbour", "stored", "mail")
    mine = {"phone": words.phone("number in a talk", "stored"), "name": words.new("name in a talk", "neighbour")}
    page = me.fill(f"{town.post}contact/", message=words.new("message", *both), **mine)
    # His own words in a talk about his own post: they stay with him.
    bram.fill(page.url, body=words.new("answer to it", "stays", *both))
    me.fill(page.url, body=words.new("answer to that", *both))
    offer = min((path for path in town.known if words.all["offer title"] in path), key=len)
    page = bram.fill(f"{offer}contact/", message=words.new("message about the offer", *both))
    me.fill(page.url, body=words.new("answer about the offer", *both))
    stranger = Surfer(town.url)
    unconfirmed = {"email": town.email, "message": words.new("message without logging in", "stored")}
    stranger.fill(f"{town.post}contact/", **unconfirmed)


def write_the_rest(town):
    words, stranger = town.words, Surfer(town.url)
    name = words.new("name for the newsletter", "stored", "bytes")
    stranger.fill("/nieuwsbrief/klarendal/", email=town.email, first_name=name)
    report = {"why": "other", "text": words.new("report", "stored"), "email": town.email}
    stranger.fill(f"{town.post}melden/", **report)
    question = {"text": words.new("question", "mail"), "name": words.new("name with a question", "mail")}
    stranger.fill(f"/wijk/klarendal/beheerders/{town.mo}/vraag/", email=town.email, **question)
    # Neither of these is kept anywhere, not even while the account is there.
    assert words.new("search", "typed") in stranger.get(f"/zoeken/?q={words.all['search']}").text
    stranger.fill("/account/login/", login=words.address("failed log-in", "typed"), password=TYPED_PASSWORD)


# The proof ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before(town):
    """Everything typed, approved and seen."""
    sign_up(town)
    change_details(town)
    place_everything(town)
    town.site.code(APPROVE)
    town.known = set(crawl(Surfer(town.url), {"/"}))
    talk(town)
    write_the_rest(town)
    mail_to(town, "mo@example.org", town.words.all["question"])
    return now(town) | {"at sign-up": town.at_sign_up}


def now(town):
    return look(town.site, town.server, Surfer(town.url), town.people, town.known)


@pytest.fixture(scope="module")
def after(town, before):
    """The account closed with a copy, and the worker run until a night has passed."""
    page = town.people["writer"].fill("/mijn/opzeggen/", copy="keep", password=TYPED_PASSWORD)
    assert "gesloten" in page.text or "opgezegd" in page.text
    for hours in (25, 26, 41, 42):
        town.site.run("manage.py", "run_due", WIJK_CLOCK_OFFSET=f"+{hours}h")
    assert town.site.code(LEFT).strip() == "done"
    return now(town)


def test_each_word_is_seen_alive_first(town, before):
    words = town.words
    assert len(words.all) >= 40
    unseen = {place: words.places[place] - words.found_in(text) for place, text in before.items()}
    assert {place: names for place, names in unseen.items() if names} == {}
    assert COMMON in before["search"].lower()


def test_no_word_is_seen_anywhere_afterwards(town, after):
    del after["mail"]
    seen = {place: town.words.found_in(text) - town.words.places["stays"] for place, text in after.items()}
    assert {place: names for place, names in seen.items() if names} == {}


def test_what_is_not_kept_was_never_on_the_disk(town, before):
    assert town.words.found_in(before["bytes"]) & town.words.places["typed"] == set()


def test_the_neighbours_own_words_are_still_there(town, after):
    assert "Wie leent mij een boor" in after["page"]
    assert town.words.found_in(after["neighbour"]) == town.words.places["stays"] != set()


def test_the_copy_is_there_and_says_nothing(town, after):
    assert len(list((town.site.folder / "sealed").iterdir())) == 1
