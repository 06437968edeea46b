"""Freezing an account, by wish or by law: nothing is shown and nothing is lost (K-37, K-41, K-46, K-47)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.closure.actions import close
from accounts.closure.machine import advance_all
from accounts.closure.models import AccountClosure
from accounts.consent.actions import Said
from accounts.consent.models import ConsentEvent
from accounts.requests import actions
from accounts.requests.standstill import Objection, Restriction
from accounts.requests.stopping import announce_lift, lift, restrict
from accounts.retention.actions import purge
from accounts.users.models import User
from content.contact.models import Conversation, Message
from content.moderation.actions import publish_overdue
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.actions import switch
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from tests.accounts.test_requests import ASKED, asks, decides, mails, step, words
from wijk import clock

FREEZE, THAW = "/mijn/bevriezen/", "/mijn/bevriezen/opheffen/"
PASSWORD = {"password": factories.PASSWORD}


def test_freezing_is_a_third_way_on_the_page_of_closing_and_says_what_it_does(as_, anna):
    browser = as_(anna)
    assert f'href="{FREEZE}"' in browser.get("/mijn/opzeggen/").content.decode()
    page = browser.get(FREEZE).content.decode()
    for part in ("Niemand", "geen mail", "We wissen niets", "inloggen"):
        assert part.casefold() in page.casefold()


def test_freezing_needs_the_password(as_, anna):
    browser = as_(anna)
    for typed in ({}, {"password": "iets anders"}):
        assert "password" in browser.post(FREEZE, typed).context["form"].errors
    anna.refresh_from_db()
    assert anna.takes_part


def test_guessing_the_password_is_limited_together_with_the_page_of_closing(as_, anna):
    browser = as_(anna)
    answers = [browser.post(page, {"password": "fout"}).status_code for page in [FREEZE, "/mijn/opzeggen/"] * 5]
    assert answers == [200] * 10
    assert browser.post(FREEZE, PASSWORD).status_code == 429
    anna.refresh_from_db()
    assert anna.takes_part


def test_who_has_no_password_shows_who_it_is_at_allauths_page(as_, anna):
    anna.set_unusable_password()
    anna.save()
    factories.second_factor(anna)
    answer = as_(anna, ago=timedelta(hours=1)).post(FREEZE)
    assert answer.url.startswith("/account/2fa/reauthenticate/")
    anna.refresh_from_db()
    assert anna.takes_part


def test_a_frozen_member_logs_in_sees_everything_and_takes_part_again_in_one_click(as_, anna, klarendal):
    post = factories.post(anna, klarendal)
    as_(anna).post(FREEZE, PASSWORD)
    anna.refresh_from_db()
    assert anna.is_active and not anna.takes_part
    assert Client().get(post.get_absolute_url()).status_code == 410
    browser = as_(anna)
    for path in ("/mijn/", "/mijn/gegevens/", "/mijn/berichten/", "/mijn/gegevens/download/?vorm=json"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
    assert post.title in browser.get("/mijn/berichten/").content.decode()
    assert "Je account is bevroren" in browser.get("/mijn/gegevens/").content.decode()
    browser.post(THAW)
    anna.refresh_from_db()
    assert anna.takes_part
    assert Client().get(post.get_absolute_url()).status_code == 200
    assert Post.objects.get().status == Post.Status.LIVE
    assert [words(mail).split("\n")[0] for mail in mails("restriction", anna.email)] != []
    assert "Je account is bevroren" not in browser.get("/mijn/gegevens/").content.decode()


def test_a_frozen_member_is_told_before_placing_something_nobody_would_see(as_, anna):
    restrict(user=anna, reason="own_wish", by=anna)
    assert as_(anna).get("/plaatsen/?soort=vraag").url == FREEZE


def test_pages_in_a_cache_are_made_anew(anna, klarendal):
    factories.post(anna, klarendal)
    before = Neighbourhood.objects.get().version
    restrict(user=anna, reason="own_wish", by=anna)
    frozen = Neighbourhood.objects.get().version
    lift(user=anna, by=anna)
    assert before < frozen < Neighbourhood.objects.get().version


def test_a_post_that_missed_its_manager_while_frozen_waits_for_one_anew(anna, klarendal):
    due = clock.now() + timedelta(hours=48)
    waiting = {"status": Post.Status.WAITING, "published_at": None, "publish_by": due}
    post = factories.post(anna, klarendal, **waiting)
    restrict(user=anna, reason="own_wish", by=anna)
    with clock.frozen(timedelta(days=5)) as now:
        assert publish_overdue() == 0
        lift(user=anna, by=anna)
        assert publish_overdue() == 0
        post.refresh_from_db()
        assert post.publish_by == now + timedelta(hours=48)


def test_what_the_mailbox_asked_for_without_logging_in_stops_too(anna, klarendal):
    factories.subscription(anna.email, klarendal)
    restrict(user=anna, reason="own_wish", by=anna)
    assert not Subscription.objects.confirmed().exists()


def test_a_frozen_account_can_be_closed_and_is_erased(anna):
    restrict(user=anna, reason="own_wish", by=anna)
    close(user=anna, by=anna, at_once=True)
    advance_all()
    assert AccountClosure.objects.get().state == "done"
    assert not Restriction.objects.exists()


def test_each_reason_is_lifted_apart(anna, petra):
    restrict(user=anna, reason="own_wish", by=anna)
    restrict(user=anna, reason="own_wish", by=anna)
    restrict(user=anna, reason="accuracy", by=petra)
    assert Restriction.objects.count() == 2
    lift(user=anna, by=petra, reason="accuracy")
    anna.refresh_from_db()
    assert not anna.takes_part, "the wish of the person itself still counts"
    lift(user=anna, by=anna)
    anna.refresh_from_db()
    assert anna.takes_part


# Asking for it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["accuracy", "unlawful", "claim", "objection"])
def test_the_four_reasons_of_the_law_can_be_asked_for_and_count_at_once(as_, anna, why):
    request = asks(as_, anna, "restriction", why=why)
    assert Restriction.objects.get().reason == why
    assert Restriction.objects.get().request == request
    anna.refresh_from_db()
    assert not anna.takes_part


def test_while_something_is_corrected_the_account_can_stand_still(as_, anna, petra):
    request = asks(as_, anna, "rectification", freeze="on")
    assert Restriction.objects.get().reason == "accuracy"
    decides(as_, petra, request)
    announced = Restriction.objects.get()
    assert announced.lifts_at - clock.now() > timedelta(days=2, hours=23)
    assert "doet je account weer mee" in words(mails("restriction", anna.email)[-1])
    with clock.frozen(timedelta(days=2)):
        actions.run_clock()
        assert not User.objects.get(pk=anna.pk).takes_part, "told first, lifted later (art. 18.3)"
    with clock.frozen(timedelta(days=3, minutes=1)):
        actions.run_clock()
        assert User.objects.get(pk=anna.pk).takes_part


def test_a_restriction_that_was_granted_stays(as_, anna, petra):
    decides(as_, petra, asks(as_, anna, "restriction", why="claim"))
    assert Restriction.objects.get().lifts_at is None


def test_the_desk_freezes_who_asked_and_announces_the_end(as_, anna, petra):
    request = asks(as_, anna, "complaint")
    step(as_, petra, "restrict", request, reason="unlawful")
    assert Restriction.objects.get().by_ref == petra.pk
    as_(petra).post(reverse("requests:lift", args=[anna.pk]), {"reason": "unlawful"})
    assert Restriction.objects.get().lifts_at
    assert not User.objects.get(pk=anna.pk).takes_part


def test_the_desk_cannot_end_what_somebody_wished_for_themselves(as_, anna, petra):
    restrict(user=anna, reason="own_wish", by=anna)
    as_(petra).post(reverse("requests:lift", args=[anna.pk]), {"reason": "own_wish"})
    assert Restriction.objects.get().lifts_at is None


def test_freezing_again_takes_the_announced_end_away(anna, petra):
    made = restrict(user=anna, reason="claim", by=petra)
    assert announce_lift(restriction=made, by=petra)
    restrict(user=anna, reason="claim", by=anna)
    assert Restriction.objects.get().lifts_at is None


def test_what_a_newer_request_waits_for_does_not_end_with_the_answer_to_the_older_one(as_, anna, petra):
    older = asks(as_, anna, "rectification", freeze="on")
    newer = asks(as_, anna, "restriction", why="accuracy")
    decides(as_, petra, older)
    assert Restriction.objects.get().lifts_at is None
    decides(as_, petra, newer, outcome="refused")
    assert Restriction.objects.get().lifts_at


def test_what_was_asked_for_as_a_right_of_its_own_does_not_end_with_the_answer_to_something_else(as_, anna, petra):
    wanted = asks(as_, anna, "restriction", why="accuracy")
    decides(as_, petra, asks(as_, anna, "rectification", freeze="on"))
    decides(as_, petra, wanted)
    assert Restriction.objects.get().lifts_at is None


def test_freezing_again_while_the_end_is_announced_waits_for_the_new_answer(as_, anna, petra):
    decides(as_, petra, asks(as_, anna, "restriction", why="accuracy"), outcome="refused")
    again = asks(as_, anna, "rectification", freeze="on")
    assert Restriction.objects.get().lifts_at is None
    decides(as_, petra, again)
    assert Restriction.objects.get().lifts_at


# Retention -----------------------------------------------------------------------------------------------------------


def old_talk(author, place, visitor):
    post = factories.post(author, place)
    when = clock.now() - timedelta(days=70)
    sides = {"visitor_email": visitor, "visitor_hash": visitor, "last_message_at": when}
    talk = Conversation.objects.create(post=post, state="open", **sides)
    return Message.objects.create(conversation=talk, side="poster", body="Kom maar langs.", written_at=when)


@pytest.mark.parametrize(("reason", "kept"), [("claim", True), ("accuracy", True), ("own_wish", False)])
def test_what_must_stay_for_a_reason_of_the_law_is_not_thrown_away_meanwhile(anna, bram, klarendal, reason, kept):
    """By somebody's own wish the terms run on: they protect the others in a conversation as well."""
    hers, his = old_talk(anna, klarendal, "een@example.org"), old_talk(bram, klarendal, "twee@example.org")
    restrict(user=anna, reason=reason, by=anna)
    purge()
    assert Message.objects.filter(pk=hers.pk).exists() is kept
    assert not Message.objects.filter(pk=his.pk).exists()
    lift(user=anna, by=anna)
    purge()
    assert not Message.objects.filter(pk=hers.pk).exists()


