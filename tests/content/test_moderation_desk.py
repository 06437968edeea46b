"""The desk in a browser: queue, posts, one post with its decisions, reports."""

from datetime import timedelta

import pytest

from content.moderation.models import Decision, Report
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

DESK = "/beheer/klarendal/"
PRIVATE = {
    "contact_name": "Zus van Anna",
    "contact_email": "zus@example.org",
    "contact_phone": "0612345678",
    "contact_address": "Klarendalseweg 99",
}


@pytest.fixture
def post(anna, klarendal):
    return waiting(anna, klarendal, **PRIVATE)


@pytest.fixture
def desk(as_, mo):
    return as_(mo)


def test_the_queue_shows_the_oldest_first_with_its_clock(desk, anna, klarendal):
    now = clock.now()
    waiting(anna, klarendal, title="Jong", submitted_at=now - timedelta(hours=1))
    waiting(
        anna,
        klarendal,
        title="Oud",
        submitted_at=now - timedelta(hours=5),
        publish_by=now + timedelta(hours=43, minutes=5),
    )
    page = desk.get(DESK).content.decode()
    assert page.index("Oud") < page.index("Jong")
    assert "wacht 5 uur, gaat vanzelf live over 43 uur" in page


def test_an_empty_queue_says_that_all_is_done(desk):
    assert "Er wacht niets op je" in desk.get(DESK).content.decode()


def test_the_queue_takes_few_queries_however_long(desk, anna, bram, klarendal, django_assert_max_num_queries):
    for number in range(20):
        waiting([anna, bram][number % 2], klarendal, title=f"Vraag {number}")
        live = factories.post(anna, klarendal)
        Report.objects.create(post=live, why="spam")
    # The first request of a log-in writes down its device; what a page costs is seen from the second on. One query is
    # the banner of a text that changes (W-91), which every member's page asks for; the first page has four panels.
    desk.get(DESK)
    for page in ("", "berichten/", "meldingen/"):
        with django_assert_max_num_queries(19 if page else 23):
            desk.get(DESK + page)


def test_the_whole_post_is_there_but_phone_and_address_are_not(desk, post, anna):
    page = desk.get(f"{DESK}berichten/{post.pk}/").content.decode()
    assert all(words in page for words in (post.title, "Mijn plafond is hoog", "Anna Jansen", anna.email))
    assert all(words in page for words in ("Zus van Anna", "zus@example.org"))
    assert "0612345678" not in page
    assert "Klarendalseweg 99" not in page


def test_a_mail_that_did_not_reach_the_author_stands_in_the_history(desk, post):
    url = f"{DESK}berichten/{post.pk}/"
    desk.post(f"{url}vraag/", {"question": "Welke lamp is het?"})
    assert "kwam niet aan" not in desk.get(url).content.decode()
    OutgoingMail.objects.filter(kind="moderation-question").update(state="sent", returned="hard")
    assert "mail aan de schrijver kwam niet aan" in desk.get(url).content.decode()


def test_one_click_approves(desk, post):
    answer = desk.post(
        f"{DESK}berichten/{post.pk}/", {"act": "approve", "seen": post.changed_at.isoformat()}, follow=True
    )
    assert "Het bericht staat op de site" in answer.content.decode()
    assert Post.objects.visible().exists()


def test_approving_shows_no_contact_detail_whatever_is_sent_along(desk, post):
    desk.post(
        f"{DESK}berichten/{post.pk}/",
        {"act": "approve", "show_phone": "on", "show_name": "on", "show_email": "on", "show_address": "on"},
    )
    post.refresh_from_db()
    assert post.is_live
    assert post.shown_contact() == {}


def test_a_refusal_without_reason_keeps_the_explanation(desk, post):
    page = desk.post(f"{DESK}berichten/{post.pk}/", {"act": "refuse", "note": "Dit past hier niet."}).content.decode()
    assert "Kies een reden" in page
    assert "Dit past hier niet." in page
    assert not Decision.objects.exists()
    page = desk.post(f"{DESK}berichten/{post.pk}/", {"act": "refuse", "reason": "other"}).content.decode()
    assert "Leg uit wat de reden is" in page
    page = desk.post(f"{DESK}berichten/{post.pk}/", {"act": "ask_change"}).content.decode()
    assert "Schrijf op wat er anders moet" in page


