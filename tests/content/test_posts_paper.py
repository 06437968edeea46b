"""A notice of one post and a sheet for the week: one page of A4 each, with nothing that visitors may not see."""

import re
from datetime import timedelta
from html import unescape

import pytest
import segno
from django.conf import settings

from content.organisations.numbers import readable_phone
from content.posts import paper
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from tests import factories
from wijk import clock

HIDDEN = {
    "contact_name": "Verborgen Naam",
    "contact_email": "verborgen@example.org",
    "contact_phone": "+31612345678",
    "contact_address": "Verborgenstraat 1",
}
SEEN = {"contact_phone": readable_phone("+31612345678")}


def sheet_of(client, post):
    return client.get(f"{post.get_absolute_url()}briefje/")


def code_for(path):
    made = segno.make(settings.BASE_URL + path, error="m", micro=False)
    return made.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, title="Wie helpt met <b>de schutting</b>?", **HIDDEN)


def test_the_notice_holds_the_post_its_code_and_nine_strips(client, post):
    answer = sheet_of(client, post)
    page = answer.content.decode()
    assert "Wie helpt met &lt;b&gt;de schutting&lt;/b&gt;?" in page and "Mijn plafond is hoog" in page
    assert code_for(f"/bericht/{post.pk}/") in page
    address = f"{settings.BASE_URL.partition('://')[2]}<wbr>/bericht/{post.pk}/"
    strips = re.search(r'<ul class="a4-strips".*?</ul>', page, re.S)[0]
    assert strips.count(address) == 9
    assert client.get(f"/bericht/{post.pk}/", follow=True).redirect_chain[-1][0] == post.get_absolute_url()
    assert "public" in answer["Cache-Control"] and not answer.cookies


def test_what_is_hidden_is_on_no_paper(client, post, mo):
    for path in (f"{post.get_absolute_url()}briefje/", "/wijk/klarendal/prikbord/"):
        page = client.get(path).content.decode()
        for words in (*HIDDEN.values(), *SEEN.values(), "12345678", post.author.email, "Anna", "Jansen", mo.email):
            assert words not in page, f"{path} shows {words}"


@pytest.mark.parametrize("name", Post.CONTACT_FIELDS)
def test_what_its_author_shows_to_everybody_is_on_the_notice_and_nothing_else(client, post, name):
    Post.objects.filter(pk=post.pk).update(**{f"show_{name}": True})
    page = unescape(sheet_of(client, post).content.decode()).replace("\xa0", " ")
    shown = {field for field, value in HIDDEN.items() if value in page or SEEN.get(field, "\0") in page}
    assert shown == {f"contact_{name}"}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Post.Status.WAITING, "published_at": None},
        {"status": Post.Status.DRAFT, "published_at": None},
        {"status": Post.Status.HELD, "published_at": None},
    ],
)
def test_what_is_not_public_has_no_notice(client, anna, klarendal, fields):
    assert sheet_of(client, factories.post(anna, klarendal, **fields)).status_code == 404


def test_what_is_gone_says_so_and_an_old_title_leads_on(client, post):
    assert client.get(f"/bericht/{post.pk}/oude-titel/briefje/").url == f"{post.get_absolute_url()}briefje/"
    Post.objects.filter(pk=post.pk).update(status=Post.Status.FULFILLED)
    assert sheet_of(client, post).status_code == 410


def test_the_notice_of_who_is_frozen_or_left_is_not_there(client, post, anna):
    type(anna).objects.filter(pk=anna.pk).update(restricted_at=clock.now())
    assert sheet_of(client, post).status_code == 410


def test_a_long_text_is_cut_at_a_word_and_says_where_the_rest_is(client, anna, klarendal):
    text = "Dit is een heel lang verhaal. " * 100
    page = sheet_of(client, factories.post(anna, klarendal, text=text[:3000])).content.decode()
    assert "Lees verder: scan de code" in page
    assert len(page) < 30_000
    short = sheet_of(client, factories.post(anna, klarendal, text="Kort.")).content.decode()
    assert "Lees verder" not in short


