"""The page tree, the legal texts, a manager's news, photos on their way in and out, and the editors' rights."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Page, Site

from accounts.audit.models import AuditEvent
from content.legal.actions import SHIPPED, plant_legal_texts
from content.legal.models import LegalPage
from content.pages.actions import ensure_neighbourhood_page, plant_page_tree, write_news
from content.pages.forms import as_text, is_plain
from content.pages.models import CleanImage, HomePage, NewsPage
from wijk import clock
from wijk.text import paragraphs


@pytest.fixture(autouse=True)
def photos(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def jpeg(name="klarendalseweg-12.jpg", size=(800, 600)):
    exif = Image.Exif()
    exif[0x010F] = "canary-camera"
    out = BytesIO()
    Image.new("RGB", size, "#285a3b").save(out, "JPEG", exif=exif.tobytes())
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def news(neighbourhood, *, by, title="Nieuw bankje", text="Op het plein staat een bankje.", **words):
    words = {"title": title, "published_on": clock.today(), "summary": "Kom zitten.", **words}
    return write_news(neighbourhood=neighbourhood, words=words, text=text, by=by)


# The tree ------------------------------------------------------------------------------------------------------------


def test_a_fresh_database_has_its_pages_and_one_site(db, settings):
    assert HomePage.objects.live().count() == 1
    assert set(LegalPage.objects.live().values_list("slug", flat=True)) == set(SHIPPED)
    site = Site.objects.get()
    assert site.is_default_site and site.root_page.specific == HomePage.objects.get()
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_planting_again_changes_nothing_that_editors_wrote(db):
    home = HomePage.objects.get()
    home.headline = "Van de redactie"
    home.save_revision().publish()
    before = list(Page.objects.order_by("path").values_list("pk", "path", "latest_revision"))
    plant_legal_texts(plant_page_tree())
    assert list(Page.objects.order_by("path").values_list("pk", "path", "latest_revision")) == before
    assert HomePage.objects.get().headline == "Van de redactie"


AFTER_EMPTYING = """
from django.contrib.auth.models import Group
from wagtail.models import Site
from content.legal.models import LegalPage, LegalVersion
assert LegalPage.objects.live().count() == LegalVersion.objects.count() == 4
assert Group.objects.get(name="Editors").permissions.filter(codename="access_admin").exists()
assert Site.objects.get().root_page.slug == "home"
print("all back")
"""


# The trail lets nobody empty it; who owns the database takes its guard away first.
WITHOUT_GUARD = """
from tests.accounts.trail import without_guard
from django.core.management import call_command
with without_guard():
    call_command("flush", interactive=False, verbosity=0)
"""


@pytest.mark.proof  # making all tables anew takes a while
def test_an_emptied_database_gets_its_pages_back(tmp_path):
    """In a database of its own: emptying the one of the tests would take along what the migrations put there."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments, "-v", "0"]
        own = {**kept, "WIJK_VAR": str(tmp_path)}
        return subprocess.run(command, cwd=settings.BASE_DIR, env=own, capture_output=True, text=True)

    assert manage("migrate").returncode == 0
    assert manage("flush", "--no-input").returncode == 1
    emptied = manage("shell", "-c", WITHOUT_GUARD)
    assert emptied.returncode == 0, emptied.stderr
    looked = manage("shell", "-c", AFTER_EMPTYING)
    assert "all back" in looked.stdout, looked.stderr


def test_a_neighbourhoods_page_follows_its_name(klarendal):
    page = ensure_neighbourhood_page(klarendal)
    assert ensure_neighbourhood_page(klarendal) == page
    klarendal.name, klarendal.slug = "Klarendal Noord", "klarendal-noord"
    klarendal.save()
    assert ensure_neighbourhood_page(klarendal).address == "/wijk/klarendal-noord/"


# Safety ---------------------------------------------------------------------------------------------------------------


# News ----------------------------------------------------------------------------------------------------------------


def fields(**changes):
    typed = {"title": "Nieuw bankje", "published_on": "2026-11-24", "summary": "", "text": "Kom zitten.", "alt": ""}
    return {**typed, "published_on": clock.today().isoformat(), **changes}


