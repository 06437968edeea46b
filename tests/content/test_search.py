"""Search: Dutch words in every form, the same on both databases, safe from whatever is typed."""

import pytest
from django.db import connection

from accounts.closure.on_disk import flush_to_disk
from content.pages.actions import write_news
from content.posts.models import Post
from content.search.asking import asked
from content.search.index import index_post
from content.search.models import SearchEntry
from content.search.question import Question
from content.search.results import answering
from content.search.words import query_words, stem
from tests import factories
from wijk import clock

CANARY = "canary-0612345678"


def titles(query):
    found, _every = answering(asked(query))
    return sorted(found.values_list("title", flat=True))


def unmarked(page):
    return page.text.replace("<mark>", "").replace("</mark>", "")


@pytest.fixture
def lamp(anna, klarendal):
    return factories.post(anna, klarendal, title="Wie helpt mij een lamp ophangen?", text="Mijn plafond is hoog.")


@pytest.fixture
def ladder(anna, klarendal):
    return factories.post(
        anna, klarendal, title="Ladder te leen", text="Vier meter, ook voor lampen.", kind=Post.Kind.OFFER
    )


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Lampen ophangen", "lamp"),
        ("Een lamp ophangen", "lampen"),
        ("Fietsen maken", "fiets"),
        ("Een fiets maken", "fietsen"),
        ("Huizen kijken", "huis"),
        ("Café op zondag", "cafe"),
        ("Cafe op zondag", "CAFÉ"),
        ("Boormachine te leen", "boormach"),
        ("Wandelingen door de wijk", "wandelen"),
        ("Coördinator gezocht", "coordinator"),
        ("Vrijwilligers gezocht", "vrijwilliger"),
        ("Buurtfeest 2026", "2026"),
    ],
)
def test_words_are_found_in_their_other_forms(anna, klarendal, written, asked):
    factories.post(anna, klarendal, title=written, text="Kom langs.")
    factories.post(anna, klarendal, title="Heel wat anders", text="Niets daarvan.")
    assert titles(asked) == [written]


def test_any_of_the_words_is_enough(lamp, ladder):
    assert titles("plafond") == [lamp.title]
    assert titles("lamp") == titles("lamp plafond") == titles("ladder ophangen") == [ladder.title, lamp.title]


def test_only_what_everybody_may_see_is_found(lamp, anna):
    lamp.status = Post.Status.WITHDRAWN
    lamp.save()
    assert titles("lamp") == []


def test_contact_details_are_no_words_to_find_by(anna, klarendal):
    factories.post(
        anna,
        klarendal,
        contact_name=CANARY,
        contact_email=f"{CANARY}@example.org",
        contact_phone=CANARY,
        show_name=True,
    )
    assert titles("canary") == titles("0612345678") == titles("jansen") == []
    assert "canary" not in SearchEntry.objects.get().words


def test_new_words_replace_the_old_ones(lamp):
    lamp.title = "Wie helpt mij een spiegel ophangen?"
    lamp.save(update_fields=["title"])
    assert titles("spiegel") == [lamp.title] and titles("lamp") == []


def test_a_save_that_leaves_the_words_alone_does_not_index(lamp, django_assert_num_queries):
    with django_assert_num_queries(1):
        lamp.save(update_fields=["status"])


def test_a_deleted_post_leaves_no_word_in_the_index(lamp, anna, klarendal):
    lamp.title = "Zonderlingeterm"
    lamp.save()
    Post.objects.filter(pk=lamp.pk).delete()
    flush_to_disk()
    assert not SearchEntry.objects.exists() and titles("zonderlingeterm") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM content_search_index_data")
            assert all(b"zonderling" not in bytes(row[0]) for row in cursor.fetchall())


