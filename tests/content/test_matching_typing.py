"""Tips while somebody types: worked out from the words of that moment, for a member, and kept nowhere."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.requests.stopping import object_to, restrict
from content.matching import actions
from content.matching.models import Analysis, Match
from content.matching.views import TIPS_AN_HOUR
from content.posts.models import Post
from tests import factories
from tests.content.test_matching import gutter, ladder
from wijk.limits import Allowance, take

URL = "/plaatsen/tips/"
TYPED = {"kind": "request", "title": "Wie heeft een lange ladder?", "text": ""}


def tips(as_, user, **typed):
    answer = as_(user).post(URL, {**TYPED, **typed})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def given(klarendal, bram):
    give = ladder(bram, klarendal)
    actions.match_due()
    return give


def test_who_types_a_request_sees_what_is_offered_and_why(klarendal, given, anna, as_):
    found = tips(as_, anna)
    assert "Dit is er al" in found and "Ladder te leen" in found and "Allebei over: een ladder lenen." in found
    assert "nieuw tabblad" in found and "<html" not in found


def test_who_types_an_offer_sees_who_asks_around(klarendal, presikhaaf, anna, bram, as_):
    klarendal.neighbours.add(presikhaaf)
    gutter(anna, klarendal)
    actions.match_due()
    found = tips(as_, bram, kind="offer", title="", text="Ik heb een lange ladder.")
    assert "Wie zoekt dit al?" in found and "Wie heeft een lange ladder?" in found and "Klarendal" in found


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "ladder"},
        {"title": "x" * 91},
        {"title": "Gitaarles voor beginners"},
        {"text": "ladder " * 600},
        {"kind": "shop"},
        {"kind": "iets"},
        {"theme": "x"},
        {"draft": "0"},
        {"draft": "x"},
        {"title": "\x00" * 40},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_too_little_too_much_and_nonsense_get_no_tip(given, anna, as_, typed):
    assert tips(as_, anna, **typed).strip() == ""


def test_what_is_typed_is_kept_nowhere_and_asked_of_nobody(given, anna, as_, caplog):
    browser = as_(anna)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(URL, {**TYPED, "text": "Zwijnstein wil het dak op."})
    assert "Ladder te leen" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert not [query["sql"] for query in asked if "zwijnstein" in query["sql"].lower()]
    assert "zwijnstein" not in caplog.text.lower() and "zwijnstein" not in answer.content.decode().lower()
    assert Post.objects.count() == 1 and Analysis.objects.count() == 1 and not Match.objects.exists()


def test_a_draft_is_compared_where_it_will_stand_and_only_by_its_author(klarendal, presikhaaf, given, anna, bram, as_):
    there = gutter(anna, presikhaaf, status=Post.Status.DRAFT, published_at=None)
    assert "Ladder te leen" not in tips(as_, anna, draft=there.pk)
    assert "Ladder te leen" in tips(as_, anna)
    assert tips(as_, bram, draft=there.pk).strip() == ""


def test_who_is_frozen_or_objects_gets_no_tip(given, anna, bram, as_):
    object_to(user=anna, code="matching", by=anna)
    assert tips(as_, anna).strip() == ""
    restrict(user=bram, reason="own_wish", by=bram)
    assert tips(as_, bram, title="Ik zoek een lange ladder").strip() == ""


def test_only_members_ask_and_only_by_sending(given, anna, as_):
    assert Client().post(URL, TYPED).status_code == 302
    assert as_(anna).get(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    factories.log_in(strict, anna)
    assert strict.post(URL, TYPED).status_code == 403


def test_who_asks_too_often_hears_nothing_more(given, anna, as_):
    take("tips", str(anna.pk), limit=TIPS_AN_HOUR, per=timedelta(hours=1))
    Allowance.objects.update(used=TIPS_AN_HOUR)
    answer = as_(anna).post(URL, TYPED)
    assert answer.status_code == 429 and not answer.content


@pytest.mark.parametrize("number", [1, 30])
def test_tips_cost_the_same_among_many(klarendal, anna, bram, as_, number, django_assert_max_num_queries):
    for _ in range(number):
        factories.post(bram, klarendal, title="Gitaarles", text="Akkoorden leren.", kind=Post.Kind.OFFER)
    ladder(bram, klarendal), ladder(bram, klarendal)
    actions.match_due()
    browser = as_(anna)
    with django_assert_max_num_queries(18):
        found = browser.post(URL, TYPED).content.decode()
    assert found.count("<li") == 2


def test_the_form_says_where_tips_come_and_works_without(anna, as_):
    browser = as_(anna)
    for kind in ("vraag", "aanbod", "activiteit"):
        page = browser.get(reverse("posts:place"), {"soort": kind}).content.decode()
        assert f'data-tips="{URL}"' in page and 'aria-live="polite" hidden' in page and "js/tips.js" in page
