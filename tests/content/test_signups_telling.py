"""What who signed up hears: of another time, of an activity that is off, and the day before; and what is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.closure import actions as closure
from accounts.export.bundle import bundle
from accounts.requests.stopping import restrict
from accounts.retention.actions import purge
from content.moderation import actions as moderation
from content.posts import actions as posts
from content.posts.models import Post
from content.signups import actions, telling
from content.signups.models import SignUp
from tests import factories
from tests.content.test_signups import DAY, an_activity, joined, mails, words  # noqa: F401  a fixture
from wijk import clock, schedule
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver


def by_member(post, member, people=1):
    typed = {"name": member.first_name, "people": people, "remark": ""}
    return actions.sign_up(post=post, typed=typed, form_key=str(member.pk), language="nl", by=member)


def look_after(times=2):
    for _again in range(times):
        telling.look_after()


# Changes -------------------------------------------------------------------------------------------------------------


def test_another_time_is_told_to_everybody_once(activity, anna, bram, klarendal):
    factories.post(anna, klarendal)  # an author who is known, whose changes no manager reads first
    joined(activity), by_member(activity, bram), joined(activity, "Nour", 3)
    telling.look_after()
    assert not mails("signup-changed").exists()
    moved = activity.starts_at + DAY
    posts.edit(post=activity, by=anna, values={"starts_at": moved})
    look_after()
    told = mails("signup-changed")
    assert {mail.recipient for mail in told} == {"vera@example.net", "bram@example.org", "nour@example.net"}
    assert told.count() == 3 and all(timezone.localtime(moved).strftime("%H.%M") in words(mail) for mail in told)
    assert set(SignUp.objects.values_list("activity_ends_at", flat=True)) == {moved + DAY}

    posts.edit(post=activity, by=anna, values={"title": "Samen eten en drinken"})
    look_after()
    assert mails("signup-changed").count() == 3
    posts.edit(post=activity, by=anna, values={"starts_at": moved - DAY})
    posts.edit(post=activity, by=anna, values={"starts_at": moved})
    look_after()
    assert mails("signup-changed").count() == 3
    posts.edit(post=activity, by=anna, values={"starts_at": moved - DAY})
    look_after()
    assert mails("signup-changed").count() == 6


def test_a_new_place_that_a_manager_reads_first_is_told_when_it_is_on_the_site(activity, anna, mo):
    joined(activity)
    posts.edit(post=activity, by=anna, values={"venue": "Buurthuis"})
    activity.refresh_from_db()
    look_after()
    assert activity.status == "waiting" and not mails("signup-changed").exists()
    posts.publish(post=activity, by=mo)
    look_after()
    assert "Buurthuis" in words(mails("signup-changed").get())


@pytest.mark.parametrize("end", ["withdraw", "fulfil", "remove"])
def test_an_activity_that_is_off_is_told_once_and_so_is_its_return(activity, anna, mo, end):
    joined(activity), joined(activity, "Nour", 3)
    if end == "remove":
        moderation.decide(post=activity, act="remove", by=mo, reason="other")
    else:
        getattr(posts, end)(post=activity, by=anna)
    look_after()
    told = mails("signup-called-off")
    assert {mail.recipient for mail in told} == {"vera@example.net", "nour@example.net"} and told.count() == 2
    if end == "remove":
        moderation.decide(post=activity, act="restore", by=mo)
        look_after()
        assert "Die gaat nu toch door." in words(mails("signup-changed").first())
        assert mails("signup-changed").count() == 2


def test_what_a_manager_holds_is_told_to_nobody(activity, mo):
    joined(activity)
    moderation.decide(post=activity, act="hold", by=mo)
    look_after()
    assert not mails("signup-called-off").exists() and not mails("signup-changed").exists()


def test_mail_that_waits_is_not_sent_when_it_is_no_longer_true(client, activity, anna):
    one = joined(activity)
    actions.sign_off(sign_up=one, by=None)
    deliver()
    assert mails("signup-going").get().state == "cancelled"
    other = joined(activity, "Nour")
    posts.withdraw(post=activity, by=anna)
    telling.look_after()
    deliver()
    other.refresh_from_db()
    assert mails("signup-going").latest("pk").state == "cancelled"
    assert mails("signup-called-off").get().state == "sent"


# The day before ------------------------------------------------------------------------------------------------------


def test_who_has_a_place_is_reminded_the_day_before_and_once(activity, bram):
    one, waiting = joined(activity, "Vera", 3), by_member(activity, bram)
    assert waiting.state == "waiting" and telling.remind() == 0
    with clock.frozen(activity.starts_at - timedelta(hours=23)):
        look_after()
        mail = mails("signup-reminder").get()
        assert mail.recipient == "vera@example.net" and one.own_url in words(mail)
    with clock.frozen(activity.starts_at + timedelta(minutes=1)):
        look_after()
        assert mails("signup-reminder").count() == 1


def test_who_signs_up_on_the_day_itself_needs_no_reminder(activity):
    with clock.frozen(activity.starts_at - timedelta(hours=2)):
        joined(activity)
        look_after()
    assert not mails("signup-reminder").exists()


def test_an_activity_nobody_sees_reminds_nobody(activity, anna, mo):
    joined(activity)
    restrict(user=anna, reason="own_wish", by=anna)
    with clock.frozen(activity.starts_at - timedelta(hours=23)):
        look_after()
    assert not mails("signup-reminder").exists() and not mails("signup-called-off").exists()


def test_nothing_moves_after_it_began(activity):
    first, _second = joined(activity, "Vera", 3), joined(activity, "Nour", 1)
    with clock.frozen(activity.starts_at + timedelta(hours=1)):
        actions.sign_off(sign_up=first, by=None)
        look_after()
    assert not mails("signup-moved-up").exists()


def test_it_runs_by_the_clock():
    assert {job.function for job in schedule.JOBS} >= {"content.signups.telling.look_after"}


# What is forgotten ---------------------------------------------------------------------------------------------------


def test_sign_ups_go_30_days_after_the_activity(activity, bram):
    joined(activity), by_member(activity, bram)
    with clock.frozen(activity.starts_at + 30 * DAY):
        purge()
        assert SignUp.objects.count() == 2
    with clock.frozen(activity.starts_at + 32 * DAY):
        purge()
    assert not SignUp.objects.exists() and Post.objects.filter(pk=activity.pk).exists()


def test_a_member_sees_it_in_the_own_data_and_takes_it_along(activity, bram):
    by_member(activity, bram)
    text = str(bundle(bram))
    assert "Samen eten" in text and "30 dagen na de activiteit" in text and "anna@example.org" not in text


def test_a_member_who_leaves_frees_the_place(activity, bram):
    by_member(activity, bram, 3)
    waiting = joined(activity)
    assert waiting.state == "waiting"
    closure.close(user=bram, by=bram)
    look_after()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
        look_after()
    waiting.refresh_from_db()
    assert waiting.state == "going" and SignUp.objects.get() == waiting


def test_a_visitor_who_signed_up_with_the_address_of_an_account_goes_with_it(activity, bram):
    typed = {"name": "Bram", "email": bram.email, "people": 1, "remark": ""}
    actions.sign_up(post=activity, typed=typed, form_key="k", language="nl", by=None)
    closure.close(user=bram, by=bram)
    with clock.frozen(timedelta(hours=25)):
        closure.advance_all()
    assert not SignUp.objects.exists()


def test_when_the_organiser_leaves_everybody_hears_it_and_everything_goes(client, activity, anna):
    one = joined(activity)
    closure.close(user=anna, by=anna)
    look_after()
    mail = mails("signup-called-off").get()
    assert mail.recipient == "vera@example.net"
    assert "Anna" not in words(mail) and client.get(activity.get_absolute_url()).status_code == 410
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
        deliver()
    mail.refresh_from_db()
    assert mail.state == "sent" and not SignUp.objects.exists()
    assert client.get(one.own_url).status_code == 410


def test_a_closed_organiser_gets_no_mail_about_the_list(activity, anna):
    one = joined(activity)
    OutgoingMail.objects.all().delete()
    anna.is_active = False
    anna.save()
    actions.sign_off(sign_up=one, by=None)
    assert not mails("signup-off").exists()
