"""The author's own pages: what stands where, changing, showing and hiding, ending, renewing."""

from datetime import timedelta

import pytest

from content.posts import actions
from content.posts.models import Post
from tests import factories
from wijk import clock


@pytest.fixture
def browser(anna, as_):
    return as_(anna)


def typed(post, **changes):
    return {"title": post.title, "text": post.text, "theme": post.theme_id, **changes}


@pytest.mark.parametrize("number", [5, 60])
def test_the_list_asks_few_queries_whatever_the_number(browser, anna, klarendal, number, django_assert_max_num_queries):
    for count in range(number):
        status = list(Post.Status)[count % len(Post.Status)]
        factories.post(anna, klarendal, title=f"Bericht {count}", status=status)
    with django_assert_max_num_queries(11):  # session and account take most of them
        browser.get("/mijn/berichten/")


def test_the_list_says_where_each_post_stands(browser, anna, bram, klarendal):
    factories.post(anna, klarendal, title="", text="", status="draft", published_at=None)
    factories.post(anna, klarendal, title="Staat er", expires_at=clock.now() + timedelta(days=12))
    factories.post(
        anna,
        klarendal,
        title="Wacht",
        status="waiting",
        publish_by=clock.now() + timedelta(hours=43),
        published_at=None,
    )
    factories.post(anna, klarendal, title="Was er", status="expired")
    factories.post(bram, klarendal, title="Van Bram")
    response = browser.get("/mijn/berichten/")
    page = response.text
    for words in ("Nog zonder titel", "nog 12 dagen op de site", "binnen 43 uur op de site", "verlopen"):
        assert words in page
    assert "Van Bram" not in page
    assert [card["title"] for card in response.context["ended"]] == ["Was er"]


def test_every_state_has_a_page(browser, anna, klarendal):
    for kind in Post.Kind.values:
        for status in Post.Status.values:
            post = factories.post(anna, klarendal, kind=kind, status=status, starts_at=clock.now())
            for page in ("", "aanpassen/", "einde/", "verlengen/"):
                response = browser.get(f"/mijn/berichten/{post.pk}/{page}", follow=True)
                assert response.status_code == 200, (kind, status, page)


@pytest.mark.parametrize("page", ["", "aanpassen/", "contact/", "einde/", "verlengen/"])
def test_somebody_elses_post_does_not_exist(browser, bram, klarendal, page):
    post = factories.post(bram, klarendal, contact_phone="+31612345678")
    url = f"/mijn/berichten/{post.pk}/{page}"
    data = {"hoe": "intrekken", "gegeven": "phone", "aan": "ja", **typed(post, title="Gekaapt")}
    assert browser.get(url).status_code in {404, 405}
    assert browser.post(url, data).status_code in {404, 405}
    post.refresh_from_db()
    assert (post.title, post.status, post.show_phone) == ("Wie helpt mij een lamp ophangen?", "live", False)


