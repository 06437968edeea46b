"""The shop window: placed by an organisation, on a page of its own, and nowhere among what neighbours ask and give."""

import json
import re

import pytest

from content.matching.actions import match_due
from content.matching.models import Analysis, Match
from content.newsletters.blocks import first_draft, posts_to_pick
from content.newsletters.digests import new_posts
from content.posts.models import Post
from content.statistics.days import count_days
from content.statistics.models import DayCount
from tests import factories
from wijk import clock
from wijk.clock import MINUTE

TITLE = "Vers brood voor 3 euro"
TELL = {"title": TITLE, "text": "Elke dag vanaf acht uur. Een half brood kost € 1,75."}


@pytest.fixture(name="bakery")
def a_bakery(anna, klarendal):
    return factories.organisation("Bakkerij De Korst", klarendal, editor=anna)


@pytest.fixture(name="bread")
def sold_bread(anna, klarendal, bakery):
    return factories.post(anna, klarendal, kind="shop", organisation=bakery, **TELL)


def text_of(response):
    """Without the marks of search."""
    return re.sub("</?mark>", "", response.content.decode())


# Placing -------------------------------------------------------------------------------------------------------------


def test_an_organisation_places_something_with_its_price(as_, client, anna, klarendal, bakery):
    browser = as_(anna)
    assert "?soort=etalage" in text_of(browser.get("/plaatsen/"))
    browser.post("/plaatsen/?soort=etalage", {**TELL, "theme": factories.theme().pk})
    post = Post.objects.get()
    assert browser.get(f"/plaatsen/{post.pk}/bekijken/").url == f"/plaatsen/{post.pk}/waar/"
    own_name = browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": klarendal.pk, "organisation": ""})
    assert "Alleen een organisatie met een eigen pagina" in text_of(own_name)
    browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": klarendal.pk, "organisation": bakery.pk})
    assert "Van een ondernemer" in text_of(browser.get(f"/plaatsen/{post.pk}/bekijken/"))
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    post.refresh_from_db()
    assert (post.kind, post.status, post.organisation) == ("shop", "waiting", bakery)


def test_who_has_no_organisation_is_told_why_not(as_, bram, klarendal, presikhaaf, bakery):
    browser = as_(bram)
    assert "?soort=etalage" not in text_of(browser.get("/plaatsen/"))
    for answer in (browser.get("/plaatsen/?soort=etalage"), browser.post("/plaatsen/?soort=etalage", TELL)):
        assert "Alleen een organisatie met een eigen pagina" in text_of(answer)
    browser.post("/plaatsen/?soort=aanbod", {**TELL, "theme": factories.theme().pk})
    draft = Post.objects.get()
    browser.post(f"/plaatsen/{draft.pk}/soort/", {"soort": "etalage"})
    draft.refresh_from_db()
    assert draft.kind == "offer"


def test_somebody_elses_organisation_sells_nothing_for_me(as_, bram, presikhaaf, bakery):
    factories.organisation("Fietsenmaker", presikhaaf, editor=bram)
    browser = as_(bram)
    browser.post("/plaatsen/?soort=etalage", {**TELL, "theme": factories.theme().pk})
    post = Post.objects.get()
    page = browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": presikhaaf.pk, "organisation": bakery.pk})
    assert "Kies een naam uit de lijst." in text_of(page)


# Where it is ---------------------------------------------------------------------------------------------------------


def test_it_stands_in_the_window_and_on_its_own_page_with_its_label(client, bread, bakery):
    window = text_of(client.get("/wijk/klarendal/etalage/"))
    assert TITLE in window and "Van een ondernemer" in window
    page = text_of(client.get(bread.get_absolute_url()))
    assert "Van een ondernemer" in page and "Wil je iets vragen of bestellen?" in page
    assert '/wijk/klarendal/etalage/"' in text_of(client.get("/wijk/klarendal/"))
    own = text_of(client.get("/organisatie/bakkerij-de-korst/"))
    assert own.index("In de etalage") < own.index(TITLE) and "Vraag, aanbod en activiteiten" not in own
    assert "Van een ondernemer" in text_of(client.get(f"{bread.get_absolute_url()}briefje/"))


