"""The front pages: right, private, and as quick with sixty posts as with five."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.contact.models import Conversation, Message
from content.posts.models import Post
from tests import factories
from wijk import clock

CANARY = "canary-0612345678"


def fill(author, neighbourhood, number):
    for index in range(number):
        kind = (Post.Kind.REQUEST, Post.Kind.OFFER)[index % 2]
        factories.post(
            author, neighbourhood, title=f"Bericht {index}", kind=kind, theme=factories.theme(f"t{index % 9}")
        )
        factories.activity(author, neighbourhood, title=f"Samen {index}", expires_at=None)


@pytest.mark.parametrize("number", [5, 60])
def test_a_neighbourhood_takes_at_most_six_queries(client, klarendal, anna, mo, number, django_assert_max_num_queries):
    fill(anna, klarendal, number)
    for index in range(5):
        factories.organisation(f"Organisatie {index}", klarendal)
    with django_assert_max_num_queries(6):
        page = client.get("/wijk/klarendal/")
    assert page.status_code == 200


@pytest.mark.parametrize("number", [5, 60])
def test_the_front_page_takes_few_queries(client, klarendal, anna, number, django_assert_max_num_queries):
    fill(anna, klarendal, number)
    with django_assert_max_num_queries(3):
        assert client.get("/").status_code == 200


def test_a_neighbourhood_shows_what_lives_there_and_nothing_of_elsewhere(client, klarendal, presikhaaf, anna, mo):
    factories.post(anna, klarendal, title="Ladder te leen", kind=Post.Kind.OFFER, contact_phone=CANARY)
    factories.post(anna, klarendal, title="Nog niet gezien", status=Post.Status.WAITING)
    factories.post(anna, presikhaaf, title="Van hiernaast")
    factories.activity(anna, klarendal, title="Samen eten", venue="Wijkcentrum")
    factories.activity(anna, klarendal, title="Al geweest", starts_in=-timedelta(days=2), expires_at=None)
    factories.organisation("Buurttuin", klarendal, contact_email=f"{CANARY}@example.org")
    factories.organisation("Nog dicht", klarendal, live=False)
    page = client.get("/wijk/klarendal/").text
    for there in (
        "Klarendal helpt elkaar",
        "Ladder te leen",
        "Samen eten",
        "Wijkcentrum",
        "Buurttuin",
        "Mo",
        "accent-1",
    ):
        assert there in page
    for elsewhere in ("Nog niet gezien", "Van hiernaast", "Al geweest", "Nog dicht", CANARY, "Yilmaz", "Jansen"):
        assert elsewhere not in page
    assert "/vraag-stellen/?wijk=klarendal" in page
    assert 'type="application/atom+xml"' in page


def test_public_pages_set_no_cookie_and_may_be_cached(client, klarendal):
    for path in ("/", "/wijk/klarendal/", "/robots.txt", "/sitemap.xml", "/manifest.webmanifest"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies and "public" in answer["Cache-Control"], path


def test_a_post_is_off_the_page_the_moment_its_author_closes(client, klarendal, anna):
    factories.post(anna, klarendal, title="Ladder te leen")
    anna.is_active = False
    anna.save()
    assert "Ladder te leen" not in client.get("/wijk/klarendal/").text
    assert "Ladder te leen" not in client.get("/").text


def test_a_neighbourhood_that_does_not_take_part_says_so_and_points_to_its_neighbours(client, klarendal):
    off = factories.neighbourhood("Velperweg", code="WK020230", on=False)
    off.neighbours.add(klarendal)
    answer = client.get("/wijk/velperweg/")
    assert answer.status_code == 404
    assert "Velperweg doet nog niet mee" in answer.text and "/wijk/klarendal/" in answer.text


def test_an_empty_neighbourhood_invites(client, klarendal):
    page = client.get("/wijk/klarendal/").text
    assert "Jij kunt de eerste zijn" in page and "Het is hier nog stil" in page


def test_unknown_neighbourhoods_are_not_found(client, db):
    assert client.get("/wijk/nergens/").status_code == 404


def test_words_in_titles_stay_words(client, klarendal, anna):
    factories.post(anna, klarendal, title="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/wijk/klarendal/").text


def test_the_sitemap_names_what_is_public_and_only_that(client, klarendal, anna):
    live = factories.post(anna, klarendal)
    hidden = factories.post(anna, klarendal, title="Verborgen", status=Post.Status.WAITING)
    organisation = factories.organisation("Buurttuin", klarendal)
    index = client.get("/sitemap.xml").text
    assert "/sitemap-berichten.xml" in index and "/sitemap-wijken.xml" in index
    assert live.get_absolute_url() in client.get("/sitemap-berichten.xml").text
    assert hidden.get_absolute_url() not in client.get("/sitemap-berichten.xml").text
    assert organisation.get_absolute_url() in client.get("/sitemap-organisaties.xml").text
    assert "/wijk/klarendal/" in client.get("/sitemap-wijken.xml").text
    assert client.get("/sitemap-geheim.xml").status_code == 404


def test_robots_stay_out_of_what_is_personal(client, db):
    words = client.get("/robots.txt").text
    assert "Disallow: /mijn/" in words and "Sitemap: http" in words


# A member's overview -------------------------------------------------------------------------------------------------


def conversation(post, *, last=Message.Side.VISITOR, **fields):
    made = Conversation.objects.create(
        post=post,
        state="open",
        confirmed_at=clock.now(),
        visitor_hash="x",
        visitor_email=f"{CANARY}@example.org",
        **fields,
    )
    Message.objects.create(conversation=made, side=last, body="Ik help graag")
    return made


def test_the_overview_needs_a_login(client, db):
    assert client.get("/mijn/").status_code == 302


def test_a_member_sees_what_waits(as_, klarendal, anna):
    factories.post(anna, klarendal, title="Kan beter", status=Post.Status.CHANGES)
    factories.post(anna, klarendal, title="Rustig en klaar")
    ending = timezone.now() + timedelta(days=3)
    factories.post(anna, klarendal, title="Bijna voorbij", expires_at=ending)
    conversation(factories.post(anna, klarendal, title="Lamp ophangen"))
    conversation(factories.post(anna, klarendal, title="Al beantwoord"), last=Message.Side.POSTER)
    page = as_(anna).get("/mijn/")
    for there in ("Dag Anna", "Klarendal", "Kan beter", "Bijna voorbij", "Lamp ophangen"):
        assert there in page.text, there
    for elsewhere in ("Rustig en klaar", "Al beantwoord", CANARY):
        assert elsewhere not in page.text, elsewhere
    assert "no-store" in page["Cache-Control"]


def test_nobody_sees_what_waits_for_another(as_, klarendal, anna, bram):
    factories.post(anna, klarendal, title="Van Anna", status=Post.Status.DRAFT)
    conversation(factories.post(anna, klarendal, title="Lamp ophangen"))
    page = as_(bram).get("/mijn/").text
    assert "Van Anna" not in page and "Lamp ophangen" not in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_overview_takes_few_queries(as_, klarendal, anna, number, django_assert_max_num_queries):
    browser = as_(anna)
    for index in range(number):
        factories.post(anna, klarendal, title=f"Bericht {index}", status=Post.Status.WAITING)
        conversation(factories.post(anna, klarendal, title=f"Gesprek {index}"))
    browser.get("/mijn/")
    with django_assert_max_num_queries(13):
        assert browser.get("/mijn/").status_code == 200
