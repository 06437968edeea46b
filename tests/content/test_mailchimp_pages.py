"""What an operator, a manager, and everybody sees of the connection to Mailchimp (W-4, W-50, W-53)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.audit.models import AuditEvent
from accounts.compliance.record import document
from content.mailchimp import sending, sync
from content.mailchimp.models import Campaign, Connection
from content.newsletters import actions as newsletters
from content.newsletters.models import Newsletter
from content.newsletters.sending import send_due
from tests import factories
from tests.content.mailchimp_town import agreement, reader
from tests.mailchimp_server import KEY
from wijk import clock
from wijk.mail.models import OutgoingMail

CMS = "/cms/mailchimp/"


def typed(neighbourhood, **fields):
    values = agreement(agreement_until="", **fields)
    return {**values, "neighbourhood": neighbourhood.pk, "agreement_on": str(values["agreement_on"])}


@pytest.fixture
def draft(mo, anna, klarendal):
    factories.post(anna, klarendal)
    return newsletters.create(neighbourhood=klarendal, by=mo)


# The operator --------------------------------------------------------------------------------------------------------


def test_an_operator_connects_a_neighbourhood_and_the_key_is_never_shown_again(as_, otto, mailchimp, klarendal):
    browser = as_(otto)
    page = browser.post(f"{CMS}nieuw/", typed(klarendal), follow=True).content.decode()
    assert "De koppeling werkt." in page and KEY not in page and KEY[:32] not in page
    made = Connection.objects.get()
    assert (made.state, made.api_key, made.server, made.made_by) == ("running", KEY, "us7", otto)
    for path in (CMS, f"{CMS}{made.pk}/", f"/beheer/{klarendal.slug}/mailchimp/"):
        assert KEY[:32] not in browser.get(path).content.decode(), path
    event = AuditEvent.objects.get(action="mailchimp.connect")
    assert event.detail == {"transfer": "adequacy"} and KEY not in str(vars(event))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("neighbourhood", "", "Kies een wijk"),
        ("agreement_on", "", "Vul een datum in"),
        ("agreement_on", str(clock.today() + timedelta(days=2)), "in de toekomst"),
        ("agreement_until", str(clock.today() - timedelta(days=1)), "al voorbij"),
        ("transfer", "", "Dan mag het niet"),
        ("transfer", "gewoon", "gewoon"),
        ("basis", "", "waar dat te vinden is"),
        ("audience", "", "nummer van de lijst"),
        ("audience", "../../ping", "tien tekens"),
        ("api_key", "", "geen sleutel van Mailchimp"),
        ("api_key", KEY.replace("us7", "evil.example"), "geen sleutel van Mailchimp"),
    ],
)
def test_without_an_agreement_a_ground_and_a_real_key_there_is_no_connection(
    as_,
    otto,
    klarendal,
    no_network,
    field,
    value,
    told,
):
    page = as_(otto).post(f"{CMS}nieuw/", {**typed(klarendal), field: value})
    words = page.content.decode()
    assert told in words and KEY not in words
    assert not Connection.objects.exists() and no_network == []


def test_the_page_says_what_it_means_to_go_outside_the_eea(as_, otto):
    words = as_(otto).get(f"{CMS}nieuw/").content.decode()
    assert "buiten de Europese Economische Ruimte" in words and "neem je daar zelf de verantwoordelijkheid" in words


def test_a_key_that_is_not_taken_is_told_and_nothing_goes_over(as_, otto, mailchimp, klarendal):
    reader("fatima@example.org", klarendal)
    mailchimp.key = "f" * 32 + "-us7"
    page = as_(otto).post(f"{CMS}nieuw/", typed(klarendal), follow=True).content.decode()
    assert "Mailchimp neemt de sleutel niet aan." in page
    sync.work()
    assert mailchimp.names() == ["getPing"] and Connection.objects.get().state == "broken"
    assert "Mailchimp" not in Client().get(f"/nieuwsbrief/{klarendal.slug}/").content.decode()


def test_an_operator_renews_and_ends(as_, otto, mailchimp, connection, klarendal):
    reader("fatima@example.org", klarendal)
    sync.work()
    browser, path = as_(otto), f"{CMS}{connection.pk}/"
    until = clock.today() + timedelta(days=300)
    browser.post(path, {"agreement_until": str(until), "api_key": ""})
    connection.refresh_from_db()
    assert connection.agreement_until == until and connection.api_key == KEY
    assert browser.get(f"{path}einde/").status_code == 405
    page = browser.post(f"{path}einde/", follow=True).content.decode()
    assert "De koppeling is beëindigd." in page
    sync.work()
    assert mailchimp.members == {}
    assert "er staat niemand meer" in browser.get(path).content.decode().lower()


@pytest.mark.parametrize("who", ["mo", "eva", "petra", "anna"])
def test_nobody_else_connects_anything(request, as_, who, connection, klarendal):
    browser = as_(request.getfixturevalue(who))
    for path in (CMS, f"{CMS}nieuw/", f"{CMS}{connection.pk}/", f"{CMS}{connection.pk}/einde/"):
        for answer in (browser.get(path), browser.post(path, typed(klarendal))):
            assert answer.status_code in {302, 404, 405}, path
    connection.refresh_from_db()
    assert connection.ended_at is None and Connection.objects.count() == 1


# The manager ---------------------------------------------------------------------------------------------------------


def test_a_manager_sees_that_nothing_is_connected(as_, mo, klarendal, draft):
    browser = as_(mo)
    assert "Niet gekoppeld" in browser.get(f"/beheer/{klarendal.slug}/mailchimp/").content.decode()
    factories.subscription("fatima@example.org", klarendal)
    assert (
        "Mailchimp" not in browser.get(f"/beheer/{klarendal.slug}/nieuwsbrieven/{draft.pk}/versturen/").content.decode()
    )


def test_a_manager_sends_an_issue_by_mailchimp(as_, mo, mailchimp, connection, klarendal, draft):
    browser, desk = as_(mo), f"/beheer/{klarendal.slug}/nieuwsbrieven/{draft.pk}/"
    reader("fatima@example.org", klarendal)
    reader("vroeger@example.org", klarendal, told=False)
    page = browser.get(f"{desk}versturen/").content.decode()
    assert f'href="{desk}mailchimp/"' in page
    page = browser.get(f"{desk}mailchimp/").content.decode()
    assert re.search(r"lezers via Mailchimp</dt><dd>1<", page) and re.search(r"door de site zelf</dt><dd>1<", page)
    assert "houdt Mailchimp niet bij" in page and "fatima@" not in page
    stale = browser.post(f"{desk}mailchimp/", {"versie": "oud"}, follow=True).content.decode()
    assert "intussen veranderd" in stale and not Campaign.objects.exists()
    form = {"versie": draft.revision}
    page = browser.post(f"{desk}mailchimp/", form, follow=True).content.decode()
    assert "gaat nu via Mailchimp" in page and "Wacht tot de lijst bij Mailchimp klopt" in page
    again = browser.post(f"{desk}mailchimp/", form, follow=True).content.decode()
    assert "kan niet via Mailchimp" in again
    sync.work()
    sending.advance_due()
    send_due()
    page = browser.get(f"/beheer/{klarendal.slug}/mailchimp/").content.decode()
    assert "Via Mailchimp: 1. Door de site zelf: 1." in page
    assert "Via Mailchimp: verstuurd" in browser.get(f"{desk}voorbeeld/").content.decode()


def test_a_manager_takes_back_what_never_left(as_, mo, mailchimp, connection, klarendal, draft):
    reader("fatima@example.org", klarendal)
    browser = as_(mo)
    browser.post(f"/beheer/{klarendal.slug}/nieuwsbrieven/{draft.pk}/mailchimp/", {"versie": draft.revision})
    path = f"/beheer/{klarendal.slug}/mailchimp/{Campaign.objects.get().pk}/zelf/"
    assert "Toch zelf versturen" in browser.get(f"/beheer/{klarendal.slug}/mailchimp/").content.decode()
    assert browser.get(path).status_code == 200 and Newsletter.objects.get().is_held
    assert "verstuurt deze nieuwsbrief nu zelf" in browser.post(path, follow=True).content.decode()
    assert "Dat kan niet meer" in browser.post(path, follow=True).content.decode()
    send_due()
    assert OutgoingMail.objects.filter(kind="newsletter").count() == 1


def test_a_manager_of_elsewhere_finds_nothing(as_, els, mo, connection, klarendal, presikhaaf, draft):
    reader("fatima@example.org", klarendal)
    campaign = Campaign.objects.create(
        newsletter=newsletters.create(neighbourhood=klarendal, by=mo), connection=connection
    )
    browser = as_(els)
    for place in (klarendal, presikhaaf):
        for path in (f"nieuwsbrieven/{draft.pk}/mailchimp/", f"mailchimp/{campaign.pk}/zelf/"):
            assert browser.post(f"/beheer/{place.slug}/{path}", {"versie": draft.revision}).status_code == 404
    assert browser.get(f"/beheer/{klarendal.slug}/mailchimp/").status_code == 404
    assert "Niet gekoppeld" in browser.get(f"/beheer/{presikhaaf.slug}/mailchimp/").content.decode()


def test_the_state_page_takes_few_queries(as_, mo, connection, klarendal, django_assert_max_num_queries):
    for number in range(12):
        issue = Newsletter.objects.create(neighbourhood=klarendal, subject=f"Brief {number}", state="sending")
        Campaign.objects.create(newsletter=issue, connection=connection)
    browser = as_(mo)
    browser.get(f"/beheer/{klarendal.slug}/mailchimp/")
    with django_assert_max_num_queries(24):
        browser.get(f"/beheer/{klarendal.slug}/mailchimp/")


# Everybody -----------------------------------------------------------------------------------------------------------


def test_everybody_reads_what_goes_outside_the_eea_as_long_as_it_does(client, mailchimp, connection, as_, petra):
    words = client.get("/privacy/verwerkers/").content.decode()
    assert "Mailchimp (Intuit), Verenigde Staten" in words and "nooit naar een land buiten" not in words
    record = as_(petra).get("/beheer/privacy/register/").content.decode()
    assert "Mailchimp (Intuit), Verenigde Staten" in record and "nooit naar een land buiten" not in record
    assert document()["outside_the_eea"][0]["where"] == "Verenigde Staten"
    Connection.objects.update(ended_at=clock.now())
    assert "Mailchimp (Intuit)" in client.get("/privacy/verwerkers/?nog").content.decode(), "people still stand there"
    sync.work()
    assert "nooit naar een land buiten" in client.get("/privacy/verwerkers/?leeg").content.decode()


def test_without_a_connection_nothing_goes_outside_the_eea(client, db):
    assert "nooit naar een land buiten" in client.get("/privacy/verwerkers/").content.decode()
    assert isinstance(document()["outside_the_eea"], str)