# Who may look (K-47) -------------------------------------------------------------------------------------------------


def test_the_desk_sees_numbers_and_more_only_by_naming_one_of_four_grounds(as_, anna, petra):
    restrict(user=anna, reason="claim", by=anna)
    browser, address = as_(petra), reverse("requests:look", args=[anna.pk])
    for page in (
        browser.get(reverse("requests:frozen")),
        browser.get(address),
        browser.post(address, {"ground": "zin"}),
    ):
        text = page.content.decode()
        assert "Jansen" not in text and anna.email not in text
    assert not AuditEvent.objects.filter(action="account.look_frozen").exists()
    for ground in ("consent", "claim", "protection", "public"):
        assert anna.email in browser.post(address, {"ground": ground}).content.decode()
    looks = AuditEvent.objects.filter(action="account.look_frozen", actor_ref=petra.pk).order_by("pk")
    assert [event.detail["ground"] for event in looks] == ["consent", "claim", "protection", "public"]


def test_the_consents_of_who_is_frozen_open_after_naming_a_ground_and_for_a_quarter_of_an_hour(as_, anna, petra):
    restrict(user=anna, reason="claim", by=anna)
    browser, consents = as_(petra), reverse("consent:person", args=[anna.pk])
    door = browser.get(consents).url
    assert door.startswith(reverse("requests:look", args=[anna.pk]))
    assert browser.post(consents, {"key": "terms"}).url == door
    assert browser.post(door, {"ground": "consent"}).url == consents
    assert anna.email in browser.get(consents).content.decode()
    with clock.frozen(timedelta(minutes=16)):
        assert browser.get(consents).url == door