def test_reading_a_page_changes_nothing(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    for page in ("", "aanpassen/", "contact/", "einde/?hoe=intrekken", "verlengen/"):
        browser.get(f"/mijn/berichten/{post.pk}/{page}")
    assert Post.objects.values().get() == Post.objects.filter(status="live", expires_at=post.expires_at).values().get()


def test_editing_keeps_what_was_typed_when_something_is_wrong(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    response = browser.post(
        f"/mijn/berichten/{post.pk}/aanpassen/",
        typed(post, title="x" * 91, contact_phone="bel maar", contact_name="Anna"),
    )
    assert "x" * 91 in response.text
    assert "bel maar" in response.text
    post.refresh_from_db()
    assert post.contact_name == ""


def test_a_first_authors_new_words_wait_and_that_is_said(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    response = browser.post(f"/mijn/berichten/{post.pk}/aanpassen/", typed(post, title="Nieuwe titel"), follow=True)
    assert "leest het eerst even mee" in response.text
    post.refresh_from_db()
    assert post.status == "waiting"


def test_an_edit_that_comes_too_late_loses_no_words(browser, anna, klarendal, monkeypatch):
    post = factories.post(anna, klarendal)

    def overtaken(**_):
        raise actions.StaleError

    monkeypatch.setattr(actions, "edit", overtaken)
    response = browser.post(f"/mijn/berichten/{post.pk}/aanpassen/", typed(post, title="Mijn nieuwe titel"))
    assert response.status_code == 200
    assert "Mijn nieuwe titel" in response.text
    assert "intussen veranderd" in response.text


def test_an_edit_in_a_form_that_stood_open_changes_no_removed_post(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    Post.objects.update(status="removed")
    browser.post(f"/mijn/berichten/{post.pk}/aanpassen/", typed(post, title="Toch weer"))
    post.refresh_from_db()
    assert (post.title, post.status) == ("Wie helpt mij een lamp ophangen?", "removed")


def test_contact_details_change_in_one_form(browser, anna, klarendal):
    post = factories.post(anna, klarendal, contact_phone="+31612345678")
    assert "+31 6 12345678" in browser.get(f"/mijn/berichten/{post.pk}/aanpassen/").text
    browser.post(f"/mijn/berichten/{post.pk}/aanpassen/", typed(post, contact_phone="026 123 45 67"))
    post.refresh_from_db()
    assert (post.contact_phone, post.status) == ("+31261234567", "live")


def test_one_switch_shows_one_detail(browser, anna, klarendal):
    post = factories.post(anna, klarendal, contact_name="Anna", contact_phone="+31612345678")
    url = f"/mijn/berichten/{post.pk}/contact/"
    browser.post(url, {"gegeven": "phone", "aan": "ja"})
    post.refresh_from_db()
    assert post.shown_contact() == {"phone": "+31612345678"}
    browser.post(url, {"gegeven": "name", "aan": "ja"})
    browser.post(url, {"gegeven": "phone", "aan": "nee"})
    post.refresh_from_db()
    assert post.shown_contact() == {"name": "Anna"}


def test_hide_everything_is_one_button(browser, anna, klarendal):
    shown = {f"show_{name}": True for name in Post.CONTACT_FIELDS}
    post = factories.post(anna, klarendal, contact_name="Anna", contact_email="a@b.nl", **shown)
    assert "Verberg alles" in browser.get(f"/mijn/berichten/{post.pk}/").text
    browser.post(f"/mijn/berichten/{post.pk}/contact/", {"gegeven": "alles"})
    post.refresh_from_db()
    assert not any(getattr(post, f"show_{name}") for name in Post.CONTACT_FIELDS)
    assert post.contact_email == "a@b.nl"


def test_showing_a_home_address_asks_again(browser, anna, klarendal):
    post = factories.post(anna, klarendal, contact_address="Klarendalseweg 1")
    url = f"/mijn/berichten/{post.pk}/contact/"
    assert "voor iedereen" in browser.post(url, {"gegeven": "address", "aan": "ja"}).text
    post.refresh_from_db()
    assert not post.show_address
    browser.post(url, {"gegeven": "address", "aan": "ja", "zeker": "ja"})
    post.refresh_from_db()
    assert post.show_address


@pytest.mark.parametrize("name", ["", "author", "show_name", "__class__", "alles "])
def test_an_unknown_switch_does_not_exist(browser, anna, klarendal, name):
    post = factories.post(anna, klarendal)
    assert browser.post(f"/mijn/berichten/{post.pk}/contact/", {"gegeven": name, "aan": "ja"}).status_code == 404


def test_the_reminder_leads_to_three_buttons(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    page = browser.get(f"/mijn/berichten/{post.pk}/verlengen/").text
    for words in ("nog acht weken", "gelukt", "Haal het van de site"):
        assert words in page


def test_each_button_does_what_it_says(browser, anna, klarendal):
    soon = clock.now() + timedelta(days=1)
    post = factories.post(anna, klarendal, expires_at=soon)
    browser.post(f"/mijn/berichten/{post.pk}/verlengen/")
    post.refresh_from_db()
    assert post.expires_at > soon + timedelta(weeks=7)
    browser.post(f"/mijn/berichten/{post.pk}/einde/", {"hoe": "gelukt"})
    post.refresh_from_db()
    assert post.status == "fulfilled"
    other = factories.post(anna, klarendal)
    browser.post(f"/mijn/berichten/{other.pk}/einde/", {"hoe": "intrekken"})
    other.refresh_from_db()
    assert other.status == "withdrawn"


def test_a_button_pressed_too_late_says_so(browser, anna, klarendal):
    post = factories.post(anna, klarendal, status="removed")
    for page, data in (("verlengen/", {}), ("einde/", {"hoe": "gelukt"}), ("einde/", {"hoe": "intrekken"})):
        response = browser.post(f"/mijn/berichten/{post.pk}/{page}", data, follow=True)
        assert "Dat kan niet meer" in response.text
    post.refresh_from_db()
    assert post.status == "removed"


def test_an_unknown_end_changes_nothing(browser, anna, klarendal):
    post = factories.post(anna, klarendal)
    assert browser.post(f"/mijn/berichten/{post.pk}/einde/", {"hoe": "verkocht"}).status_code == 200
    post.refresh_from_db()
    assert post.is_live


def test_a_draft_can_be_thrown_away(browser, anna, klarendal):
    post = factories.post(anna, klarendal, status="draft", published_at=None)
    assert "Gooi het concept weg" in browser.get(f"/mijn/berichten/{post.pk}/einde/").text
    assert browser.post(f"/mijn/berichten/{post.pk}/einde/", {"hoe": "intrekken"}).url == "/mijn/berichten/"
    assert not Post.objects.exists()


def test_hidden_details_wear_their_lock(browser, anna, klarendal):
    post = factories.post(anna, klarendal, contact_phone="+31612345678", contact_name="Anna", show_name=True)
    page = browser.get(f"/mijn/berichten/{post.pk}/").text
    public = page[page.index('class="preview"') : page.index('id="contactgegevens"')]
    assert "12345678" not in public
    assert "Anna" in public
    assert page.count("visibility-private") == 1
    assert page.count("visibility-public") == 1
