"""Legal texts: versions that stay, the one in force by the clock, the difference, and the announcement (W-1, W-89)."""

from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from wagtail.models import Page
from wagtail.signals import page_published

from accounts.audit.models import AuditEvent
from accounts.consent.actions import agree, agreed, tell_due
from accounts.consent.models import Announcement, ConsentEvent, Unchangeable, agreeing
from accounts.users.models import User
from content.legal.actions import SHIPPED, freeze, plant_legal_texts
from content.legal.comparing import compare
from content.legal.models import NOTICE, LegalPage, LegalVersion
from content.pages.models import HomePage
from content.signals import keep_version
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.settings_operator import COUNTRIES

DAY = timedelta(days=1)


def publish(slug="privacy", version="2.0", *, words="<p>Andere woorden.</p>", on=None, by=None, **fields):
    """What an editor does in Wagtail: change the page and publish it."""
    page = LegalPage.objects.get(slug=slug)
    page.version, page.effective_on = version, on or clock.today()
    page.body = [("heading", "Nieuwer"), ("text", words)]
    for name, value in {"summary": f"Wat er anders is in {version}.", **fields}.items():
        setattr(page, name, value)
    page.save_revision(user=by).publish(user=by)
    return LegalVersion.objects.get(slug=slug, version=version)


def coming(version="2.0", **fields):
    """A version everybody must hear of, a fortnight ahead."""
    return publish(version=version, on=clock.today() + 14 * DAY, changes_purpose=True, **fields)


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SHIPPED)
def test_legal_texts_are_readable_cacheable_and_say_who_runs_the_site(client, db, settings, slug):
    answer = client.get(f"/{slug}/")
    assert answer.status_code == 200 and not answer.cookies and "public" in answer["Cache-Control"]
    assert "Versie 2026-11, geldig vanaf 24 november 2026" in answer.text
    assert 'datetime="2026-11-24"' in answer.text
    assert settings.OPERATOR["email"] in answer.text
    versions = client.get(f"/{slug}/versies/")
    assert versions.status_code == 200 and not versions.cookies and "Versie 2026-11" in versions.text


def test_the_privacy_page_says_what_the_register_says(client, db):
    text = client.get("/privacy/").text
    assert "Telefoonnummer bij contact" in text and "je toestemming" in text and "30 dagen na bezorging" in text


def test_the_cookie_page_names_every_cookie(client, db, settings):
    text = client.get("/cookies/").text
    assert all(name in text for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "taal"))


def test_old_versions_stay_readable_and_drafts_are_nobodys_business(client, db, eva):
    publish(version="1.1", by=eva)
    page = LegalPage.objects.get(slug="privacy")
    page.version, page.summary = "2.0-concept", "Nog niet af."
    page.save_revision()
    text = client.get("/privacy/versies/").text
    assert "Versie 1.1" in text and "Versie 2026-11" in text and "concept" not in text
    assert "Wat er anders is in 1.1." in text
    assert "Andere woorden." in client.get("/privacy/").text
    old = client.get("/privacy/versies/2026-11/").text
    assert "In het kort" in old and "oudere versie" in old
    assert client.get("/privacy/versies/2.0-concept/").status_code == 404
    assert client.get("/cookies/versies/1.1/").status_code == 404
    assert AuditEvent.objects.get(action="legal.publish", actor_ref=eva.pk)


def test_a_coming_version_is_readable_and_counts_from_its_day(client, db):
    text = coming()
    assert "Andere woorden." not in client.get("/privacy/").text
    assert "gaat een nieuwe versie in" in client.get("/privacy/").text
    page = client.get("/privacy/versies/2.0/").text
    assert "gaat in op" in page and "geldt nog niet" in page and "Andere woorden." in page
    assert "geldt nog niet" in client.get("/privacy/versies/").text
    with clock.frozen(text.effective_at - timedelta(seconds=1)):
        assert LegalVersion.objects.in_force("privacy").version == "2026-11"
    with clock.frozen(text.effective_at):
        assert LegalVersion.objects.in_force("privacy").version == "2.0"
        now = client.get("/privacy/").text
        assert "Andere woorden." in now and "gaat een nieuwe versie in" not in now


def test_before_the_first_day_the_first_text_is_shown(client, db):
    with clock.frozen(datetime(2020, 1, 1, tzinfo=clock.now().tzinfo)):
        assert "In het kort" in client.get("/privacy/").text


# Immutable -----------------------------------------------------------------------------------------------------------