def test_an_address_that_is_none_is_said_at_its_field_beside_who_is_frozen(as_, anna, petra):
    restrict(user=anna, reason="claim", by=anna)
    answer = as_(petra).post(reverse("requests:no_mail"), {"email": "geen adres"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert [row.user_id for row in answer.context["rows"]] == [anna.pk]


def test_who_is_not_frozen_cannot_be_looked_at_this_way(as_, anna, petra):
    assert as_(petra).get(reverse("requests:look", args=[anna.pk])).status_code == 404


def test_a_manager_does_not_find_who_is_frozen(as_, anna, mo, klarendal):
    factories.post(anna, klarendal, status=Post.Status.WAITING, published_at=None)
    paths = [f"/beheer/{klarendal.slug}/{part}" for part in ("", "berichten/", "mensen/", "meldingen/")]
    seen = lambda: "".join(as_(mo).get(path).content.decode() for path in paths)  # noqa: E731
    assert "Jansen" in seen()
    restrict(user=anna, reason="own_wish", by=anna)
    assert "Jansen" not in seen() and anna.email not in seen()


def test_an_operator_does_not_find_who_is_frozen_in_the_cms(as_, anna, otto, klarendal):
    factories.post(anna, klarendal, title="Een bijzondere titel")
    browser = as_(otto)
    assert "Een bijzondere titel" in browser.get("/cms/berichten/").content.decode()
    assert anna.email in browser.get("/cms/users/?q=Jansen").content.decode()
    restrict(user=anna, reason="own_wish", by=anna)
    assert "Een bijzondere titel" not in browser.get("/cms/berichten/").content.decode()
    assert anna.email not in browser.get("/cms/users/?q=Jansen").content.decode()
    assert browser.get(f"/cms/users/edit/{anna.pk}/").status_code == 404


# Objecting -----------------------------------------------------------------------------------------------------------


def test_an_objection_is_asked_for_stops_at_once_and_is_weighed(as_, anna, petra):
    request = asks(as_, anna, "objection", purpose="search", text="Ik wil niet gevonden worden.")
    objection = Objection.objects.get()
    assert (objection.purpose, objection.state, objection.request) == ("search", "review", request)
    page = as_(anna).get(reverse("requests:objections")).content.decode()
    assert "Staat stil door je bezwaar" in page
    decides(as_, petra, request, outcome="refused", answer="Ons belang weegt zwaarder, want ...")
    objection.refresh_from_db()
    assert objection.state == "rejected"


def test_marketing_stops_without_a_reason_and_is_never_weighed(as_, anna, klarendal):
    factories.subscription(anna.email, klarendal, user=anna)
    asks(as_, anna, "objection", purpose="newsletter", text="")
    assert Objection.objects.get().state == "upheld"
    assert not Subscription.objects.confirmed().exists()
    assert ConsentEvent.objects.get(user=anna).given is False, "the page of consents says the same"


def test_who_asks_for_the_newsletter_after_all_gets_it(as_, anna, klarendal):
    asks(as_, anna, "objection", purpose="newsletter", text="")
    switch(user=anna, neighbourhood=klarendal, on=True, by=anna)
    assert Objection.objects.get().state == "ended"
    assert Subscription.objects.confirmed().count() == 1


@pytest.mark.parametrize(("written", "wins"), [(timedelta(minutes=1), True), (timedelta(days=-1), False)])
def test_a_yes_by_letter_takes_back_an_objection_that_is_older_than_it(as_, anna, klarendal, written, wins):
    asks(as_, anna, "objection", purpose="newsletter", text="")
    said = Said(clock.now() + written, "letter")
    switch(user=anna, neighbourhood=klarendal, on=True, by=anna, said=said)
    assert Objection.objects.get().state == ("ended" if wins else "upheld")
    assert Subscription.objects.confirmed().exists() is wins


def test_what_goes_on_meanwhile_says_why_and_is_weighed_all_the_same(as_, anna, petra):
    request = asks(as_, anna, "objection", purpose="audit", text="Ik wil dit niet.")
    assert not Objection.objects.exists()
    assert "gaat dit door" in as_(petra).get(reverse("requests:detail", args=[request.pk])).content.decode()


def test_an_objection_is_taken_back_in_one_click(as_, anna):
    asks(as_, anna, "objection", purpose="search", text="")
    as_(anna).post(reverse("requests:end_objection"), {"waarover": "search"})
    assert Objection.objects.get().state == "ended"


def test_the_desk_stops_and_starts_what_somebody_objects_to_by_letter(as_, anna, petra):
    request = asks(as_, anna, "complaint")
    step(as_, petra, "stand", request, purpose="search")
    assert (Objection.objects.get().state, Objection.objects.get().request) == ("review", request)
    assert "Zet weer aan" in as_(petra).get(reverse("requests:detail", args=[request.pk])).content.decode()
    step(as_, petra, "stand", request, purpose="search", aan="1")
    assert Objection.objects.get().state == "ended"
    step(as_, petra, "stand", request, purpose="audit")
    assert Objection.objects.count() == 1, "what cannot stop is not said to stand still"


def test_the_desk_asks_what_stands_still_as_often_however_much_can_be_stopped(as_, anna, petra):
    request = asks(as_, anna, "complaint")
    browser = as_(petra)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("requests:detail", args=[request.pk]))
    assert len(page.context["can_stop"]) > 2
    assert sum("accounts_objection" in query["sql"] for query in asked) <= 2


def test_an_objection_to_nothing_is_said_at_its_field(as_, anna):
    answer = as_(anna).post(f"{reverse('requests:ask')}?recht=objection", {**ASKED, "purpose": "alles"})
    assert list(answer.context["form"].errors) == ["purpose"]
