"""How often somebody is mailed: from the link in a mail, without logging in, and from one's own page."""

import pytest
from django.urls import reverse

from accounts.audit.models import AuditEvent
from neighbourhoods.subscriptions.actions import choose_digest, stop, undo_stop
from neighbourhoods.subscriptions.models import Subscription
from tests import factories


@pytest.fixture
def fatima(klarendal):
    return factories.subscription("fatima@example.org", klarendal, first_name="Fatima")


def test_a_reader_chooses_from_the_mail_without_logging_in(client, fatima):
    page = client.get(fatima.choice_path).content.decode()
    assert "f…@example.org" in page and "fatima@example.org" not in page
    assert client.head(fatima.choice_path).status_code == 200
    assert Subscription.objects.get().digest == "none"
    assert "Bewaard" in client.post(fatima.choice_path, {"digest": "weekly"}).content.decode()
    fatima.refresh_from_db()
    assert fatima.digest == "weekly" and fatima.digest_until
    assert AuditEvent.objects.filter(action="subscription.digest").count() == 1


@pytest.mark.parametrize("typed", ["elk uur", "", "none'--"])
def test_something_else_is_no_choice(client, fatima, typed):
    choose_digest(subscription=fatima, digest="daily", by=None)
    client.post(fatima.choice_path, {"digest": typed})
    fatima.refresh_from_db()
    assert fatima.digest == "daily"


def test_the_link_opens_nothing_else_and_ends_with_the_subscription(client, fatima):
    word = fatima.choice_path.split("/")[-2]
    for name in ("confirm", "digest", "unsubscribe"):
        assert client.get(reverse(f"subscriptions:{name}", args=[word])).status_code == 410
    assert client.get(reverse("subscriptions:choose", args=[fatima.token])).status_code == 410
    stop(subscription=fatima, by=None)
    assert client.get(fatima.choice_path).status_code == 410


def test_organisations_choose_nothing(client, klarendal):
    bureau = factories.subscription("bureau@example.org", klarendal, list="professional")
    assert client.get(bureau.choice_path).status_code == 410


def test_a_form_of_another_site_changes_nothing(client, fatima):
    answer = client.post(fatima.choice_path, {"digest": "daily"}, headers={"Origin": "https://kwaad.example"})
    assert answer.status_code == 403 and Subscription.objects.get().digest == "none"


def test_another_rhythm_loses_nothing_that_was_not_told(fatima):
    choose_digest(subscription=fatima, digest="daily", by=None)
    fatima.refresh_from_db()
    since = fatima.digest_until
    choose_digest(subscription=fatima, digest="weekly", by=None)
    fatima.refresh_from_db()
    assert fatima.digest_until == since


def test_stopping_ends_the_digest_and_coming_back_brings_it(fatima):
    choose_digest(subscription=fatima, digest="daily", by=None)
    fatima.refresh_from_db()
    way_back = stop(subscription=fatima, by=None)
    fatima.refresh_from_db()
    assert fatima.digest == "none"
    assert undo_stop(subscription=fatima, way_back=way_back, by=None)
    fatima.refresh_from_db()
    assert (fatima.digest, fatima.email) == ("daily", "fatima@example.org")


def test_a_member_sees_how_often_and_both_lists_at_home(as_, anna, klarendal):
    browser, path = as_(anna), reverse("subscriptions:mine")
    browser.post(path, {"wijk": klarendal.slug, "aan": "1"})
    page = browser.get(path).content.decode()
    assert "Alleen de nieuwsbrief van de wijkbeheerder" in page and "Brief voor organisaties van Klarendal" in page
    browser.post(path, {"wijk": klarendal.slug, "lijst": "professional", "aan": "1"})
    assert {one.list for one in Subscription.objects.confirmed()} == {"news", "professional"}
    browser.post(path, {"wijk": klarendal.slug, "lijst": "onzin", "aan": "0"})
    assert [one.list for one in Subscription.objects.confirmed()] == ["professional"]


def test_a_new_address_takes_both_lists_along(anna, klarendal):
    for mailing in ("news", "professional"):
        factories.subscription("oud@example.org", klarendal, user=anna, list=mailing)
    factories.subscription("nieuw@example.org", klarendal, list="news")
    Subscription.objects.move(anna, "oud@example.org", "nieuw@example.org")
    assert sorted(Subscription.objects.of_address("nieuw@example.org").values_list("list", flat=True)) == [
        "news",
        "professional",
    ]
    assert not Subscription.objects.of_address("oud@example.org").exists()
