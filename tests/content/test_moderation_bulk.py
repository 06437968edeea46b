"""Several posts at once, each decided by itself; what changed in the meantime is skipped and named (M-4)."""

import pytest

from content.moderation.actions import decide
from content.moderation.bulk import MOST
from content.moderation.models import Decision
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock
from wijk.mail.models import OutgoingMail

PAGE = "/beheer/klarendal/berichten/samen/"
Status = Post.Status


@pytest.fixture
def desk(as_, mo):
    return as_(mo)


@pytest.fixture
def three(anna, klarendal):
    return [waiting(anna, klarendal, title=f"Vraag {number}") for number in range(3)]


def seen(posts):
    return [f"{post.pk}@{post.changed_at.isoformat()}" for post in posts]


def test_the_list_offers_ticks_and_the_overview_shows_each_before_anything_happens(desk, three):
    page = desk.get("/beheer/klarendal/berichten/").content.decode()
    assert page.count('type="checkbox" name="bericht"') == 3
    page = desk.get(PAGE, {"bericht": [post.pk for post in three], "act": "approve"}).content.decode()
    assert all(post.title in page for post in three)
    assert not Decision.objects.exists() and not Post.objects.visible().exists()


def test_all_are_placed_each_with_a_decision_and_a_mail(desk, three, mo):
    answer = desk.post(PAGE, {"bericht": seen(three), "act": "approve"}, follow=True)
    assert "3 berichten zijn gedaan" in answer.content.decode()
    assert Post.objects.visible().count() == 3
    assert set(Decision.objects.values_list("act", "decided_by")) == {("approve", mo.pk)}
    assert OutgoingMail.objects.filter(kind="moderation-approve").count() == 3


def test_what_changed_or_was_decided_meanwhile_is_skipped_and_named(desk, three, otto):
    sent = seen(three)
    Post.objects.filter(pk=three[0].pk).update(changed_at=clock.now(), text="Iets anders")
    decide(post=three[1], act="hold", by=otto, reason="unsafe", note="Eerst uitzoeken.")
    Post.objects.filter(pk=three[1].pk).update(changed_at=clock.now())
    page = desk.post(PAGE, {"bericht": sent, "act": "approve"}, follow=True).content.decode()
    assert "1 bericht is gedaan" in page
    assert "‘Vraag 0’, ‘Vraag 1’" in page
    assert list(Post.objects.visible()) == [three[2]]


def test_holding_needs_one_reason_for_all(desk, three):
    page = desk.post(PAGE, {"bericht": seen(three), "act": "hold"}).content.decode()
    assert "Kies een reden" in page and not Decision.objects.exists()
    desk.post(PAGE, {"bericht": seen(three), "act": "hold", "reason": "unsafe", "note": "We zoeken het uit."})
    assert set(Post.objects.values_list("status", flat=True)) == {Status.HELD}
    assert set(Decision.objects.values_list("reason", "note")) == {("unsafe", "We zoeken het uit.")}


@pytest.mark.parametrize("act", ["refuse", "remove", "restore", "ask_change", "clock", "", "x"])
def test_nothing_else_is_done_to_several_at_once(desk, three, anna, klarendal, act):
    live = factories.post(anna, klarendal)
    for post in (*three, live):
        desk.post(PAGE, {"bericht": seen([post]), "act": act, "reason": "unsafe", "note": "x"})
    assert not Decision.objects.exists()


def test_at_most_twenty(desk, anna, klarendal):
    posts = [waiting(anna, klarendal, title=f"Vraag {number}") for number in range(MOST + 1)]
    page = desk.post(PAGE, {"bericht": seen(posts), "act": "approve"}, follow=True).content.decode()
    assert "hooguit 20" in page and not Decision.objects.exists()
    desk.post(PAGE, {"bericht": seen(posts[:MOST]), "act": "approve"})
    assert Decision.objects.count() == MOST


def test_posts_of_another_neighbourhood_are_not_there(desk, bram, presikhaaf, three):
    other = waiting(bram, presikhaaf, title="Van Bram")
    assert desk.get(PAGE, {"bericht": [other.pk], "act": "approve"}).status_code == 302
    page = desk.get(PAGE, {"bericht": [three[0].pk, other.pk], "act": "approve"}).content.decode()
    assert "Van Bram" not in page
    desk.post(PAGE, {"bericht": seen([three[0], other]), "act": "approve"})
    other.refresh_from_db()
    assert other.status == Status.WAITING


def test_a_number_without_the_moment_it_was_read_is_skipped(desk, three):
    desk.post(PAGE, {"bericht": [three[0].pk, f"{three[1].pk}@2026-99-99", f"{three[2].pk}@"], "act": "approve"})
    assert not Decision.objects.exists()


@pytest.mark.parametrize("value", ["x", "-1", "9" * 40, "1" * 10_000, "\x00", "١", "1@" + "9" * 9000, ""])
def test_bad_numbers_are_answered_in_words(desk, three, value):
    assert desk.get(PAGE, {"bericht": [value], "act": "approve"}).status_code in {200, 302}
    assert desk.post(PAGE, {"bericht": [value], "act": "approve"}).status_code == 302
    assert not Decision.objects.exists()


def test_what_the_act_does_not_fit_is_left_out_and_said(desk, three, anna, klarendal):
    live = factories.post(anna, klarendal, title="Staat er al")
    page = desk.get(PAGE, {"bericht": [three[0].pk, live.pk], "act": "approve"}).content.decode()
    assert "ze blijven zoals ze zijn" in page and "‘Staat er al’" in page
    assert f'value="{live.pk}@' not in page


def test_the_overview_takes_few_queries(desk, anna, klarendal, django_assert_max_num_queries):
    posts = [waiting(anna, klarendal, title=f"Vraag {number}") for number in range(MOST)]
    desk.get(PAGE)
    with django_assert_max_num_queries(18):  # one is who else works at this desk
        assert desk.get(PAGE, {"bericht": [post.pk for post in posts], "act": "approve"}).status_code == 200