def test_a_manager_writes_news_that_everybody_reads(as_, client, mo, klarendal):
    answer = as_(mo).post("/beheer/klarendal/nieuws/nieuw/", fields(text="Regel een.\n\nhttps://example.org/plein"))
    assert answer.status_code == 302, answer.text
    item = NewsPage.objects.get()
    assert item.live and item.address == "/wijk/klarendal/nieuws/nieuw-bankje/"
    page = client.get(item.address)
    assert "<p>Regel een.</p>" in page.text and 'rel="nofollow ugc noopener"' in page.text and not page.cookies
    assert "Nieuw bankje" in client.get("/wijk/klarendal/").text
    assert "Nieuw bankje" in client.get("/wijk/klarendal/nieuws/").text
    assert item.address in client.get("/sitemap-paginas.xml").text
    assert AuditEvent.objects.filter(action="news.write", actor_ref=mo.pk).exists()


def test_a_form_sent_twice_makes_one_item(as_, mo, klarendal):
    browser = as_(mo)
    assert [browser.post("/beheer/klarendal/nieuws/nieuw/", fields()).status_code for _ in range(2)] == [302, 302]
    assert NewsPage.objects.count() == 1


def test_two_items_may_have_one_title(mo, klarendal):
    first, second, third = (news(klarendal, by=mo) for _ in range(3))
    assert [page.slug for page in (first, second, third)] == ["nieuw-bankje", "nieuw-bankje-2", "nieuw-bankje-3"]
    assert news(klarendal, by=mo, title="🌳🌳").slug == "nieuws"


def test_news_can_be_changed_and_taken_off_the_site(as_, client, mo, klarendal):
    item, browser = news(klarendal, by=mo), as_(mo)
    url = reverse("pages:edit_news", args=["klarendal", item.pk])
    assert "Op het plein staat een bankje." in browser.get(url).text
    assert browser.post(url, fields(title="Twee bankjes")).status_code == 302
    assert "Twee bankjes" in client.get(item.address).text
    browser.post(reverse("pages:withdraw_news", args=["klarendal", item.pk]))
    assert client.get(item.address).status_code == 404
    assert "Twee bankjes" in browser.get("/beheer/klarendal/nieuws/").text
    browser.post(url, fields(title="Twee bankjes"))
    assert client.get(item.address).status_code == 200


def test_the_news_of_another_neighbourhood_is_not_there(as_, els, mo, klarendal, presikhaaf):
    item = news(klarendal, by=mo)
    browser = as_(els)
    assert browser.get("/beheer/klarendal/nieuws/").status_code == 404
    assert browser.post("/beheer/klarendal/nieuws/nieuw/", fields()).status_code == 404
    for wijk in ("klarendal", "presikhaaf-west"):
        assert browser.get(reverse("pages:edit_news", args=[wijk, item.pk])).status_code == 404
        assert browser.post(reverse("pages:edit_news", args=[wijk, item.pk]), fields(title="x")).status_code == 404
        assert browser.post(reverse("pages:withdraw_news", args=[wijk, item.pk])).status_code == 404
    item.refresh_from_db()
    assert item.title == "Nieuw bankje" and item.live


def test_members_and_visitors_have_no_desk(as_, client, anna):
    assert client.get("/beheer/klarendal/nieuws/").status_code == 302
    assert as_(anna).get("/beheer/klarendal/nieuws/").status_code in {302, 404}


