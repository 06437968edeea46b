"""Organisations: the guide, a page, its editors, and the same hidden contact card as a post's."""

import pytest
from django.core.exceptions import ValidationError

from content.organisations import actions
from content.organisations.models import ContactCard, Organisation, OrganisationEditor
from content.organisations.opening import HoursField, in_words
from content.posts.models import Post
from tests import factories
from wijk.mail.models import OutgoingMail

GUIDE = "/wijk/klarendal/organisaties/"


@pytest.fixture
def browser(anna, as_):
    return as_(anna)


@pytest.fixture
def typed(klarendal):
    return {
        "name": "Wijkcentrum Klarendal",
        "summary": "Voor iedereen die wil binnenlopen.",
        "text": "Open van 9 tot 5.",
        "website": "https://www.voorbeeld.nl",
        "neighbourhoods": [klarendal.pk],
    }


def version(neighbourhood):
    neighbourhood.refresh_from_db()
    return neighbourhood.version


@pytest.mark.parametrize("number", [5, 60])
def test_the_guide_and_a_page_ask_few_queries(client, anna, klarendal, number, django_assert_max_num_queries):
    for count in range(number):
        organisation = factories.organisation(f"Club {count}", klarendal)
        organisation.themes.add(factories.theme(f"thema-{count % 4}"))
        factories.post(anna, klarendal, organisation=organisation)
    with django_assert_max_num_queries(6):
        client.get(GUIDE)
    with django_assert_max_num_queries(8):
        client.get("/organisatie/club-1/")


def test_the_guide_shows_live_organisations_of_the_neighbourhood(client, klarendal, presikhaaf):
    factories.organisation("Wel", klarendal)
    factories.organisation("Nog niet", klarendal, live=False)
    factories.organisation("Elders", presikhaaf)
    assert [card["name"] for card in client.get(GUIDE).context["cards"]] == ["Wel"]


def test_a_card_in_the_guide_says_where_else_it_is(client, klarendal, presikhaaf):
    factories.organisation("Overal", klarendal).neighbourhoods.add(presikhaaf)
    page = client.get(GUIDE).text
    assert "Ook in Presikhaaf West" in page


def test_the_guide_filters_by_theme(client, klarendal):
    for name, slug in (("Naaiclub", "creatief"), ("Voetbal", "bewegen")):
        factories.organisation(name, klarendal).themes.add(factories.theme(slug))
    response = client.get(GUIDE + "?thema=bewegen")
    assert [card["name"] for card in response.context["cards"]] == ["Voetbal"]
    assert client.get(GUIDE + "?thema=zwemmen").status_code == 404
    assert client.get(GUIDE + "?thema=%00").status_code == 404


def test_a_page_shows_its_posts_and_only_what_is_switched_on(client, anna, klarendal):
    organisation = factories.organisation(
        "Wijkcentrum", klarendal, contact_phone="+31261234567", contact_email="geheim@voorbeeld.nl", show_phone=True
    )
    factories.post(anna, klarendal, title="Koffie om tien uur", organisation=organisation)
    factories.post(anna, klarendal, title="Concept", organisation=organisation, status="draft", published_at=None)
    page = client.get(organisation.get_absolute_url()).text
    assert "Koffie om tien uur" in page
    assert "Concept" not in page
    assert "+31 26 123 4567" in page
    assert "geheim@" not in page
    assert "Jansen" not in page


def test_a_page_that_is_not_live_does_not_exist(client, klarendal):
    organisation = factories.organisation("Nog niet", klarendal, live=False)
    assert client.get(organisation.get_absolute_url()).status_code == 404


def test_the_website_passes_no_credit(client, klarendal):
    organisation = factories.organisation("Wijkcentrum", klarendal, website="https://voorbeeld.nl/?a=1&b=2")
    page = client.get(organisation.get_absolute_url()).text
    assert 'href="https://voorbeeld.nl/?a=1&amp;b=2" rel="nofollow ugc noopener"' in page


def test_a_new_organisation_waits_for_a_manager(browser, client, anna, klarendal, typed):
    browser.post("/mijn/organisaties/nieuw/", typed)
    organisation = Organisation.objects.get()
    assert (organisation.slug, organisation.is_live) == ("wijkcentrum-klarendal", False)
    assert organisation.editors.get().user == anna
    assert client.get(GUIDE).context["cards"] == []


def test_sending_the_form_twice_makes_one_page(browser, typed):
    browser.post("/mijn/organisaties/nieuw/", typed)
    browser.post("/mijn/organisaties/nieuw/", typed)
    assert Organisation.objects.count() == OrganisationEditor.objects.count() == 1


