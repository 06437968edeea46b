"""Finding a neighbourhood by postcode, name, map or list."""

import pytest
from django.urls import reverse

from neighbourhoods.places.models import Municipality, Neighbourhood, Postcode, folded
from tests import factories

FIND = "/wijken/zoeken/"


@pytest.fixture
def town(klarendal, presikhaaf):
    """Two that take part, one that does not yet, and one far away with accents."""
    factories.neighbourhood("Elden", code="WK020220", on=False, square=(5.87, 51.95))
    friesland = Municipality.objects.create(code="GM0051", name="Skarsterlân", slug="skarsterlan")
    far = factories.neighbourhood("Gaastmeer", code="WK005101", square=(5.5, 52.9))
    far.municipality = friesland
    far.save()
    Postcode.objects.create(code="6822AB", neighbourhood=klarendal, addresses=9)
    Postcode.objects.create(code="6822AC", neighbourhood=presikhaaf, addresses=2)
    return klarendal


@pytest.mark.parametrize(
    "question",
    ["6822AB", "6822 ab", " 68 22a b", "6822-AB", "klarendal", "KLAREN", "Klárendal", "klarendal arnhem", "rendal"],
)
def test_one_hit_opens_the_neighbourhood(client, town, question):
    response = client.get(FIND, {"q": question})
    assert (response.status_code, response.headers["Location"]) == (302, town.get_absolute_url())


def test_a_name_without_its_accents_is_found(client, town):
    assert client.get(FIND, {"q": "Skarsterlan"}).headers["Location"] == "/wijk/gaastmeer/"
    assert client.get(FIND, {"q": "SKARSTERLÂN gaast"}).headers["Location"] == "/wijk/gaastmeer/"


def test_several_hits_become_a_list_with_the_municipality(client, town):
    page = client.get(FIND, {"q": "Arnhem"}).content.decode()
    assert "Klarendal" in page and "Presikhaaf West" in page and "Gaastmeer" not in page
    assert 'href="/wijken/arnhem/"' in page
    assert "Doet nog niet mee" in page and "Elden" in page
    assert 'href="/wijk/elden/"' not in page


def test_the_first_four_signs_of_a_postcode_are_enough(client, town):
    for question in ("6822", "6822 ZZ"):
        page = client.get(FIND, {"q": question}).content.decode()
        assert "Klarendal" in page and "Presikhaaf West" in page


def test_an_area_that_does_not_take_part_is_named_with_those_nearby(client, town):
    Neighbourhood.objects.get(slug="elden").neighbours.add(town)
    page = client.get(FIND, {"q": "elden"}).content.decode()
    assert "Doet nog niet mee" in page
    assert "Dichtbij doen wel mee" in page and "Klarendal" in page


def test_the_best_fit_comes_first(client, town):
    factories.neighbourhood("Velperweg", code="WK020208")
    factories.neighbourhood("Velp", code="WK027502")
    page = client.get(FIND, {"q": "velp"}).content.decode()
    assert page.index(">Velp<") < page.index(">Velperweg<")


def test_names_that_people_use_are_understood(client, db):
    hague = Municipality.objects.create(code="GM0518", name="'s-Gravenhage", slug="s-gravenhage")
    place = factories.neighbourhood("Scheveningen", code="WK051807")
    place.municipality = hague
    place.save()
    assert client.get(FIND, {"q": "Den Haag"}).headers["Location"] == "/wijk/scheveningen/"


def test_nothing_found_is_said_friendly(client, town):
    page = client.get(FIND, {"q": "Atlantis"}).content.decode()
    assert "Geen wijk gevonden bij “Atlantis”" in page
    assert "We kennen postcode 9999 ZZ niet" in client.get(FIND, {"q": "9999 ZZ"}).content.decode()


@pytest.mark.parametrize(
    "question",
    [
        *(
            "",
            "%",
            "_",
            "' OR 1=1 --",
            "\x00",
            "<script>alert(1)</script>",
            "é" * 5000,
            "\u202eabc",
            "１２３４",
            "\ud7ff",
        ),
        *("((((", "0000AA", "()" * 90),
    ],
)
def test_odd_questions_get_a_page(client, town, question):
    response = client.get(FIND, {"q": question})
    assert response.status_code in {200, 302}
    assert "<script>alert" not in response.content.decode()


