"""What fits a post: kept by the worker, shown with its reasons, and gone when either side is gone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.closure import actions as closure
from accounts.export.bundle import bundle
from accounts.requests.stopping import end_objection, lift, object_to, restrict
from content.matching import actions
from content.matching.models import Analysis, Match, Misfit
from content.posts import actions as posts
from content.posts.models import Post
from tests import factories
from wijk import clock

OFFER, REQUEST = Post.Kind.OFFER, Post.Kind.REQUEST


@pytest.fixture
def near(klarendal, presikhaaf):
    klarendal.neighbours.add(presikhaaf)
    return presikhaaf


def ladder(author, place, **fields):
    return factories.post(author, place, title="Ladder te leen", text="Ik heb een lange ladder.", kind=OFFER, **fields)


def gutter(author, place, **fields):
    return factories.post(
        author, place, title="Wie heeft een lange ladder?", text="Voor mijn dakgoot.", kind=REQUEST, **fields
    )


def own_page(as_, post):
    return as_(post.author).get(reverse("posts:mine_detail", args=[post.pk])).content.decode()


def public_page(post):
    return Client().get(post.get_absolute_url()).content.decode()


# Matching ------------------------------------------------------------------------------------------------------------


def test_a_request_finds_what_fits_and_says_why(klarendal, near, anna, bram, as_):
    give, ask = ladder(bram, near), gutter(anna, klarendal)
    assert actions.match_due() == 2
    match = Match.objects.standing().get()
    assert (match.request, match.offer) == (ask, give)
    page = own_page(as_, ask)
    assert "Ladder te leen" in page and "Allebei over: een ladder lenen." in page and "In een wijk ernaast" in page
    assert "Wie heeft een lange ladder?" in own_page(as_, give)
    assert "Ladder te leen" in public_page(ask) and "Wie heeft een lange ladder?" in public_page(give)


def test_what_was_matched_is_not_matched_again_until_it_changes(klarendal, anna, bram):
    give, ask = ladder(bram, klarendal), gutter(anna, klarendal)
    factories.post(bram, klarendal)  # an author who is known, whose changes no manager reads first
    actions.match_due()
    assert actions.match_due() == 0
    posts.edit(post=give, by=bram, values={"title": "Kat zoekt huis", "text": "Zwart met witte poten."})
    assert Match.objects.standing().exists()
    assert actions.match_due() == 1
    assert not Match.objects.filter(request=ask).exists()


def test_nothing_comes_from_further_away_than_the_next_neighbourhood(klarendal, presikhaaf, anna, bram):
    gutter(anna, klarendal), ladder(bram, presikhaaf)
    actions.match_due()
    assert not Match.objects.exists()


def test_own_posts_and_posts_of_the_same_side_do_not_match(klarendal, anna, bram):
    gutter(anna, klarendal), ladder(anna, klarendal), gutter(bram, klarendal)
    actions.match_due()
    assert {(one.request.author, one.offer.author) for one in Match.objects.all()} == {(bram, anna)}


def test_a_call_of_an_organisation_meets_neighbours_and_no_other_organisation(klarendal, anna, bram, mo):
    one = factories.organisation("Buurthuis", klarendal, editor=anna)
    other = factories.organisation("Buurtbus", klarendal, editor=bram)
    words = {"title": "Chauffeurs gezocht", "text": "Wie wil ouderen naar het ziekenhuis rijden?"}
    call = factories.post(anna, klarendal, organisation=one, kind=REQUEST, **words)
    service = {"title": "Wij rijden u", "text": "Chauffeur en auto, naar het ziekenhuis."}
    factories.post(bram, klarendal, organisation=other, kind=OFFER, **service)
    neighbour = factories.post(mo, klarendal, kind=OFFER, **service)
    actions.match_due()
    assert [match.offer for match in Match.objects.filter(request=call)] == [neighbour]


def test_an_activity_fits_a_request_as_an_offer_does(klarendal, anna, bram):
    ask = factories.post(anna, klarendal, title="Eenzaam bij het avondeten", text="Ik eet altijd alleen.")
    eat = factories.activity(bram, klarendal, title="Buurttafel", text="Samen koken en eten, schuif aan.")
    actions.match_due()
    assert Match.objects.standing().get(request=ask).offer == eat


def test_below_the_threshold_nothing_is_shown(klarendal, anna, bram, as_):
    ask = gutter(anna, klarendal)
    factories.post(bram, klarendal, title="Gitaarles", text="Akkoorden leren.", kind=OFFER)
    actions.match_due()
    page = own_page(as_, ask)
    assert "Gitaarles" not in page and "Nog geen passend aanbod" in page
    assert "Past hierbij" not in public_page(ask)


def test_debt_and_illness_may_match_and_are_not_printed(klarendal, anna, bram, as_):
    ask = factories.post(anna, klarendal, title="Schulden en een deurwaarder", text="Mijn incasso loopt vast.")
    factories.post(bram, klarendal, title="Hulp bij schulden", text="Budget, deurwaarder, incasso.", kind=OFFER)
    actions.match_due()
    assert Match.objects.standing().get().reasons[0]["code"] == "concept"
    page = own_page(as_, ask)
    assert "Hulp bij schulden" in page and "geldzaken" not in page


# What goes -----------------------------------------------------------------------------------------------------------


def test_what_leaves_the_site_leaves_every_match_at_once(klarendal, anna, bram, as_):
    give, ask = ladder(bram, klarendal), gutter(anna, klarendal)
    actions.match_due()
    posts.fulfil(post=give, by=bram)
    assert not Match.objects.exists() and not Analysis.objects.filter(post=give).exists()
    assert "Ladder te leen" not in own_page(as_, ask) + public_page(ask)
    posts.withdraw(post=ask, by=anna)
    assert actions.match_due() == 0


def test_an_expired_post_is_shown_nowhere_before_any_clock_ran(klarendal, anna, bram, as_):
    give, ask = ladder(bram, klarendal), gutter(anna, klarendal)
    actions.match_due()
    Post.objects.filter(pk=give.pk).update(expires_at=clock.now() - timedelta(minutes=1))
    assert "Ladder te leen" not in own_page(as_, ask) + public_page(ask)


def test_who_is_frozen_or_objects_is_in_no_match(klarendal, anna, bram, as_):
    give, ask = ladder(bram, klarendal), gutter(anna, klarendal)
    actions.match_due()
    restrict(user=bram, reason="own_wish", by=bram)
    assert "Ladder te leen" not in own_page(as_, ask) + public_page(ask)
    lift(user=bram, by=bram)
    assert "Ladder te leen" in own_page(as_, ask)
    object_to(user=bram, code="matching", by=bram)
    assert "Ladder te leen" not in own_page(as_, ask) + public_page(ask)
    assert "Wie heeft een lange ladder?" not in own_page(as_, give)
    end_objection(user=bram, code="matching", by=bram)
    assert "Ladder te leen" in own_page(as_, ask)


def test_erasing_either_side_erases_the_match(klarendal, anna, bram):
    give, ask = ladder(bram, klarendal), gutter(anna, klarendal)
    actions.match_due()
    Misfit.objects.create(post=ask, other=give)
    assert "Past niet bij je bericht" in str(bundle(anna)) and "dakgoot" in str(bundle(anna))
    closure.close(user=bram, by=None, at_once=True)
    closure.advance_all()
    assert not Match.objects.exists() and not Misfit.objects.exists()
    assert Analysis.objects.get().post == ask


# Past niet -----------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_hidden_for_that_pair_alone(klarendal, anna, bram, mo, as_):
    ask, give, other = gutter(anna, klarendal), ladder(bram, klarendal), ladder(mo, klarendal)
    actions.match_due()
    match = Match.objects.get(offer=give)
    browser, url = as_(anna), reverse("matching:misfit", args=[ask.pk, match.pk])
    for _twice in range(2):
        assert browser.post(url).status_code == 302
    assert Misfit.objects.count() == 1
    assert [one.offer for one in Match.objects.of(ask).standing()] == [other]
    assert not Match.objects.of(give).standing().exists()
    Analysis.objects.update(is_due=True)
    actions.match_due()
    assert [one.offer for one in Match.objects.of(ask).standing()] == [other]


def test_nobody_says_it_of_a_post_or_a_match_of_others(klarendal, anna, bram, mo, as_):
    ask, give = gutter(anna, klarendal), ladder(bram, klarendal)
    mine = gutter(mo, klarendal)
    actions.match_due()
    match = Match.objects.get(request=ask)
    for person, post in ((mo, ask), (bram, ask), (mo, mine)):
        url = reverse("matching:misfit", args=[post.pk, match.pk])
        assert as_(person).post(url).status_code == 404
    assert as_(anna).get(reverse("matching:misfit", args=[ask.pk, match.pk])).status_code == 405
    assert not Misfit.objects.exists()
    assert give.pk


# While placing -------------------------------------------------------------------------------------------------------


def test_the_last_step_of_placing_shows_what_is_there_already(klarendal, anna, bram, as_):
    ladder(bram, klarendal)
    actions.match_due()
    draft = gutter(anna, klarendal, status=Post.Status.DRAFT, published_at=None)
    browser, url = as_(anna), reverse("posts:place_step", args=[draft.pk, "bekijken"])
    page = browser.get(url).content.decode()
    assert "Dit is er al" in page and "Ladder te leen" in page and "Allebei over: een ladder lenen." in page
    assert not Match.objects.exists() and not Analysis.objects.filter(post=draft).exists()
    object_to(user=anna, code="matching", by=anna)
    assert "Ladder te leen" not in browser.get(url).content.decode()


def test_an_offer_sees_the_requests_that_wait_for_it(klarendal, anna, bram, as_):
    gutter(anna, klarendal)
    actions.match_due()
    draft = ladder(bram, klarendal, status=Post.Status.DRAFT, published_at=None)
    page = as_(bram).get(reverse("posts:place_step", args=[draft.pk, "bekijken"])).content.decode()
    assert "Wie zoekt dit al?" in page and "Wie heeft een lange ladder?" in page


def test_hostile_words_are_only_words(klarendal, anna, bram, as_):
    title = "<script>alert(1)</script> ladder \" ' {{ x }}"
    ask = factories.post(anna, klarendal, title=title, text="ladder " * 400, kind=REQUEST)
    give = ladder(bram, klarendal)
    actions.match_due()
    page = own_page(as_, give) + public_page(give)
    assert "<script>alert" not in page
    assert Match.objects.get().request == ask


def test_a_page_with_matches_costs_the_same_with_one_as_with_many(
    klarendal, anna, bram, as_, django_assert_max_num_queries, django_assert_num_queries
):
    ask = gutter(anna, klarendal)
    for _one in range(6):
        ladder(bram, klarendal)
    actions.match_due()
    assert Match.objects.count() == 6
    with django_assert_max_num_queries(12):
        public_page(ask)
    Analysis.objects.filter(post=ask).update(is_due=True)
    # To find it; its row, itself, its neighbours, all candidates; then what is kept of it.
    with django_assert_max_num_queries(14):
        actions.match_due()
