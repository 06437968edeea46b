"""Newsletters at the desk: composing, looking, testing, throwing away."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.audit.models import AuditEvent
from content.newsletters import actions, blocks, sending
from content.newsletters.letter import compose, greeting
from content.newsletters.models import Newsletter
from content.pages.actions import write_news
from content.pages.images import clean_upload
from content.pages.models import CleanImage
from content.posts.models import Post
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

CANARY = "kanarie"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lamp(anna, klarendal):
    return factories.post(
        anna, klarendal, contact_email=f"{CANARY}@example.org", contact_name=CANARY, contact_phone=CANARY
    )


@pytest.fixture
def draft(mo, klarendal, lamp):
    return actions.create(neighbourhood=klarendal, by=mo)


def address(name, newsletter):
    return reverse(f"newsletters:{name}", args=[newsletter.neighbourhood.slug, newsletter.pk])


def typed(newsletter, *typed_blocks, command="bewaar", **fields):
    """The composer's form with these blocks, as a browser sends it."""
    data = {
        "subject": newsletter.subject,
        "versie": newsletter.revision,
        "doe": command,
        "blok": [str(key) for key in range(len(typed_blocks))],
        **fields,
    }
    for key, block in enumerate(typed_blocks):
        data[f"blok{key}-soort"] = block["kind"]
        data.update({f"blok{key}-{name}": value for name, value in block.items() if name != "kind"})
    return data


def photo(size=(60, 40), form="JPEG", exif=b""):
    made = BytesIO()
    Image.new("RGB", size, "brown").save(made, form, exif=exif)
    return SimpleUploadedFile("mijn-huis.jpg", made.getvalue(), "image/jpeg")


def text(words="Hallo allemaal.", **more):
    return {"kind": "text", "title": "", "text": words, **more}


def test_a_new_issue_is_a_ready_draft(as_, mo, klarendal, lamp):
    answer = as_(mo).post(reverse("newsletters:create", args=[klarendal.slug]))
    draft = Newsletter.objects.get()
    assert answer["Location"] == address("edit", draft)
    assert [block["kind"] for block in draft.blocks] == ["text", "posts", "agenda", "news"]
    assert draft.blocks[1]["posts"] == [lamp.pk]
    assert klarendal.name in draft.subject
    assert AuditEvent.objects.filter(action="newsletter.create", actor_ref=mo.pk).exists()


def test_reading_the_address_for_a_new_issue_makes_none_and_pressing_twice_makes_one(as_, mo, klarendal):
    browser, path = as_(mo), reverse("newsletters:create", args=[klarendal.slug])
    browser.get(path)
    assert not Newsletter.objects.exists()
    browser.post(path)
    browser.post(path)
    assert Newsletter.objects.count() == 1


def test_what_is_typed_is_kept_in_its_order(as_, mo, draft, lamp):
    agenda = {"kind": "agenda", "title": "Kom je ook?", "days": "14"}
    posts = {"kind": "posts", "title": "", "posts": [str(lamp.pk)]}
    as_(mo).post(
        address("edit", draft), typed(draft, agenda, text("Een\r\n\r\ntwee"), posts, subject="Nieuw onderwerp")
    )
    draft.refresh_from_db()
    assert draft.subject == "Nieuw onderwerp"
    assert [block["kind"] for block in draft.blocks] == ["agenda", "text", "posts"]
    assert draft.blocks[0]["days"] == 14
    assert draft.blocks[1]["text"] == "Een\n\ntwee"
    assert draft.blocks[2]["posts"] == [lamp.pk]


def test_blocks_are_moved_added_and_taken_away_and_the_words_stay(as_, mo, draft):
    browser = as_(mo)
    for command, expected in (
        ("omlaag:0", ["twee", "een"]),
        ("omhoog:1", ["een", "twee"][::-1]),
        ("weg:0", ["twee"]),
        ("omhoog:0", ["een", "twee"]),
        ("erbij:text", ["een", "twee", ""]),
        ("omhoog:99", ["een", "twee"]),
        ("onzin", ["een", "twee"]),
    ):
        draft.refresh_from_db()
        answer = browser.post(address("edit", draft), typed(draft, text("een"), text("twee"), command=command))
        assert answer.status_code == 302
        draft.refresh_from_db()
        assert [block["text"] for block in draft.blocks] == expected, command


def test_moving_a_block_loses_nothing_when_something_is_wrong(as_, mo, draft):
    data = typed(draft, text("een" * 2000), text("twee"), command="omlaag:0", subject="")
    page = as_(mo).post(address("edit", draft), data).content.decode()
    assert "Er klopt nog iets niet" in page
    assert page.index('name="blok1-text"') < page.index('name="blok0-text"')
    assert "eeneeneen" in page
    draft.refresh_from_db()
    assert draft.blocks[0]["kind"] == "text"
    assert "twee" not in draft.blocks[0]["text"]


