"""Photos at the desk, and the way out for who is on one (C-24)."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from content.moderation import photos
from content.moderation.appeals import answer, appeal
from content.moderation.models import Decision, Report
from content.photos.models import Photo
from content.posts.models import Post
from tests import factories
from tests.content.test_photos import address, own_store, stored  # noqa: F401  a fixture
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

REASON = {"reason": "private", "note": "Er staan buren op die dit niet willen."}


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def photo(post):
    return factories.photo(post, people="agreed")


def asked(client, photo, **typed):
    values = {"sent_at": signed_time(timedelta(minutes=1)), **typed}
    return client.post(f"/foto/{photo.token}/weghalen/", values)


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind)


def test_who_is_on_a_photo_gets_it_hidden_at_once_without_an_account(client, anna, mo, photo):
    page = client.get(f"/foto/{photo.token}/weghalen/").content.decode()
    assert "Sta jij op deze foto?" in page and "Haal deze foto weg" in page
    answered = asked(client, photo, text="Ik sta links", email="buur@example.org")
    assert answered.status_code == 302
    assert client.get(address(photo)).status_code == 404
    assert photo.token not in client.get(photo.post.get_absolute_url()).content.decode()
    photo.refresh_from_db()
    assert photo.hidden_at is not None and photo.post.is_live
    report = Report.objects.get()
    assert (report.why, report.of_photo, report.photo) == ("about_me", True, photo)
    assert [mail.recipient for mail in mails("photo-hidden")] == [anna.email]
    assert "buur@example.org" not in mails("photo-hidden").get().payload
    assert [mail.recipient for mail in mails("report-made")] == [mo.email]
    assert mails("report-received").get().recipient == "buur@example.org"


def test_the_same_request_twice_is_one_and_a_robot_is_none(client, mo, photo):
    sent_at = signed_time(timedelta(minutes=1))
    for _again in range(2):
        assert asked(client, photo, text="Ik", sent_at=sent_at).status_code == 302
    assert Report.objects.count() == 1
    asked(client, photo, website="http://robot.example")
    assert Report.objects.count() == 1 and mails("photo-hidden").count() == 1


def test_the_manager_sees_it_hidden_and_puts_it_back_once_and_for_all(as_, client, mo, anna, photo):
    asked(client, photo, text="Ik", email="buur@example.org")
    report = Report.objects.get()
    desk = as_(mo)
    page = desk.get(f"/beheer/klarendal/meldingen/{report.pk}/").content.decode()
    assert "Nu verborgen" in page and photo.alt in page
    assert desk.get(address(photo, door="/beheer/klarendal/foto")).status_code == 200
    desk.post(f"/beheer/klarendal/meldingen/{report.pk}/", {"outcome": "keep"})
    assert client.get(address(photo)).status_code == 200
    assert mails("photo-shown").get().recipient == anna.email
    assert "mag op de site blijven" in str(mails("report-closed").get().payload)
    asked(client, photo, text="Toch weer ik")
    assert client.get(address(photo)).status_code == 200, "only a person hides it again"
    assert Report.objects.open().count() == 1


def test_the_manager_has_it_wiped_and_its_author_hears_why(
    as_, client, mo, anna, photo, django_capture_on_commit_callbacks
):
    for name in ("Ik", "Ik ook"):
        asked(client, photo, text=name, email="buur@example.org")
    assert Report.objects.count() == 1, "it is not on the site any more"
    report = Report.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        as_(mo).post(f"/beheer/klarendal/meldingen/{report.pk}/", {"outcome": "off", **REASON})
    assert not Photo.objects.exists() and stored() == []
    decision = Decision.objects.get()
    assert (decision.act, decision.found, decision.is_against) == ("photo", "report", True)
    mail = mails("moderation-photo").get()
    assert mail.recipient == anna.email and "Er staan buren op" in mail.payload
    assert "De foto is gewist" in str(mails("report-closed").get().payload)
    photo.post.refresh_from_db()
    assert photo.post.is_live
    page = as_(anna).get(f"/mijn/besluiten/{decision.pk}/").content.decode()
    assert "foto gewist" in page and "Maak bezwaar" in page


def test_a_reason_is_asked_before_a_photo_goes(as_, client, mo, photo):
    asked(client, photo)
    report = Report.objects.get()
    page = as_(mo).post(f"/beheer/klarendal/meldingen/{report.pk}/", {"outcome": "off", "reason": ""})
    assert "Kies een reden" in page.content.decode() and Photo.objects.exists()
    page = as_(mo).post(f"/beheer/klarendal/berichten/{photo.post_id}/foto/{photo.pk}/weg/", {"reason": "private"})
    assert "Schrijf een paar woorden" in page.content.decode() and Photo.objects.exists()


def test_a_photo_its_author_wiped_leaves_a_report_that_can_be_answered(as_, client, mo, anna, photo):
    asked(client, photo, email="buur@example.org")
    as_(anna).post(f"/mijn/berichten/{photo.post_id}/fotos/{photo.pk}/weg/")
    report = Report.objects.get()
    assert "Deze foto is er niet meer" in as_(mo).get(f"/beheer/klarendal/meldingen/{report.pk}/").content.decode()
    as_(mo).post(f"/beheer/klarendal/meldingen/{report.pk}/", {"outcome": "keep"})
    assert "De foto is gewist" in str(mails("report-closed").get().payload)


def test_a_manager_sees_the_photos_of_what_waits_and_wipes_one(as_, mo, els, photo):
    Post.objects.filter(pk=photo.post_id).update(status=Post.Status.WAITING)
    page = as_(mo).get(f"/beheer/klarendal/berichten/{photo.post_id}/").content.decode()
    assert address(photo, door="/beheer/klarendal/foto") in page and "zij het goedvinden" in page
    path = f"/beheer/klarendal/berichten/{photo.post_id}/foto/{photo.pk}/weg/"
    assert as_(els).post(path, REASON).status_code == 404
    assert Photo.objects.exists()
    as_(mo).post(path, REASON)
    assert not Photo.objects.exists()
    assert Decision.objects.get().decided_by == mo


def test_an_author_who_is_right_may_put_it_there_again(anna, mo, otto, photo):
    post = photo.post
    decision = photos.remove_photo(photo=photo, by=mo, **REASON)
    objection = appeal(decision=decision, text="Zij vond het goed", by=anna)
    Post.objects.filter(pk=post.pk).update(status=Post.Status.HELD)
    assert answer(appeal=objection, by=otto, undone=True, text="Klopt")
    post.refresh_from_db()
    assert post.status == Post.Status.HELD, "a decision about a photo says nothing of its post"
    assert "opnieuw bij je bericht" in str(mails("moderation-appeal-answer").get().payload)


def test_who_cannot_see_it_cannot_ask_about_it(client, photo):
    Post.objects.filter(pk=photo.post_id).update(status=Post.Status.WITHDRAWN)
    assert client.get(f"/foto/{photo.token}/weghalen/").status_code == 404
    assert client.get("/foto/onbekend/weghalen/").status_code == 404


def test_one_network_cannot_hide_everything(client, mo, anna, klarendal):
    for number in range(7):
        one = factories.photo(factories.post(anna, klarendal, title=f"Bericht {number}"))
        found = asked(client, one, text=str(number))
    assert found.status_code == 429
    assert Photo.objects.filter(hidden_at=None).count() == 2
    assert default_storage.exists(one.file.name)


def test_hidden_stays_hidden_until_a_person_decides(client, mo, photo):
    asked(client, photo)
    with clock.frozen(timedelta(days=5)):
        assert client.get(address(photo)).status_code == 404