def test_two_organisations_may_have_one_name(browser, bram, as_, typed):
    browser.post("/mijn/organisaties/nieuw/", typed)
    as_(bram).post("/mijn/organisaties/nieuw/", typed)
    assert len(set(Organisation.objects.values_list("slug", flat=True))) == 2


@pytest.mark.parametrize("name", ["Nieuw", "!!!", "北京"])
def test_every_name_gets_an_address_that_works(browser, typed, name):
    assert browser.post("/mijn/organisaties/nieuw/", {**typed, "name": name}).status_code == 302
    organisation = Organisation.objects.get()
    assert organisation.slug != "nieuw"
    assert browser.get(f"/mijn/organisaties/{organisation.slug}/").status_code == 200


def test_switching_on_tells_the_editors_and_the_neighbourhood(mo, anna, klarendal):
    organisation = factories.organisation("Wijkcentrum", klarendal, editor=anna, live=False)
    before = version(klarendal)
    actions.set_live(organisation=organisation, by=mo)
    actions.set_live(organisation=organisation, by=mo)
    assert organisation in Organisation.objects.visible()
    assert version(klarendal) > before
    assert OutgoingMail.objects.get().kind == "organisation-live"
    actions.set_live(organisation=organisation, by=mo, live=False)
    assert not Organisation.objects.visible().exists()


def test_somebody_elses_organisation_does_not_exist(browser, bram, klarendal, typed):
    organisation = factories.organisation("Van Bram", klarendal, editor=bram)
    for url in ("/mijn/organisaties/van-bram/", "/mijn/organisaties/van-bram/verbergen/"):
        assert browser.post(url, typed).status_code == 404
    assert browser.get("/mijn/organisaties/van-bram/").status_code == 404
    organisation.refresh_from_db()
    assert organisation.name == "Van Bram"


def test_an_editor_changes_everything_but_the_address(browser, anna, klarendal, presikhaaf, typed):
    organisation = factories.organisation("Wijkcentrum", klarendal, editor=anna)
    before = version(klarendal), version(presikhaaf)
    browser.post(
        "/mijn/organisaties/wijkcentrum/",
        {**typed, "neighbourhoods": [presikhaaf.pk], "contact_phone": "0261234567", "show_phone": "on"},
    )
    organisation.refresh_from_db()
    assert (organisation.slug, organisation.name) == ("wijkcentrum", "Wijkcentrum Klarendal")
    assert organisation.shown_contact() == {"phone": "+31261234567"}
    assert list(organisation.neighbourhoods.all()) == [presikhaaf]
    assert version(klarendal) > before[0]
    assert version(presikhaaf) > before[1]


def test_editing_keeps_a_neighbourhood_that_no_longer_takes_part(browser, anna, klarendal, typed):
    organisation = factories.organisation("Wijkcentrum", klarendal, editor=anna)
    asleep = factories.neighbourhood("Velperweg", code="WK020299", on=False)
    organisation.neighbourhoods.add(asleep)
    browser.post("/mijn/organisaties/wijkcentrum/", {**typed, "neighbourhoods": [klarendal.pk, asleep.pk]})
    assert asleep in organisation.neighbourhoods.all()


def test_hide_everything_is_one_button(browser, anna, klarendal):
    organisation = factories.organisation(
        "Wijkcentrum", klarendal, editor=anna, contact_name="Anna", show_name=True, contact_phone="+31261234567"
    )
    browser.post("/mijn/organisaties/wijkcentrum/verbergen/")
    organisation.refresh_from_db()
    assert organisation.shown_contact() == {}
    assert organisation.contact_phone == "+31261234567"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "ftp://voorbeeld.nl"),
        ("website", "geen adres"),
        ("name", ""),
        ("name", "x" * 500_000),
        ("neighbourhoods", ["999999"]),
        ("neighbourhoods", ["x"]),
        ("neighbourhoods", []),
        ("themes", ["999999"]),
        ("text", "Mijn BSN is 123456782"),
        ("contact_phone", "bel maar"),
        ("contact_email", "geen adres"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(browser, typed, field, value):
    response = browser.post("/mijn/organisaties/nieuw/", {**typed, field: value})
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert typed["summary"] in response.text
    assert not Organisation.objects.exists()


def test_hostile_names_become_plain_text(browser, typed):
    browser.post("/mijn/organisaties/nieuw/", {**typed, "name": "Buurt\u202e\x00<b>huis</b>"})
    assert Organisation.objects.get().name == "Buurt<b>huis</b>"


@pytest.mark.parametrize("model", [Organisation, Post])
def test_every_contact_card_is_hidden_from_the_start(model):
    assert issubclass(model, ContactCard)
    for name in ContactCard.CONTACT_FIELDS:
        assert model._meta.get_field(f"show_{name}").default is False
        assert model._meta.get_field(f"contact_{name}").blank


def test_the_list_says_which_page_is_live(browser, anna, klarendal):
    factories.organisation("Wel", klarendal, editor=anna)
    factories.organisation("Nog niet", klarendal, editor=anna, live=False)
    page = browser.get("/mijn/organisaties/").text
    assert page.index("Nog niet") < page.index("wacht op de beheerder") or "wacht op de beheerder" in page
    assert "zichtbaar" in page


# Opening hours, places, and what the contact person does -------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("Dicht", []),
        ("9-12", [["09:00", "12:00"]]),
        ("9.00 tot 17.30 uur", [["09:00", "17:30"]]),
        ("van 9:00-12:30 en 13u00–17", [["09:00", "12:30"], ["13:00", "17:00"]]),
        ("20.00 - 24.00", [["20:00", "24:00"]]),
    ],
)
def test_times_are_read_as_people_write_them(typed, spans):
    assert HoursField(required=False).clean(typed) == spans


