"""A manager reads in a list: first what would happen, then only what is new, from a source that is written down."""

import csv
import io
from datetime import time, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.closure.erasure import leaver, steps
from accounts.retention.actions import purge
from content.importing.models import Import, ImportDraft, ImportedThing
from content.organisations.models import Organisation
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

DESK = "/beheer/klarendal/inlezen/"
HEAD = "naam;in één zin;over ons;website;thema's;e-mailadres\n"
CENTRE = "Wijkcentrum;Koffie voor iedereen;Elke dag open;https://wijkcentrum.example;Klussen;info@wijkcentrum.example\n"


@pytest.fixture
def theme(db):
    return factories.theme()


@pytest.fixture
def desk(as_, mo, theme):
    return as_(mo)


def send(desk, content, *, sort="organisations", name="lijst.csv", path=DESK, source="Sociale kaart 2026"):
    data = content.encode() if isinstance(content, str) else content
    return desk.post(path, {"sort": sort, "source": source, "file": SimpleUploadedFile(name, data)})


def check(desk):
    return desk.get(f"{DESK}controleren/").content.decode()


def read_in(desk):
    return desk.post(f"{DESK}controleren/", {"inlezen": "1"})


def day(**ahead):
    return (clock.now() + timedelta(**ahead)).strftime("%d-%m-%Y")


def activities(*rows):
    return "titel;tekst;datum;begint;eindigt;waar;organisatie;thema\n" + "".join(";".join(row) + "\n" for row in rows)


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# Organisations -------------------------------------------------------------------------------------------------------


def test_first_it_shows_what_would_happen_and_makes_nothing(desk):
    assert send(desk, HEAD + CENTRE).url == f"{DESK}controleren/"
    page = check(desk)
    assert "Wijkcentrum" in page and "Lees 1 rij in" in page
    assert not Organisation.objects.exists() and not OutgoingMail.objects.exists()


def test_a_new_organisation_is_switched_off_and_has_no_contact_detail(desk, mo, client, klarendal):
    send(desk, HEAD + CENTRE)
    answer = read_in(desk)
    made = Organisation.objects.get()
    assert (
        not made.is_live and made.summary == "Koffie voor iedereen" and list(made.neighbourhoods.all()) == [klarendal]
    )
    assert [theme.slug for theme in made.themes.all()] == ["klussen"]
    assert made.contact_email == "" and made.shown_contact() == {}
    assert client.get(made.get_absolute_url()).status_code == 404
    batch = Import.objects.get()
    assert (batch.source, batch.file_name, batch.imported_by) == ("Sociale kaart 2026", "lijst.csv", mo)
    result = desk.get(answer.url).content.decode()
    assert "Sociale kaart 2026" in result and "Mo Yilmaz" in result and "lijst.csv" in result


def test_the_same_file_twice_makes_nothing_double(desk):
    for _time in range(2):
        send(desk, HEAD + CENTRE)
        read_in(desk)
    assert Organisation.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="organisation-invitation").count() == 1


def test_a_page_that_was_renamed_since_is_known_again(desk):
    send(desk, HEAD + CENTRE)
    read_in(desk)
    Organisation.objects.update(name="Huis van de wijk")
    send(desk, HEAD + CENTRE)
    assert "Is al eerder ingelezen" in check(desk)
    read_in(desk)
    assert Organisation.objects.count() == 1


def test_a_second_click_reads_in_nothing(desk):
    send(desk, HEAD + CENTRE)
    read_in(desk)
    assert read_in(desk).url == DESK
    assert Import.objects.count() == 1


def test_what_stands_there_and_what_is_double_is_left_alone(desk, klarendal):
    factories.organisation("WIJKCENTRUM", klarendal)
    send(desk, HEAD + CENTRE + "Kerk;;;;;\nkerk ;;;;;\n")
    page = check(desk)
    assert "Staat al in deze wijk" in page and "Staat dubbel in dit bestand, ook op rij 3" in page
    read_in(desk)
    assert Organisation.objects.count() == 2


def test_each_row_says_in_plain_words_what_is_wrong_and_the_others_go_on(desk):
    rows = [
        ";zonder naam;;;;",
        "Site;;;javascript:alert(1);;",
        "Mail;;;;;geen-adres",
        f"{'x' * 121};;;;;",
        "Nummer;Mijn bsn is 111222333;;;;",
        "Goed;;;;Onbekend thema;",
    ]
    send(desk, HEAD + "\n".join(rows))
    page = check(desk)
    assert "website: Dit is geen geldig webadres" in page
    assert "e-mailadres: Dit is geen geldig e-mailadres" in page
    assert "kennen we niet" in page and page.count("status-refused") == 5
    read_in(desk)
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Goed"]


