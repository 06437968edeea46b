"""Photos with a post: asked about, kept encrypted, shown with their post and gone with it (C-24, C-37, L-10)."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from PIL import Image

from accounts.closure import actions as closure
from accounts.export.bundle import bundle
from accounts.requests.stopping import restrict
from content.photos import actions, keeping, vault
from content.photos.box import Locked
from content.photos.models import ControllerKey, Photo
from content.posts.actions import StaleError
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.leaks.guard import SEEN

PEOPLE = {"alt": "Een rode bakfiets", "people": "agreed"}
STATES = [Post.Status.WAITING, Post.Status.HELD, Post.Status.WITHDRAWN, Post.Status.EXPIRED, Post.Status.REMOVED]


@pytest.fixture(autouse=True)
def own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def earlier(anna, klarendal):
    """What makes Anna an author whose changes need nobody."""
    return factories.post(anna, klarendal, title="Eerder geplaatst")


@pytest.fixture
def post(anna, klarendal, earlier):
    return factories.post(anna, klarendal)


def picture(colour="#a1371f", kind="JPEG"):
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, kind)
    return SimpleUploadedFile("oprit-klarendalseweg-12.jpg", out.getvalue())


def stored():
    return sorted(default_storage.listdir("photos")[1]) if default_storage.exists("photos") else []


def raw():
    folder = Path(default_storage.path("photos"))
    return b"".join((folder / name).read_bytes() for name in stored())


def address(photo, name="480.webp", door="/foto"):
    return f"{door}/{photo.token}/{name}"


# Adding --------------------------------------------------------------------------------------------------------------


def test_a_photo_stands_on_the_page_of_its_post_in_every_size(as_, client, anna, post):
    page = as_(anna).post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture(), **PEOPLE}, follow=True)
    assert "De foto staat erbij" in page.content.decode()
    photo = post.photos.get()
    assert (photo.alt, photo.people) == ("Een rode bakfiets", "agreed")
    page = client.get(post.get_absolute_url()).content.decode()
    assert 'alt="Een rode bakfiets"' in page and 'width="64" height="48"' in page
    assert "image/avif" in page and "Sta jij op deze foto?" in page
    for name, kind in (("480.webp", "WEBP"), ("480.avif", "AVIF")):
        found = client.get(address(photo, name))
        assert found["Content-Type"] == f"image/{kind.lower()}" and found["X-Content-Type-Options"] == "nosniff"
        assert Image.open(BytesIO(found.content)).format == kind


def test_caches_may_keep_it_a_moment_and_ask_whether_it_changed(client, post):
    photo = factories.photo(post)
    found = client.get(address(photo))
    assert found["Cache-Control"] == "public, max-age=60"
    again = client.get(address(photo), headers={"If-None-Match": found["ETag"]})
    assert again.status_code == 304 and not again.content
    post.status = Post.Status.WITHDRAWN
    post.save()
    assert client.get(address(photo), headers={"If-None-Match": found["ETag"]}).status_code == 404


@pytest.mark.parametrize("missing", ["alt", "people"])
def test_without_an_answer_nobody_sees_it_and_nothing_is_lost(as_, client, anna, post, missing):
    browser = as_(anna)
    typed = {name: value for name, value in PEOPLE.items() if name != missing}
    page = browser.post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture(), **typed}).content.decode()
    photo = post.photos.get()
    assert not photo.is_whole and "De foto hebben we" in page
    if "alt" in typed:
        assert 'value="Een rode bakfiets"' in page
    assert client.get(address(photo)).status_code == 404
    assert photo.token not in client.get(post.get_absolute_url()).content.decode()
    assert browser.get(address(photo, door="/mijn/foto")).status_code == 200
    browser.post(f"/mijn/berichten/{post.pk}/fotos/{photo.pk}/", PEOPLE)
    assert client.get(address(photo)).status_code == 200


def test_what_was_never_answered_is_wiped_after_a_day(post, django_capture_on_commit_callbacks):
    factories.photo(post, people="", alt="", colour="#111111")
    kept = factories.photo(post)
    assert keeping.drop_unfinished() == 0
    with clock.frozen(timedelta(days=1, minutes=1)), django_capture_on_commit_callbacks(execute=True):
        assert keeping.drop_unfinished() == 1
    assert list(post.photos.all()) == [kept] and len(stored()) == 1


def test_a_phone_number_in_the_words_is_asked_about_once(as_, anna, post):
    browser = as_(anna)
    typed = {"alt": "Bel 06 12345678", "people": "nobody"}
    page = browser.post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture(), **typed})
    photo = post.photos.get()
    assert "Een telefoonnummer" in page.content.decode() and not photo.is_whole
    browser.post(f"/mijn/berichten/{post.pk}/fotos/{photo.pk}/", {**typed, SEEN: page.context["form"].now_seen})
    photo.refresh_from_db()
    assert photo.is_whole


def test_what_is_no_photo_is_refused_with_what_was_typed(as_, anna, post):
    bad = SimpleUploadedFile("foto.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = as_(anna).post(f"/mijn/berichten/{post.pk}/fotos/", {"file": bad, **PEOPLE})
    text = page.content.decode()
    assert page.status_code == 200 and "geen goede foto" in text and 'value="Een rode bakfiets"' in text
    assert not post.photos.exists() and stored() == []


def test_a_file_beyond_the_limit_is_told_so_and_never_on_the_disk(as_, anna, post, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = SimpleUploadedFile("foto.jpg", b"\0" * (10 * 1024 * 1024 + 5))
    page = as_(anna).post(f"/mijn/berichten/{post.pk}/fotos/", {"file": big, **PEOPLE}).content.decode()
    assert "hooguit 10 MB" in page and 'value="Een rode bakfiets"' in page
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_six_and_no_more_and_the_same_photo_once(anna, post):
    for number in range(6):
        factories.photo(post, colour=f"#{number}{number}{number}000")
    with pytest.raises(StaleError):
        actions.add(post=post, renditions=list(factories.renditions("#abcdef")), by=anna, **PEOPLE)
    post.photos.first().delete()
    for _again in range(2):
        actions.add(post=post, renditions=list(factories.renditions("#abcdef")), by=anna, **PEOPLE)
    assert post.photos.count() == 6


def test_the_token_of_the_form_is_still_asked_for(anna, post, client):
    browser = type(client)(enforce_csrf_checks=True)
    factories.log_in(browser, anna)
    assert browser.post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture(), **PEOPLE}).status_code == 403
    assert not post.photos.exists()


def test_another_is_put_first_and_one_is_wiped(as_, anna, post, django_capture_on_commit_callbacks):
    one, two = factories.photo(post), factories.photo(post, colour="#123456", position=1)
    browser = as_(anna)
    browser.post(f"/mijn/berichten/{post.pk}/fotos/{two.pk}/eerst/")
    assert [photo.pk for photo in Photo.objects.visible()] == [two.pk, one.pk]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/mijn/berichten/{post.pk}/fotos/{two.pk}/weg/")
    assert list(post.photos.all()) == [one] and len(stored()) == 1


# Who sees it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATES)
def test_only_with_a_post_that_everybody_may_see(as_, client, anna, mo, post, status):
    photo = factories.photo(post)
    Post.objects.filter(pk=post.pk).update(status=status)
    assert client.get(address(photo)).status_code == 404
    assert as_(anna).get(address(photo, door="/mijn/foto")).status_code == 200
    assert as_(mo).get(address(photo, door="/beheer/klarendal/foto")).status_code == 200


def test_nobody_else_gets_it_by_the_doors_of_author_and_desk(as_, anna, bram, els, post):
    photo = factories.photo(post)
    Post.objects.filter(pk=post.pk).update(status=Post.Status.WAITING)
    assert as_(bram).get(address(photo, door="/mijn/foto")).status_code == 404
    assert as_(els).get(address(photo, door="/beheer/klarendal/foto")).status_code == 404
    assert as_(els).get(address(photo, door="/beheer/presikhaaf-west/foto")).status_code == 404
    assert as_(bram).post(f"/mijn/berichten/{post.pk}/fotos/{photo.pk}/weg/").status_code == 404
    assert Photo.objects.exists()


def test_with_who_is_frozen_it_is_nowhere(as_, client, anna, mo, post):
    photo = factories.photo(post)
    restrict(user=anna, reason="own_wish", by=anna)
    assert client.get(address(photo)).status_code == 404
    assert as_(mo).get(address(photo, door="/beheer/klarendal/foto")).status_code == 404


def test_a_photo_of_an_author_nobody_knows_yet_is_looked_at_first(as_, anna, post, earlier):
    as_(anna).post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture(), **PEOPLE})
    post.refresh_from_db()
    assert post.is_live
    earlier.delete()
    page = as_(anna).post(f"/mijn/berichten/{post.pk}/fotos/", {"file": picture("#000"), **PEOPLE}, follow=True)
    post.refresh_from_db()
    assert post.status == Post.Status.WAITING and "Een wijkbeheerder kijkt" in page.content.decode()


def test_a_photo_costs_one_question(client, post, django_assert_num_queries):
    factories.photo(post)
    path = address(post.photos.get())
    client.get(path)
    with django_assert_num_queries(1):
        client.get(path)


# How it is kept ------------------------------------------------------------------------------------------------------


def test_the_bytes_on_disk_are_no_image(post):
    photo = factories.photo(post)
    content = photo.opened(photo.part("480.webp"))
    assert content.startswith(b"RIFF") and content not in raw()
    for sign in (b"RIFF", b"WEBP", b"ftyp", b"avif", b"EXIF"):
        assert sign not in raw()
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(BytesIO(raw()))
    assert photo.token not in stored()[0]


def test_each_controller_has_a_key_that_opens_nothing_of_another(anna, klarendal, post):
    organisation = factories.organisation("Buurthuis", klarendal, editor=anna)
    other = factories.post(anna, klarendal, organisation=organisation)
    hers, its = factories.photo(post), factories.photo(other)
    assert (hers.key.organisation, its.key.organisation) == (None, organisation)
    part = hers.part("480.webp")
    assert hers.opened(part)
    hers.key = its.key
    with pytest.raises(Locked):
        hers.opened(part)


def test_a_locked_size_opens_only_as_what_it_is(post):
    one, two = factories.photo(post), factories.photo(post, colour="#123456")
    one.file.name = two.file.name
    with pytest.raises(Locked):
        one.opened(one.part("480.webp"))
    small, other = two.part("480.webp"), two.part("480.avif")
    with pytest.raises(Locked):
        two.opened(small._replace(start=other.start, length=other.length))


def test_without_its_key_a_copy_of_the_file_is_nothing(client, post):
    photo = factories.photo(post)
    kept = raw()
    photo.key.delete()
    assert not Photo.objects.exists()
    vault.key_of(None)
    assert kept and client.get(address(photo)).status_code == 404


def test_a_key_is_itself_locked_and_follows_the_secret_of_the_site(post, settings):
    photo = factories.photo(post)
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="een-nieuwe-sleutel", SECRET_KEY_FALLBACKS=[old]):
        assert keeping.lock_keys_again() == 1
    with override_settings(SECRET_KEY="een-nieuwe-sleutel", SECRET_KEY_FALLBACKS=[]):
        fresh = Photo.objects.get(pk=photo.pk)
        assert fresh.opened(fresh.part("480.webp")).startswith(b"RIFF")
    with pytest.raises(Locked):
        lost = Photo.objects.get(pk=photo.pk)
        lost.opened(lost.part("480.webp"))


def test_a_renewed_key_takes_the_photos_over_and_the_old_one_goes(
    client, post, capsys, django_capture_on_commit_callbacks
):
    photo = factories.photo(post)
    old, before = photo.key_id, stored()
    call_command("photo_keys", "renew")
    with clock.frozen(timedelta(hours=2)), django_capture_on_commit_callbacks(execute=True):
        keeping.look_after()
        keeping.look_after()
    photo = Photo.objects.get()
    assert photo.key_id != old and not ControllerKey.objects.filter(pk=old).exists()
    assert stored() != before and len(stored()) == 1
    assert client.get(address(photo)).status_code == 200


def test_a_photo_follows_a_draft_to_another_controller(anna, klarendal, post):
    photo = factories.photo(post)
    organisation = factories.organisation("Buurthuis", klarendal, editor=anna)
    Post.objects.filter(pk=post.pk).update(organisation=organisation)
    assert keeping.move_to_current_keys() == 1
    photo.refresh_from_db()
    assert photo.key.organisation == organisation and photo.opened(photo.part("480.avif"))
    assert keeping.move_to_current_keys() == 0


def test_a_file_without_a_row_is_swept_once_it_is_sure(post):
    photo = factories.photo(post)
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.photo(post, colour="#123456")
        raise RuntimeError
    assert len(stored()) == 2
    assert keeping.drop_strays() == 0
    with clock.frozen(timedelta(hours=2)):
        assert (keeping.drop_strays(), keeping.drop_strays()) == (1, 0)
    assert photo.opened(photo.part("480.webp"))


# Gone means gone -----------------------------------------------------------------------------------------------------


def test_who_closes_the_account_leaves_no_byte(client, anna, post, django_capture_on_commit_callbacks):
    photo = factories.photo(post)
    with django_capture_on_commit_callbacks(execute=True):
        closure.close(user=anna, by=anna)
    assert client.get(address(photo)).status_code == 404
    with clock.frozen(timedelta(hours=25)), django_capture_on_commit_callbacks(execute=True):
        assert closure.advance_all() == 1
    assert stored() == [] and not Photo.objects.exists()


def test_with_a_thrown_away_draft_goes_its_photo(as_, anna, klarendal, django_capture_on_commit_callbacks):
    draft = factories.post(anna, klarendal, status=Post.Status.DRAFT, published_at=None)
    factories.photo(draft)
    with django_capture_on_commit_callbacks(execute=True):
        as_(anna).post(f"/mijn/berichten/{draft.pk}/einde/", {"hoe": "intrekken"})
    assert stored() == [] and not Photo.objects.exists()


def test_who_takes_their_data_along_gets_the_photo(anna, post):
    photo = factories.photo(post)
    row = bundle(anna)["data"]["content.photo"]["rows"][0]
    assert row["alt"]["value"] == "Een rode bakfiets"
    assert row["file"]["value"]["type"] == "image/webp" and len(row["file"]["value"]["base64"]) > 40
    photo.file.storage.delete(photo.file.name)
    assert bundle(anna)["data"]["content.photo"]["rows"][0]["file"]["value"] == {}
