"""Telling people what fits: once per pair, several in one mail, as often as they choose, never about what is gone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.requests.stopping import object_to
from content.matching import actions, telling
from content.matching.emails import stop_path
from content.matching.models import Match, MatchMail
from content.posts import actions as posts
from tests import factories
from tests.content.test_matching import gutter, ladder
from wijk import clock
from wijk.links import signed
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import refusal

DAY = timedelta(days=1)


def mails():
    return OutgoingMail.objects.filter(kind="matches").order_by("pk")


def tell():
    actions.match_due()
    return telling.tell_due()


@pytest.fixture
def pair(klarendal, anna, bram):
    return gutter(anna, klarendal), ladder(bram, klarendal)


def test_both_sides_hear_once(pair, anna, bram):
    assert tell() == 2
    assert {mail.recipient for mail in mails()} == {anna.email, bram.email}
    of_anna = mails().get(account_ref=anna.pk)
    assert "Ladder te leen" in of_anna.payload and "Wie heeft een lange ladder?" in of_anna.payload
    assert bram.email not in of_anna.payload and "de Vries" not in of_anna.payload
    with clock.frozen(3 * DAY):
        assert tell() == 0


def test_several_are_one_mail_and_the_next_day_brings_what_is_new(pair, klarendal, anna, bram):
    tell()
    for title in ("Ladder voor de dakgoot", "Lange ladder te leen"):
        factories.post(bram, klarendal, title=title, text="Een ladder.", kind="offer")
    assert tell() == 0
    with clock.frozen(DAY):
        tell()
    last = mails().filter(account_ref=anna.pk).last()
    assert mails().filter(account_ref=anna.pk).count() == 2
    assert "Ladder voor de dakgoot" in last.payload and "Lange ladder te leen" in last.payload
    assert "2 berichten die bij jou passen" in last.payload


def test_one_helper_is_not_asked_for_everything(klarendal, anna, bram):
    ladder(bram, klarendal)
    for number in range(6):
        asker = factories.member(f"Vrager{'abcdef'[number]}", "Test", lives_in=klarendal)
        gutter(asker, klarendal)
    tell()
    assert Match.objects.filter(giver_told_at__isnull=False).count() == telling.MOST_ASKED
    with clock.frozen(DAY):
        tell()
        assert Match.objects.filter(giver_told_at__isnull=False).count() == telling.MOST_ASKED
    with clock.frozen(9 * DAY):
        tell()
        assert Match.objects.filter(giver_told_at__isnull=False).count() == 2 * telling.MOST_ASKED
    assert mails().exclude(account_ref=bram.pk).count() == 6


def test_never_is_never_and_weekly_is_weekly(pair, klarendal, anna, bram):
    actions.choose_mail(user=anna, how="never", by=anna)
    actions.choose_mail(user=bram, how="weekly", by=bram)
    tell()
    assert [mail.recipient for mail in mails()] == [bram.email]
    gutter(factories.member("Cor", "Smit", lives_in=klarendal), klarendal)
    with clock.frozen(2 * DAY):
        tell()
        assert mails().filter(account_ref=bram.pk).count() == 1
    with clock.frozen(8 * DAY):
        tell()
        assert mails().filter(account_ref=bram.pk).count() == 2
    assert not mails().filter(account_ref=anna.pk).exists()


def test_a_mail_that_waits_does_not_leave_when_what_it_tells_is_gone_or_unwanted(pair, anna, bram):
    tell()
    waiting = mails().get(account_ref=anna.pk)
    assert refusal(waiting) == ""
    actions.choose_mail(user=anna, how="never", by=anna)
    assert refusal(waiting)
    actions.choose_mail(user=anna, how="daily", by=anna)
    object_to(user=anna, code="matching", by=anna)
    assert refusal(waiting)
    of_bram = mails().get(account_ref=bram.pk)
    posts.withdraw(post=pair[0], by=anna)
    assert refusal(of_bram)


def test_what_does_not_fit_is_not_mailed(pair, anna, bram):
    actions.match_due()
    actions.call_misfit(match=Match.objects.get(), post=pair[0], by=anna)
    assert tell() == 0


def test_the_link_in_the_mail_stops_them_without_logging_in(pair, anna):
    tell()
    link, visitor = stop_path(anna), Client()
    assert visitor.get(link).status_code == 200
    assert MatchMail.objects.get(user=anna).how == "daily"
    for _twice in range(2):
        assert "Gestopt" in visitor.post(link).content.decode()
    assert MatchMail.objects.get(user=anna).how == "never"
    for forged in ("onbekend", signed(anna.pk, salt="something-else")):
        assert visitor.post(reverse("matching:stop", args=[forged])).status_code == 410


def test_a_member_chooses_on_a_page_of_their_own(anna, bram, as_):
    browser, url = as_(anna), reverse("matching:mail")
    assert browser.post(url, {"how": "weekly"}).status_code == 302
    assert browser.post(url, {"how": "hourly"}).status_code == 200
    assert browser.post(url, {}).status_code == 200
    assert MatchMail.objects.get(user=anna).how == "weekly"
    assert not MatchMail.objects.filter(user=bram).exists()