def test_the_neighbourhood_page_names_a_window_only_when_there_is_something_in_it(client, klarendal):
    assert "/etalage/" not in text_of(client.get("/wijk/klarendal/"))
    assert "nog leeg" in text_of(client.get("/wijk/klarendal/etalage/"))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/wijk/klarendal/",
        "/wijk/klarendal/vraag-en-aanbod/",
        "/wijk/klarendal/vraag-en-aanbod/?soort=aanbod",
        "/wijk/klarendal/vraag-en-aanbod/?thema=klussen",
        "/wijk/klarendal/prikbord/",
        "/wijk/klarendal/agenda/",
        "/wijk/klarendal/agenda.ics",
        "/wijk/klarendal/feed.atom",
        "/wijk/klarendal/feed.json",
        "/wijk/klarendal/cijfers/",
        "/zoeken/?q=brood",
        "/zoeken/?wijk=klarendal",
        "/zoeken/?q=brood&soort=aanbod",
    ],
)
def test_it_is_in_no_list_of_what_neighbours_ask_and_give(client, bread, anna, klarendal, path):
    factories.post(anna, klarendal, kind="offer", title="Broodrooster te leen")
    Post.objects.update(confirmed_at=clock.now())
    answer = client.get(path)
    assert answer.status_code == 200
    assert TITLE not in text_of(answer)


def test_it_is_counted_nowhere_among_them(client, bread, anna, klarendal):
    factories.post(anna, klarendal, kind="offer", title="Ladder te leen")
    board = client.get("/wijk/klarendal/vraag-en-aanbod/").context
    assert [chip["count"] for chip in board["kinds"]] == [1, 0, 1, 0]
    home = client.get("/wijk/klarendal/").context
    assert home["standing"] == "1 keer biedt iemand iets aan."
    assert [chip["count"] for chip in home["chips"]] == [1, 0, 1, 1]
    assert client.get("/wijk/klarendal/vraag-en-aanbod/?soort=etalage").url == "/wijk/klarendal/etalage/"


def test_search_finds_it_when_asked_for_the_window(client, bread):
    answer = client.get("/zoeken/?q=brood")
    chips = {chip["label"]: chip["count"] for chip in answer.context["kinds"]}
    assert (chips["Alles"], chips["Etalage"], answer.context["number"]) == (0, 1, 0)
    assert TITLE in text_of(client.get("/zoeken/?q=brood&soort=etalage"))


def test_no_letter_and_no_digest_can_hold_it(bread, klarendal):
    assert not posts_to_pick(klarendal).exists()
    assert list(new_posts(klarendal, clock.now() + MINUTE)) == []
    assert bread.pk not in json.loads(json.dumps(first_draft(klarendal, "Hoi")))[1]["posts"]


def test_it_is_matched_with_nothing(as_, client, bread, bram, anna, klarendal):
    asked = factories.post(bram, klarendal, title="Wie heeft vers brood?", text="Vers brood, elke dag vanaf acht uur.")
    Analysis.objects.update(is_due=True)
    while match_due():
        pass
    assert not Match.objects.exists()
    assert TITLE not in text_of(as_(bram).get(f"/mijn/berichten/{asked.pk}/"))
    assert "We letten op" not in text_of(as_(anna).get(f"/mijn/berichten/{bread.pk}/"))


def test_the_figures_of_a_day_leave_it_out(bread, anna, klarendal):
    with clock.frozen(clock.now() + 24 * 60 * MINUTE):
        count_days()
    assert not DayCount.objects.filter(name__startswith="shop").exists()
    assert not DayCount.objects.filter(name="offer.placed").exists()


# When its seller is gone ---------------------------------------------------------------------------------------------


def test_what_nobody_sells_any_more_is_gone(client, bread, bakery):
    bakery.is_live = False
    bakery.save()
    assert client.get(bread.get_absolute_url()).status_code == 410
    assert TITLE not in text_of(client.get("/wijk/klarendal/etalage/"))
    bakery.delete()
    assert client.get(bread.get_absolute_url()).status_code == 410


def test_the_desk_reads_it_as_any_other_post(as_, mo, anna, klarendal, bakery):
    post = factories.post(
        anna, klarendal, kind="shop", organisation=bakery, status="waiting", published_at=None, **TELL
    )
    assert TITLE in text_of(as_(mo).get("/beheer/klarendal/"))
    page = text_of(as_(mo).get(f"/beheer/klarendal/berichten/{post.pk}/", follow=True))
    assert "Van een ondernemer" in page


@pytest.mark.parametrize("number", [2, 30])
def test_the_window_costs_the_same_whatever_is_in_it(
    client, anna, klarendal, bakery, number, django_assert_max_num_queries
):
    for _count in range(number):
        factories.post(anna, klarendal, kind="shop", organisation=bakery, **TELL)
    with django_assert_max_num_queries(3):
        answer = client.get("/wijk/klarendal/etalage/")
    assert ("?na=" in text_of(answer)) == (number > 24)
    if number > 24:
        assert text_of(client.get(f"/wijk/klarendal/etalage/{answer.context['more']}")).count(TITLE) == number - 24
