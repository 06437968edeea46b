"""A post in other neighbourhoods too: its author asks, the manager there answers, and both pages show it once."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.export.bundle import bundle
from content.moderation import placements as desk
from content.moderation.actions import decide, publish_overdue
from content.newsletters.blocks import coming_activities, first_draft, posts_to_pick
from content.newsletters.digests import Desk
from content.newsletters.weekly import new_since_last
from content.posts import actions
from content.posts.comanagers import join
from content.posts.models import Post
from content.posts.on_map import posts_by_neighbourhood
from content.posts.placements import MOST, Placement, around, choose, take_back
from tests import factories
from wijk import clock
from wijk.access import scope
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import refusal

BOARDS = {name: f"/wijk/{name}/vraag-en-aanbod/" for name in ("klarendal", "presikhaaf-west")}


@pytest.fixture
def supper(anna, klarendal, presikhaaf):
    return factories.activity(anna, klarendal, title="Samen eten", contact_email="anna@example.org")


@pytest.fixture
def asked(supper, presikhaaf):
    return factories.placement(supper, presikhaaf, state="asked")


@pytest.fixture
def approved(supper, presikhaaf):
    return factories.placement(supper, presikhaaf)


def text_of(response):
    return response.content.decode()


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind)


def task(row):
    return f"/beheer/{row.neighbourhood.slug}/ook-in/{row.pk}/"


# Asking --------------------------------------------------------------------------------------------------------------


def test_the_last_page_of_placing_asks_for_other_neighbourhoods(as_, anna, klarendal, presikhaaf, els):
    factories.post(anna, klarendal, title="Eerder")
    draft = factories.activity(anna, klarendal, title="Koor", status="draft", published_at=None)
    browser, page = as_(anna), f"/plaatsen/{draft.pk}/bekijken/"
    assert "Presikhaaf West" in text_of(browser.get(page))
    assert browser.post(page, {"also": [presikhaaf.pk]}).status_code == 302
    row = Placement.objects.get()
    assert (row.post, row.neighbourhood, row.state) == (draft, presikhaaf, "asked")
    draft.refresh_from_db()
    assert draft.is_live and "Koor" not in text_of(browser.get(BOARDS["presikhaaf-west"]))


def test_going_back_keeps_what_was_ticked(as_, anna, klarendal, presikhaaf):
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    browser, page = as_(anna), f"/plaatsen/{draft.pk}/bekijken/"
    browser.post(page, {"also": [presikhaaf.pk], "terug": "1"})
    assert text_of(browser.get(page)).count("checked") == 1
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_more_than_four_is_said_and_places_nothing(as_, anna, klarendal, presikhaaf):
    others = [factories.neighbourhood(f"Wijk {n}", code=f"WK02021{n}") for n in range(5)]
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    answer = as_(anna).post(f"/plaatsen/{draft.pk}/bekijken/", {"also": [one.pk for one in others]})
    assert "Kies hoogstens 4 andere wijken." in text_of(answer)
    assert text_of(answer).count("checked") == 5
    draft.refresh_from_db()
    assert draft.status == "draft" and not Placement.objects.exists()
    assert not choose(post=draft, by=anna, wanted=others)


@pytest.mark.parametrize("typed", ["0", "99999999", "x", "-1", "9" * 40, "1 OR 1=1", "\x00"])
def test_invented_numbers_are_refused_in_words(as_, anna, klarendal, presikhaaf, typed):
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    answer = as_(anna).post(f"/plaatsen/{draft.pk}/bekijken/", {"also": [typed]})
    assert answer.status_code == 200 and "Kies een wijk uit de lijst." in text_of(answer)
    assert not Placement.objects.exists()


def test_the_home_itself_and_one_that_is_off_cannot_be_asked(as_, anna, klarendal, presikhaaf):
    off = factories.neighbourhood("Elderveld", code="WK020299", on=False)
    far = factories.neighbourhood("Verweg", code="WK999901")
    far.municipality = factories.municipality("Verweg", "GM9999")
    far.save()
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    for place in (klarendal, off, far):
        answer = as_(anna).post(f"/plaatsen/{draft.pk}/bekijken/", {"also": [place.pk]})
        assert answer.status_code == 200
        assert choose(post=draft, by=anna, wanted=[place])
    assert not Placement.objects.exists()


def test_the_nearest_come_first_and_no_more_than_twelve(as_, anna, klarendal, presikhaaf):
    for number in range(15):
        east = 6 + number / 10
        factories.neighbourhood(f"Ver {number:02}", code=f"WK0203{number:02}", square=(east, 51.99))
    touching = factories.neighbourhood("Zuiderpark", code="WK020288", square=(7.9, 51.99))
    klarendal.neighbours.add(touching)
    assert next(iter(around(klarendal))).name == "Zuiderpark"
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    form = as_(anna).get(f"/plaatsen/{draft.pk}/bekijken/").context["form"]
    names = [label for _number, label in form.fields["also"].choices]
    assert len(names) == 12 and names[:3] == ["Zuiderpark", "Presikhaaf West", "Ver 00"]


def test_another_home_takes_back_what_the_draft_asked(anna, klarendal, presikhaaf):
    draft = factories.activity(anna, klarendal, status="draft", published_at=None)
    actions.save_draft(post=draft, by=anna, values={"also": [presikhaaf]})
    actions.save_draft(post=draft, by=anna, values={"neighbourhood": presikhaaf})
    actions.save_draft(post=draft, by=anna, values={"also": []})
    assert not Placement.objects.exists()


def test_the_author_asks_and_takes_back_on_the_edit_page(as_, anna, supper, presikhaaf):
    browser, page = as_(anna), f"/mijn/berichten/{supper.pk}/aanpassen/"
    form = browser.get(page).context["form"]
    typed = {name: value for name, value in form.initial.items() if value not in (None, [], False)}
    typed |= {"day": form.initial["day"].isoformat(), "begins": form.initial["begins"].strftime("%H:%M")}
    assert browser.post(page, {**typed, "also": [presikhaaf.pk]}).status_code == 302
    assert Placement.objects.get().state == "asked"
    assert browser.post(page, typed).status_code == 302
    assert not Placement.objects.exists()


def test_what_was_approved_is_not_asked_again_by_saving(anna, supper, approved, presikhaaf):
    actions.edit(post=supper, by=anna, values={"title": "Samen koken", "also": [presikhaaf]})
    approved.refresh_from_db()
    assert approved.state == "approved"


def test_one_that_was_switched_off_meanwhile_is_not_lost_by_saving(anna, supper, approved, presikhaaf):
    presikhaaf.is_on = False
    presikhaaf.save(update_fields=["is_on"])
    actions.edit(post=supper, by=anna, values={"title": "Samen koken", "also": []})
    assert Placement.objects.filter(pk=approved.pk).exists()


def test_an_editor_asks_for_the_organisation(as_, anna, klarendal, presikhaaf):
    kitchen = factories.organisation("De Keuken", klarendal, editor=anna)
    factories.post(anna, klarendal, title="Eerder")
    draft = factories.activity(anna, klarendal, status="draft", published_at=None, organisation=kitchen)
    as_(anna).post(f"/plaatsen/{draft.pk}/bekijken/", {"also": [presikhaaf.pk]})
    assert Placement.objects.get().post.organisation == kitchen


def test_a_co_manager_cannot_choose_neighbourhoods(as_, bram, supper, presikhaaf):
    join(post=supper, user=bram)
    page = f"/mijn/berichten/{supper.pk}/aanpassen/"
    form = as_(bram).get(page).context["form"]
    assert "also" not in form.fields


# The author's page ---------------------------------------------------------------------------------------------------


def test_the_author_sees_the_state_and_takes_one_back(as_, anna, supper, asked):
    browser, page = as_(anna), f"/mijn/berichten/{supper.pk}/"
    assert "Presikhaaf West" in text_of(browser.get(page)) and "wacht op de wijkbeheerder" in text_of(browser.get(page))
    answer = browser.post(f"{page}ook-in/{asked.pk}/terug/", follow=True)
    assert "Gedaan. Presikhaaf West hoort er niet meer bij." in text_of(answer)
    assert not Placement.objects.exists()
    assert browser.post(f"{page}ook-in/{asked.pk}/terug/").status_code == 404


def test_nobody_takes_back_what_is_of_another(as_, anna, bram, els, mo, supper, asked):
    other = factories.post(bram, supper.neighbourhood)
    for person in (bram, els, mo):
        for post in (supper, other):
            address = f"/mijn/berichten/{post.pk}/ook-in/{asked.pk}/terug/"
            assert as_(person).post(address).status_code == 404
    assert not take_back(placement=asked, by=bram)
    assert Placement.objects.filter(pk=asked.pk, state="asked").exists()


def test_a_no_stays_until_the_words_change(as_, anna, els, supper, asked, presikhaaf):
    desk.answer(placement=asked, state="refused", by=els, note="Er staat geen adres bij.")
    assert not take_back(placement=asked, by=anna)
    assert "Er staat geen adres bij." in text_of(as_(anna).get(f"/mijn/berichten/{supper.pk}/"))
    actions.edit(post=supper, by=anna, values={"also": [presikhaaf]})
    assert Placement.objects.get().state == "refused"
    actions.edit(post=supper, by=anna, values={"text": "In de Keuken, Klarendalseweg."})
    actions.edit(post=supper, by=anna, values={"also": [presikhaaf]})
    row = Placement.objects.get()
    assert (row.state, row.note, row.decided_by, row.decided_at) == ("asked", "", None, None)


def test_the_story_and_the_download_tell_it(as_, anna, els, supper, asked):
    desk.answer(placement=asked, state="refused", by=els, note="Te ver weg voor ons.")
    page = text_of(as_(anna).get(f"/mijn/berichten/{supper.pk}/"))
    assert "niet in een andere wijk gezet" in page and "Els" not in page
    told = str(bundle(anna))
    assert "Te ver weg voor ons." in told and "Presikhaaf West" in told
    assert els.email not in told


# The desk ------------------------------------------------------------------------------------------------------------


def test_it_comes_to_the_other_desk_once_it_is_live_at_home(as_, anna, els, mo, klarendal, presikhaaf):
    post = factories.post(anna, klarendal, title="Wie past op?", status="waiting", published_at=None)
    row = factories.placement(post, presikhaaf, state="asked")
    browser = as_(els)
    for page in ("/beheer/presikhaaf-west/", "/beheer/presikhaaf-west/ook-in/"):
        assert "Wie past op?" not in text_of(browser.get(page))
    assert browser.get(task(row)).status_code == 404
    assert not desk.answer(placement=row, state="approved", by=els)
    decide(post=post, act="approve", by=mo)
    for page in ("/beheer/presikhaaf-west/", "/beheer/presikhaaf-west/ook-in/"):
        answer = text_of(browser.get(page))
        assert "Wie past op?" in answer and "Uit Klarendal" in answer and "Ook in jouw wijk?" in answer


def test_no_clock_and_no_known_author_gets_past_the_manager(
    anna, els, klarendal, presikhaaf, django_capture_on_commit_callbacks
):
    factories.post(anna, klarendal, title="Eerder")
    post = factories.post(anna, klarendal, status="draft", published_at=None, kind="offer")
    choose(post=post, by=anna, wanted=[presikhaaf])
    actions.submit(post=post, by=anna)
    clock_now = clock.now()
    Post.objects.filter(pk=post.pk).update(submitted_at=clock_now - timedelta(days=9))
    publish_overdue()
    assert post.is_live and Placement.objects.get().state == "asked"


def test_a_yes_puts_it_on_both_boards_once_and_mails_once(as_, client, anna, els, supper, asked):
    browser = as_(els)
    page = text_of(browser.get(task(asked)))
    assert "Samen eten" in page and "anna@example.org" not in page
    for _time in range(2):
        assert browser.post(task(asked), {"besluit": "approved"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", els)
    assert mails("also-approved").count() == 1
    mail = mails("also-approved").get()
    assert mail.recipient == anna.email and "Je bericht staat nu ook in Presikhaaf West: Samen eten" in mail.payload
    for board in BOARDS.values():
        assert text_of(client.get(board)).count(supper.get_absolute_url()) == 1


def test_a_mail_that_is_overtaken_does_not_go_out(anna, els, asked):
    desk.answer(placement=asked, state="approved", by=els)
    told = mails("also-approved").get()
    assert refusal(told) == ""
    desk.answer(placement=asked, state="stopped", by=els, note="Toch niet.")
    assert refusal(told) != "" and refusal(mails("also-stopped").get()) == ""


def test_a_no_needs_words_that_go_to_the_author(as_, anna, els, asked):
    browser = as_(els)
    answer = browser.post(task(asked), {"besluit": "refused", "note": "  "})
    assert "Schrijf op waarom niet." in text_of(answer)
    browser.post(task(asked), {"besluit": "refused", "note": "Hier is al een eettafel."})
    browser.post(task(asked), {"besluit": "refused", "note": "Nog een keer."})
    browser.post(task(asked), {"besluit": "approved"})
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("refused", "Hier is al een eettafel.")
    mail = mails("also-refused").get()
    assert "Hier is al een eettafel." in mail.payload and not mails("also-approved").exists()
    assert els.email not in mail.payload


def test_the_manager_takes_it_off_there_later(as_, client, anna, els, supper, approved):
    as_(els).post(task(approved), {"besluit": "stopped", "note": "Het is hier te vol."})
    approved.refresh_from_db()
    assert approved.state == "stopped" and mails("also-stopped").count() == 1
    assert supper.title not in text_of(client.get(BOARDS["presikhaaf-west"]))
    assert supper.title in text_of(client.get(BOARDS["klarendal"]))


def test_only_the_manager_there_decides(as_, anna, bram, mo, els, asked):
    for person in (mo, anna, bram):
        browser = as_(person)
        assert browser.post(task(asked), {"besluit": "approved"}).status_code in {302, 403, 404}
        assert browser.post(f"/beheer/klarendal/ook-in/{asked.pk}/", {"besluit": "approved"}).status_code in {
            302,
            403,
            404,
        }
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert not scope(mo).managed(Placement).exists()
    assert list(scope(els).managed(Placement)) == [asked]
    assert not scope(els).managed(Post).exists()


@pytest.mark.parametrize("besluit", ["", "asked", "stopped", "weg", "approved\x00"])
def test_an_invented_or_wrong_decision_changes_nothing(as_, els, asked, besluit):
    answer = as_(els).post(task(asked), {"besluit": besluit, "note": "Zomaar."})
    assert answer.status_code in {200, 302}
    asked.refresh_from_db()
    assert asked.state == "asked" and not OutgoingMail.objects.exists()


@pytest.mark.parametrize("how", ["held", "removed", "withdrawn", "expired"])
def test_nothing_is_decided_about_what_left_the_site(as_, els, supper, asked, how):
    Post.objects.filter(pk=supper.pk).update(status=how)
    assert not desk.answer(placement=asked, state="approved", by=els)
    assert as_(els).post(task(asked), {"besluit": "approved"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_desk_asks_the_same_for_many(as_, els, anna, klarendal, presikhaaf, django_assert_max_num_queries):
    browser = as_(els)
    for number in range(30):
        post = factories.activity(anna, klarendal, title=f"Eten {number}")
        factories.placement(post, presikhaaf, state="asked" if number % 2 else "approved")
    with django_assert_max_num_queries(18):
        assert "Eten 29" in text_of(browser.get("/beheer/presikhaaf-west/ook-in/"))


# Where it shows ------------------------------------------------------------------------------------------------------


def pages(supper):
    return {
        "board": BOARDS["presikhaaf-west"],
        "by kind": BOARDS["presikhaaf-west"] + "?soort=activiteit",
        "agenda": "/wijk/presikhaaf-west/agenda/",
        "on paper": "/wijk/presikhaaf-west/agenda/print/",
        "calendar": "/wijk/presikhaaf-west/agenda.ics",
        "neighbourhood": "/wijk/presikhaaf-west/",
        "atom": "/wijk/presikhaaf-west/feed.atom",
        "json": "/wijk/presikhaaf-west/feed.json",
        "notice board": "/wijk/presikhaaf-west/prikbord/",
        "search": "/zoeken/?q=samen+eten&wijk=presikhaaf-west",
        "search by place": "/zoeken/?soort=activiteit&wijk=presikhaaf-west",
    }


NAMES = list(pages(None))


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_wherever_the_neighbourhood_is_read(client, supper, approved, name):
    address = pages(supper)[name]
    assert supper.get_absolute_url() in text_of(client.get(address)) or "Samen eten" in text_of(client.get(address))


@pytest.mark.parametrize("state", ["asked", "refused", "stopped"])
@pytest.mark.parametrize("name", NAMES)
def test_without_a_yes_it_shows_nowhere(client, supper, presikhaaf, name, state):
    factories.placement(supper, presikhaaf, state=state)
    page = text_of(client.get(pages(supper)[name]))
    assert supper.get_absolute_url() not in page and "SUMMARY:Samen eten" not in page


@pytest.mark.parametrize("name", NAMES)
def test_held_at_home_is_gone_everywhere(client, mo, supper, approved, name):
    client.get(pages(supper)[name])
    decide(post=supper, act="hold", by=mo, reason="unclear", note="Even kijken.")
    page = text_of(client.get(pages(supper)[name]))
    assert supper.get_absolute_url() not in page and "SUMMARY:Samen eten" not in page


def test_its_own_page_names_the_other_neighbourhoods(client, supper, approved, klarendal):
    off = factories.neighbourhood("Elderveld", code="WK020299", on=False)
    factories.placement(supper, off)
    waits = factories.neighbourhood("Malburgen", code="WK020298")
    factories.placement(supper, waits, state="asked")
    page = text_of(client.get(supper.get_absolute_url()))
    assert "Ook in:" in page and "/wijk/presikhaaf-west/" in page
    assert "Elderveld" not in page and "Malburgen" not in page


def test_a_post_at_home_alone_says_nothing_of_it(client, supper, asked):
    assert "Ook in:" not in text_of(client.get(supper.get_absolute_url()))


def test_it_counts_where_it_shows(client, supper, approved, klarendal, presikhaaf):
    told = posts_by_neighbourhood([klarendal.pk, presikhaaf.pk])
    assert [told[place.pk].total for place in (klarendal, presikhaaf)] == [1, 1]
    board = client.get(BOARDS["presikhaaf-west"]).context
    assert [chip["count"] for chip in board["kinds"]] == [1, 0, 0, 1]
    front = {one.name: one.number for one in client.get("/").context["neighbourhoods"]}
    assert front == {"Klarendal": 1, "Presikhaaf West": 1}


def test_search_counts_each_post_once_however_wide(client, anna, bram, supper, approved, klarendal, presikhaaf):
    factories.activity(bram, presikhaaf, title="Samen eten in het park")
    klarendal.neighbours.add(presikhaaf)

    def found(more):
        context = client.get("/zoeken/?q=samen+eten" + more).context
        return context["number"], len(context["cards"]), {chip["label"]: chip["count"] for chip in context["wijken"]}

    assert found("") == (2, 2, {"Klarendal": 1, "Presikhaaf West": 2})
    here = {"Presikhaaf West": 2, "En eromheen": 2, "Heel Arnhem": 2, "Overal": None}
    assert found("&wijk=presikhaaf-west") == (2, 2, here)
    assert found("&wijk=presikhaaf-west&waar=rondom")[:2] == (2, 2)
    assert found("&wijk=klarendal")[:2] == (1, 1)


def test_newsletters_and_digests_bring_what_was_let_in_lately(anna, supper, els, klarendal, presikhaaf):
    long_ago = clock.now() - timedelta(days=40)
    offer = factories.post(anna, klarendal, title="Ladder te leen", kind="offer", published_at=long_ago)
    assert not new_since_last(presikhaaf)
    for post in (offer, supper):
        desk.answer(placement=factories.placement(post, presikhaaf, state="asked"), state="approved", by=els)
    assert new_since_last(presikhaaf).posts == [offer.pk]
    assert set(posts_to_pick(presikhaaf)) == {offer, supper}
    assert list(coming_activities(presikhaaf, 14)) == [supper]
    assert first_draft(presikhaaf, "Hoi")[1]["posts"] == [offer.pk]
    assert offer.pk not in new_since_last(klarendal).posts


def test_a_digest_for_both_neighbourhoods_names_it_once(anna, els, klarendal, presikhaaf):
    offer = factories.post(anna, klarendal, title="Ladder te leen", kind="offer")
    factories.placement(offer, presikhaaf)
    since = clock.now() - timedelta(days=2)
    both = [
        factories.subscription("vera@example.net", place, digest="daily", digest_until=since)
        for place in (presikhaaf, klarendal)
    ]
    desk_now = Desk(until=clock.now() + timedelta(seconds=5))
    assert [(row.neighbourhood, posts) for row, posts in desk_now.parts(both)] == [(klarendal, [offer])]
    assert [posts for _row, posts in desk_now.parts(both[:1])] == [[offer]]


@pytest.mark.parametrize("number", [5, 50])
def test_the_board_asks_no_more_for_what_came_from_elsewhere(
    client, anna, bram, klarendal, presikhaaf, number, django_assert_max_num_queries
):
    for count in range(number):
        post = factories.post(anna, klarendal, title=f"Bericht {count:02}", kind="offer")
        factories.placement(post, presikhaaf)
        factories.post(bram, presikhaaf, title=f"Eigen {count:02}", kind="offer")
    with django_assert_max_num_queries(6):
        client.get(BOARDS["presikhaaf-west"])
    seen, url = [], BOARDS["presikhaaf-west"]
    while url:
        response = client.get(url)
        seen += [card["title"] for card in response.context["cards"]]
        more = response.context["more"]
        url = BOARDS["presikhaaf-west"] + more if more else ""
    assert len(seen) == len(set(seen)) == 2 * number


def test_the_board_reads_no_more_of_the_table_than_the_neighbourhood_has(presikhaaf):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by how many rows there are")
    plan = Post.objects.visible().neighbourly().in_neighbourhood(presikhaaf).newest().for_cards()[:25].explain()
    assert "placement_board" in plan and "SCAN content_post" not in plan and "SCAN content_placement" not in plan


def test_a_change_refreshes_the_pages_of_both(anna, supper, approved, klarendal, presikhaaf):
    before = [place.version for place in (klarendal, presikhaaf)]
    actions.edit(post=supper, by=anna, values={"title": "Samen koken"})
    for place, was in zip((klarendal, presikhaaf), before, strict=True):
        place.refresh_from_db()
        assert place.version > was


def test_it_goes_with_the_post_and_loses_who_decided(supper, els, asked):
    desk.answer(placement=asked, state="approved", by=els)
    els.delete()
    asked.refresh_from_db()
    assert asked.decided_by is None and asked.state == "approved"
    supper.delete()
    assert not Placement.objects.exists() and MOST == 4