def test_a_stale_form_is_not_saved_but_shown_and_a_second_time_it_is(as_, mo, draft):
    browser, old = as_(mo), typed(draft, text("Uit het andere venster"))
    with clock.frozen(timedelta(seconds=5)):
        actions.save(newsletter=draft, subject="Eerst", blocks=[text("Eerst")], by=mo)
    page = browser.post(address("edit", draft), old).content.decode()
    assert "Er is intussen iets anders bewaard" in page
    assert "Uit het andere venster" in page
    draft.refresh_from_db()
    assert draft.blocks[0]["text"] == "Eerst"
    browser.post(address("edit", draft), {**old, "versie": draft.revision})
    draft.refresh_from_db()
    assert draft.blocks[0]["text"] == "Uit het andere venster"


def test_posts_of_another_neighbourhood_or_not_visible_cannot_be_picked(as_, mo, draft, bram, anna, presikhaaf, lamp):
    elsewhere = factories.post(bram, presikhaaf, title="Iets van Presikhaaf")
    hidden = factories.post(anna, draft.neighbourhood, title="Nog niet gekeurd", status=Post.Status.WAITING)
    browser = as_(mo)
    page = browser.get(address("edit", draft)).content.decode()
    assert "Iets van Presikhaaf" not in page
    assert "Nog niet gekeurd" not in page
    picks = [str(number) for number in (elsewhere.pk, hidden.pk, lamp.pk, 999_999)] + ["x", ""]
    browser.post(address("edit", draft), typed(draft, {"kind": "posts", "title": "", "posts": picks}))
    draft.refresh_from_db()
    assert draft.blocks == [{"kind": "posts", "title": "", "posts": [lamp.pk]}]
    actions.save(newsletter=draft, subject="x", blocks=[{"kind": "posts", "posts": [elsewhere.pk]}], by=mo)
    assert draft.blocks[0]["posts"] == []


@pytest.mark.parametrize(
    "wrong", [None, {}, "text", [1], [{"kind": "script"}], [{}], [{"kind": ["text"]}], [text()] * 16]
)
def test_blocks_that_are_none_are_refused(klarendal, wrong):
    with pytest.raises(ValidationError):
        blocks.check(wrong, klarendal)


def test_blocks_take_their_one_right_form(klarendal):
    found = blocks.check(
        [
            {"kind": "text", "title": ["x"], "text": "a\x00\u202eb" + "c" * 9000, "evil": 1},
            {"kind": "posts", "posts": ["1", -4, True, None, {}]},
            {"kind": "picture", "image": 12345, "alt": None},
            {"kind": "agenda", "days": 10**9},
        ],
        klarendal,
    )
    assert set(found[0]) == {"kind", "title", "text"}
    assert found[0]["text"].startswith("abccc")
    assert len(found[0]["text"]) == blocks.TEXT_LENGTH
    assert found[1]["posts"] == []
    assert found[2]["image"] is None
    assert found[3]["days"] == 30


def test_hostile_typing_gets_a_message_or_is_left_out_and_never_falls_over(as_, mo, draft):
    browser, path = as_(mo), address("edit", draft)
    kept = draft.blocks
    assert browser.post(path, typed(draft, text("a" * 10_000_000))).status_code == 400
    assert browser.post(path, typed(draft, text("a" * 5000))).status_code == 200
    assert browser.post(path, typed(draft, text(), subject="\x00\u202e")).status_code == 200
    assert browser.post(path, typed(draft, {"kind": "agenda", "title": "", "days": "x"})).status_code == 200
    draft.refresh_from_db()
    assert draft.blocks == kept
    odd = {"kind": "picture", "image": "9" * 40, "alt": ""}
    assert browser.post(path, typed(draft, {"kind": "evil"}, odd, blok=["0", "1", "1", "-1", "²"])).status_code in {
        200,
        302,
    }


def test_a_photo_is_kept_as_clean_pixels_and_needs_words(as_, mo, draft):
    exif = Image.Exif()
    exif[0x010F] = CANARY
    browser = as_(mo)
    upload = {"kind": "picture", "upload": photo((3000, 1500), exif=exif.tobytes()), "alt": ""}
    page = browser.post(address("edit", draft), typed(draft, upload)).content.decode()
    assert "Schrijf in een paar woorden" in page
    image = CleanImage.objects.get()
    assert f'name="blok0-image" value="{image.pk}"' in page
    assert (image.width, image.height, image.uploaded_by_user) == (1200, 600, mo)
    with image.file.open() as file:
        assert CANARY.encode() not in file.read()

    answer = {"kind": "picture", "image": str(image.pk), "alt": "Mijn huis in de zon"}
    browser.post(address("edit", draft), typed(draft, answer))
    draft.refresh_from_db()
    assert draft.blocks == [{"kind": "picture", "image": image.pk, "alt": "Mijn huis in de zon"}]
    html = compose(draft, "nl").html
    assert 'alt="Mijn huis in de zon"' in html
    assert 'src="http://127.0.0.1:8000/media/' in html
    assert "[Foto: Mijn huis in de zon]" in compose(draft, "nl").text