def test_bytes_that_are_no_text_get_a_page(client, town):
    assert client.get(f"{FIND}?q=%ff%fe%ed%a0%80&q=2").status_code in {200, 302}
    assert client.get(FIND).status_code == 200


def test_the_list_shows_what_takes_part_by_municipality(client, town):
    page = client.get("/wijken/").content.decode()
    assert page.index(">Arnhem<") < page.index(">Klarendal<") < page.index(">Skarsterlân<") < page.index(">Gaastmeer<")
    assert "Elden" not in page


def test_a_long_list_shows_names_and_a_very_long_one_numbers(client, town, monkeypatch):
    monkeypatch.setattr("neighbourhoods.places.views.STREETS", 2)
    page = client.get("/wijken/").content.decode()
    assert 'href="/wijk/klarendal/">Klarendal</a>' in page and "street-tile" not in page
    monkeypatch.setattr("neighbourhoods.places.views.NAMES", 2)
    page = client.get("/wijken/").content.decode()
    assert "3 wijken doen mee" in page and "Klarendal</a>" not in page


def test_an_empty_site_says_so(client, db):
    assert "Er doet nog geen wijk mee" in client.get("/wijken/").content.decode()


def test_a_municipality_shows_its_map_and_the_same_as_a_list(client, town):
    page = client.get("/wijken/arnhem/").content.decode()
    assert page.count('class="part level-0"') == 2
    assert page.count('class="not-yet"') == 1
    assert page.count('href="/wijk/klarendal/"') == 3  # outline, number, list
    assert page.count('tabindex="-1" aria-hidden="true"') == 2  # a number is for pointing; the outline has the focus
    assert "2 wijken doen mee" in page
    assert client.get("/wijken/nergens/").status_code == 404


def test_map_and_list_say_the_same_numbers_of_what_everybody_may_see(client, town, anna):
    for kind in ("request", "offer", "offer"):
        factories.post(anna, kind=kind, neighbourhood=town)
    factories.post(anna, kind="request", neighbourhood=town, status="withdrawn")
    page = client.get("/wijken/arnhem/").content.decode()
    words = "1 vraag, 2 keer aanbod"
    assert f'aria-label="Klarendal: {words}"' in page and f'<span class="hint">{words}</span>' in page
    assert page.count("level-1") == 1 and page.count("level-0") == 1
    assert page.count("Nog stil") == 1
    assert f'<p class="soft">{words}</p>' in client.get("/wijken/").content.decode()


def test_a_municipality_without_outlines_is_only_a_list(client, klarendal):
    klarendal.outline = klarendal.longitude = klarendal.latitude = None
    klarendal.save()
    page = client.get("/wijken/arnhem/").content.decode()
    assert "<figure" not in page and 'href="/wijk/klarendal/"' in page


def test_a_retired_area_is_shown_only_while_it_is_on(client, town):
    Neighbourhood.objects.filter(slug__in=["klarendal", "elden"]).update(retired_in=2015)
    page = client.get("/wijken/arnhem/").content.decode()
    assert "Klarendal" in page and "Elden" not in page


def test_centres_are_only_of_what_takes_part(client, town):
    places = client.get(reverse("places:centres")).json()["places"]
    assert [place[0] for place in places] == ["Klarendal", "Presikhaaf West", "Gaastmeer"]
    assert places[0][1:3] == ["Arnhem", "/wijk/klarendal/"]


@pytest.mark.parametrize(
    "path", ["/wijken/", "/wijken/arnhem/", "/wijken/centra.json", "/wijken/zoeken/?q=arnhem", "/wijken/zoeken/?q=6822"]
)
def test_pages_set_no_cookie_and_ask_few_questions_of_the_database(client, town, path, django_assert_max_num_queries):
    for number in range(20):
        factories.neighbourhood(f"Buurt {number}", code=f"WK0202{number + 30}", on=number % 2)
    with django_assert_max_num_queries(6):
        response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/wijken/", "/wijken/arnhem/", "/wijken/zoeken/"])
def test_nothing_can_be_posted_here(client, town, path):
    assert client.post(path).status_code == 405


def test_a_folded_name_follows_the_name(klarendal):
    klarendal.name = "Klârendal-Noord"
    klarendal.save(update_fields=["name"])
    klarendal.refresh_from_db()
    assert klarendal.search_name == "klarendal noord arnhem"
    assert folded("  'S-Gravenhage (Ôost) ") == "s gravenhage oost"
