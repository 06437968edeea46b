"""One address, one mail, no reminder; and only who was invited takes a page over (W-25, W-26)."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.audit.models import AuditEvent
from content.invitations import actions
from content.invitations.models import Invitation, invited_hash
from content.organisations.models import OrganisationEditor
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

ADDRESS = "info@wijkcentrum.example"


@pytest.fixture
def centre(klarendal):
    return factories.organisation("Wijkcentrum", klarendal, live=False)


@pytest.fixture
def kitchen(klarendal):
    return factories.organisation("Buurtkeuken", klarendal, live=False)


@pytest.fixture
def invitation(centre, kitchen, klarendal, mo):
    actions.invite_from_list(address=ADDRESS, organisations=[centre, kitchen], neighbourhood=klarendal, by=mo)
    return Invitation.objects.get(organisation=centre)


@pytest.fixture
def keeper(klarendal):
    return factories.member("Kees", "Boer", lives_in=klarendal, email=ADDRESS)


def say(browser, invitation, word):
    """A button of the page, as a browser sends it."""
    return browser.post(invitation.url, {"antwoord": word}, headers={"Sec-Fetch-Site": "same-origin"})


def editors():
    return set(OrganisationEditor.objects.values_list("organisation__name", "user__first_name"))


def test_one_mail_says_who_invites_to_what_and_how_to_refuse(invitation):
    mail = OutgoingMail.objects.to_address(ADDRESS).get()
    assert all(words in mail.payload for words in ("Mo", "Klarendal", "Wijkcentrum", "Buurtkeuken", "weigeren"))
    assert invitation.url in mail.payload


def test_the_address_is_stored_nowhere_but_in_that_mail(invitation):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {Invitation._meta.db_table}")
        assert "wijkcentrum.example" not in str(cursor.fetchall())
    assert invitation.address_hash == invited_hash("INFO@Wijkcentrum.example")


def test_an_address_is_mailed_once_whatever_comes_later(invitation, klarendal, mo):
    more = factories.organisation("Nog een", klarendal)
    with clock.frozen(timedelta(days=400)):
        assert not actions.invite_from_list(
            address=ADDRESS.upper(), organisations=[more], neighbourhood=klarendal, by=mo
        )
    assert OutgoingMail.objects.count() == 1


def test_a_visitor_reads_it_and_nothing_changes(invitation, client):
    page = client.get(invitation.url).content.decode()
    assert "Wijkcentrum" in page and "Inloggen" in page and "Ja, dat doe ik" not in page
    say(client, invitation, "ja")
    assert editors() == set()


def test_who_was_invited_becomes_the_editor(invitation, keeper, as_):
    browser = as_(keeper)
    assert "Ja, dat doe ik" in browser.get(invitation.url).content.decode()
    answer = say(browser, invitation, "ja")
    assert answer.url == "/mijn/organisaties/"
    assert editors() == {("Wijkcentrum", "Kees"), ("Buurtkeuken", "Kees")}
    assert AuditEvent.objects.filter(action="invitation.accepted", actor_ref=keeper.pk).count() == 2
    assert browser.get(invitation.url).status_code == 410, "used once"


def test_another_account_cannot_accept_it(invitation, anna, as_):
    browser = as_(anna)
    assert "ging naar een ander adres" in browser.get(invitation.url).content.decode()
    say(browser, invitation, "ja")
    assert editors() == set()
    assert actions.accept(invitation=invitation, by=anna) == 0


def test_an_address_that_was_not_proven_does_not_count(invitation, keeper, as_):
    keeper.emailaddress_set.update(verified=False)
    say(as_(keeper), invitation, "ja")
    assert editors() == set()


def test_another_site_cannot_send_it_for_them(invitation, keeper, as_):
    answer = as_(keeper).post(invitation.url, {"antwoord": "ja"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and editors() == set()


def test_a_no_needs_no_account_and_holds_for_ever(invitation, client, keeper, as_, klarendal, mo):
    assert "geen uitnodigingen meer" in say(client, invitation, "nooit").content.decode()
    assert set(Invitation.objects.values_list("state", flat=True)) == {"refused"}
    assert client.get(invitation.url).status_code == 410
    say(as_(keeper), invitation, "ja")
    assert editors() == set()
    with clock.frozen(timedelta(days=400)):
        later = factories.organisation("Later", klarendal)
        assert not actions.invite_from_list(address=ADDRESS, organisations=[later], neighbourhood=klarendal, by=mo)


def test_the_link_lasts_two_weeks(invitation, keeper, as_):
    browser = as_(keeper)
    with clock.frozen(timedelta(days=14, minutes=1)):
        assert actions.accept(invitation=invitation, by=keeper) == 0
        assert browser.get(invitation.url).status_code in {302, 410}
    assert editors() == set()


def test_a_page_that_is_gone_can_be_taken_over_by_nobody(invitation, centre, kitchen, client):
    centre.delete()
    kitchen.delete()
    assert client.get(invitation.url).status_code == 410
    assert Invitation.objects.count() == 2, "so that the address is not mailed again"


@pytest.mark.parametrize("token", ["onbekend", "a" * 2000, "%00"])
def test_a_forged_link_is_gone(db, client, token):
    assert client.get(f"/uitnodiging/{token}/").status_code == 410
