"""A legal hold keeps the words of one record for a case, and nothing else of who leaves (K-42)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closure
from accounts.closure.erasure import leaver, residue
from accounts.holds import actions
from accounts.holds.models import LegalHold
from accounts.office.desk import pressing
from accounts.requests import actions as requests
from accounts.requests.models import RightsRequest
from accounts.retention.actions import purge
from accounts.users.models import User
from content.contact import actions as contact
from content.contact.models import Message
from content.posts.models import Post
from tests import factories
from tests.accounts.test_erasure import everything_stored
from wijk import clock
from wijk.encryption import decrypt
from wijk.mail.models import OutgoingMail
from wijk.views import shown_mail

HELD, OTHER = "knHoudDitVast", "knDitMagWeg"
DAY = timedelta(days=1)


@pytest.fixture
def posts(anna, klarendal):
    return [factories.post(anna, klarendal, title=f"Wie wil {word}?", text=f"{word} graag") for word in (HELD, OTHER)]


def erase(user, **options):
    closure.close(user=user, by=user, **options)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1


def raw():
    """All cells of all tables, as they are."""
    with connection.cursor() as cursor:
        cells = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells)


def forget_mail():
    OutgoingMail.objects.update(recipient="", payload="")  # as sending does


def test_of_two_posts_both_go_and_the_words_of_the_held_one_stay_encrypted(anna, petra, posts):
    hold = factories.hold(posts[0], by=petra)
    number, address = anna.pk, anna.email
    assert LegalHold.objects.get().words == "", "as long as the post is there nothing is copied"
    erase(anna)
    forget_mail()
    assert not Post.objects.exists() and not User.objects.filter(pk=number).exists()
    assert residue(leaver(number)) == {}
    hold.refresh_from_db()
    assert (hold.user, hold.account_ref) == (None, number)
    assert HELD in hold.words and OTHER not in hold.words
    assert HELD not in raw() and OTHER not in raw(), "what is kept is encrypted"
    assert everything_stored().count(f"Wie wil {HELD}?") == hold.words.count(f"Wie wil {HELD}?")
    assert OTHER not in everything_stored() and address not in hold.words


def test_without_a_hold_nothing_is_kept_and_what_is_held_of_others_is_not_touched(anna, bram, posts, presikhaaf):
    his = factories.hold(factories.post(bram, presikhaaf))
    before = LegalHold.objects.values().get()
    erase(anna)
    assert LegalHold.objects.values().get() == before and Post.objects.get() == his.row


def test_who_is_under_16_is_erased_at_once_and_the_held_record_stays(anna, otto, posts):
    hold = factories.hold(posts[0])
    closure.close(user=anna, by=otto, reason="minor")
    assert closure.advance_all() == 1
    hold.refresh_from_db()
    assert HELD in hold.words and not Post.objects.exists()


def test_an_answer_of_somebody_else_is_saved_when_it_goes_with_the_leavers_post(anna, bram, posts):
    talk = contact.start(
        post=posts[0], typed={"name": "Bram", "phone": "", "message": HELD}, form_key="f", language="nl", by=bram
    )
    message = Message.objects.get(conversation=talk)
    key = f"content.message:{message.pk}"
    day = clock.today() + 30 * DAY
    held = actions.place(account=bram, key=key, reason="court", basis="Zaak", review_on=day, by=None)
    erase(anna)
    held.refresh_from_db()
    assert HELD in held.words and (held.account_ref, held.user) == (bram.pk, bram)


def test_the_account_itself_can_be_held(anna):
    day = clock.today() + 30 * DAY
    held = actions.place(
        account=anna, key=f"accounts.user:{anna.pk}", reason="authority", basis="Bevel", review_on=day, by=None
    )
    erase(anna)
    held.refresh_from_db()
    assert "anna@example.org" in held.words and "password" not in held.words


def test_a_record_past_its_term_goes_in_time_and_its_words_are_saved_first(anna, posts):
    hold = factories.hold(posts[0])
    Post.objects.update(status="ended", expires_at=clock.now() - 400 * DAY)
    purge()
    hold.refresh_from_db()
    assert not Post.objects.exists() and HELD in hold.words


def test_a_closing_taken_back_leaves_no_copy_and_the_next_copies_what_is_there_then(anna, petra, posts):
    closure.close(user=anna, by=anna)
    hold = factories.hold(posts[0], by=petra)
    assert hold.words, "the step that copies may be over"
    User.objects.filter(pk=anna.pk).update(is_active=True)
    actions.look_after()
    hold.refresh_from_db()
    assert (hold.words, hold.set_aside_at) == ("", None)


def test_only_a_record_of_this_person_can_be_held_and_only_once(anna, bram, posts):
    factories.hold(posts[0])
    day = clock.today() + DAY
    said = {"reason": "claim", "basis": "Zaak", "review_on": day, "by": None}
    with pytest.raises(actions.AlreadyHeld):
        actions.place(account=anna, key=f"content.post:{posts[0].pk}", **said)
    for key in (f"content.post:{posts[0].pk}", "content.post:x", "content.tombstone:1", "nergens:1", ""):
        with pytest.raises(actions.NoSuchRecord):
            actions.place(account=bram, key=key, **said)


# The end -------------------------------------------------------------------------------------------------------------


def test_a_release_destroys_the_copy_at_once(as_, anna, petra, posts):
    hold = factories.hold(posts[0])
    erase(anna)
    forget_mail()
    assert as_(petra).post(reverse("holds:release", args=[hold.pk])).status_code == 302
    assert not LegalHold.objects.exists() and HELD not in everything_stored()
    assert AuditEvent.objects.filter(action="hold.end", actor_ref=petra.pk).exists()
    actions.release(hold=hold, by=petra)
    assert AuditEvent.objects.filter(action="hold.end").count() == 1


def test_a_missed_review_alarms_and_after_30_days_the_hold_ends_by_itself(as_, anna, petra, posts):
    factories.hold(posts[0], days=60)
    erase(anna)
    forget_mail()
    assert "Apart gezet" not in str([item.title for item in pressing()])
    with clock.frozen(62 * DAY):
        (alarm,) = [item for item in pressing() if "Apart gezet" in str(item.title)]
        assert alarm.urgent and actions.look_after() == 0
    with clock.frozen(90 * DAY):
        assert actions.look_after() == 0
    with clock.frozen(91 * DAY):
        assert actions.look_after() == 1
    assert not LegalHold.objects.exists() and HELD not in everything_stored()
    assert AuditEvent.objects.get(action="hold.end").detail["why"] == "review missed"


def test_a_review_keeps_it_for_a_year_at_most(as_, petra, posts):
    hold = factories.hold(posts[0])
    desk, url = as_(petra), reverse("holds:renew", args=[hold.pk])
    for days in (-1, 0, 366):
        assert desk.post(url, {"review_on": clock.today() + days * DAY}).status_code == 422
    assert desk.post(url, {"review_on": "morgen"}).status_code == 422
    assert desk.post(url, {"review_on": clock.today() + 365 * DAY}).status_code == 302
    hold.refresh_from_db()
    assert hold.review_on == clock.today() + 365 * DAY


# Who is told, and who may look ---------------------------------------------------------------------------------------


def test_the_receipt_the_answer_and_my_data_list_it(as_, anna, petra, posts):
    now = clock.now()
    asked = RightsRequest.objects.create(
        user=anna, right="erasure", received_at=now, due_at=now + 30 * DAY, identified_at=now
    )
    hold = factories.hold(posts[0], by=petra)
    page = as_(anna).get("/mijn/gegevens/").content.decode()
    assert "Apart gezet voor een zaak" in page and "er loopt een zaak of geschil over" in page
    assert "dagvaarding" not in page
    assert (
        reverse("holds:detail", args=[hold.pk])
        in as_(petra).get(reverse("requests:detail", args=[asked.pk])).content.decode()
    )
    requests.decide(request=asked, outcome="partly", answer="Gedaan.", by=petra)
    letter = as_(petra).get(reverse("requests:letter", args=[asked.pk])).content.decode()
    answer = shown_mail(OutgoingMail.objects.get(kind="rights-decided"))["text"]
    erase(anna)
    for words in (letter, answer, shown_mail(OutgoingMail.objects.get(kind="closing-erased"))["text"]):
        assert "Je berichten: er loopt een zaak of geschil over. Op " in words and str(hold.review_on.year) in words


def test_a_receipt_without_a_hold_says_nothing_of_one(anna, posts):
    erase(anna)
    assert "zaak" not in shown_mail(OutgoingMail.objects.get(kind="closing-erased"))["text"]


def test_the_desk_finds_a_person_by_address_or_number_and_sets_one_record_aside(as_, anna, petra, posts):
    desk = as_(petra)
    page = reverse("holds:place", args=[anna.pk])
    for typed in ("ANNA@example.org", str(anna.pk)):
        assert desk.post(reverse("holds:index"), {"account": typed}).headers["Location"] == page
    for typed in ("niemand@example.org", "999999", "9" * 40, ""):
        assert desk.post(reverse("holds:index"), {"account": typed}).status_code == 422
    shown = desk.get(page).content.decode()
    assert HELD in shown and OTHER in shown
    typed = {"record": f"content.post:{posts[0].pk}", "reason": "claim", "basis": "Zaak 12"}
    typed["review_on"] = clock.today() + 90 * DAY
    assert desk.post(page, {**typed, "record": "content.post:0"}).status_code == 422
    assert desk.post(page, {**typed, "basis": ""}).status_code == 422
    assert desk.post(page, typed).status_code == 302
    assert desk.post(page, typed).status_code == 422
    assert LegalHold.objects.get().row == posts[0]
    assert "Je berichten" in desk.get(reverse("holds:index")).content.decode()


def test_the_words_are_read_only_for_a_ground_and_every_look_is_in_the_trail(as_, anna, petra, posts):
    hold = factories.hold(posts[0])
    erase(anna)
    desk, page = as_(petra), reverse("holds:detail", args=[hold.pk])
    assert HELD not in desk.get(page).content.decode()
    assert HELD not in desk.post(page, {}).content.decode()
    assert HELD in desk.post(page, {"ground": "claim"}).content.decode()
    (look,) = AuditEvent.objects.filter(action="hold.read")
    assert (look.actor_ref, look.detail["ground"]) == (petra.pk, "claim")


def test_nobody_but_an_officer_reaches_it(as_, anna, mo, eva, posts):
    hold = factories.hold(posts[0])
    pages = [reverse("holds:index"), reverse("holds:place", args=[anna.pk])]
    pages += [reverse(f"holds:{step}", args=[hold.pk]) for step in ("detail", "renew", "release")]
    for user in (anna, mo, eva):
        browser = as_(user)
        assert {browser.post(page).status_code for page in pages} == {404}
    assert LegalHold.objects.exists()


def test_a_trial_closing_at_the_command_line_shows_it(anna, posts, capsys):
    factories.hold(posts[0])
    call_command("closures", "file", anna.email, "--dry-run")
    assert "legal holds: 1" in capsys.readouterr().out


def test_the_basis_is_encrypted_too(posts):
    factories.hold(posts[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT basis FROM accounts_legalhold")
        (token,) = cursor.fetchone()
    assert "dagvaarding" not in token and "dagvaarding" in decrypt(token)