@pytest.mark.parametrize("words", [b"", b"geen foto", b"<svg onload=alert(1)>", b"GIF89a" + b"\x00" * 50])
def test_what_is_no_photo_gets_a_message(as_, mo, draft, words):
    upload = {"kind": "picture", "upload": SimpleUploadedFile("foto.jpg", words), "alt": "Iets"}
    page = as_(mo).post(address("edit", draft), typed(draft, upload, text("blijft staan"))).content.decode()
    assert "blijft staan" in page
    assert 'value="Iets"' in page
    assert not CleanImage.objects.exists()


def test_somebody_elses_photo_cannot_be_named(as_, mo, els, draft):
    theirs = actions.add_picture(upload=clean_upload(photo()), alt="Van Els", by=els)
    as_(mo).post(address("edit", draft), typed(draft, {"kind": "picture", "image": str(theirs.pk), "alt": "x"}))
    draft.refresh_from_db()
    assert draft.blocks[0]["image"] is None


def test_another_neighbourhoods_manager_finds_nothing(as_, mo, els, anna, presikhaaf, draft):
    for name in ("edit", "preview", "preview_html", "test_send", "send", "remove"):
        theirs = reverse(f"newsletters:{name}", args=[presikhaaf.slug, draft.pk])
        for path in (address(name, draft), theirs):
            assert as_(els).get(path).status_code in {404, 405}, name
            assert as_(els).post(path, {"doe": "bewaar"}).status_code in {404, 405}, name
            assert as_(anna).get(path).status_code in {302, 404, 405}
    for name in ("issues", "create"):
        assert as_(els).post(reverse(f"newsletters:{name}", args=["klarendal"])).status_code == 404
    draft.refresh_from_db()
    assert draft.is_draft
    assert not OutgoingMail.objects.exists()


def test_the_preview_shows_the_mail_in_a_frame_without_scripts(as_, mo, draft, lamp):
    browser = as_(mo)
    page = browser.get(address("preview", draft))
    assert "<iframe" in page.content.decode()
    assert " sandbox " in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    mail = browser.get(address("preview_html", draft))
    html = mail.content.decode()
    assert "script-src" not in mail["Content-Security-Policy"]
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    assert "Hallo Mo," in html
    assert lamp.title in html
    assert CANARY not in html
    assert CANARY not in page.content.decode()


def test_a_test_goes_to_my_own_mailbox_only(as_, mo, draft):
    factories.subscription("fatima@example.org", draft.neighbourhood)
    as_(mo).post(address("test_send", draft))
    mail = OutgoingMail.objects.get()
    assert mail.recipient == mo.email
    assert "Proef: " in mail.payload
    draft.refresh_from_db()
    assert draft.is_draft
    assert as_(mo).get(address("test_send", draft)).status_code == 405


def test_tests_are_limited(as_, mo, draft):
    browser = as_(mo)
    codes = [browser.post(address("test_send", draft)).status_code for _time in range(21)]
    assert codes == [302] * 20 + [429]


def test_a_draft_is_thrown_away_after_asking_and_a_sent_issue_never(as_, mo, draft):
    browser = as_(mo)
    browser.get(address("remove", draft))
    assert Newsletter.objects.exists()
    factories.subscription("fatima@example.org", draft.neighbourhood)
    sending.start(newsletter=draft, by=mo)
    browser.post(address("remove", draft))
    assert Newsletter.objects.exists()
    Newsletter.objects.update(state=Newsletter.State.DRAFT)
    browser.post(address("remove", draft))
    assert not Newsletter.objects.exists()


def test_a_manager_takes_somebody_off_the_list(as_, mo, klarendal):
    factories.subscription("fatima@example.org", klarendal)
    path = reverse("newsletters:issues", args=[klarendal.slug])
    for email in ("FATIMA@example.org", "onbekend@example.org"):
        page = as_(mo).post(path, {"email": email}, follow=True).content.decode()
        assert "krijgt de nieuwsbrief niet meer" in page
    assert not Subscription.objects.confirmed().exists()
    assert 'value="geen adres"' in as_(mo).post(path, {"email": "geen adres"}).content.decode()