def test_a_published_version_cannot_be_changed_by_anybody(db):
    text = LegalVersion.objects.get(slug="privacy")
    text.title = "Stiekem"
    for act in (text.save, text.delete, LegalVersion.objects.all().delete):
        with pytest.raises(Unchangeable):
            act()
    with pytest.raises(Unchangeable):
        LegalVersion.objects.update(title="Stiekem")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE content_legalversion SET title = 'Stiekem'")


def test_other_words_are_another_version(db):
    page = LegalPage.objects.get(slug="privacy")
    page.full_clean()
    page.body = [("text", "<p>Stiekem anders.</p>")]
    with pytest.raises(ValidationError, match="nieuw versienummer"):
        page.full_clean()
    with pytest.raises(ValidationError), transaction.atomic():
        page.save_revision(clean=False).publish()
    with pytest.raises(Unchangeable):
        freeze(page=page, by=None)
    page = LegalPage.objects.get(slug="privacy")
    page.body = [("text", "<p>Stiekem anders.</p>")]
    page.version, page.effective_on, page.summary = "1.1", clock.today() + DAY, "Anders."
    page.full_clean()
    same = LegalPage.objects.get(slug="cookies")
    same.body = [(b.block_type, str(b.value).replace("<p>", '<p data-block-key="x1">')) for b in same.body]
    same.full_clean()


@pytest.mark.parametrize(
    ("fields", "days", "wrong"),
    [
        ({"version": "2/0"}, 30, "version"),
        ({"summary": " "}, 30, "summary"),
        ({}, -1, "effective_on"),
        ({"changes_rights": True}, NOTICE.days - 1, "effective_on"),
    ],
)
def test_an_editor_hears_what_is_missing(db, fields, days, wrong):
    page = LegalPage.objects.get(slug="privacy")
    page.version, page.summary, page.effective_on = "2.0", "Anders.", clock.today() + days * DAY
    for name, value in fields.items():
        setattr(page, name, value)
    with pytest.raises(ValidationError) as problem:
        page.full_clean()
    assert set(problem.value.message_dict) == {wrong}


def test_an_editor_publishes_a_version_in_the_admin(as_, eva):
    page = LegalPage.objects.get(slug="cookies")
    assert as_(eva).get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    assert page.make_preview_request().status_code == 200


def test_publishing_the_same_version_again_makes_no_second(db):
    text = publish()
    LegalPage.objects.get(slug="privacy").save_revision().publish()
    assert LegalVersion.objects.get(slug="privacy", version="2.0") == text


def test_what_was_published_before_versions_were_kept_becomes_versions(db):
    page_published.disconnect(keep_version, sender=LegalPage)
    try:
        page = LegalPage(slug="huisregels", title="Huisregels", version="1", effective_on=date(2025, 1, 1))
        page.body = [("text", "<p>Eerste.</p>")]
        HomePage.objects.get().add_child(instance=page)
        page.save_revision().publish()
        page.version, page.effective_on, page.body = "2", date(2025, 6, 1), [("text", "<p>Tweede.</p>")]
        page.save_revision(clean=False).publish()
    finally:
        page_published.connect(keep_version, sender=LegalPage)
    home = Page.objects.get(pk=HomePage.objects.get().pk)
    for _again in range(2):
        plant_legal_texts(home)
        rows = LegalVersion.objects.of("huisregels")
        assert [row.version for row in rows] == ["2", "1"]
    assert rows[1].body == [{"kind": "text", "value": "<p>Eerste.</p>"}]
    assert not Announcement.objects.exists()


# The difference ------------------------------------------------------------------------------------------------------


def text(*lines):
    return [{"kind": "text", "value": "".join(f"<p>{line}</p>" for line in lines)}]


def test_the_difference_is_told_word_by_word():
    old = text("Dit blijft &amp; staat.", "We bewaren het acht weken.", "Dit verdwijnt helemaal.")
    new = text("Dit blijft &amp; staat.", "We bewaren het tien weken.", "Iets heel anders, over koekjes.")
    same, changed, gone, came = compare(old, new)
    assert same.paragraphs == ["Dit blijft & staat."]
    assert [(piece.kind, piece.words.strip()) for piece in changed.pieces] == [
        ("same", "We bewaren het"),
        ("gone", "acht"),
        ("new", "tien"),
        ("same", "weken."),
    ]
    assert (gone.kind, gone.pieces[0].words) == ("gone", "Dit verdwijnt helemaal.")
    assert (came.kind, came.pieces[0].words) == ("new", "Iets heel anders, over koekjes.")