def test_a_refusal_with_reason_reaches_the_author_and_the_history(desk, post):
    desk.post(f"{DESK}berichten/{post.pk}/", {"act": "refuse", "reason": "commercial", "note": "Dit is een winkel."})
    page = desk.get(f"{DESK}berichten/{post.pk}/").content.decode()
    assert "Het is reclame" in page
    assert "Dit is een winkel." in page
    assert "Mo Yilmaz" in page
    assert OutgoingMail.objects.filter(kind="moderation-refuse").exists()


def test_a_second_manager_hears_that_somebody_was_first(desk, post):
    address = f"{DESK}berichten/{post.pk}/"
    desk.post(address, {"act": "approve"})
    page = desk.post(address, {"act": "approve"}, follow=True).content.decode()
    assert "Er was al iets over dit bericht beslist" in page


def test_an_approval_of_words_that_were_changed_meanwhile_asks_to_read_again(desk, post):
    seen = post.changed_at.isoformat()
    Post.objects.update(changed_at=clock.now(), text="Nieuwe woorden")
    page = desk.post(f"{DESK}berichten/{post.pk}/", {"act": "approve", "seen": seen}, follow=True).content.decode()
    assert "Lees het nog een keer" in page
    assert not Post.objects.visible().exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"act": "clock"},
        {"act": "x" * 5000},
        {"act": "refuse", "reason": "because", "note": "x"},
        {"act": "hold", "reason": "other", "note": "\x00\u202e\u200b"},
        {"act": "ask_change", "note": "x" * 1_000_000},
        {"act": "approve", "seen": "2026-13-45T99:99"},
    ],
)
def test_bad_input_is_answered_in_words(desk, post, typed):
    assert desk.post(f"{DESK}berichten/{post.pk}/", typed).status_code in {200, 302}
    assert not Decision.objects.exclude(act="approve").exists()


def test_posts_are_found_by_state_and_words(desk, post, anna, klarendal):
    factories.post(anna, klarendal, title="Ladder te leen")
    address = DESK + "berichten/"
    assert "Ladder" not in desk.get(address, {"stand": "wacht"}).content.decode()
    assert "Ladder" in desk.get(address, {"q": "ladder LEEN"}).content.decode()
    assert "Niets gevonden" in desk.get(address, {"q": "zeepaardje", "stand": "live"}).content.decode()
    assert desk.get(address, {"stand": "'; drop", "pagina": "-4", "q": "\x00"}).status_code == 200


def test_drafts_and_posts_of_those_who_left_are_not_at_the_desk(desk, anna, bram, klarendal):
    draft = factories.post(anna, klarendal, status="draft", title="Nog niet af")
    frozen = waiting(bram, klarendal, title="Van Bram")
    bram.restricted_at = clock.now()
    bram.save()
    page = desk.get(DESK).content.decode() + desk.get(DESK + "berichten/").content.decode()
    assert "Nog niet af" not in page
    assert "Van Bram" not in page
    assert [desk.get(f"{DESK}berichten/{one.pk}/").status_code for one in (draft, frozen)] == [404, 404]


def test_a_question_goes_to_the_contact_person(desk, post):
    address = f"{DESK}berichten/{post.pk}/vraag/"
    assert "Schrijf je vraag op" in desk.post(address, {}).content.decode()
    desk.post(address, {"question": "Om welke dag gaat het?"})
    assert OutgoingMail.objects.get(kind="moderation-question").recipient == "zus@example.org"
    assert "vraag gesteld" in desk.get(f"{DESK}berichten/{post.pk}/").content.decode()


# Reports -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def live(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def send(client, live):
    old = signed_time(age=timedelta(minutes=1))

    def post_report(**fields):
        address = f"{live.get_absolute_url()}melden/"
        return client.post(address, {"why": "spam", "sent_at": old, **fields})

    return post_report


def test_a_report_reaches_the_managers_and_leaves_the_post(send, mo, live):
    assert send(text="Dit is een winkel").status_code == 302
    send(text="Dit is een winkel")
    assert Report.objects.count() == 1
    assert OutgoingMail.objects.get(kind="report-made").recipient == mo.email
    assert Post.objects.visible().exists()


def test_without_a_manager_the_operator_gets_the_report(send, settings):
    send()
    assert OutgoingMail.objects.get(kind="report-made").recipient == settings.OPERATOR["email"]


def test_a_report_about_a_child_hides_the_post_at_once(send, mo, live, anna):
    assert send(why="minor").status_code == 302
    assert send(why="minor").status_code == 302
    live.refresh_from_db()
    assert live.status == "held"
    assert Report.objects.count() == Decision.objects.count() == 1
    assert "Kijk nu" in OutgoingMail.objects.get(kind="report-made").payload
    assert OutgoingMail.objects.get(kind="moderation-hold").recipient == anna.email


