"""How my post looks to a visitor, before and after it is placed (W-85)."""

import re

import pytest

from content.posts.models import Post
from tests import factories

CARD = {"contact_name": "Anna J.", "contact_phone": "+31612345678", "show_phone": True}


def article(html):
    """The post itself, as it stands on a page."""
    return re.search(r"<article.*?</article>", html, re.S)[0]


def test_the_preview_is_the_public_page_to_the_letter(as_, client, anna, klarendal):
    for post in (
        factories.post(anna, klarendal, **CARD),
        factories.activity(anna, klarendal, venue="Buurthuis", **CARD),
    ):
        public = client.get(post.get_absolute_url()).text
        assert article(as_(anna).get(f"/mijn/berichten/{post.pk}/voorbeeld/").text) == article(public)
        assert "+31 6 12345678" in article(public)
        assert "Anna J." not in article(public)


def test_each_contact_detail_has_a_badge_and_what_is_empty_is_said(as_, anna, klarendal):
    post = factories.post(anna, klarendal, **CARD)
    html = as_(anna).get(f"/mijn/berichten/{post.pk}/voorbeeld/").text
    panel = re.search(r'aria-labelledby="wie-ziet-wat".*?</section>', html, re.S)[0]
    name, phone = re.findall(r"<div><dt>(?:Naam|Telefoonnummer)</dt>.*?</dd></div>", panel, re.S)
    assert "visibility-private" in name
    assert "visibility-public" in phone
    assert "Niet ingevuld: e-mailadres, adres." in panel


@pytest.mark.parametrize("status", [Post.Status.DRAFT, Post.Status.WAITING, Post.Status.WITHDRAWN, Post.Status.EXPIRED])
def test_what_is_not_on_the_site_says_so(as_, anna, klarendal, status):
    post = factories.post(anna, klarendal, status=status, published_at=None)
    assert "Dit bericht staat niet op de site." in as_(anna).get(f"/mijn/berichten/{post.pk}/voorbeeld/").text


def test_an_empty_draft_has_a_preview_too(as_, anna, klarendal):
    draft = factories.post(anna, klarendal, title="", text="", status=Post.Status.DRAFT, published_at=None)
    assert as_(anna).get(f"/mijn/berichten/{draft.pk}/voorbeeld/").status_code == 200


def test_nobody_else_sees_it(as_, client, anna, bram, mo, klarendal):
    post = factories.post(anna, klarendal, status=Post.Status.WAITING, published_at=None)
    path = f"/mijn/berichten/{post.pk}/voorbeeld/"
    assert [as_(other).get(path).status_code for other in (bram, mo)] == [404, 404]
    assert client.get(path).headers["Location"].startswith("/account/login/")
    assert as_(anna).post(path).status_code == 405


def test_it_is_reached_from_my_post_and_from_my_data(as_, anna, klarendal):
    post = factories.post(anna, klarendal, **CARD)
    browser = as_(anna)
    for path in (f"/mijn/berichten/{post.pk}/", "/mijn/gegevens/"):
        assert f'href="/mijn/berichten/{post.pk}/voorbeeld/"' in browser.get(path).text


def test_before_placing_the_last_page_shows_the_same_with_a_badge_for_each_detail(as_, anna, klarendal):
    draft = factories.post(anna, klarendal, status=Post.Status.DRAFT, published_at=None, **CARD)
    browser = as_(anna)
    html = browser.get(f"/plaatsen/{draft.pk}/bekijken/").text
    shown = browser.get(f"/mijn/berichten/{draft.pk}/voorbeeld/").text
    # One heading on a page: in the flow the post's title is a step lower.
    assert article(html).replace("h2", "h1") == article(shown).replace("h2", "h1")
    for badge in ("visibility-private", "visibility-public"):
        assert badge in re.search(r'aria-labelledby="gegevens".*?</section>', html, re.S)[0]
    assert "Niet ingevuld: e-mailadres, adres." in html
