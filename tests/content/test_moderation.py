"""Decisions about posts: who may do what from which state, what the author hears, and what the clock does."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.audit.models import AuditEvent
from content.moderation.actions import ALLOWED, ask_author, decide, possible_acts, publish_overdue
from content.moderation.models import Decision, Reason
from content.posts.models import Post
from content.posts.tombstones import Tombstone
from tests import factories
from tests.accounts.trail import forget_trail
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

Act, Status = Decision.Act, Post.Status


def waiting(author, neighbourhood, **fields):
    now = clock.now()
    values = {"submitted_at": now, "publish_by": now + timedelta(hours=48), "published_at": None, "expires_at": None}
    return factories.post(author, neighbourhood, **{"status": Status.WAITING, **values, **fields})


def words(kind):
    """The text of the one mail of a kind."""
    return OutgoingMail.objects.get(kind=kind).payload


@pytest.fixture
def post(anna, klarendal):
    return waiting(anna, klarendal)


def test_an_approved_post_is_on_the_site_and_its_author_hears_so(post, mo, klarendal):
    before = klarendal.version
    decision = decide(post=post, act=Act.APPROVE, by=mo)
    assert Post.objects.visible().filter(pk=post.pk).exists()
    assert decision.decided_by == mo
    assert "Mo, wijkbeheerder van Klarendal" in words("moderation-approve")
    assert AuditEvent.objects.get(action="post.approve").actor_ref == mo.pk
    klarendal.refresh_from_db()
    assert klarendal.version > before


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Act.ASK_CHANGE, Status.CHANGES),
        (Act.HOLD, Status.HELD),
        (Act.REFUSE, Status.REFUSED),
    ],
)
def test_a_post_that_is_not_placed_tells_its_author_why_and_what_to_do(post, mo, act, status):
    decide(post=post, act=act, by=mo, reason=Reason.PRIVATE, note="Haal je telefoonnummer uit de tekst.")
    post.refresh_from_db()
    assert (post.status, post.publish_by) == (status, None)
    mail = OutgoingMail.objects.get(kind__startswith="moderation-")
    assert mail.recipient == post.author.email
    assert "Er staan priv\\u00e9gegevens in" in mail.payload
    assert "> Haal je telefoonnummer uit de tekst." in mail.payload
    assert "Wat kun je nu doen?" in mail.payload


def test_a_removed_post_is_gone_at_once_and_can_be_put_back(anna, klarendal, mo):
    post = factories.post(anna, klarendal)
    decide(post=post, act=Act.REMOVE, by=mo, reason=Reason.UNKIND)
    assert not Post.objects.visible().exists()
    decide(post=post, act=Act.RESTORE, by=mo)
    assert Post.objects.visible().exists()
    assert list(post.decisions.values_list("act", flat=True)) == [Act.RESTORE, Act.REMOVE]


def test_a_second_click_changes_nothing_and_sends_nothing(post, mo):
    assert decide(post=post, act=Act.APPROVE, by=mo)
    assert decide(post=post, act=Act.APPROVE, by=mo) is None
    assert Decision.objects.count() == OutgoingMail.objects.filter(kind="moderation-approve").count() == 1


@pytest.mark.parametrize("act", ALLOWED)
@pytest.mark.parametrize("status", Status.values)
def test_only_acts_that_fit_the_state_do_anything(anna, klarendal, mo, act, status):
    post = factories.post(anna, klarendal, status=status)
    done = decide(post=post, act=act, by=mo, reason=Reason.OTHER)
    assert bool(done) == (act in possible_acts(post))
    assert bool(done) == Decision.objects.exists()
    if not done:
        post.refresh_from_db()
        assert post.status == status


def test_nobody_else_ends_a_post_that_its_author_withdrew(anna, klarendal):
    for status in (Status.WITHDRAWN, Status.FULFILLED, Status.EXPIRED, Status.DRAFT):
        assert possible_acts(factories.post(anna, klarendal, status=status)) == []


def test_an_unknown_act_is_refused(post, mo):
    assert decide(post=post, act="publish_everything", by=mo) is None


def test_a_text_that_changed_while_the_manager_read_it_is_not_approved(post, mo):
    seen = post.changed_at
    Post.objects.filter(pk=post.pk).update(changed_at=clock.now(), text="Heel iets anders")
    assert decide(post=post, act=Act.APPROVE, by=mo, seen=seen) is None
    assert not Post.objects.visible().exists()


def test_no_decision_touches_what_the_owner_chose_to_show(anna, klarendal, mo):
    post = waiting(anna, klarendal, contact_phone="0612345678", contact_name="Anna")
    for act in (Act.HOLD, Act.APPROVE, Act.REMOVE, Act.RESTORE):
        assert decide(post=post, act=act, by=mo, reason=Reason.OTHER)
    post.refresh_from_db()
    assert not post.shown_contact()
    assert "0612345678" not in "".join(mail.payload for mail in OutgoingMail.objects.all())


def test_after_48_hours_the_clock_publishes_what_nobody_looked_at(post):
    assert publish_overdue() == 0
    with clock.frozen(timedelta(hours=48, minutes=1)):
        assert publish_overdue() == 1
        assert publish_overdue() == 0
        assert Post.objects.visible().filter(pk=post.pk).exists()
    decision = Decision.objects.get()
    assert (decision.act, decision.decided_by) == (Act.CLOCK, None)
    assert "48 uur" in words("moderation-clock")


@pytest.mark.parametrize("act", [Act.HOLD, Act.ASK_CHANGE, Act.REFUSE])
def test_the_clock_leaves_alone_what_a_manager_has_in_hand(post, mo, act):
    decide(post=post, act=act, by=mo, reason=Reason.UNCLEAR, note="Wat bedoel je?")
    with clock.frozen(timedelta(days=30)):
        assert publish_overdue() == 0
    assert not Post.objects.visible().exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"restricted_at": "now"}])
def test_the_clock_publishes_nothing_of_somebody_who_left_or_is_frozen(post, anna, change):
    for name, value in change.items():
        setattr(anna, name, clock.now() if value == "now" else value)
    anna.save()
    with clock.frozen(timedelta(hours=49)):
        assert publish_overdue() == 0
    post.refresh_from_db()
    assert post.status == Status.WAITING


def test_a_post_that_cannot_be_published_does_not_stop_the_next(anna, klarendal, monkeypatch):
    first, second = waiting(anna, klarendal), waiting(anna, klarendal, title="Wie leent mij een ladder?")
    from content.moderation import actions

    real = actions.publish
    monkeypatch.setattr(
        actions, "publish", lambda *, post, **rest: 1 / 0 if post.pk == first.pk else real(post=post, **rest)
    )
    with clock.frozen(timedelta(hours=49)):
        assert publish_overdue() == 1
    assert list(Post.objects.filter(status=Status.LIVE)) == [second]


def test_a_question_reaches_the_contact_person_once_and_stands_in_the_record(anna, klarendal, mo):
    post = waiting(anna, klarendal, contact_email="zus@example.org")
    assert ask_author(post=post, question="Om welke dag gaat het?", by=mo)
    assert not ask_author(post=post, question="Om welke dag gaat het?", by=mo)
    mail = OutgoingMail.objects.get(kind="moderation-question")
    assert mail.recipient == "zus@example.org"
    assert "> Om welke dag gaat het?" in mail.payload
    assert mo.email in mail.payload
    assert AuditEvent.objects.filter(action="post.question", about=f"content.post:{post.pk}").count() == 1


def test_hostile_words_of_a_title_stay_words_in_the_mail(anna, klarendal, mo):
    post = waiting(anna, klarendal, title="# Kop\n\n-- klein")
    decide(post=post, act=Act.REFUSE, by=mo, reason=Reason.OTHER, note="> citaat\n\n# Kop")
    assert "\\n\\n# Kop" not in words("moderation-refuse")


def test_managers_hear_once_a_day_that_posts_wait(post, anna, klarendal, mo, els):
    waiting(anna, klarendal, title="Wie leent mij een ladder?")
    publish_overdue()
    publish_overdue()
    mail = OutgoingMail.objects.get(kind="moderation-waiting")
    assert mail.recipient == mo.email
    assert "In Klarendal wachten 2 berichten op je" in mail.payload
    with clock.frozen(timedelta(hours=25)):
        publish_overdue()
    assert OutgoingMail.objects.filter(kind="moderation-waiting").count() == 2


def test_the_reminder_does_not_go_out_when_all_is_done(post, mo):
    publish_overdue()
    decide(post=post, act=Act.APPROVE, by=mo)
    deliver()
    assert OutgoingMail.objects.get(kind="moderation-waiting").state == "cancelled"
    assert OutgoingMail.objects.get(kind="moderation-approve").state == "sent"


# At the same moment --------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """A waiting post and its manager that other threads see; taken away by hand afterwards."""
    with django_db_blocker.unblock():
        place = factories.neighbourhood("Klarendal", code="WK020204")
        author = factories.member("Anna", "Jansen", lives_in=place)
        manager = factories.manager("Mo", "Yilmaz", of=place)
        due = clock.now() - timedelta(minutes=1)
        yield waiting(author, place, publish_by=due), manager
        forget_trail()
        for model in (Decision, OutgoingMail, Post, Tombstone):
            model.objects.all().delete()
        author.delete()
        manager.delete()
        place.delete()
        place.municipality.delete()


def test_two_decisions_at_the_same_moment_are_one(committed):
    post, manager = committed
    start, done = threading.Barrier(4), []

    def at_once(work):
        start.wait()
        done.append(bool(work()))
        connection.close()

    # Each of these makes the others impossible.
    works = [
        lambda: decide(post=post, act=Act.APPROVE, by=manager),
        lambda: decide(post=post, act=Act.APPROVE, by=manager),
        lambda: decide(post=post, act=Act.REFUSE, by=manager, reason=Reason.UNCLEAR),
        publish_overdue,
    ]
    threads = [threading.Thread(target=at_once, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count(True) == 1
    assert Decision.objects.count() == OutgoingMail.objects.exclude(kind="moderation-waiting").count() == 1
