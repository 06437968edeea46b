"""Somebody under 16: hidden at once by a report, erased within a day when a person says so (K-55, P-17, D-5 to D-7)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.archive.models import SealedCopy
from accounts.audit.models import AuditEvent
from accounts.closure.machine import advance_all
from accounts.closure.models import AccountClosure
from accounts.office.desk import pressing
from accounts.users.models import User
from content.moderation.models import Report
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail


@pytest.fixture
def reported(anna, klarendal):
    """Anybody reports a post of Anna's with the public form."""
    post = factories.post(anna, klarendal)
    factories.post(anna, klarendal, title="Nog een bericht")
    path = reverse("moderation:report", args=[post.pk, post.slug])
    typed = {"why": "minor", "text": "Ze zit bij mijn dochter in de klas.", "email": "buur@example.org", "website": ""}
    assert Client().post(path, {**typed, "sent_at": signed_time(age=timedelta(seconds=9))}).status_code == 302
    return Report.objects.get()


def confirms(as_, manager, report, **typed):
    path = reverse("moderation:confirm_minor", kwargs={"wijk": report.post.neighbourhood.slug, "pk": report.pk})
    return as_(manager).post(path, typed)


def on_site(post):
    return Client().get(post.get_absolute_url()).status_code == 200


def test_a_report_hides_the_post_at_once_and_erases_nothing(reported, anna):
    assert not on_site(reported.post)
    assert Post.objects.get(pk=reported.post_id).status == Post.Status.HELD
    with clock.frozen(timedelta(days=3)):
        advance_all()
    assert User.objects.filter(pk=anna.pk, is_active=True).exists(), "no machine decides this"
    assert not AccountClosure.objects.exists()


def test_a_manager_confirms_with_one_action_and_the_account_is_gone_within_a_day(as_, reported, anna, mo):
    other = Post.objects.get(title="Nog een bericht")
    assert on_site(other)
    page = as_(mo).get(reverse("moderation:report_detail", kwargs={"wijk": "klarendal", "pk": reported.pk}))
    assert "jonger dan 16" in page.content.decode()
    confirms(as_, mo, reported, sure="on")
    assert not on_site(other), "all of it, in the same transaction"
    closure = AccountClosure.objects.get()
    assert (closure.reason, closure.copy, closure.can_undo) == ("minor", "none", False)
    assert closure.received_at == reported.made_at
    assert closure.filed_by_ref == mo.pk
    assert "jonger bent dan 16" in json.loads(OutgoingMail.objects.get(kind="closing").payload)["text"]
    assert as_(anna).get("/mijn/").status_code != 200
    advance_all()
    closure.refresh_from_db()
    assert closure.state == "done"
    assert closure.done_at - reported.made_at < timedelta(hours=24)
    assert not User.objects.filter(pk=anna.pk).exists()
    assert not Post.objects.filter(author=anna.pk).exists()
    assert not SealedCopy.objects.exists()
    mail = OutgoingMail.objects.filter(kind="closing").exclude(state="cancelled")
    assert not mail.exists(), "its words are wiped with the account"
    told = AuditEvent.objects.get(action="report.minor")
    assert told.actor_ref == mo.pk


def test_without_the_tick_nothing_happens(as_, reported, mo):
    confirms(as_, mo, reported)
    assert not AccountClosure.objects.exists()
    assert Report.objects.open().exists()


def test_who_reported_it_hears_that_it_is_gone(as_, reported, mo):
    confirms(as_, mo, reported, sure="on")
    assert OutgoingMail.objects.filter(kind="report-closed").count() == 1


def test_a_manager_of_another_neighbourhood_cannot(as_, reported, els):
    assert confirms(as_, els, reported, sure="on").status_code == 404
    assert not AccountClosure.objects.exists()


def test_the_second_to_confirm_changes_nothing(as_, reported, mo, otto):
    confirms(as_, mo, reported, sure="on")
    assert confirms(as_, otto, reported, sure="on").status_code == 404
    assert AccountClosure.objects.count() == 1


@pytest.mark.parametrize("role", ["manager", "operator", "editor"])
def test_a_report_cannot_take_away_who_works_here(as_, anna, mo, klarendal, reported, role):
    if role == "operator":
        User.objects.filter(pk=anna.pk).update(is_superuser=True)
    elif role == "manager":
        appointment = mo.appointments.get()
        appointment.pk, appointment.user = None, anna
        appointment.save()
    else:
        anna.groups.add(factories.Group.objects.get(name="Editors"))
    confirms(as_, mo, reported, sure="on")
    assert not AccountClosure.objects.exists()


def test_another_kind_of_report_is_no_way_in(as_, anna, mo, klarendal):
    report = Report.objects.create(post=factories.post(anna, klarendal), why="spam")
    confirms(as_, mo, report, sure="on")
    assert not AccountClosure.objects.exists()


# The privacy desk ----------------------------------------------------------------------------------------------------


def test_the_privacy_desk_has_a_day_and_sees_it_on_top(as_, reported, petra):
    [item] = [one for one in pressing() if "kind" in one.title]
    assert item.urgent and item.due_at == reported.made_at + timedelta(hours=24)
    assert reported.post.title in as_(petra).get(item.url).content.decode()


def test_a_privacy_officer_confirms(as_, reported, anna, petra):
    as_(petra).post(reverse("moderation:answer_minor", args=[reported.pk]), {"sure": "on"})
    advance_all()
    assert not User.objects.filter(pk=anna.pk).exists()


def test_a_privacy_officer_puts_it_back(as_, reported, anna, petra):
    as_(petra).post(reverse("moderation:answer_minor", args=[reported.pk]), {"niet": "1"})
    assert on_site(Post.objects.get(pk=reported.post_id))
    assert not Report.objects.open().exists()
    assert not AccountClosure.objects.exists()


def test_what_a_person_looked_at_is_not_hidden_by_the_same_report_again(as_, reported, petra):
    as_(petra).post(reverse("moderation:answer_minor", args=[reported.pk]), {"niet": "1"})
    post = Post.objects.get(pk=reported.post_id)
    path = reverse("moderation:report", args=[post.pk, post.slug])
    Client().post(path, {"why": "minor", "text": "Toch wel.", "sent_at": signed_time(age=timedelta(seconds=9))})
    assert Report.objects.open().count() == 1
    assert on_site(post)
