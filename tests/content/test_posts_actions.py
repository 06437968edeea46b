"""From draft to end: who waits, who is placed at once, what the clock does, what mails go out."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.signals import account_closing
from content.posts import actions, terms
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

KNOWN = {"title": "Ladder te leen", "kind": Post.Kind.OFFER}


def draft(author, neighbourhood, **fields):
    values = {"status": "draft", "published_at": None, "submitted_at": None, "expires_at": None, **KNOWN, **fields}
    return factories.post(author, neighbourhood, **values)


def make_known(author, neighbourhood):
    return factories.post(author, neighbourhood, title="Eerder bericht", kind=Post.Kind.OFFER)


def mails(post):
    return [mail.kind for mail in OutgoingMail.objects.filter(about=f"content.post:{post.pk}").order_by("pk")]


def version(neighbourhood):
    neighbourhood.refresh_from_db()
    return neighbourhood.version


def test_a_first_post_waits_for_a_manager(anna, klarendal):
    post = actions.submit(post=draft(anna, klarendal), by=anna)
    post.refresh_from_db()
    assert post.status == "waiting"
    assert post.publish_by - post.submitted_at == timedelta(hours=48)
    assert not Post.objects.visible().exists()
    assert mails(post) == ["post-waiting"]


def test_a_known_author_is_placed_at_once(anna, klarendal):
    make_known(anna, klarendal)
    before = version(klarendal)
    post = actions.submit(post=draft(anna, klarendal), by=anna)
    assert post in Post.objects.visible()
    assert post.expires_at - post.published_at == timedelta(weeks=8)
    assert post.confirmed_at == post.published_at
    assert version(klarendal) > before
    assert mails(post) == ["post-live"]


def test_a_request_always_waits(anna, klarendal):
    make_known(anna, klarendal)
    assert actions.submit(post=draft(anna, klarendal, kind="request"), by=anna).status == "waiting"


@pytest.mark.parametrize("status", ["removed", "refused", "held"])
def test_a_post_taken_away_makes_nobody_known(anna, klarendal, status):
    factories.post(anna, klarendal, kind="offer", status=status)
    assert actions.submit(post=draft(anna, klarendal), by=anna).status == "waiting"


def test_an_activity_leaves_the_site_when_it_has_been(anna, klarendal):
    make_known(anna, klarendal)
    starts = clock.now() + timedelta(days=3)
    open_end = actions.submit(post=draft(anna, klarendal, kind="activity", starts_at=starts), by=anna)
    assert open_end.expires_at == starts + timedelta(days=1)
    ends = starts + timedelta(hours=2)
    closed = actions.submit(post=draft(anna, klarendal, kind="activity", starts_at=starts, ends_at=ends), by=anna)
    assert closed.expires_at == ends


def test_submitting_twice_places_once_and_mails_once(anna, klarendal):
    post = draft(anna, klarendal)
    actions.submit(post=post, by=anna)
    first = post.publish_by
    with clock.frozen(timedelta(hours=1)):
        actions.submit(post=Post.objects.get(pk=post.pk), by=anna)
    post.refresh_from_db()
    assert post.publish_by == first
    assert mails(post) == ["post-waiting"]
    assert AuditEvent.objects.filter(action="post.submit").count() == 1


def test_an_unfinished_post_is_not_placed(anna, klarendal):
    with pytest.raises(actions.StaleError):
        actions.submit(post=draft(anna, klarendal, title=""), by=anna)


def test_publishing_keeps_the_first_date(anna, mo, klarendal):
    post = actions.submit(post=draft(anna, klarendal), by=anna)
    actions.publish(post=post, by=mo)
    first = post.published_at
    assert post in Post.objects.visible()
    assert AuditEvent.objects.get(action="post.publish").actor_ref == mo.pk
    with clock.frozen(timedelta(days=2)):
        actions.edit(post=post, by=anna, values={"title": "Iets heel anders"})
        assert post.status == "waiting"
        actions.publish(post=post, by=None, mail=False)
    assert post.published_at == first
    assert mails(post) == ["post-waiting", "post-live", "post-waiting"]


@pytest.mark.parametrize("status", ["withdrawn", "fulfilled", "expired", "draft"])
def test_what_its_author_ended_is_not_published_by_anybody(anna, mo, klarendal, status):
    post = factories.post(anna, klarendal, status=status)
    assert actions.publish(post=post, by=mo).status == status
    assert actions.publish(post=post, by=None).status == status


def test_new_words_of_a_known_author_stay_on_the_site(anna, klarendal):
    make_known(anna, klarendal)
    post = factories.post(anna, klarendal, kind="offer")
    before = version(klarendal)
    actions.edit(post=post, by=anna, values={"text": "Hij is vijf meter lang."})
    assert post.is_live
    assert post.summary == "Hij is vijf meter lang."
    assert version(klarendal) > before


def test_changing_contact_details_needs_no_manager(anna, klarendal):
    post = factories.post(anna, klarendal)
    actions.edit(post=post, by=anna, values={"contact_name": "Anna", "show_name": True})
    assert post.is_live
    assert post.byline == "Anna"


def test_an_edit_moves_no_post_to_another_neighbourhood(anna, klarendal, presikhaaf):
    post = factories.post(anna, klarendal)
    actions.edit(post=post, by=anna, values={"neighbourhood": presikhaaf, "kind": "offer", "author": None})
    post.refresh_from_db()
    assert (post.neighbourhood, post.kind, post.author) == (klarendal, "request", anna)


def test_an_asked_change_goes_back_to_the_manager(anna, klarendal):
    post = factories.post(anna, klarendal, status="changes", published_at=None)
    actions.edit(post=post, by=anna, values={"theme": post.theme})
    assert post.status == "waiting"
    assert post.publish_by > clock.now()


def test_a_removed_post_cannot_be_edited_renewed_or_ended(anna, klarendal):
    post = factories.post(anna, klarendal, status="removed")
    for act in (actions.renew, actions.withdraw, actions.fulfil):
        with pytest.raises(actions.StaleError):
            act(post=post, by=anna)
    with pytest.raises(actions.StaleError):
        actions.edit(post=post, by=anna, values={"title": "Toch weer"})
    post.refresh_from_db()
    assert post.status == "removed"


def test_withdrawing_takes_a_post_off_the_site(anna, klarendal):
    post = factories.post(anna, klarendal)
    before = version(klarendal)
    actions.withdraw(post=post, by=anna)
    assert not Post.objects.visible().exists()
    assert version(klarendal) > before
    actions.withdraw(post=post, by=anna)
    assert AuditEvent.objects.filter(action="post.withdrawn").count() == 1


def test_withdrawing_a_draft_throws_it_away(anna, klarendal):
    actions.withdraw(post=draft(anna, klarendal), by=anna)
    assert not Post.objects.exists()


def test_the_clock_reminds_twice_and_ends(anna, klarendal):
    post = factories.post(anna, klarendal)
    for days, expected in (
        (48, []),
        (49.1, ["post-expiring"]),
        (50, ["post-expiring"]),
        (55.1, ["post-expiring"] * 2),
        (56.1, ["post-expiring"] * 2 + ["post-expired"]),
    ):
        with clock.frozen(timedelta(days=days)):
            terms.expire_due()
            terms.expire_due()
        assert mails(post) == expected, days
    post.refresh_from_db()
    assert post.status == "expired"
    assert AuditEvent.objects.get(action="post.expire").actor_ref is None


def test_a_clock_that_stood_still_reminds_once(anna, klarendal):
    post = factories.post(anna, klarendal)
    with clock.frozen(timedelta(days=55.5)):
        terms.expire_due()
        terms.expire_due()
    assert mails(post) == ["post-expiring"]


def test_renewing_gives_eight_more_weeks_and_new_reminders(anna, klarendal):
    post = factories.post(anna, klarendal)
    with clock.frozen(timedelta(days=57)):
        terms.expire_due()
        actions.renew(post=post, by=anna)
        assert post in Post.objects.visible()
        assert post.expires_at == post.confirmed_at + timedelta(weeks=8)
    with clock.frozen(timedelta(days=57 + 50)):
        terms.expire_due()
    assert mails(post).count("post-expiring") == 1


def test_a_past_activity_ends_without_a_mail(anna, klarendal):
    post = factories.activity(anna, klarendal, expires_at=clock.now() + timedelta(days=3))
    with clock.frozen(timedelta(days=4)):
        assert terms.expire_due() == 1
    assert mails(post) == []
    with pytest.raises(actions.StaleError):
        actions.renew(post=post, by=anna)


def test_closing_an_account_marks_its_neighbourhoods_as_changed(anna, bram, klarendal, presikhaaf):
    factories.post(anna, presikhaaf)
    before, other = version(presikhaaf), version(klarendal)
    account_closing.send(sender=None, user=anna, closure=None)
    assert version(presikhaaf) > before
    assert version(klarendal) == other


def test_only_the_author_shows_contact_details(anna, mo, klarendal):
    post = factories.post(anna, klarendal, contact_name="Anna", contact_phone="+31612345678")
    with pytest.raises(actions.StaleError):
        actions.show_contact(post=post, by=mo, shown={"phone"})
    actions.show_contact(post=post, by=anna, shown={"name", "address"})
    post.refresh_from_db()
    assert post.shown_contact() == {"name": "Anna"}
    assert not post.show_address


def test_mails_say_what_is_hidden_and_hold_no_detail(anna, klarendal):
    actions.submit(post=draft(anna, klarendal, contact_phone="+31612345678", title="# Kop\x1e"), by=anna)
    payload = OutgoingMail.objects.get().payload
    assert "Buren zien je naam, e-mailadres en telefoonnummer niet" in payload
    assert "612345678" not in payload