OTHERS = ("wijk", "waar", "soort", "thema", "wanneer", "wat", "na")
HOSTILE = [
    "",
    " ",
    '"',
    "''''",
    "lamp OR 1=1",
    'lamp" OR words:*',
    "NEAR(lamp ladder, 10)",
    "lamp*",
    "-lamp",
    "lamp AND",
    "^lamp",
    "{lamp}",
    "lamp & ! | <-> :*",
    "\\",
    "%_%",
    "\x00lamp\x00",
    "lamp\u202e\u200b",
    "x" * 10_000,
    "lamp " * 2_000,
    "; DROP TABLE content_post; --",
    "🌳🌳",
    "½ ² Ⅷ ﬁ ß İ",
    "العربية 中文 ქართული",
    "𐐀𐐁 ᏣᎳᎩ \U0001e900",
    "1e5 3.14 -7 https://example.org a@b.nl",
    "e\u0301" * 400,
]


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_typed_gets_an_answer(client, lamp, query):
    titles(query)
    answer = client.get("/zoeken/", {"q": query, **dict.fromkeys(OTHERS, query[:300])})
    assert answer.status_code == 200 and client.get("/zoeken/", {"q": query}).status_code == 200


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_placed_can_be_indexed(anna, klarendal, query):
    post = factories.post(anna, klarendal, title="Met rare tekens", text=query.replace("\x00", "")[:3000])
    index_post(post)
    assert titles("tekens") == ["Met rare tekens"]


def test_a_lone_surrogate_in_the_address_is_no_error(client, db):
    assert client.get("/zoeken/?q=%ED%A0%80&wijk=%ff").status_code == 200


def test_little_words_do_not_count():
    assert query_words("de lamp van het huis") == ["lamp", "huis"]
    assert len(query_words(" ".join(f"woord{number}" for number in range(90)))) <= 8
    assert stem("lampen") == stem("lamp")


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_finds_posts_organisations_neighbourhoods_and_news(client, lamp, mo, klarendal):
    factories.organisation("Klarendalse lampenclub", klarendal)
    factories.organisation("Verborgen lampen", klarendal, live=False)
    words = {"title": "Nieuwe lampen in de straat", "published_on": clock.today(), "summary": ""}
    write_news(neighbourhood=klarendal, words=words, text="Ze zijn er.", by=mo)
    page = client.get("/zoeken/?q=lamp")
    for there in (lamp.title, "Klarendalse lampenclub", "Nieuwe lampen in de straat"):
        assert there in unmarked(page)
    assert "Verborgen" not in page.text and not page.cookies and "public" in page["Cache-Control"]
    assert "/wijk/klarendal/" in client.get("/zoeken/?q=klarendal").text


def test_chips_count_what_they_would_give(client, lamp, ladder, bram, presikhaaf):
    factories.post(bram, presikhaaf, title="Lampen over", kind=Post.Kind.OFFER, theme=factories.theme("vervoer"))
    context = client.get("/zoeken/?q=lamp").context
    assert [(chip["label"], chip["count"]) for chip in context["kinds"]] == [("Alles", 3), ("Vragen", 1), ("Aanbod", 2)]
    assert [(chip["label"], chip["count"]) for chip in context["wijken"]] == [("Klarendal", 2), ("Presikhaaf West", 1)]
    context = client.get("/zoeken/?q=lamp&wijk=klarendal&soort=aanbod").context
    assert context["number"] == 1 and [card["url"] for card in context["cards"]] == [ladder.get_absolute_url()]
    assert [(chip["label"], chip["count"]) for chip in context["kinds"]] == [("Alles", 2), ("Vragen", 1), ("Aanbod", 1)]


def test_unknown_choices_are_friendly(client, lamp):
    page = client.get("/zoeken/?q=lamp&wijk=nergens&thema=niets&soort=onzin")
    assert page.status_code == 200 and "Hier is niets mee" in page.text


def test_nothing_found_is_an_invitation(client, lamp):
    page = client.get("/zoeken/?q=olifant").text
    assert "Niets gevonden" in page and "Stel je vraag" in page


def test_a_theme_can_be_read_without_words(client, lamp, anna, klarendal):
    factories.post(anna, klarendal, title="Rit naar het ziekenhuis", theme=factories.theme("vervoer"))
    page = client.get("/zoeken/?thema=vervoer")
    assert "Rit naar het ziekenhuis" in page.text and lamp.title not in page.text and "1 bericht." in page.text


def test_without_words_the_page_explains_itself(client, db):
    assert "Bijvoorbeeld: ladder" in client.get("/zoeken/").text


def test_addresses_of_questions_hold_only_what_was_asked():
    assert (
        Question("lamp & co", wijk="klarendal", na="1-1-1").url(soort="vraag")
        == "/zoeken/?q=lamp+%26+co&wijk=klarendal&soort=vraag"
    )
