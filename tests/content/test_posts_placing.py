"""Placing a post, page by page: what is kept, what is refused, what a stranger may not do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from content.posts.models import Post
from tests import factories
from tests.panel import post_and_keep
from wijk import clock

TOLD = {"title": "Wie helpt mij een lamp ophangen?", "text": "Mijn plafond is hoog."}


@pytest.fixture
def browser(anna, as_):
    return as_(anna)


@pytest.fixture
def told():
    return {**TOLD, "theme": factories.theme().pk}


def begin(browser, told, kind="vraag"):
    response = browser.post(f"/plaatsen/?soort={kind}", told)
    assert response.status_code == 302, response.context["form"].errors
    return Post.objects.get()


def draft(author, neighbourhood, **fields):
    values = {"status": "draft", "published_at": None, "submitted_at": None, "expires_at": None, **fields}
    return factories.post(author, neighbourhood, **values)


def test_asking_comes_first(browser):
    page = browser.get("/plaatsen/").text
    assert page.index("Ik heb een vraag") < page.index("Ik bied iets aan") < page.index("Er is iets te doen")


def test_a_visitor_is_asked_to_log_in(client):
    assert client.get("/plaatsen/?soort=vraag").url.startswith("/account/login/")


def test_a_request_goes_from_question_to_waiting_in_three_pages(browser, anna, klarendal, told):
    response = browser.post("/plaatsen/?soort=vraag", told)
    post = Post.objects.get()
    assert (post.status, post.author, post.neighbourhood, post.kind) == ("draft", anna, klarendal, "request")
    assert response.url == f"/plaatsen/{post.pk}/contact/"
    assert browser.post(response.url, {}).url == f"/plaatsen/{post.pk}/bekijken/"
    assert TOLD["title"] in browser.get(f"/plaatsen/{post.pk}/bekijken/").text
    assert browser.post(f"/plaatsen/{post.pk}/bekijken/").url == f"/plaatsen/{post.pk}/klaar/"
    page = browser.get(f"/plaatsen/{post.pk}/klaar/").text
    assert "48 uur" in page
    post.refresh_from_db()
    assert post.status == "waiting"
    assert not any(getattr(post, f"show_{name}") for name in Post.CONTACT_FIELDS)


def test_an_offer_asks_where_as_well(browser, presikhaaf, told):
    post = begin(browser, told, "aanbod")
    page = browser.get(f"/plaatsen/{post.pk}/waar/")
    assert "selected>Klarendal<" in page.text
    browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": presikhaaf.pk})
    post.refresh_from_db()
    assert post.neighbourhood == presikhaaf


def test_an_activity_asks_when_and_where(browser, told):
    day = clock.today() + timedelta(days=5)
    post = begin(
        browser,
        {**told, "day": day.isoformat(), "begins": "18:00", "ends": "20:30", "venue": "Wijkcentrum"},
        "activiteit",
    )
    starts = timezone.localtime(post.starts_at)
    assert (starts.date(), starts.hour) == (day, 18)
    assert timezone.localtime(post.ends_at).minute == 30
    page = browser.get(f"/plaatsen/{post.pk}/vertel/").text
    assert f'value="{day.isoformat()}"' in page
    assert 'value="18:00"' in page


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ({"day": "2020-01-01", "begins": "18:00"}, "al geweest"),
        ({"day": "9999-12-31", "begins": "23:59"}, "meer dan een jaar"),
        ({"begins": "18:00"}, "Kies een dag"),
        ({"day": "gisteren", "begins": "vroeg"}, "Dit is geen datum"),
        ({"day": "soon", "begins": "18:00", "ends": "17:00"}, "eindigt voor het begint"),
    ],
)
def test_a_moment_that_cannot_be_is_said_and_nothing_typed_is_lost(browser, told, moment, says):
    if moment.get("day") == "soon":
        moment = {**moment, "day": (clock.today() + timedelta(days=3)).isoformat()}
    response = browser.post("/plaatsen/?soort=activiteit", {**told, **moment})
    assert response.status_code == 200
    assert says in response.text
    assert TOLD["title"] in response.text
    assert not Post.objects.exists()


def test_what_is_typed_stays_when_something_is_missing(browser):
    page = browser.post("/plaatsen/?soort=vraag", TOLD).text
    assert TOLD["title"] in page
    assert TOLD["text"] in page
    assert "Kies een thema" in page
    assert 'role="alert"' in page


def test_going_back_keeps_all_and_asks_nothing(browser, told):
    post = begin(browser, told, "aanbod")
    url = f"/plaatsen/{post.pk}/contact/"
    response = browser.post(url, {"contact_name": "Anna", "contact_phone": "06 12345678", "terug": "1"})
    assert response.url == f"/plaatsen/{post.pk}/waar/"
    page = browser.get(url).text
    assert "Anna" in page
    assert "+31 6 12345678" in page
    response = browser.post(f"/plaatsen/{post.pk}/vertel/", {"title": "Nieuw", "text": "", "theme": "", "terug": "1"})
    assert response.url == f"/plaatsen/{post.pk}/soort/"
    post.refresh_from_db()
    assert (post.title, post.text) == ("Nieuw", TOLD["text"])


def test_going_back_from_the_first_page_keeps_what_was_typed(browser):
    factories.theme()
    response = browser.post("/plaatsen/?soort=vraag", {"title": "Half af", "terug": "1"})
    post = Post.objects.get()
    assert response.url == f"/plaatsen/{post.pk}/soort/"
    assert post.title == "Half af"


def test_another_kind_keeps_the_words_and_the_moment(browser, told):
    day = (clock.today() + timedelta(days=5)).isoformat()
    post = begin(browser, {**told, "day": day, "begins": "18:00"}, "activiteit")
    browser.post(f"/plaatsen/{post.pk}/soort/", {"soort": "aanbod"})
    browser.post(f"/plaatsen/{post.pk}/soort/", {"soort": "activiteit"})
    page = browser.get(f"/plaatsen/{post.pk}/vertel/").text
    assert TOLD["title"] in page
    assert day in page
    browser.post(f"/plaatsen/{post.pk}/soort/", {"soort": "aanbod"})
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    post.refresh_from_db()
    assert (post.status, post.starts_at) == ("waiting", None)


def test_sending_the_first_page_twice_makes_one_post(browser, told):
    browser.post("/plaatsen/?soort=vraag", {**told, "form_key": "abc"})
    browser.post("/plaatsen/?soort=vraag", {**told, "form_key": "abc"})
    assert Post.objects.count() == 1


def test_two_members_with_the_same_form_key_have_two_posts(browser, bram, as_, told):
    browser.post("/plaatsen/?soort=vraag", {**told, "form_key": "abc"})
    as_(bram).post("/plaatsen/?soort=vraag", {**told, "form_key": "abc"})
    assert {post.author.first_name for post in Post.objects.all()} == {"Anna", "Bram"}


def test_placing_twice_places_once(browser, told):
    post = begin(browser, told)
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    response = browser.post(f"/plaatsen/{post.pk}/bekijken/", follow=True)
    assert "al geplaatst" in response.text
    assert Post.objects.count() == 1


def test_a_page_of_a_placed_post_leads_to_its_own_page(browser, told):
    post = begin(browser, told)
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    response = browser.post(f"/plaatsen/{post.pk}/vertel/", {**told, "title": "Stiekem anders"}, follow=True)
    assert response.redirect_chain[-1][0] == f"/mijn/berichten/{post.pk}/"
    post.refresh_from_db()
    assert post.title == TOLD["title"]


def test_pages_in_the_wrong_order_lead_to_the_page_that_is_missing(browser, told):
    post = begin(browser, told)
    assert browser.get(f"/plaatsen/{post.pk}/klaar/").url == f"/plaatsen/{post.pk}/bekijken/"
    Post.objects.update(text="")
    assert browser.get(f"/plaatsen/{post.pk}/bekijken/").url == f"/plaatsen/{post.pk}/vertel/"
    assert browser.post(f"/plaatsen/{post.pk}/bekijken/").url == f"/plaatsen/{post.pk}/vertel/"
    assert Post.objects.get().status == "draft"


def test_an_activity_whose_day_has_passed_in_the_meantime_is_not_placed(browser, told):
    day = (clock.today() + timedelta(days=1)).isoformat()
    post = begin(browser, {**told, "day": day, "begins": "18:00"}, "activiteit")
    with clock.frozen(timedelta(days=3)):
        assert browser.post(f"/plaatsen/{post.pk}/bekijken/").url == f"/plaatsen/{post.pk}/vertel/"
        page = browser.post(f"/plaatsen/{post.pk}/vertel/", {**told, "day": day, "begins": "18:00"})
    assert "al geweest" in page.text


@pytest.mark.parametrize("step", ["soort", "vertel", "waar", "contact", "bekijken", "klaar"])
def test_somebody_elses_draft_does_not_exist(browser, bram, klarendal, step):
    post = draft(bram, klarendal)
    assert browser.get(f"/plaatsen/{post.pk}/{step}/").status_code == 404
    assert browser.post(f"/plaatsen/{post.pk}/{step}/", {"title": "Gestolen"}).status_code == 404


def test_unknown_steps_and_numbers_do_not_exist(browser, anna, klarendal):
    post = draft(anna, klarendal)
    assert browser.get(f"/plaatsen/{post.pk}/betalen/").status_code == 404
    assert browser.get(f"/plaatsen/{10**30}/vertel/").status_code == 404
    assert browser.get("/plaatsen/?soort=koop").status_code == 200


HOSTILE = {
    "bidi": ("Hulp \u202egnidier\u202c nodig", "Hulp gnidier nodig"),
    "zero width": ("La\u200bmp", "Lamp"),
    "nul": ("La\x00mp", "Lamp"),
    "newline": ("Lamp\r\nBcc: a@b.nl", "Lamp Bcc: a@b.nl"),
    "markup": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_titles_become_plain_text(browser, told, name):
    typed, kept = HOSTILE[name]
    assert post_and_keep(browser, "/plaatsen/?soort=vraag", {**told, "title": typed}).status_code == 302
    post = Post.objects.get()
    assert post.title == kept
    assert "<script>alert" not in browser.get(f"/plaatsen/{post.pk}/bekijken/").text


def test_a_lone_surrogate_in_the_body_is_no_disaster(browser, told):
    body = f"title=%ED%A0%80Lamp&text=hoi&theme={told['theme']}"
    response = browser.post("/plaatsen/?soort=vraag", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 302}


def test_an_enormous_title_is_refused_not_crashed_on(browser, told):
    assert browser.post("/plaatsen/?soort=vraag", {**told, "title": "x" * 10_000_000}).status_code in {200, 400}
    response = browser.post("/plaatsen/?soort=vraag", {**told, "title": "x" * 20_000})
    assert response.status_code == 200
    assert response.context["form"].errors["title"]
    assert not Post.objects.exists()


@pytest.mark.parametrize("theme", ["999999", "klussen", "-1", "9" * 40, "'; drop table"])
def test_an_unknown_theme_is_refused_at_its_field(browser, theme):
    response = browser.post("/plaatsen/?soort=vraag", {**TOLD, "theme": theme})
    assert response.context["form"].errors["theme"] == ["Kies een thema uit de lijst."]


@pytest.mark.parametrize("place", ["999999", "x", ""])
def test_an_unknown_neighbourhood_is_refused(browser, told, place):
    post = begin(browser, told, "aanbod")
    response = browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": place})
    assert response.context["form"].errors["neighbourhood"]


def test_a_neighbourhood_that_does_not_take_part_is_refused(browser, told):
    sleeping = factories.neighbourhood("Velperweg", code="WK020299", on=False)
    post = begin(browser, told, "aanbod")
    response = browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": sleeping.pk})
    assert response.context["form"].errors["neighbourhood"]


def test_one_posts_in_the_name_of_ones_own_live_organisation_only(browser, anna, klarendal, told):
    mine = factories.organisation("Buurthuis", klarendal, editor=anna)
    others = factories.organisation("Voetbalclub", klarendal)
    unborn = factories.organisation("Nog niet", klarendal, editor=anna, live=False)
    post = begin(browser, told, "aanbod")
    assert "Uit mijn eigen naam" in browser.get(f"/plaatsen/{post.pk}/waar/").text
    for organisation in (others, unborn):
        response = browser.post(
            f"/plaatsen/{post.pk}/waar/", {"neighbourhood": klarendal.pk, "organisation": organisation.pk}
        )
        assert response.context["form"].errors["organisation"]
    browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": klarendal.pk, "organisation": mine.pk})
    post.refresh_from_db()
    assert post.byline == "Buurthuis"


def test_contact_details_are_hidden_unless_switched_on_one_by_one(browser, told):
    post = begin(browser, told)
    typed = {
        "contact_name": "Anna J.",
        "contact_email": "anna@voorbeeld.nl",
        "contact_phone": "026-1234567",
        "contact_address": "Klarendalseweg 1",
        "show_name": "on",
    }
    browser.post(f"/plaatsen/{post.pk}/contact/", typed)
    post.refresh_from_db()
    assert post.contact_phone == "+31261234567"
    assert post.shown_contact() == {"name": "Anna J."}
    page = browser.get(f"/plaatsen/{post.pk}/bekijken/").text
    public = page[page.index('class="preview"') : page.index('id="gegevens"')]
    assert "Anna J." in public
    for hidden in ("anna@voorbeeld.nl", "123 4567", "Klarendalseweg 1"):
        assert hidden not in public
        assert hidden in page
    assert page.count("visibility-private") == 3
    assert page.count("visibility-public") == 1


def test_a_switch_over_an_empty_field_stays_off(browser, told):
    post = begin(browser, told)
    browser.post(f"/plaatsen/{post.pk}/contact/", {"show_phone": "on"})
    post.refresh_from_db()
    assert not post.show_phone


def test_a_home_address_asks_twice(browser, told):
    post = begin(browser, told)
    typed = {"contact_address": "Klarendalseweg 1", "show_address": "on"}
    response = browser.post(f"/plaatsen/{post.pk}/contact/", typed)
    assert "Je huisadres, voor iedereen" in response.text
    post.refresh_from_db()
    assert not post.show_address
    browser.post(f"/plaatsen/{post.pk}/contact/", {**typed, "confirm_address": "on"})
    post.refresh_from_db()
    assert post.show_address


def test_an_organisations_address_asks_once(browser, anna, klarendal, told):
    mine = factories.organisation("Buurthuis", klarendal, editor=anna)
    post = begin(browser, told, "aanbod")
    browser.post(f"/plaatsen/{post.pk}/waar/", {"neighbourhood": klarendal.pk, "organisation": mine.pk})
    browser.post(f"/plaatsen/{post.pk}/contact/", {"contact_address": "Marktplein 1", "show_address": "on"})
    post.refresh_from_db()
    assert post.show_address


@pytest.mark.parametrize("phone", ["bel me", "123", "06123456789012", "+31 6 1234"])
def test_a_phone_number_that_is_none_is_said(browser, told, phone):
    post = begin(browser, told)
    response = browser.post(f"/plaatsen/{post.pk}/contact/", {"contact_phone": phone})
    assert "geen geldig telefoonnummer" in response.text
    assert phone in response.text


@pytest.mark.parametrize("field", ["title", "text"])
@pytest.mark.parametrize("number", ["123456782", "1234.56.782", "111 222 333"])
def test_a_citizen_service_number_is_refused(browser, told, field, number):
    response = browser.post("/plaatsen/?soort=vraag", {**told, field: f"Mijn nummer is {number}."})
    assert "burgerservicenummer" in response.text
    assert number in response.text
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "number", ["06 12345678", "+31 612345678", "0031 612345678", "NL91 ABNA 0417 1643 00", "02 123 45 67", "123456783"]
)
def test_phone_numbers_and_ibans_pass_when_their_writer_says_so(browser, told, number):
    assert post_and_keep(browser, "/plaatsen/?soort=vraag", {**told, "text": f"Bel {number}."}).status_code == 302
    assert Post.objects.get().text == f"Bel {number}."


def test_a_member_without_a_neighbourhood_can_still_place(otto, klarendal, as_, told):
    browser = as_(otto)
    post = begin(browser, told)
    assert post.neighbourhood == klarendal
    assert browser.get(f"/plaatsen/{post.pk}/waar/").status_code == 200


def test_nowhere_to_place_is_said(otto, as_):
    assert "nog geen wijk" in as_(otto).get("/plaatsen/?soort=vraag").text


def test_every_contact_field_says_who_sees_it(browser, told):
    post = begin(browser, told)
    form = browser.get(f"/plaatsen/{post.pk}/contact/").context["form"]
    for field, show in form.contact_pairs():
        assert field.help_text
        assert show.value() is False


def test_nobody_floods_the_managers(browser, anna, klarendal, monkeypatch):
    monkeypatch.setattr("content.posts.views.placing.A_DAY", 1)
    first, second = draft(anna, klarendal), draft(anna, klarendal)
    browser.post(f"/plaatsen/{first.pk}/bekijken/")
    assert browser.post(f"/plaatsen/{second.pk}/bekijken/").status_code == 429
    second.refresh_from_db()
    assert second.status == "draft"