def test_news_of_a_neighbourhood_that_stops_is_gone(client, mo, klarendal):
    item = news(klarendal, by=mo)
    klarendal.is_on = False
    klarendal.save()
    assert client.get(item.address).status_code == 404
    assert client.get("/wijk/klarendal/nieuws/").status_code == 404
    assert item.address not in client.get("/sitemap-paginas.xml").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "Geef het nieuws een titel"),
        ({"title": "x" * 5000}, "120"),
        ({"published_on": "gisteren"}, "Schrijf de datum als"),
        ({"published_on": "0001-01-01"}, "Kies een datum van hooguit"),
        ({"text": "\x00\u202e"}, "Schrijf wat er te vertellen is"),
        ({"text": "\ud800"}, "Schrijf wat er te vertellen is"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(as_, mo, klarendal, typed, words):
    if "\ud800" in typed.get("text", ""):
        typed = {"text": ""}
    answer = as_(mo).post("/beheer/klarendal/nieuws/nieuw/", fields(summary="Blijft staan", **typed))
    assert answer.status_code == 422 and words in answer.text and "Blijft staan" in answer.text
    assert not NewsPage.objects.exists()


def test_words_in_news_stay_words(as_, client, mo, klarendal):
    as_(mo).post("/beheer/klarendal/nieuws/nieuw/", fields(text="<script>alert(1)</script> {{ settings }}"))
    page = client.get(NewsPage.objects.get().address).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_plain_text_survives_being_edited():
    text = "Hallo & welkom.\nTweede regel <b>.\n\nKijk op https://example.org/a?b=1&c=2 voor meer 'nieuws' \"hier\"."
    assert is_plain(paragraphs(text)) and as_text(paragraphs(text)) == text
    assert not is_plain("<p>Met een</p><ul><li>lijst</li></ul>")


def test_a_text_the_editors_laid_out_is_not_flattened(as_, mo, klarendal):
    item = news(klarendal, by=mo)
    item.body = "<p>Met een</p><ul><li>lijst</li></ul>"
    item.save_revision().publish()
    url = reverse("pages:edit_news", args=["klarendal", item.pk])
    browser = as_(mo)
    assert "De redactie heeft deze tekst opgemaakt" in browser.get(url).text
    assert browser.post(url, fields(title="Nieuwe kop")).status_code == 302
    item.refresh_from_db()
    assert "<li>lijst</li>" in item.body and item.title == "Nieuwe kop"


# Photos --------------------------------------------------------------------------------------------------------------


def with_photo(**changes):
    return fields(**{"photo": jpeg(), "alt": "Een bankje onder een boom", "consent": "on", **changes})


def test_a_photo_with_news_is_clean_described_and_served(as_, client, mo, klarendal, photos):
    assert as_(mo).post("/beheer/klarendal/nieuws/nieuw/", with_photo()).status_code == 302
    page = client.get(NewsPage.objects.get().address).text
    assert 'alt="Een bankje onder een boom"' in page
    src = page.split('<img src="')[1].split('"')[0]
    answer = client.get(src)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    answer.close()
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert files and all(b"canary" not in path.read_bytes() and "klarendal" not in path.name for path in files)


@pytest.mark.parametrize(
    ("change", "words"), [({"alt": ""}, "Vertel in een paar woorden"), ({"consent": ""}, "goed vinden")]
)
def test_a_photo_needs_words_and_consent(as_, mo, klarendal, change, words):
    answer = as_(mo).post("/beheer/klarendal/nieuws/nieuw/", with_photo(**change))
    assert answer.status_code == 422 and words in answer.text and not CleanImage.objects.exists()


def test_no_photo_is_said_in_words(as_, mo, klarendal):
    wrong = SimpleUploadedFile("foto.jpg", b"<html><script>", content_type="image/jpeg")
    answer = as_(mo).post("/beheer/klarendal/nieuws/nieuw/", with_photo(photo=wrong))
    assert answer.status_code == 422 and "geen goede foto" in answer.text


def test_a_removed_photo_leaves_no_file(as_, client, mo, klarendal, photos, django_capture_on_commit_callbacks):
    browser = as_(mo)
    browser.post("/beheer/klarendal/nieuws/nieuw/", with_photo())
    item = NewsPage.objects.get()
    client.get(item.address)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("pages:edit_news", args=["klarendal", item.pk]), fields(remove_photo="on"))
    assert not CleanImage.objects.exists()
    assert not [path for path in photos.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "path",
    [
        "../wijk.sqlite3",
        "images/../../secret",
        "images/%2e%2e/secret.webp",
        "/etc/passwd",
        "documents/list.pdf",
        "avatar_images/anna.jpg",
        "images/geheim.html",
        "images/.geheim.webp",
        "images/nergens.webp",
        "images/",
    ],
)
def test_nothing_else_in_the_media_folder_is_served(client, db, photos, path):
    for name in ("images/geheim.html", "images/.geheim.webp", "documents/list.pdf", "avatar_images/anna.jpg"):
        file = Path(photos, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("geheim")
    assert client.get(f"/media/{path}").status_code == 404


# The admin -----------------------------------------------------------------------------------------------------------


def test_an_editor_edits_pages_and_images_and_nothing_of_people(as_, eva):
    browser = as_(eva)
    for path in ("", "pages/", f"pages/{HomePage.objects.get().pk}/edit/", "images/", "images/add/"):
        assert browser.get(f"/cms/{path}", follow=True).status_code == 200, path
    assert "/cms/users/" not in browser.get("/cms/").text and "/cms/documents/" not in browser.get("/cms/").text
    assert "Bewoner" not in browser.get("/cms/users/", follow=True).text
    assert browser.get("/cms/users/").status_code in {302, 403, 404}


def test_an_operator_reaches_the_people_and_the_settings(as_, otto):
    browser = as_(otto)
    for path in ("", "users/", "groups/", "sites/", "pages/", "images/", "reports/site-history/"):
        assert browser.get(f"/cms/{path}", follow=True).status_code == 200, path


def test_members_and_managers_do_not_enter_the_admin(as_, anna, mo, client):
    assert as_(anna).get("/cms/").status_code in {302, 404}
    assert as_(mo).get("/cms/", follow=True).status_code in {200, 403, 404}
    assert "wagtail" not in as_(mo).get("/cms/").text.lower()
    assert client.get("/_util/login/").status_code == 404


def test_the_admin_keeps_only_clean_images(as_, eva, photos):
    answer = as_(eva).post("/cms/images/add/", {"title": "Bankje", "file": jpeg(), "collection": 1}, follow=True)
    assert answer.status_code == 200
    image = CleanImage.objects.get()
    assert image.file.name.endswith(".webp") and "klarendal" not in image.file.name
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert files and all(b"canary" not in path.read_bytes() for path in files)


def test_the_admins_many_at_once_form_keeps_only_clean_images(as_, eva, photos):
    answer = as_(eva).post(
        "/cms/images/multiple/add/", {"title": "x", "files[]": jpeg()}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status_code == 200
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert files and all(b"canary" not in path.read_bytes() for path in files)


def test_not_even_an_image_whose_form_has_an_error_is_kept_as_it_was(as_, eva, photos):
    as_(eva).post(
        "/cms/images/multiple/add/",
        {"title": "x" * 300, "files[]": jpeg()},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert not CleanImage.objects.exists()
    files = [path for path in photos.rglob("*") if path.is_file()]
    assert files and all(b"canary" not in path.read_bytes() and "klarendal" not in path.name for path in files)


def test_an_image_made_by_code_is_cleaned_too(db, photos):
    image = CleanImage.objects.create(title="Zonder formulier", file=jpeg())
    assert image.file.name.endswith(".webp")
    assert all(b"canary" not in path.read_bytes() for path in photos.rglob("*.webp"))


def test_an_editors_page_may_be_previewed_and_published(as_, eva, klarendal):
    page = ensure_neighbourhood_page(klarendal)
    assert as_(eva).get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    response = page.make_preview_request()
    assert response.status_code == 200 and "Klarendal" in response.text


def test_an_editors_photo_and_words_appear_on_the_neighbourhoods_page(client, klarendal):
    page = ensure_neighbourhood_page(klarendal)
    image = CleanImage.objects.create(title="Plein", description="Het plein", file=jpeg())
    page.headline = "Welkom in Klarendal"
    page.body = [("heading", "Ons plein"), ("text", "<p>Kom langs.</p>"), ("image", image)]
    page.save_revision().publish()
    text = client.get("/wijk/klarendal/").text
    assert all(words in text for words in ("Welkom in Klarendal", "Ons plein", "<p>Kom langs.</p>", 'alt="Het plein"'))