def test_the_rows_with_a_fault_can_be_downloaded_and_open_as_text(desk):
    send(desk, HEAD + "=1+1;;;geen web adres;;\n+Plus;;;ook niet goed;;\n")
    answer = desk.get(f"{DESK}fouten/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][0] == "naam" and [row[0] for row in rows[1:]] == ["'=1+1", "'+Plus"]
    assert "geldig webadres" in rows[1][-1]


@pytest.mark.parametrize("sort", ["organisaties", "activiteiten"])
def test_the_template_has_the_columns_that_are_read(desk, sort):
    answer = desk.get(f"{DESK}voorbeeld/?soort={sort}")
    head = answer.content.decode("utf-8-sig").strip()
    page = desk.get(DESK).content.decode()
    assert all(title.strip('"').replace("'", "&#x27;") in page for title in head.split(";"))
    assert desk.get(f"{DESK}voorbeeld/?soort=anders").status_code == 404


def test_all_can_be_put_on_the_site_at_once(desk, client):
    send(desk, HEAD + CENTRE + "Kerk;;;;;\n")
    address = read_in(desk).url
    assert "2 organisaties staan nog uit" in desk.get(address).content.decode()
    desk.post(address)
    desk.post(address)
    assert Organisation.objects.visible().count() == 2


def test_reading_in_does_not_switch_on_or_change_what_others_made(desk, klarendal, anna):
    other = factories.organisation("Kerk", klarendal, editor=anna, live=False)
    send(desk, HEAD + "Kerk;Overgenomen;;;;\n" + CENTRE)
    address = read_in(desk).url
    desk.post(address)
    other.refresh_from_db()
    assert not other.is_live and other.summary == ""


# Activities ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def centre(klarendal):
    return factories.organisation("Wijkcentrum", klarendal)


def test_activities_stand_under_their_organisation_by_the_usual_rules(desk, mo, klarendal, centre):
    rows = activities(["Samen eten", "Soep voor iedereen", day(days=9), "18:00", "20:00", "De zaal", "wijkcentrum", ""])
    send(desk, rows, sort="activities")
    read_in(desk)
    post = Post.objects.get()
    assert (post.author, post.organisation, post.neighbourhood, post.venue) == (mo, centre, klarendal, "De zaal")
    assert post.status == "waiting", "the first post of this author, as for everybody"
    factories.post(mo, klarendal)
    rows = activities(["Schaken", "Voor elk niveau", day(days=9), "19.30", "", "", "Wijkcentrum", ""])
    send(desk, rows, sort="activities")
    read_in(desk)
    assert Post.objects.get(title="Schaken").is_live
    assert not OutgoingMail.objects.filter(kind__startswith="post-").exists(), "no mail about each"


def test_the_same_activities_twice_make_nothing_double(desk, centre):
    rows = activities(*[["Yoga", "Rustig", day(days=number), "9:00", "", "", "Wijkcentrum", ""] for number in (3, 10)])
    for _time in range(2):
        send(desk, rows, sort="activities")
        read_in(desk)
    assert Post.objects.count() == 2


def test_what_is_wrong_with_an_activity_is_said(desk, centre, klarendal, presikhaaf):
    factories.organisation("Elders", presikhaaf)
    factories.organisation("Nog uit", klarendal, live=False)
    good = ["Eten", "Soep", day(days=3), "18:00", "", "", "Wijkcentrum", ""]
    changes = [{2: "32-13-2026"}, {2: "1-1-2020"}, {3: "25:00"}, {4: "17:00"}, {6: "Elders"}, {6: "Nog uit"}, {6: ""}]
    rows = [[change.get(place, cell) for place, cell in enumerate(good)] for change in changes]
    send(desk, activities(*rows), sort="activities")
    page = check(desk)
    said = ("geen datum", "al geweest", "geen tijd", "voor het begint", "kennen we niet in deze wijk", "nog niet op")
    assert all(words in page for words in said)
    assert page.count("status-refused") == len(changes)
    read_in(desk)
    assert not Post.objects.exists()


def test_a_number_in_the_text_is_shown_before_it_is_read_in(desk, centre):
    rows = activities(["Eten", "Bel 06 12345678", day(days=3), "18:00", "", "", "Wijkcentrum", ""])
    send(desk, rows, sort="activities")
    assert "Iedereen leest dat" in check(desk)


def test_a_workbook_with_real_dates_and_times_is_read(desk, centre):
    when = (clock.now() + timedelta(days=5)).date()
    head = ["Titel", "TEKST ", "Datum", "Begint", "Organisatie"]
    data = workbook(head, ["Eten", "Soep", when, time(18, 0), "Wijkcentrum"])
    send(desk, data, sort="activities", name="agenda.xlsx")
    read_in(desk)
    assert Post.objects.get().starts_at.date() == when


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_nobody_else_sees_what_waits_for_a_yes(desk, as_, klarendal, otto, els, presikhaaf):
    send(desk, HEAD + CENTRE)
    colleague = as_(factories.manager("Noor", "Kaya", of=klarendal))
    for other in (colleague, as_(otto)):
        assert other.get(f"{DESK}controleren/").status_code == 302
        assert other.post(f"{DESK}controleren/", {"inlezen": "1"}).status_code == 302
        assert other.get(f"{DESK}fouten/").status_code == 302
    assert as_(els).get(f"{DESK}controleren/").status_code == 404
    assert not Organisation.objects.exists()


def test_what_waits_is_unreadable_in_the_database(desk):
    send(desk, HEAD + CENTRE)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {ImportDraft._meta.db_table}")
        stored = str(cursor.fetchall())
    assert "Wijkcentrum" not in stored and "info@" not in stored and "Sociale kaart" not in stored


def test_columns_that_are_not_read_are_not_kept(desk):
    send(desk, "naam;telefoon;bsn\nKerk;0612345678;111222333\n")
    draft = ImportDraft.objects.get()
    assert "0612345678" not in draft.cells
    assert "Deze kolommen lezen we niet: telefoon, bsn" in check(desk)


def test_what_nobody_confirms_is_gone_after_a_day(desk):
    send(desk, HEAD + CENTRE)
    with clock.frozen(timedelta(hours=25)):
        purge()
    assert not ImportDraft.objects.exists()


def test_a_list_can_be_thrown_away_and_a_new_one_takes_the_place_of_the_old(desk):
    send(desk, HEAD + CENTRE)
    send(desk, HEAD + "Kerk;;;;;\n")
    assert ImportDraft.objects.count() == 1 and "Kerk" in check(desk)
    desk.post(f"{DESK}controleren/", {"weg": "1"})
    assert not ImportDraft.objects.exists() and not Organisation.objects.exists()


def test_it_goes_with_whoever_uploaded_it(desk, mo):
    send(desk, HEAD + CENTRE)
    read_in(desk)
    send(desk, HEAD + "Kerk;;;;;\n")
    who = leaver(mo.pk)
    for step in steps():
        if "Import" in step.name:
            step.apply(who)
    assert not ImportDraft.objects.exists()
    batch = Import.objects.get()
    assert (batch.imported_by, batch.source, batch.file_name) == (None, "", "")
    assert ImportedThing.objects.count() == 1


def test_a_file_for_another_neighbourhood_is_impossible(as_, els, mo, desk, presikhaaf, theme):
    send(desk, HEAD + CENTRE, path="/beheer/presikhaaf-west/inlezen/")
    assert not ImportDraft.objects.exists()
    other = as_(els)
    send(other, HEAD + CENTRE, path="/beheer/presikhaaf-west/inlezen/")
    assert desk.post(f"{DESK}controleren/", {"inlezen": "1"}).url == DESK
    assert not Organisation.objects.exists()
    other.post("/beheer/presikhaaf-west/inlezen/controleren/", {"inlezen": "1"})
    batch = Import.objects.get()
    assert desk.get(f"{DESK}{batch.pk}/").status_code == 404
    assert desk.post(f"{DESK}{batch.pk}/").status_code == 404
    assert not Organisation.objects.get().is_live


def test_who_is_no_manager_any_more_reads_in_nothing(desk, mo):
    send(desk, HEAD + CENTRE)
    mo.appointments.update(ends_on=clock.today() - timedelta(days=1))
    assert read_in(desk).status_code == 404
    assert not Organisation.objects.exists()


def test_a_long_list_takes_few_queries_to_look_at(desk, django_assert_max_num_queries):
    send(desk, HEAD + "".join(f"Organisatie {number};;;;Klussen;\n" for number in range(200)))
    check(desk)
    with django_assert_max_num_queries(20):
        check(desk)
