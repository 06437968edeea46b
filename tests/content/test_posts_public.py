"""What everybody reads: board, post page, what is gone, in few queries and without anything hidden."""

from datetime import timedelta

import pytest

from content.posts.models import Post
from content.posts.tombstones import Tombstone
from tests import factories
from wijk import clock

BOARD = "/wijk/klarendal/vraag-en-aanbod/"


def titles(response):
    return [card["title"] for card in response.context["cards"]]


def many(author, neighbourhood, number):
    for count in range(number):
        factories.post(
            author,
            neighbourhood,
            title=f"Bericht {count:02}",
            kind="offer" if count % 2 else "request",
            theme=factories.theme(f"thema-{count % 6}"),
            contact_name=f"Naam {count}",
            show_name=bool(count % 3),
            published_at=clock.now() - timedelta(minutes=count // 2),
        )


@pytest.mark.parametrize("number", [5, 60])
def test_the_board_asks_six_queries_whatever_the_number(client, anna, klarendal, number, django_assert_max_num_queries):
    many(anna, klarendal, number)
    with django_assert_max_num_queries(6):
        client.get(BOARD)
    with django_assert_max_num_queries(6):
        client.get(BOARD + "?soort=vraag&thema=thema-0")


def test_a_post_page_asks_few_queries(client, anna, klarendal, django_assert_max_num_queries):
    post = factories.post(anna, klarendal, organisation=factories.organisation("Buurthuis", klarendal))
    with django_assert_max_num_queries(4):
        client.get(post.get_absolute_url())


def test_every_post_is_on_exactly_one_page_of_the_board(client, anna, klarendal):
    many(anna, klarendal, 60)
    seen, url = [], BOARD
    while url:
        response = client.get(url)
        seen += titles(response)
        url = BOARD + response.context["more"] if response.context["more"] else ""
    assert len(seen) == 60
    assert len(set(seen)) == 60
    assert seen[0] == "Bericht 01"


def test_a_new_post_moves_nothing_on_the_next_page(client, anna, klarendal):
    many(anna, klarendal, 30)
    more = client.get(BOARD).context["more"]
    before = titles(client.get(BOARD + more))
    factories.post(anna, klarendal, title="Nieuw")
    assert titles(client.get(BOARD + more)) == before


def test_filters_count_what_they_show(client, anna, klarendal):
    many(anna, klarendal, 12)
    response = client.get(BOARD + "?soort=vraag&thema=thema-2")
    chips = {chip["label"]: chip for chip in response.context["kinds"]}
    assert chips["Vragen"]["count"] == len(titles(response)) == 2
    assert chips["Vragen"]["current"]
    assert chips["Alles"]["count"] == 2
    assert chips["Aanbod"]["count"] == 0
    chips = response.context["themes"] + response.context["more_themes"]
    themes = {chip["label"]: chip["count"] for chip in chips}
    assert response.context["themes"][0]["current"]
    assert themes["Thema-0"] == 2
    assert "Thema-1" not in themes


def test_a_theme_that_is_switched_off_still_leads_to_its_posts(client, anna, klarendal):
    theme = factories.theme("vervoer")
    factories.post(anna, klarendal, theme=theme)
    theme.is_on = False
    theme.save()
    assert len(titles(client.get(BOARD + "?thema=vervoer"))) == 1


@pytest.mark.parametrize("query", ["?soort=verkoop", "?thema=bestaat-niet", "?soort=" + "x" * 5000, "?thema=%00"])
def test_unknown_filters_do_not_exist(client, klarendal, query):
    assert client.get(BOARD + query).status_code == 404


@pytest.mark.parametrize(
    "cursor", ["x", "1-", "9999999999999999-1", "-1-1", "0-0", "1" * 40, "٣-٣", "%00", "%ED%A0%80"]
)
def test_a_broken_cursor_is_no_error(client, anna, klarendal, cursor):
    factories.post(anna, klarendal)
    assert client.get(BOARD + "?na=" + cursor).status_code == 200


def test_searching_on_the_board_goes_to_search(client, klarendal):
    assert client.get(BOARD, {"q": "lamp & ladder"}).url == "/zoeken/?q=lamp+%26+ladder&wijk=klarendal"


def test_an_empty_board_invites(client, klarendal):
    assert "Nog stil hier" in client.get(BOARD).text
    factories.theme("vervoer")
    assert "Hier is nu niets mee" in client.get(BOARD + "?thema=vervoer").text


def test_the_board_shows_only_what_is_visible(client, anna, bram, klarendal, presikhaaf):
    factories.post(anna, klarendal, title="Zichtbaar")
    for status in Post.Status.values:
        if status != "live":
            factories.post(anna, klarendal, title=f"Niet {status}", status=status)
    factories.post(anna, presikhaaf, title="Elders")
    factories.post(anna, klarendal, title="Te oud", expires_at=clock.now())
    factories.post(bram, klarendal, title="Van een vertrokkene")
    bram.is_active = False
    bram.save()
    assert titles(client.get(BOARD)) == ["Zichtbaar"]


def test_a_sleeping_neighbourhood_has_no_pages(client, db):
    factories.neighbourhood("Velperweg", code="WK020299", on=False)
    for page in ("vraag-en-aanbod/", "agenda/", "agenda.ics", "agenda/print/", "feed.atom", "feed.json"):
        assert client.get(f"/wijk/velperweg/{page}").status_code == 404


CANARIES = {
    "contact_name": "Kanarienaam",
    "contact_email": "kanarie@geheim.example",
    "contact_phone": "+31687654321",
    "contact_address": "Kanariestraat 77",
}


def test_nothing_hidden_is_on_any_public_page(client, anna, klarendal):
    post = factories.post(anna, klarendal, **CANARIES)
    activity = factories.activity(anna, klarendal, **CANARIES)
    pages = [BOARD, post.get_absolute_url(), activity.get_absolute_url()]
    pages += [
        f"/wijk/klarendal/{page}" for page in ("agenda/", "agenda/print/", "agenda.ics", "feed.atom", "feed.json")
    ]
    for url in pages:
        response = client.get(url)
        assert response.status_code == 200, url
        page = response.text
        for canary in (*CANARIES.values(), "87654321", "8765 4321", anna.email, "Jansen"):
            assert canary not in page, (url, canary)
        assert not response.cookies


def test_shown_details_are_on_the_page_and_in_no_feed(client, anna, klarendal):
    shown = {f"show_{name}": True for name in Post.CONTACT_FIELDS}
    post = factories.post(anna, klarendal, **CANARIES, **shown)
    page = client.get(post.get_absolute_url()).text
    for value in (
        "Kanarienaam",
        "mailto:kanarie@geheim.example",
        "tel:+31687654321",
        "+31 6 87654321",
        "Kanariestraat 77",
    ):
        assert value in page
    for feed in ("feed.atom", "feed.json"):
        content = client.get(f"/wijk/klarendal/{feed}").text
        assert "Kanarienaam" in content  # shown as the author
        for value in ("kanarie@", "87654321", "Kanariestraat"):
            assert value not in content


def test_hiding_a_detail_takes_it_off_the_page_at_once(client, anna, as_, klarendal):
    post = factories.post(anna, klarendal, contact_phone="+31687654321", show_phone=True)
    assert "87654321" in client.get(post.get_absolute_url()).text
    as_(anna).post(f"/mijn/berichten/{post.pk}/contact/", {"gegeven": "phone", "aan": "nee"})
    assert "87654321" not in client.get(post.get_absolute_url()).text


def test_the_address_of_a_post_is_one(client, anna, klarendal):
    post = factories.post(anna, klarendal)
    for wrong in (f"/bericht/{post.pk}/", f"/bericht/{post.pk}/iets-anders/"):
        response = client.get(wrong)
        assert response.status_code == 301
        assert response.url == post.get_absolute_url()


@pytest.mark.parametrize("status", ["withdrawn", "fulfilled", "expired", "removed", "held", "waiting"])
def test_what_was_public_is_gone_and_something_alike_is_offered(client, anna, klarendal, status):
    gone = factories.post(anna, klarendal, title="Geheim geworden", status=status)
    factories.post(anna, klarendal, title="Iets wat erop lijkt")
    response = client.get(gone.get_absolute_url())
    assert response.status_code == 410
    assert "Geheim geworden" not in response.text
    assert "Iets wat erop lijkt" in response.text


def test_the_address_of_an_erased_post_stays_gone(client, anna, klarendal):
    post = factories.post(anna, klarendal)
    url = post.get_absolute_url()
    Post.objects.filter(pk=post.pk).delete()
    assert Tombstone.objects.filter(post_ref=post.pk).exists()
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("status", ["draft", "waiting", "refused"])
def test_what_was_never_public_never_existed(client, anna, klarendal, status):
    post = factories.post(anna, klarendal, status=status, published_at=None)
    assert client.get(post.get_absolute_url()).status_code == 404


def test_numbers_nobody_has_do_not_exist(client, db):
    for number in (0, 404, 10**30):
        assert client.get(f"/bericht/{number}/x/").status_code == 404


def test_links_in_a_text_give_no_credit(client, anna, klarendal):
    post = factories.post(anna, klarendal, text="Zie https://voorbeeld.nl/a?b=1&c=2 en <b>vet</b>")
    page = client.get(post.get_absolute_url()).text
    assert 'href="https://voorbeeld.nl/a?b=1&amp;c=2" rel="nofollow ugc noopener"' in page
    assert "<b>vet</b>" not in page


def test_a_post_page_has_its_contact_form_and_a_way_to_report(client, anna, klarendal):
    post = factories.post(anna, klarendal)
    page = client.get(post.get_absolute_url()).text
    assert page.count('id="contact"') == 1
    assert f'href="{post.get_absolute_url()}melden/"' in page


def test_an_organisations_post_carries_its_name_while_it_is_live(client, anna, klarendal):
    organisation = factories.organisation("Buurthuis", klarendal)
    post = factories.post(anna, klarendal, organisation=organisation)
    assert organisation.get_absolute_url() in client.get(post.get_absolute_url()).text
    organisation.is_live = False
    organisation.save()
    page = client.get(post.get_absolute_url()).text
    assert "Buurthuis" not in page
    assert "Een bewoner" in page


def test_public_pages_are_the_same_for_everybody(client, anna, as_, klarendal):
    post = factories.post(anna, klarendal)
    for url in (BOARD, "/wijk/klarendal/agenda/"):
        assert client.get(url).text == as_(anna).get(url).text
    response = as_(anna).get(post.get_absolute_url())
    assert "public" in response["Cache-Control"]
    assert "csrfmiddlewaretoken" not in response.text
    assert not response.cookies
