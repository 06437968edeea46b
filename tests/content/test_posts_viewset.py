"""Posts in the staff admin: operators read, nobody writes, nothing private shows."""

import pytest

from content.posts.models import Post
from tests import factories

PRIVATE = {
    "contact_name": "Kanarienaam",
    "contact_email": "kanarie@geheim.example",
    "contact_phone": "+31687654321",
    "contact_address": "Kanariestraat 77",
}


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, title="Lamp ophangen", **PRIVATE)


def test_operators_find_posts_by_title_and_state(otto, as_, anna, klarendal, post):
    factories.post(anna, klarendal, title="Ladder te leen", status="refused")
    factories.post(anna, klarendal, title="Kladje", status="draft")
    browser = as_(otto)
    page = browser.get("/cms/berichten/").text
    assert "Lamp ophangen" in page
    assert "Ladder te leen" in page
    assert "Kladje" not in page
    assert "Ladder te leen" not in browser.get("/cms/berichten/results/?q=lamp").text
    assert "Lamp ophangen" not in browser.get("/cms/berichten/?status=refused").text


def test_a_posts_page_shows_no_contact_detail_and_no_author(otto, as_, post):
    browser = as_(otto)
    for url in ("/cms/berichten/", f"/cms/berichten/inspect/{post.pk}/"):
        response = browser.get(url)
        assert response.status_code == 200
        for private in (*PRIVATE.values(), "Jansen", "anna@example.org"):
            assert private not in response.text


def test_a_draft_has_no_page(otto, as_, anna, klarendal):
    draft = factories.post(anna, klarendal, status="draft")
    assert as_(otto).get(f"/cms/berichten/inspect/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("page", ["new/", "edit/{}/", "delete/{}/", "history/{}/", "usage/{}/"])
def test_nobody_writes_here(otto, as_, post, page):
    browser = as_(otto)
    url = "/cms/berichten/" + page.format(post.pk)
    for response in (browser.get(url), browser.post(url, {"title": "Gekaapt"})):
        assert response.status_code in {302, 403, 404}
    post.refresh_from_db()
    assert post.title == "Lamp ophangen"
    assert Post.objects.count() == 1


@pytest.mark.parametrize("who", ["eva", "petra", "mo", "anna"])
def test_others_do_not_see_posts_here(request, as_, post, who):
    response = as_(request.getfixturevalue(who)).get("/cms/berichten/")
    assert response.status_code in {302, 403, 404}
    assert "Lamp ophangen" not in as_(request.getfixturevalue(who)).get("/cms/berichten/", follow=True).text


def test_a_post_is_in_no_search_index_and_no_reference_index(post):
    from wagtail.models import ReferenceIndex

    assert not ReferenceIndex.model_is_indexable(Post) or not ReferenceIndex.get_references_for_object(post).exists()