def test_after_a_manager_looked_the_same_report_hides_nothing(send, desk, live, mo):
    send(why="minor")
    desk.post(f"{DESK}meldingen/{Report.objects.get().pk}/", {"outcome": "approve"})
    assert Post.objects.visible().exists()
    send(why="minor", text="Nog een keer")
    assert Post.objects.visible().exists()
    assert Report.objects.open().count() == 1


@pytest.mark.parametrize(
    "typed",
    [{"why": ""}, {"why": "x"}, {"why": "other"}, {"email": "geen adres"}, {"sent_at": "vals"}, {"text": "x" * 5000}],
)
def test_a_bad_report_gets_an_answer_in_words(send, typed):
    answer = send(**typed)
    assert answer.status_code == 200
    assert "Er klopt nog iets niet" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_report_about_what_is_not_public_is_not_taken(client, post, send, live):
    live.status = "removed"
    live.save()
    assert send().status_code == 404
    assert client.get(f"{post.get_absolute_url()}melden/").status_code == 404


def test_a_robot_that_reports_is_thanked_and_ignored(send):
    assert send(website="x").status_code == 302
    assert not Report.objects.exists()


def test_closing_a_report_can_take_the_post_away_and_answers_everybody(send, desk, live, anna):
    send(email="melder@example.org")
    send(why="unsafe", text="Gevaarlijk", email="ander@example.org")
    page = f"{DESK}meldingen/{Report.objects.first().pk}/"
    assert "melder@example.org" in desk.get(page).content.decode()
    assert "Kies een reden" in desk.post(page, {"outcome": "remove"}).content.decode()
    desk.post(page, {"outcome": "remove", "reason": "unsafe", "note": "Te gevaarlijk."})
    live.refresh_from_db()
    assert live.status == "removed"
    assert not Report.objects.open().exists()
    assert OutgoingMail.objects.filter(kind="report-closed").count() == 2
    told = OutgoingMail.objects.get(kind="moderation-remove")
    assert told.recipient == anna.email
    assert "melder@example.org" not in told.payload


def test_closing_a_report_can_leave_the_post(send, desk, live):
    send(email="melder@example.org")
    page = f"{DESK}meldingen/{Report.objects.get().pk}/"
    desk.post(page, {"outcome": "keep"})
    again = desk.post(page, {"outcome": "keep"}, follow=True)
    assert "al afgehandeld" in again.content.decode()
    assert Post.objects.visible().exists()
    assert "blijven staan" in OutgoingMail.objects.get(kind="report-closed").payload


def test_nobody_judges_a_report_about_a_post_of_their_own(desk, mo, klarendal):
    report = Report.objects.create(post=factories.post(mo, klarendal), why="spam", reporter_email="melder@example.org")
    assert desk.get(f"{DESK}meldingen/{report.pk}/").status_code == 404
    assert "melder" not in desk.get(DESK + "meldingen/").content.decode()


# Organisations -------------------------------------------------------------------------------------------------------


def test_a_new_organisation_waits_for_a_manager(desk, anna, klarendal):
    club = factories.organisation("Fietsclub", klarendal, editor=anna, live=False, contact_phone="0612345678")
    assert "Fietsclub" in desk.get(DESK).content.decode()
    page = desk.get(f"{DESK}organisaties/{club.pk}/").content.decode()
    assert anna.email in page
    assert "0612345678" not in page
    desk.post(f"{DESK}organisaties/{club.pk}/", {"live": "1", "show_phone": "on"})
    club.refresh_from_db()
    assert club.is_live
    assert club.shown_contact() == {}
    assert "Nieuwe organisaties" not in desk.get(DESK).content.decode()
    desk.post(f"{DESK}organisaties/{club.pk}/", {"live": "0"})
    club.refresh_from_db()
    assert not club.is_live


def test_the_list_of_organisations_takes_few_queries(desk, klarendal, django_assert_max_num_queries):
    for number in range(15):
        factories.organisation(f"Club {number}", klarendal, live=bool(number % 2))
    with django_assert_max_num_queries(18):
        assert desk.get(DESK + "organisaties/").status_code == 200


def test_an_unclear_switch_changes_nothing(desk, klarendal):
    club = factories.organisation("Fietsclub", klarendal, live=False)
    assert desk.post(f"{DESK}organisaties/{club.pk}/", {"live": "misschien"}).status_code == 200
    club.refresh_from_db()
    assert not club.is_live