def test_the_page_of_the_difference_says_in_words_what_went_and_came(client, db):
    publish(words="<p>Op Wijk helpen &lt;buren&gt; elkaar.</p>")
    page = client.get("/privacy/versies/2026-11/tot/2.0/")
    assert page.status_code == 200 and not page.cookies
    assert "&lt;buren&gt;" in page.text and "<buren>" not in page.text
    assert '<ins class="came"><span class="visually-hidden">nieuw: </span>' in page.text
    assert '<del class="went"><span class="visually-hidden">weg: </span>' in page.text
    assert client.get("/privacy/versies/2026-11/tot/9/").status_code == 404


# Agreeing ------------------------------------------------------------------------------------------------------------


def test_one_agrees_to_the_version_in_force_and_its_words_are_kept(anna):
    coming("3.1")
    event = agree(user=anna, key="privacy", sentence="Ik heb het gelezen")
    assert event.text_version == "2026-11"
    with clock.frozen(20 * DAY):
        event = agree(user=anna, key="privacy", sentence="Ik heb het gelezen")
    assert event.text_version == event.text.version == "3.1"
    assert event.text.words == "Ik heb het gelezen\n\nPrivacy\n\nNieuwer\nAndere woorden."
    assert ConsentEvent.objects.filter(user=anna, key="privacy").count() == 2


def test_a_new_purpose_runs_for_nobody_who_did_not_agree_to_it(as_, anna, bram, mo, klarendal):
    for person in (anna, bram, mo):
        agree(user=person, key="privacy")
    new = coming()
    assert (new.purpose, LegalVersion.objects.in_force("privacy").purpose) == (2, 1)
    as_(anna).post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "ja"})
    as_(bram).post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "nee"})
    with clock.frozen(15 * DAY):
        newcomer = factories.member("Fatima", "El Amrani", lives_in=klarendal)
        agree(user=newcomer, key="privacy")
        assert set(User.objects.filter(agreeing("privacy"))) == {anna, newcomer}
        assert set(User.objects.filter(agreeing("privacy", purpose=1))) == {anna, bram, mo, newcomer}
        assert [agreed(person, "privacy") for person in (anna, bram, mo)] == [True, False, False]


# Announcing ----------------------------------------------------------------------------------------------------------


def mails():
    return OutgoingMail.objects.filter(kind="text-change")


def test_everybody_hears_of_a_material_change_once_also_who_is_frozen(anna, bram, mo, klarendal):
    User.objects.filter(pk=bram.pk).update(restricted_at=clock.now())
    gone = factories.member("Weg", "Persoon")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    half = User.objects.create_user("half@example.org", "een-lang-wachtwoord", first_name="H", last_name="A")
    coming()
    for _again in range(3):
        tell_due()
    assert {mail.recipient for mail in mails()} == {person.email for person in (anna, bram, mo)}
    assert half.email not in {mail.recipient for mail in mails()}
    late = factories.member("Laat", "Persoon")
    agree(user=late, key="privacy")
    tell_due()
    assert mails().count() == 4, "who joins before it counts began under the old text"
    with clock.frozen(15 * DAY):
        new = factories.member("Nieuw", "Persoon")
        agree(user=new, key="privacy")
        tell_due()
        assert mails().count() == 4
        assert Announcement.objects.get().finished_at
        assert not Announcement.objects.unanswered(new).exists()


def test_a_change_that_does_not_matter_is_only_listed(as_, client, anna):
    publish(version="2026-11a")
    tell_due()
    assert not mails().exists() and not Announcement.objects.exists()
    assert "verandert" not in as_(anna).get("/mijn/gegevens/").text.split("<h1>")[0]
    assert "Wat er anders is in 2026-11a." in client.get("/privacy/versies/").text


