"""My data: what everybody sees with a switch each, and all that is stored (W-61, W-72, W-84, W-87, W-88)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditEvent
from accounts.users import actions
from accounts.users.holdings import CARDS, SHOWN, overview
from accounts.users.switches import switchables
from content.organisations.models import Organisation
from content.posts.models import Post
from tests import factories
from wijk.personal_data import REGISTER, Visibility

CARD = {
    "contact_name": "Anna J.",
    "contact_email": "klus@example.org",
    "contact_phone": "+31612345678",
    "contact_address": "Hommelstraat 1",
}


def flip(browser, thing, name, on=True, **more):
    form = {"soort": thing._meta.label_lower, "nummer": thing.pk, "gegeven": name, "aan": "ja" if on else "nee"}
    return browser.post("/mijn/gegevens/schakelaar/", {**form, **more})


def part(html, name):
    """The words of one section of the page."""
    return re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', html, re.S)[0]


def test_what_everybody_sees_is_marked(as_, anna, klarendal):
    factories.post(anna, klarendal, contact_name="Anna J.", show_name=True, contact_phone="0612345678")
    html = as_(anna).get("/mijn/gegevens/").content.decode()
    assert "iedereen, zolang het op de site staat" in html
    assert "alleen jij, tot je het zelf laat zien" in html
    assert "jij en de wijkbeheerder, tot je het zelf laat zien" in html


def test_a_draft_is_not_called_public(as_, anna, klarendal):
    factories.post(anna, klarendal, title="Nog niet klaar", status=Post.Status.DRAFT, published_at=None)
    assert "visibility-public" not in as_(anna).get("/mijn/gegevens/").content.decode()
    factories.post(anna, klarendal)
    assert "visibility-public" in as_(anna).get("/mijn/gegevens/").content.decode()


def test_who_shows_nothing_reads_that_in_one_sentence_and_who_shows_something_is_told_where(as_, anna, klarendal):
    browser = as_(anna)
    assert "Niemand ziet je naam, e-mailadres, telefoonnummer of adres." in browser.get("/mijn/gegevens/").text
    factories.post(anna, klarendal, **CARD)
    factories.post(anna, klarendal, title="Met telefoon", **CARD, show_phone=True)
    seen = part(browser.get("/mijn/gegevens/").text, "openbaar")
    assert "Op 1 plek laat je iets van je contactgegevens zien." in seen
    assert seen.index("Met telefoon") < seen.index("lamp ophangen")
    for value in ("Anna J.", "klus@example.org", "Hommelstraat 1"):
        assert value in seen


@pytest.mark.parametrize("name", ["contact_name", "contact_email", "contact_phone"])
def test_a_switch_works_on_the_public_page_at_once(as_, client, anna, klarendal, name):
    post = factories.post(anna, klarendal, **CARD)
    shown = {"contact_phone": "+31 6 12345678"}.get(name, CARD[name])
    version = klarendal.__class__.objects.get(pk=klarendal.pk).version
    browser = as_(anna)
    for on in (True, False):
        assert flip(browser, post, name, on).headers["Location"] == "/mijn/gegevens/"
        assert (shown in client.get(post.get_absolute_url()).text) == on
    klarendal.refresh_from_db()
    assert klarendal.version == version + 2
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="contact.")] == [
        "contact.show",
        "contact.hide",
    ]


def test_every_switch_of_every_model_can_be_set_here(as_, anna, klarendal):
    things = {
        Post: factories.post(anna, klarendal, **CARD),
        Organisation: factories.organisation("Buurthuis", klarendal, editor=anna, **CARD),
    }
    chosen = {
        (declaration.model, name)
        for declaration in REGISTER.values()
        for name, entry in declaration.fields.items()
        if entry.visibility == Visibility.CHOICE
    }
    assert {model for model, _name in chosen} == set(things), "a model with switches that this test does not know"
    browser = as_(anna)
    for model, name in chosen:
        flip(browser, things[model], name, zeker="ja")
        assert name.removeprefix("contact_") in model.objects.get(pk=things[model].pk).shown_contact()
    assert {kind.declaration.model for kind in switchables()} == set(things)


def test_a_home_address_asks_twice_and_that_of_an_organisation_does_not(as_, anna, klarendal):
    home = factories.post(anna, klarendal, **CARD)
    house = factories.organisation("Buurthuis", klarendal, editor=anna, **CARD)
    browser = as_(anna)
    asked = flip(browser, home, "contact_address")
    assert asked.status_code == 200
    assert "Je huisadres, voor iedereen" in asked.text
    assert not Post.objects.get().show_address
    flip(browser, home, "contact_address", zeker="ja")
    flip(browser, house, "contact_address")
    assert Post.objects.get().show_address
    assert Organisation.objects.get().show_address


def test_a_switch_over_nothing_stays_off(as_, anna, klarendal):
    post = factories.post(anna, klarendal, contact_name="Anna")
    flip(as_(anna), post, "contact_phone")
    assert not Post.objects.get(pk=post.pk).show_phone


def test_nobody_but_the_owner_can_set_a_switch(as_, client, anna, bram, mo, eva, petra, otto, klarendal):
    post = factories.post(anna, klarendal, **CARD)
    house = factories.organisation("Buurthuis", klarendal, editor=anna, **CARD)
    for other in (bram, mo, eva, petra, otto):
        browser = as_(other)
        for thing in (post, house):
            assert flip(browser, thing, "contact_phone").status_code == 404, other
    assert flip(client, post, "contact_phone").headers["Location"].startswith("/account/login/")
    assert Post.objects.get().shown_contact() == {}
    assert Organisation.objects.get().shown_contact() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"soort": "accounts.user"},
        {"soort": ""},
        {"soort": "content.post; drop"},
        {"gegeven": "show_phone"},
        {"gegeven": "title"},
        {"gegeven": ""},
        {"nummer": ""},
        {"nummer": "-1"},
        {"nummer": "1 or 1=1"},
        {"nummer": "9" * 30},
        {"nummer": "²"},
    ],
)
def test_a_switch_that_does_not_exist_is_not_found(as_, anna, klarendal, wrong):
    post = factories.post(anna, klarendal, **CARD)
    assert flip(as_(anna), post, "contact_phone", **wrong).status_code == 404
    assert Post.objects.get().shown_contact() == {}


def test_a_switch_needs_a_post_and_leads_to_no_other_site(as_, anna, klarendal):
    post = factories.post(anna, klarendal, **CARD)
    browser = as_(anna)
    assert browser.get("/mijn/gegevens/schakelaar/").status_code == 405
    assert flip(browser, post, "contact_name", terug="https://kwaad.example/").headers["Location"] == "/mijn/gegevens/"
    back = flip(browser, post, "contact_name", terug="/mijn/gegevens/?pagina=2#openbaar")
    assert back.headers["Location"] == "/mijn/gegevens/?pagina=2#openbaar"


def test_everything_is_hidden_with_one_button(as_, anna, bram, klarendal):
    mine = factories.post(anna, klarendal, **CARD, show_phone=True, show_name=True)
    empty = factories.post(anna, klarendal, show_email=True)
    house = factories.organisation("Buurthuis", klarendal, editor=anna, **CARD, show_address=True)
    other = factories.post(bram, klarendal, contact_phone="06", show_phone=True)
    version = klarendal.__class__.objects.get(pk=klarendal.pk).version
    browser = as_(anna)
    assert browser.get("/mijn/gegevens/verbergen/").status_code == 405
    browser.post("/mijn/gegevens/verbergen/")
    assert Post.objects.get(pk=mine.pk).shown_contact() == {}
    assert not Post.objects.get(pk=empty.pk).show_email
    assert Organisation.objects.get(pk=house.pk).shown_contact() == {}
    assert Post.objects.get(pk=other.pk).shown_contact()
    klarendal.refresh_from_db()
    assert klarendal.version > version


def test_what_is_shown_in_a_draft_is_said_to_be_seen_later(as_, anna, klarendal):
    factories.post(anna, klarendal, **CARD, show_name=True, status=Post.Status.DRAFT, published_at=None)
    seen = part(as_(anna).get("/mijn/gegevens/").text, "openbaar")
    assert "iedereen, zodra het op de site staat" in seen
    assert "visibility-public" not in seen


def test_a_telephone_number_is_three_clicks_away(as_, anna, klarendal):
    """Mijn gegevens, Wijzig, and then it is typed and kept."""
    post = factories.post(anna, klarendal, **CARD)
    browser = as_(anna)
    assert 'href="/mijn/gegevens/"' in browser.get("/wijken/").text
    edit = re.search(r'href="([^"]+)#contact"', part(browser.get("/mijn/gegevens/").text, "openbaar"))[1]
    form = browser.get(edit).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in {None, False}}
    assert browser.post(edit, {**typed, "contact_phone": "026 123 45 67"}).status_code == 302
    assert Post.objects.get(pk=post.pk).contact_phone == "+31261234567"


def test_a_page_of_much_data_asks_no_more_than_one_of_some(as_, anna, klarendal):
    browser = as_(anna)

    def questions(path):
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    for number in range(CARDS + 1):
        factories.post(anna, klarendal, title=f"Bericht {number}", **CARD)
    paths = ("/mijn/gegevens/", "/mijn/gegevens/?doel=posts")
    some = [questions(path) for path in paths]
    for number in range(60):
        factories.post(anna, klarendal, title=f"Bericht nog {number}", **CARD)
    assert [questions(path) for path in paths] == some


def test_sixty_posts_stay_readable_and_all_of_them_can_be_reached(as_, anna, klarendal):
    for number in range(60):
        factories.post(anna, klarendal, title=f"Bericht {number}", **CARD)
    browser = as_(anna)
    html = browser.get("/mijn/gegevens/").text
    assert len(re.findall("<details", html)) < CARDS + SHOWN * 6
    assert f"En nog {60 - SHOWN}" in part(html, "doel-posts")
    found = set()
    for number in range(1, 4):
        found |= set(
            re.findall(r"<span>(Bericht \d+)</span>", browser.get(f"/mijn/gegevens/?doel=posts&pagina={number}").text)
        )
    assert len(found) == 60
    cards = {card.title for number in range(1, 7) for card in overview(anna, number).cards}
    assert len(cards) == 60


@pytest.mark.parametrize("page", ["0", "-1", "nee", "99999999999999999999", "", "١"])
def test_a_page_number_that_cannot_be_is_no_mistake(as_, anna, klarendal, page):
    factories.post(anna, klarendal, **CARD)
    browser = as_(anna)
    assert browser.get("/mijn/gegevens/", {"pagina": page}).status_code == 200
    assert browser.get("/mijn/gegevens/", {"doel": "posts", "pagina": page}).status_code == 200


def test_a_purpose_for_which_nothing_is_stored_is_not_found(as_, anna):
    assert as_(anna).get("/mijn/gegevens/?doel=managing").status_code == 404
    assert as_(anna).get("/mijn/gegevens/?doel=onzin").status_code == 404


def test_each_thing_says_until_when_and_on_which_ground(as_, anna, klarendal):
    factories.post(anna, klarendal)
    html = part(as_(anna).get("/mijn/gegevens/").text, "doel-posts")
    assert "We bewaren dit tot een jaar nadat het bericht van de site af is. Waarom het mag: nodig voor" in html


def test_who_works_on_the_site_reads_that_here(as_, anna, petra):
    assert "privacybureau" not in as_(anna).get("/mijn/gegevens/").text
    assert "privacybureau" in as_(petra).get("/mijn/gegevens/").text


def test_from_here_one_goes_everywhere_data_are_arranged(as_, anna):
    html = as_(anna).get("/mijn/gegevens/").text
    for form in ("html", "json", "xml"):
        assert f'href="/mijn/gegevens/download/?vorm={form}"' in html
    for path in ("/mijn/toestemmingen/", "/mijn/beveiliging/", "/mijn/opzeggen/", "/privacy/", "/mijn/wijk/"):
        assert f'href="{path}"' in html


def test_hiding_for_somebody_else_leaves_the_trail_to_who_did_it(anna, petra, klarendal):
    factories.post(anna, klarendal, **CARD, show_name=True)
    assert actions.hide_everything(user=anna, by=petra) == 1
    assert AuditEvent.objects.get(action="account.hide").actor_ref == petra.pk