@pytest.mark.parametrize("typed", ["op afspraak", "9-12 of zo", "25-26", "9.70-12", "12-9", "9-12, 11-14", "9" * 80])
def test_what_is_no_time_is_said(typed):
    with pytest.raises(ValidationError):
        HoursField(required=False).clean(typed)


def test_days_alike_are_told_in_one_line():
    day, closed = [["09:00", "12:30"], ["13:00", "17:00"]], []
    lines = in_words([day, day, day, day, day, closed, closed])
    assert lines == [
        {"days": "maandag tot en met vrijdag", "hours": "9.00 tot 12.30 en 13.00 tot 17.00 uur"},
        {"days": "andere dagen", "hours": "gesloten"},
    ]
    assert in_words([]) == []
    assert [line["days"] for line in in_words([day] * 7)] == ["maandag tot en met zondag"]
    assert [line["days"] for line in in_words([day, day, closed, closed, day, closed, closed])] == [
        "maandag en dinsdag",
        "vrijdag",
        "andere dagen",
    ]


def places(*rows):
    """The part of the form with the places, as a browser sends it."""
    sent = {"plek-TOTAL_FORMS": len(rows), "plek-INITIAL_FORMS": 0}
    return sent | {f"plek-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def test_hours_and_places_are_on_the_page(browser, client, typed, mo, klarendal):
    here = {"name": "De Zaal", "street": "Klarendalseweg 1", "postal_code": "6822gb", "town": "Arnhem"}
    sent = {**typed, **places(here, {}), "hours_0": "9-12", "hours_note": "In juli dicht."}
    answer = browser.post("/mijn/organisaties/nieuw/", sent)
    organisation = Organisation.objects.get()
    actions.set_live(organisation=organisation, by=mo)
    page = client.get(organisation.get_absolute_url()).text
    for words in ("maandag", "9.00 tot 12.00 uur", "gesloten", "In juli dicht.", "De Zaal", "6822 GB Arnhem"):
        assert words in page, words
    edit = browser.get(answer.url).text
    assert 'value="9.00-12.00"' in edit and 'value="Klarendalseweg 1"' in edit
    browser.post(answer.url, {**typed, **places({"street": ""}, {"street": "Dorpsplein 2"})})
    assert list(organisation.locations.values_list("street", flat=True)) == ["Dorpsplein 2"]
    organisation.refresh_from_db()
    assert organisation.hours == []


def test_a_wrong_time_or_place_loses_nothing_typed(browser, typed):
    sent = {**typed, **places({"name": "De Zaal", "postal_code": "arnhem"}), "hours_2": "soms"}
    page = browser.post("/mijn/organisaties/nieuw/", sent).text
    assert not Organisation.objects.exists()
    for words in ('value="soms"', 'value="De Zaal"', 'value="arnhem"', "Vul de straat", "geen postcode"):
        assert words in page, words


def test_a_form_without_the_places_part_is_no_error_page(browser, typed):
    assert browser.post("/mijn/organisaties/nieuw/", {**typed, "plek-TOTAL_FORMS": "veel"}).status_code == 200


def test_the_contact_person_has_a_function_beside_a_name_that_is_shown(client, klarendal):
    card = {"contact_name": "Fatima", "contact_function": "coördinator", "show_name": True}
    organisation = factories.organisation("Club", klarendal, **card)
    assert "Fatima, coördinator" in client.get(organisation.get_absolute_url()).text
    organisation.show_name = False
    organisation.save()
    assert "coördinator" not in client.get(organisation.get_absolute_url()).text