def test_telling_stopped_half_way_goes_on_and_tells_nobody_twice(anna, bram, mo, els, monkeypatch):
    coming()
    monkeypatch.setattr("accounts.consent.actions.BATCH", 1)
    real, calls = OutgoingMail.save, []

    def dies(mail, **options):
        calls.append(mail)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(mail, **options)

    with monkeypatch.context() as patch:
        patch.setattr(OutgoingMail, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            tell_due()
    assert mails().count() == 2
    tell_due()
    addresses = sorted(mail.recipient for mail in mails())
    assert addresses == sorted(person.email for person in (anna, bram, mo, els))


def test_the_mail_says_what_and_when_and_offers_the_choice(anna):
    text = coming(summary="We gaan buren aan elkaar voorstellen.")
    tell_due()
    words = mails().get().payload
    assert "We gaan buren aan elkaar voorstellen." in words and "/mijn/toestemmingen/verandering/" in words
    assert mails().get().created_at < text.effective_at


def test_a_banner_stands_on_every_page_of_a_member_until_the_answer(as_, anna):
    browser = as_(anna)
    assert "De privacyverklaring verandert" not in browser.get("/mijn/gegevens/").text
    coming()
    for path in ("/mijn/gegevens/", "/mijn/toestemmingen/", "/mijn/beveiliging/"):
        assert "De privacyverklaring verandert" in browser.get(path).text, path
    page = browser.get("/mijn/toestemmingen/verandering/").text
    assert "Wat er anders is in 2.0." in page and "/privacy/versies/2.0/" in page
    browser.post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "ja"})
    browser.post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "ja"})
    assert "De privacyverklaring verandert" not in browser.get("/mijn/gegevens/").text
    assert browser.get("/mijn/toestemmingen/verandering/").status_code == 302
    event = ConsentEvent.objects.get(user=anna)
    assert (event.key, event.given, event.text_version) == ("privacy", True, "2.0")


def test_declining_offers_the_data_the_door_and_the_old_purposes(as_, anna):
    agree(user=anna, key="privacy")
    coming()
    browser = as_(anna)
    page = browser.get("/mijn/toestemmingen/verandering/?nee").text
    assert "/mijn/gegevens/#meenemen" in page and "/mijn/opzeggen/" in page and "Houd het bij de oude doelen" in page
    browser.post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "nee"})
    assert "De privacyverklaring verandert" not in browser.get("/mijn/gegevens/").text
    assert agreed(anna, "privacy", purpose=1) and not agreed(anna, "privacy", purpose=2)
    mine = browser.get("/mijn/toestemmingen/").text
    assert "Je zei nee tegen versie 2.0." in mine and "?tekst=privacy" in mine
    browser.post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "ja"})
    assert agreed(anna, "privacy", purpose=2)


def test_a_no_to_what_is_no_new_purpose_promises_nothing_more(as_, anna):
    publish(version="2.0", on=clock.today() + 14 * DAY, changes_controller=True)
    browser = as_(anna)
    assert "Houd het bij de oude doelen" not in browser.get("/mijn/toestemmingen/verandering/?nee").text
    said = browser.post("/mijn/toestemmingen/verandering/", {"tekst": "privacy", "antwoord": "nee"}, follow=True).text
    assert "We hebben vastgelegd dat je nee zei." in said and "doen we niet met jouw gegevens" not in said


def test_a_text_nobody_must_agree_to_can_be_frozen_without_an_announcement(db):
    page = LegalPage.objects.get(slug="cookies")
    assert freeze(page=page, by=None) == LegalVersion.objects.get(slug="cookies")


# In English, and who runs the site -----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SHIPPED)
def test_there_is_an_english_text_to_read_and_the_dutch_one_counts(client, db, slug):
    client.post("/taal/", {"language": "en", "next": "/"})
    page = client.get(f"/{slug}/").text
    assert "The Dutch text counts" in page and '<div class="prose" lang="en">' in page
    text = LegalVersion.objects.get(slug=slug)
    assert [block["kind"] for block in text.body] == [block["kind"] for block in text.body_en]
    client.post("/taal/", {"language": "nl", "next": "/"})
    assert "The Dutch text counts" not in client.get(f"/{slug}/").text


def test_a_version_without_english_words_is_shown_in_dutch(client, db):
    publish(body_en=[])
    client.post("/taal/", {"language": "en", "next": "/"})
    page = client.get("/privacy/").text
    assert "Andere woorden." in page and "The Dutch text counts" not in page


FACTS = {
    "name": "Stichting Buren",
    "place": "Gent",
    "address": "Korenmarkt 1",
    "register_number": "0123.456.789",
    "vat_number": "BE0123456789",
    "email": "info@buren.example",
    "phone": "09 123 45 67",
    "privacy_email": "privacy@buren.example",
    "privacy_officer": "Petra Visser",
    "data_protection_officer": "Jan Jansen",
    "data_location": "België",
}


@pytest.mark.parametrize("slug", SHIPPED)
def test_legal_pages_say_who_runs_the_site_and_where_to_complain(client, db, settings, slug):
    belgium = COUNTRIES["be"].__dict__
    settings.OPERATOR = {**settings.OPERATOR, **FACTS, **belgium}
    page = unescape(client.get(f"/{slug}/").text)
    assert [value for value in (*FACTS.values(), *belgium.values()) if value not in page] == []
    footer = client.get("/wijken/").text.split("<footer")[1]
    assert "KBO 0123.456.789" in footer and "Stichting Buren" in footer
