"""The page of answers: their order, pages, filters with counts, and that nothing hidden is ever among them."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.closure import actions as closure
from accounts.requests.actions import judge, object_to
from content.organisations.actions import set_live
from content.pages.actions import withdraw_news, write_news
from content.posts.models import Post
from content.search.index import index_missing
from content.search.models import GuideEntry, SearchEntry
from content.search.question import Question
from content.search.results import gather
from tests import factories
from wijk import clock

HOUR = timedelta(hours=1)


def titles(query="", **narrowed):
    answers = gather(Question(query, **narrowed))["cards"]
    return [str(card["title"]).replace("<mark>", "").replace("</mark>", "") for card in answers]


def counts(chips):
    return {chip["label"]: chip["count"] for chip in chips}


@pytest.fixture
def place(anna, klarendal):
    def post(title, text="Kom langs.", *, ago=0, where=klarendal, **fields):
        at = clock.now() - ago * HOUR
        return factories.post(anna, where, title=title, text=text, summary=text[:160], published_at=at, **fields)

    return post


# Order ----------------------------------------------------------------------------------------------------------------


def test_the_best_comes_first_on_every_database(place):
    place("Iets anders", "Een ladder kan ook.", ago=1)
    place("Bijna", "Ladders zijn er genoeg.", ago=2)
    place("Trapladder te leen", ago=3)
    place("Ladders gezocht", ago=4)
    place("Ladder te leen", ago=6)
    place("Ladder over", ago=5)
    place("Verf over", "Alles met een ladder te doen.", ago=7)
    place("Ladder en verf", ago=99)
    assert titles("ladder verf") == [
        "Ladder en verf",
        "Verf over",
        "Ladder over",
        "Ladder te leen",
        "Ladders gezocht",
        "Trapladder te leen",
        "Iets anders",
        "Bijna",
    ]
    context = gather(Question("ladder verf"))
    assert (context["full"], context["some"], context["number"]) == (2, 6, 8)


def test_pages_stay_in_step_while_new_posts_come_in(client, place, monkeypatch):
    monkeypatch.setattr("content.search.asking.PAGE", 3)
    for number in range(7):
        place(f"Lamp {number}" if number % 2 else f"Nummer {number}", "Een lamp.", ago=number + 1)
    seen, url = [], "/zoeken/?q=lamp"
    while url:
        context = client.get(url).context
        seen += [str(card["url"]) for card in context["cards"]]
        url = context["more"]
        place("Lamp van nu")
    assert len(seen) == len(set(seen)) == 7


def test_a_page_after_nothing_is_friendly(client, place):
    place("Lamp")
    for cursor in ("0-0-0", "1", "x-y-z", "-1--2-3", "9" * 40, "1-2-3-4", "²-1-1"):
        assert client.get("/zoeken/", {"q": "lamp", "na": cursor}).status_code == 200
    assert "Je hebt alles gezien" in client.get("/zoeken/?q=lamp&na=0-0-0").text


def test_the_found_words_are_marked_and_everything_else_is_escaped(client, place):
    place("Lamp <b>x</b> & Lampen", "Helemaal niets. " * 20 + "Achterin staat <i>een kroonluchter</i> te wachten.")
    page = client.get("/zoeken/?q=lamp+kroonluchter").text
    assert "<mark>Lamp</mark> &lt;b&gt;x&lt;/b&gt; &amp; <mark>Lampen</mark>" in page
    page = client.get("/zoeken/?q=kroonluchter").text
    assert "… " in page and "&lt;i&gt;een <mark>kroonluchter</mark>&lt;/i&gt;" in page


# Filters --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(place, klarendal, presikhaaf):
    klarendal.neighbours.add(presikhaaf)
    far = factories.neighbourhood("Elden", "WK020299")
    elsewhere = factories.neighbourhood("Verweg", "WK999999")
    elsewhere.municipality = factories.municipality("Nijmegen", "GM0268")
    elsewhere.save()
    for where in (klarendal, presikhaaf, far, elsewhere):
        place(f"Lamp in {where.name}", where=where, kind=Post.Kind.OFFER, theme=factories.theme("vervoer"))
    place("Lamp gezocht", ago=2)
    return place


def test_one_may_look_around_a_neighbourhood_and_in_its_municipality(town):
    context = gather(Question("lamp", wijk="klarendal"))
    assert counts(context["wijken"]) == {"Klarendal": 2, "En eromheen": 3, "Heel Arnhem": 4, "Overal": None}
    assert titles("lamp", wijk="klarendal") == ["Lamp in Klarendal", "Lamp gezocht"]
    assert len(titles("lamp", wijk="klarendal", waar="rondom")) == 3
    assert len(titles("lamp", wijk="klarendal", waar="gemeente")) == 4 and len(titles("lamp")) == 5
    assert counts(context["kinds"]) == {"Alles": 2, "Vragen": 1, "Aanbod": 1}


def test_every_chip_gives_what_it_counts(client, town):
    context = client.get("/zoeken/?q=lamp&wijk=klarendal&waar=rondom").context
    for row in ("kinds", "themes", "wijken", "times"):
        for chip in context[row]:
            if chip["count"] is not None and not (chip["current"] and row in {"themes", "times"}):
                assert client.get(chip["url"]).context["number"] == chip["count"], chip


def test_activities_are_found_by_when_they_are_soonest_first(anna, klarendal):
    wednesday = clock.midnight(clock.today() + timedelta(days=(2 - clock.today().weekday()) % 7)) + 9 * HOUR
    with clock.frozen(wednesday):
        for title, days in (("Zondag", 4), ("Vrijdag", 2), ("Volgende week", 7), ("Over 40 dagen", 40)):
            factories.activity(anna, klarendal, title=f"Koken {title}", starts_in=timedelta(days=days))
        factories.activity(anna, klarendal, title="Koken nu", starts_in=-2 * HOUR, ends_at=clock.now() + HOUR)
        factories.activity(anna, klarendal, title="Koken voorbij", starts_in=-2 * HOUR, ends_at=clock.now() - HOUR)
        factories.post(anna, klarendal, title="Koken leren")
        assert titles("koken", wanneer="week") == ["Koken nu", "Koken Vrijdag", "Koken Zondag"]
        assert titles("koken", wanneer="weekend") == titles(wanneer="weekend") == ["Koken Zondag"]
        assert "Koken Over 40 dagen" not in titles("koken", wanneer="maand")
        assert counts(gather(Question("koken"))["times"])["Deze week"] == 3
        assert len(titles("koken")) == 7


def test_organisations_and_news_can_be_asked_for_alone(client, town, klarendal, mo, monkeypatch):
    monkeypatch.setattr("content.search.asking.PAGE", 2)
    for number in range(3):
        factories.organisation(f"Lampenclub {number}", klarendal, text="Wij repareren schemerlampjes.")
    words = {"title": "Straatlantaarns", "published_on": clock.today(), "summary": "Nieuwe lampen"}
    write_news(neighbourhood=klarendal, words=words, text="Ze zijn van koper.", by=mo)
    context = client.get("/zoeken/?q=lamp").context
    assert counts(context["kinds"]) == {"Alles": 9, "Vragen": 1, "Aanbod": 4, "Organisaties": 3, "Nieuws": 1}
    page = client.get("/zoeken/?q=lamp&wat=organisaties")
    assert len(page.context["organisations"]) == 2 and not page.context["cards"] and not page.context["news"]
    rest = client.get(page.context["more_organisaties"]).context["organisations"]
    assert len(rest) == 1 and rest[0] not in page.context["organisations"]
    assert [item["date"] for item in client.get("/zoeken/?q=koper&wat=nieuws").context["news"]] == [clock.today()]
    assert client.get("/zoeken/?q=schemerlamp").context["organisations"]
    assert not client.get("/zoeken/?q=lamp&wijk=presikhaaf-west&wat=organisaties").context.get("organisations")


def test_the_board_hands_its_filters_to_the_search(client, town):
    page = client.get("/wijk/klarendal/vraag-en-aanbod/?soort=aanbod&thema=vervoer&q=lamp")
    assert page.status_code == 302
    context = client.get(page["Location"]).context
    assert [card["kind"] for card in context["cards"]] == ["offer"] and context["question"].thema == "vervoer"


def test_nothing_here_points_to_where_there_is_something(client, town):
    page = client.get("/zoeken/?q=presikhaaf&wijk=klarendal")
    assert "Kijk ook in de wijken eromheen" in page.text and "Stel je vraag" in page.text
    page = client.get("/zoeken/?q=verweg&wijk=klarendal")
    assert "Kijk overal" in page.text and page.context["wider"]["url"] == "/zoeken/?q=verweg"


def test_searches_are_for_people_not_for_search_engines(client, town):
    page = client.get("/zoeken/?q=lamp&soort=vraag")
    assert 'content="noindex, follow"' in page.text and not page.cookies and "max-age" in page["Cache-Control"]


# Nothing hidden -------------------------------------------------------------------------------------------------------


FINDING = ("/zoeken/?q=zolderlamp", "/zoeken/?q=lamp", "/zoeken/?thema=vervoer", "/zoeken/?q=zolderlanp")


@pytest.mark.parametrize(
    "hide",
    [
        lambda post, by: Post.objects.filter(pk=post.pk).update(status=Post.Status.HELD),
        lambda post, by: Post.objects.filter(pk=post.pk).update(expires_at=clock.now() - HOUR),
        lambda post, by: type(post.author).objects.filter(pk=post.author_id).update(restricted_at=clock.now()),
        lambda post, by: judge(
            objection=object_to(user=post.author, code="search", by=post.author), upheld=True, by=by
        ),
        lambda post, by: closure.close(user=post.author, by=post.author),
        lambda post, by: type(post.neighbourhood).objects.filter(pk=post.neighbourhood_id).update(is_on=False),
    ],
    ids=["held", "ended", "restricted", "objecting", "closed", "neighbourhood off"],
)
def test_what_was_hidden_is_gone_at_once(client, place, petra, hide):
    post = place("Zolderlamp", theme=factories.theme("vervoer"))
    for url in FINDING:
        assert client.get(url).context["number"] == 1, url
    hide(post, petra)
    for url in FINDING:
        page = client.get(url)
        assert not page.context["number"] and post.get_absolute_url() not in page.text, url
        assert not any(chip["count"] for row in ("kinds", "themes", "wijken", "times") for chip in page.context[row])


def test_organisations_and_news_that_are_off_are_not_found(client, klarendal, mo, anna):
    organisation = factories.organisation("Lampenclub", klarendal, editor=anna)
    words = {"title": "Nieuwe lampen", "published_on": clock.today(), "summary": ""}
    item = write_news(neighbourhood=klarendal, words=words, text="Mooi.", by=mo)
    assert counts(client.get("/zoeken/?q=lampen").context["kinds"])["Alles"] == 2
    set_live(organisation=organisation, by=mo, live=False)
    withdraw_news(item=item, neighbourhood=klarendal, by=mo)
    page = client.get("/zoeken/?q=lampen")
    assert "Niets gevonden" in page.text and "lampenclub" not in page.text.lower()


def test_what_is_asked_is_written_nowhere(client, place, caplog):
    place("Lamp")
    with caplog.at_level(logging.DEBUG):
        caplog.handler.setFormatter(None)
        client.get("/zoeken/?q=geheimewoorden")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert "geheimewoorden" not in " ".join(ours)


# Upkeep ---------------------------------------------------------------------------------------------------------------


def test_what_came_in_by_bulk_is_indexed_by_the_clock(place, klarendal):
    post, organisation = place("Lamp"), factories.organisation("Club", klarendal)
    SearchEntry.objects.all().delete()
    GuideEntry.objects.all().delete()
    other = place("Ladder")
    SearchEntry.objects.filter(post=other).update(words="woorden van vroeger")
    assert index_missing() == 3 and index_missing() == 0
    assert "lamp" in SearchEntry.objects.get(post=post).words and "ladder" in SearchEntry.objects.get(post=other).words
    assert GuideEntry.objects.get(organisation=organisation).words.startswith("club")


def test_the_command_makes_all_words_anew(place, klarendal, mo, capsys):
    place("Lamp")
    factories.organisation("Club", klarendal)
    words = {"title": "Krant", "published_on": clock.today(), "summary": ""}
    write_news(neighbourhood=klarendal, words=words, text="Mooi.", by=mo)
    SearchEntry.objects.update(words="")
    GuideEntry.objects.update(words="")
    call_command("index_posts")
    assert SearchEntry.objects.get().words and all(GuideEntry.objects.values_list("words", flat=True))


def test_a_deleted_organisation_leaves_no_word(klarendal):
    organisation = factories.organisation("Zonderlingeterm", klarendal)
    organisation.delete()
    assert not GuideEntry.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM content_search_index_guide WHERE content_search_index_guide MATCH 'club'"
            )
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("query", ["?q=lamp+ophangen", "?q=lamp+ophangen&wijk=klarendal&waar=rondom"])
def test_the_page_takes_few_queries(client, anna, klarendal, presikhaaf, query, django_assert_max_num_queries):
    for index in range(60):
        where = (klarendal, presikhaaf)[index % 2]
        factories.post(anna, where, title=f"Lamp {index} ophangen", theme=factories.theme(f"t{index % 5}"))
    for index in range(10):
        factories.organisation(f"Lamp ophangen {index}", klarendal)
    client.get("/zoeken/?q=lamp")
    with django_assert_max_num_queries(8):
        page = client.get(f"/zoeken/{query}")
    assert len(page.context["cards"]) == 24 and len(page.context["organisations"]) == 6 and page.context["more"]