@pytest.mark.parametrize(
    ("text", "lines", "kept"),
    [
        ("een twee drie", 1, ("een twee drie", False)),
        ("een\ntwee\ndrie", 2, ("een\ntwee", True)),
        ("een twee drie", 0, ("", True)),
        ("een twee drie vier", 1, ("een twee drie…", True)),
        ("een\n\ntwee", 3, ("een\n\ntwee", False)),
        ("", 1, ("", False)),
        ("x" * 100, 1, ("x" * 15 + "…", True)),
    ],
)
def test_a_text_is_cut_by_lines_and_by_letters(text, lines, kept):
    assert paper.fitting(text, lines, characters=15) == kept


def test_an_activity_says_when_and_where(client, anna, klarendal):
    post = factories.activity(anna, klarendal, venue="In de grote zaal")
    page = sheet_of(client, post).content.decode()
    assert "In de grote zaal" in page and "uur" in page


# The sheet of the week ------------------------------------------------------------------------------------------------

SHEET = "/wijk/klarendal/prikbord/"


def test_the_sheet_holds_this_week_the_newest_and_who_looks_after_it(client, anna, mo, klarendal, presikhaaf):
    factories.activity(anna, klarendal, title="Samen eten", starts_in=timedelta(days=2))
    factories.activity(anna, klarendal, title="Volgende maand", starts_in=timedelta(days=20))
    factories.post(anna, klarendal, title="Wie helpt?")
    factories.post(anna, klarendal, title="Ik kan fietsen maken", kind=Post.Kind.OFFER)
    factories.post(anna, presikhaaf, title="Van elders")
    Appointment.objects.filter(user=mo).update(public_name="Mo van de Linde")
    answer = client.get(SHEET)
    page = answer.content.decode()
    for words in ("Samen eten", "Wie helpt?", "Ik kan fietsen maken", "Mo van de Linde", code_for("/wijk/klarendal/")):
        assert words in page
    assert "Volgende maand" not in page and "Van elders" not in page
    assert "public" in answer["Cache-Control"] and not answer.cookies


def test_an_empty_neighbourhood_has_a_sheet_that_asks_to_begin(client, klarendal):
    page = client.get(SHEET).content.decode()
    assert "Organiseer jij iets?" in page and "Wijkbeheerder:" not in page


def test_the_sheet_of_a_neighbourhood_that_is_off_is_not_there(client, klarendal):
    type(klarendal).objects.filter(pk=klarendal.pk).update(is_on=False)
    assert client.get(SHEET).status_code == 404


def test_the_sheet_takes_few_queries_however_much_there_is(client, anna, klarendal, django_assert_max_num_queries):
    for number in range(12):
        factories.post(anna, klarendal, kind=[Post.Kind.REQUEST, Post.Kind.OFFER][number % 2])
        factories.activity(anna, klarendal)
    with django_assert_max_num_queries(5):
        page = client.get(SHEET).content.decode()
    assert page.count("<li>") > 8 and "En meer, op de site." in page


def test_the_ways_to_paper(client, as_, anna, mo, post):
    notice = f"{post.get_absolute_url()}briefje/"
    assert notice in client.get(post.get_absolute_url()).content.decode()
    assert notice in as_(anna).get(f"/mijn/berichten/{post.pk}/").content.decode()
    assert SHEET in client.get("/wijk/klarendal/").content.decode()
    assert SHEET in as_(mo).get("/beheer/klarendal/").content.decode()


def test_a_post_that_is_not_on_the_site_offers_no_notice(as_, anna, klarendal):
    waiting = factories.post(anna, klarendal, status=Post.Status.WAITING, published_at=None)
    assert "briefje" not in as_(anna).get(f"/mijn/berichten/{waiting.pk}/").content.decode()
