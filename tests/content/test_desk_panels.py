"""The panels of the desk's first page: what nobody answered, what ends, who is new, the newsletter that lies ready."""

from datetime import timedelta

import pytest

from accounts.requests.stopping import restrict
from content.contact.models import Conversation
from content.newsletters.models import Newsletter
from content.posts.models import Post
from neighbourhoods.managers.panels import panels
from tests import factories
from wijk import clock

DAY = timedelta(days=1)


@pytest.fixture
def asked(anna, klarendal):
    return factories.post(anna, klarendal, title="Lamp ophangen", published_at=clock.now() - 6 * DAY)


def shown(user, neighbourhood, key):
    return next((panel for panel in panels(user, neighbourhood) if panel.key == key), None)


def titles(user, neighbourhood, key):
    panel = shown(user, neighbourhood, key)
    return [line.title for line in panel.lines] if panel else []


def test_a_request_nobody_answered_is_shown_with_how_long_it_waits(as_, mo, klarendal, asked):
    page = as_(mo).get("/beheer/klarendal/").content.decode()
    assert "Nog geen antwoord" in page
    assert "al 6 dagen" in page
    assert f'href="/beheer/klarendal/berichten/{asked.pk}/"' in page


def test_one_that_was_answered_or_is_fresh_is_not(mo, anna, klarendal, asked):
    factories.post(anna, klarendal, title="Pas geplaatst")
    factories.post(anna, klarendal, title="Aanbod", kind=Post.Kind.OFFER, published_at=clock.now() - 6 * DAY)
    Conversation.objects.create(
        post=asked, visitor_email="v@example.org", visitor_hash="x", state="open", confirmed_at=clock.now()
    )
    assert titles(mo, klarendal, "stil") == []


def test_a_message_that_was_never_confirmed_is_no_answer(mo, klarendal, asked):
    Conversation.objects.create(post=asked, visitor_email="v@example.org", visitor_hash="x")
    assert titles(mo, klarendal, "stil") == ["Lamp ophangen"]


def test_what_ends_within_a_week_is_shown_soonest_first(mo, anna, klarendal):
    factories.post(anna, klarendal, title="Over zes dagen", expires_at=clock.now() + 6 * DAY + DAY / 2)
    factories.post(anna, klarendal, title="Morgen", expires_at=clock.now() + DAY / 2)
    factories.post(anna, klarendal, title="Volgende maand", expires_at=clock.now() + 30 * DAY)
    factories.post(anna, klarendal, title="Al voorbij", expires_at=clock.now() - DAY)
    assert titles(mo, klarendal, "voorbij") == ["Morgen", "Over zes dagen"]
    assert [line.note for line in shown(mo, klarendal, "voorbij").lines] == ["vandaag of morgen", "nog 6 dagen"]


def test_new_neighbours_are_named_for_two_weeks(mo, anna, klarendal):
    assert set(titles(mo, klarendal, "nieuw")) == {"Anna Jansen", "Mo Yilmaz"}
    with clock.frozen(15 * DAY):
        assert titles(mo, klarendal, "nieuw") == []


def test_who_is_frozen_is_named_nowhere(mo, anna, klarendal, asked):
    restrict(user=anna, reason="own_wish", by=anna)
    assert titles(mo, klarendal, "stil") == []
    assert "Anna Jansen" not in titles(mo, klarendal, "nieuw")


def test_the_newsletter_that_lies_ready_is_one_click_away(mo, klarendal, presikhaaf):
    Newsletter.objects.create(neighbourhood=presikhaaf, subject="Brief van elders")
    assert shown(mo, klarendal, "nieuwsbrief") is None
    draft = Newsletter.objects.create(neighbourhood=klarendal, subject="Nieuws van deze week")
    (line,) = shown(mo, klarendal, "nieuwsbrief").lines
    assert (line.title, line.url) == ("Nieuws van deze week", f"/beheer/klarendal/nieuwsbrieven/{draft.pk}/")


def test_nothing_of_another_neighbourhood_is_shown(as_, els, mo, klarendal, presikhaaf, asked):
    page = as_(els).get("/beheer/presikhaaf-west/").content.decode()
    assert "Lamp ophangen" not in page
    assert "Anna" not in page
    assert titles(els, klarendal, "stil") == []


def test_no_panel_shows_more_than_a_few(mo, anna, klarendal):
    for number in range(9):
        factories.post(anna, klarendal, title=f"Vraag {number}", published_at=clock.now() - (6 + number) * DAY)
    assert titles(mo, klarendal, "stil") == [f"Vraag {number}" for number in (8, 7, 6, 5, 4)]