def test_lists_take_as_many_queries_with_many_issues_posts_and_readers(
    as_, mo, anna, klarendal, draft, django_assert_max_num_queries
):
    browser = as_(mo)
    for number in range(12):
        factories.subscription(f"lezer{number}@example.org", klarendal, first_name="Joris")
        factories.post(anna, klarendal, title=f"Bericht {number}")
        factories.activity(anna, klarendal, title=f"Samen {number}")
        made = Newsletter.objects.create(neighbourhood=klarendal, subject=f"Nummer {number}", made_by=mo)
        sending.start(newsletter=made, by=mo)
    draft.blocks = blocks.first_draft(klarendal, "Hallo")
    draft.save()
    for name, path in [("issues", reverse("newsletters:issues", args=["klarendal"]))] + [
        (name, address(name, draft)) for name in ("edit", "preview", "preview_html", "send")
    ]:
        browser.get(path)
        with django_assert_max_num_queries(20):
            assert browser.get(path).status_code == 200, name


def test_news_of_this_neighbourhood_can_be_picked_and_no_other(as_, mo, els, klarendal, presikhaaf, draft):
    ours, theirs = (
        write_news(
            neighbourhood=place, words={"title": f"Bankje in {place.name}", "summary": "Ga zitten."}, text="x", by=by
        )
        for place, by in ((klarendal, mo), (presikhaaf, els))
    )
    browser, path = as_(mo), address("edit", draft)
    assert theirs.title not in browser.get(path).content.decode()
    picks = {"kind": "news", "title": "", "pages": [str(ours.pk), str(theirs.pk)]}
    browser.post(path, typed(draft, picks))
    draft.refresh_from_db()
    assert draft.blocks == [{"kind": "news", "title": "", "pages": [ours.pk]}]
    letter = compose(draft, "nl")
    assert f'href="http://127.0.0.1:8000{ours.address}"' in letter.html
    assert "Ga zitten." in letter.text
    assert as_(mo).get(ours.address).status_code == 200
    ours.unpublish()
    assert ours.title not in compose(draft, "nl").html


def test_agenda_comes_from_this_neighbourhood(anna, bram, mo, klarendal, presikhaaf, draft):
    factories.activity(anna, klarendal, title="Samen eten", venue="De Mix")
    factories.activity(anna, klarendal, title="Over een jaar", starts_in=timedelta(days=365))
    factories.activity(bram, presikhaaf, title="Elders dansen")
    html = compose(draft, "nl").html
    assert "Samen eten" in html
    assert "Over een jaar" not in html
    assert "Elders dansen" not in html


def test_what_is_no_longer_visible_is_left_out_of_the_mail(mo, anna, draft, lamp):
    assert lamp.title in compose(draft, "nl").text
    Post.objects.update(status=Post.Status.WITHDRAWN)
    letter = compose(draft, "nl")
    assert lamp.title not in letter.html + letter.text
    assert "Vraag en aanbod" not in letter.html


def test_typed_words_stay_words_in_the_mail(mo, draft):
    words = "<script>alert(1)</script> kijk op https://voorbeeld.nl/a?b=1&c"
    actions.save(newsletter=draft, subject="<b>Kop</b>", blocks=[text(words, title="<i>x</i>")], by=mo)
    letter = compose(draft, "nl").to("Anna", "https://wijk.example/stop")
    assert "<script" not in letter.html
    assert "<i>" not in letter.html
    assert "<b>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>alert(1)</script>" in letter.text
    assert letter.subject == "<b>Kop</b>"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna", "Hallo Anna,"),
        ("  Anna  Maria ", "Hallo Anna Maria,"),
        ("Öznur", "Hallo Öznur,"),
        ("D'Arcy-Jan", "Hallo D'Arcy-Jan,"),
        ("", "Hallo buur,"),
        ("   ", "Hallo buur,"),
        ("Anna\r\nBcc: x@example.org", "Hallo buur,"),
        ("<b>Anna</b>", "Hallo buur,"),
        ("An\u202ena", "Hallo Anna,"),
        ("https://evil.example", "Hallo buur,"),
        ("A" * 10_000_000, "Hallo buur,"),
    ],
)
def test_the_greeting_uses_a_first_name_or_none(name, expected):
    assert greeting(name, "nl") == expected


def test_only_greeting_and_stop_link_differ_between_readers(draft):
    letter = compose(draft, "nl")
    anna, joris = letter.to("Anna", "https://w.example/a"), letter.to("", "https://w.example/b")
    assert anna.html.replace("Hallo Anna,", "Hallo buur,").replace('/a"', '/b"') == joris.html
    assert letter.greeting_gap not in anna.html + anna.text
    assert letter.stop_gap not in anna.html + anna.text
    assert anna.html.count("https://w.example/a") == 1


def test_the_frame_of_the_mail_is_in_the_readers_language(draft):
    assert 'lang="en"' in compose(draft, "en").html
    assert greeting("Anna", "en").endswith("Anna,")


def test_the_mail_loads_nothing_but_our_own_photos(draft):
    html = compose(draft, "nl").html
    assert "<img" not in html
    assert "<link" not in html
    assert "url(" not in html
