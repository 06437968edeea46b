"""Anybody reports any public page, hears that it arrived and what became of it (L-4, Digital Services Act art. 16)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.audit.models import AuditEvent
from content.moderation.models import Report
from content.moderation.notices import PageReport, close_page_report, report_page
from content.pages.actions import write_news
from content.pages.models import NewsPage
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

DESK = "/beheer/klarendal/meldingen/"


@pytest.fixture
def club(anna, klarendal):
    return factories.organisation("Fietsclub", klarendal, editor=anna, text="Wij fietsen.")


@pytest.fixture
def news(klarendal, els):
    words = {"title": "De brug is open", "published_on": clock.today(), "summary": ""}
    return write_news(neighbourhood=klarendal, words=words, text="Vanaf morgen.", by=els)


@pytest.fixture
def send(client):
    old = signed_time(age=timedelta(minutes=1))

    def post_report(path, **fields):
        return client.post(path, {"why": "spam", "sent_at": old, **fields})

    return post_report


@pytest.fixture
def desk(as_, mo):
    return as_(mo)


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind)


def test_each_public_page_shows_where_to_report_it(client, club, news, anna, klarendal):
    post = factories.post(anna, klarendal)
    ways = {
        club.get_absolute_url(): "/organisatie/fietsclub/melden/",
        news.address: f"/melding/nieuws/{news.pk}/",
        post.get_absolute_url(): f"{post.get_absolute_url()}melden/",
    }
    for page, way in ways.items():
        assert f'href="{way}"' in client.get(page).content.decode()
        assert "Wat is er mis?" in client.get(way).content.decode()


def test_from_the_page_of_an_organisation_to_its_editors(client, club, send, desk, mo, anna):
    way = "/organisatie/fietsclub/melden/"
    assert send(way, text="Dit is een winkel", email="melder@example.org").status_code == 302
    send(way, text="Dit is een winkel", email="melder@example.org")
    report = PageReport.objects.get()
    assert mails("report-made").get().recipient == mo.email
    receipt = mails("report-received").get()
    assert receipt.recipient == "melder@example.org" and "Fietsclub" in receipt.payload
    assert "Dit is een winkel" not in receipt.payload, "the address may be somebody else's"

    for page in ("/beheer/klarendal/", DESK):
        assert "Fietsclub" in desk.get(page).content.decode()
    page = desk.get(f"{DESK}pagina/{report.pk}/").content.decode()
    assert "Dit is een winkel" in page and "Wij fietsen." in page
    assert "Kies een reden" in desk.post(f"{DESK}pagina/{report.pk}/", {"outcome": "off"}).content.decode()
    desk.post(f"{DESK}pagina/{report.pk}/", {"outcome": "off", "reason": "commercial", "note": "Dit is een winkel."})
    club.refresh_from_db()
    assert not club.is_live
    assert client.get(club.get_absolute_url()).status_code == 404
    told = mails("organisation-off").get()
    assert told.recipient == anna.email
    assert "Het is reclame" in told.payload and "> Dit is een winkel." in told.payload
    assert "melder" not in told.payload
    answer = mails("report-closed").get()
    assert answer.recipient == "melder@example.org"
    assert "van de site gehaald" in answer.payload and "Ben je het er niet mee eens" in answer.payload
    closing = AuditEvent.objects.get(action="report.close")
    assert (closing.actor_ref, closing.detail) == (mo.pk, {"act": "off", "reason": "commercial"})


def test_a_page_can_stay(club, send, desk):
    send("/organisatie/fietsclub/melden/", email="melder@example.org")
    page = f"{DESK}pagina/{PageReport.objects.get().pk}/"
    desk.post(page, {"outcome": "keep"})
    assert "al afgehandeld" in desk.post(page, {"outcome": "keep"}, follow=True).content.decode()
    club.refresh_from_db()
    assert club.is_live
    assert "blijven staan" in mails("report-closed").get().payload


def test_taking_a_page_off_answers_all_who_reported_it(club, desk, klarendal, mo):
    for number in range(3):
        report_page(page=club, why="spam", text="", email=f"m{number}@example.org", form_key=str(number))
    first = PageReport.objects.first()
    assert close_page_report(report=first, by=mo, off=True, neighbourhood=klarendal, reason="commercial")
    assert not close_page_report(report=first, by=mo, off=True, neighbourhood=klarendal, reason="commercial")
    assert not PageReport.objects.filter(closed_at=None).exists()
    assert mails("report-closed").count() == 3 and mails("organisation-off").count() == 1


def test_news_is_taken_off_and_its_writer_told_why(client, news, send, desk, els):
    assert send(f"/melding/nieuws/{news.pk}/", why="other", text="De brug is dicht.").status_code == 302
    report = PageReport.objects.get()
    assert "De brug is open" in desk.get(f"{DESK}pagina/{report.pk}/").content.decode()
    desk.post(f"{DESK}pagina/{report.pk}/", {"outcome": "off", "reason": "unclear", "note": "Klopt niet meer."})
    assert not NewsPage.objects.live().filter(pk=news.pk).exists()
    told = mails("news-off").get()
    assert told.recipient == els.email and "> Klopt niet meer." in told.payload
    assert "De pagina ging van de site" in desk.get(f"{DESK}pagina/{report.pk}/").content.decode()


def test_nobody_judges_a_report_about_a_page_of_their_own(klarendal, mo, desk):
    own = factories.organisation("Van Mo", klarendal, editor=mo)
    written = write_news(
        neighbourhood=klarendal,
        words={"title": "Van mij", "published_on": clock.today(), "summary": ""},
        text="Tekst.",
        by=mo,
    )
    for thing in (own, written):
        report = report_page(page=thing, why="spam", text="", email="", form_key=str(thing))
        assert desk.get(f"{DESK}pagina/{report.pk}/").status_code == 404
    assert mo.email not in {mail.recipient for mail in mails("report-made")}


def test_managers_of_each_of_its_neighbourhoods_see_it_and_of_no_other(club, presikhaaf, mo, els, as_):
    report = report_page(page=club, why="spam", text="", email="", form_key="x")
    assert as_(els).get(f"/beheer/presikhaaf-west/meldingen/pagina/{report.pk}/").status_code == 404
    club.neighbourhoods.add(presikhaaf)
    assert as_(els).get(f"/beheer/presikhaaf-west/meldingen/pagina/{report.pk}/").status_code == 200
    report_page(page=club, why="unsafe", text="", email="", form_key="y")
    assert {mail.recipient for mail in mails("report-made")} == {mo.email, els.email}


def test_what_is_not_public_cannot_be_reported(client, klarendal, send, news):
    factories.organisation("Nog niet", klarendal, live=False)
    news.unpublish()
    for way in ("/organisatie/nog-niet/melden/", "/organisatie/nergens/melden/", f"/melding/nieuws/{news.pk}/"):
        assert client.get(way).status_code == send(way).status_code == 404
    assert not PageReport.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"why": ""}, {"why": "x"}, {"why": "other"}, {"email": "geen adres"}, {"sent_at": "vals"}, {"text": "x" * 5000}],
)
def test_a_bad_report_gets_an_answer_in_words(club, send, typed):
    answer = send("/organisatie/fietsclub/melden/", **typed)
    assert "Er klopt nog iets niet" in answer.content.decode()
    assert not PageReport.objects.exists()


def test_a_robot_is_thanked_and_ignored_and_a_flood_stops(club, send):
    way = "/organisatie/fietsclub/melden/"
    assert send(way, website="x").status_code == 302
    assert not PageReport.objects.exists()
    codes = [send(way, text=f"Nummer {number}").status_code for number in range(8)]
    assert codes[:6] == [302] * 6 and set(codes[6:]) == {429}


def test_who_reports_a_post_gets_a_receipt_too(anna, klarendal, send):
    post = factories.post(anna, klarendal)
    way = f"{post.get_absolute_url()}melden/"
    send(way, email="melder@example.org")
    send(way, why="unsafe", text="zonder adres")
    assert Report.objects.count() == 2
    assert mails("report-received").get().recipient == "melder@example.org"


def test_a_report_is_about_exactly_one_page(club, news):
    for about in ({}, {"organisation": club, "news": news}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PageReport.objects.create(why="spam", **about)


def test_switching_an_organisation_off_tells_its_editors_why(club, desk, anna, bram):
    club.editors.create(user=bram)
    page = f"/beheer/klarendal/organisaties/{club.pk}/"
    assert "Waarom gaat de pagina weg" in desk.get(page).content.decode()
    assert desk.post(page, {"live": "0", "reason": "onzin"}).status_code == 200
    desk.post(page, {"live": "0", "reason": "elsewhere", "note": "Jullie zitten in een andere wijk."})
    assert {mail.recipient for mail in mails("organisation-off")} == {anna.email, bram.email}
    assert "hoort niet bij deze wijk" in mails("organisation-off").first().payload
