"""An organisation whose editor leaves stays with others without the leaver's traces, or goes (W-78, X-21)."""

from datetime import timedelta

import pytest

from accounts.closure import actions
from content.organisations.models import Organisation, OrganisationEditor
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

CLOSE = "/mijn/opzeggen/"


def erase_everything(after=timedelta(hours=25)):
    with clock.frozen(after):
        return actions.advance_all()


@pytest.fixture
def kitchen(anna, klarendal):
    card = {"contact_name": "Anna Jansen", "contact_phone": "0612345678", "show_phone": True}
    return factories.organisation("De Soepkeuken", klarendal, editor=anna, **card)


def visible():
    return list(Organisation.objects.visible().values_list("name", flat=True))


def test_the_closing_page_names_what_only_you_keep(as_, anna, bram, klarendal, kitchen):
    shared = factories.organisation("De Kamer", klarendal, editor=anna)
    OrganisationEditor.objects.create(organisation=shared, user=bram)
    page = as_(anna).get(CLOSE).content.decode()
    assert "Wie neemt De Soepkeuken over?" in page and "De Kamer" not in page


def test_what_is_left_with_nobody_is_hidden_at_once_and_goes_with_the_account(client, anna, kitchen):
    actions.close(user=anna, by=anna)
    assert visible() == []
    assert client.get("/organisatie/de-soepkeuken/").status_code == 404
    assert erase_everything() == 1
    assert not Organisation.objects.exists()


def test_undoing_brings_it_back(client, anna, kitchen):
    closure = actions.close(user=anna, by=anna)
    closure.user.is_active = True
    closure.user.save()
    assert visible() == ["De Soepkeuken"]


def test_handed_over_it_stays_without_the_leavers_name_and_number(as_, anna, bram, kitchen):
    typed = {"copy": "erase", "password": factories.PASSWORD, f"to-organisation-{kitchen.pk}": "BRAM@example.org"}
    assert "Je account is opgezegd" in as_(anna).post(CLOSE, typed).content.decode()
    assert visible() == ["De Soepkeuken"]
    mail = OutgoingMail.objects.get(kind="organisation-handed-over")
    assert mail.recipient == bram.email and "Anna" not in mail.payload
    assert erase_everything() == 1
    kitchen.refresh_from_db()
    assert (kitchen.contact_name, kitchen.contact_phone, kitchen.shown_contact()) == ("", "", {})
    assert [editor.user for editor in kitchen.editors.all()] == [bram]


def test_an_address_without_an_account_gets_the_same_answer_and_the_page_goes(as_, anna, kitchen):
    typed = {"copy": "erase", "password": factories.PASSWORD, f"to-organisation-{kitchen.pk}": "niemand@example.org"}
    assert "Je account is opgezegd" in as_(anna).post(CLOSE, typed).content.decode()
    assert visible() == []
    erase_everything()
    assert not Organisation.objects.exists()


def test_an_address_that_is_none_is_said_and_closes_nothing(as_, anna, kitchen):
    typed = {"copy": "erase", "password": factories.PASSWORD, f"to-organisation-{kitchen.pk}": "geen adres"}
    page = as_(anna).post(CLOSE, typed).content.decode()
    assert 'value="geen adres"' in page and visible() == ["De Soepkeuken"]


def test_the_card_of_a_colleague_stays_when_an_editor_leaves(anna, bram, klarendal):
    card = {"contact_name": "Bram de Vries", "contact_email": "soep@example.org"}
    kitchen = factories.organisation("De Soepkeuken", klarendal, editor=anna, **card)
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    actions.close(user=anna, by=anna)
    erase_everything()
    kitchen.refresh_from_db()
    assert (kitchen.contact_name, kitchen.contact_email) == ("Bram de Vries", "soep@example.org")


def test_two_editors_who_leave_after_each_other_leave_nothing(anna, bram, kitchen):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    for person in (anna, bram):
        actions.close(user=person, by=person)
    assert visible() == []
    assert erase_everything() == 2
    assert not Organisation.objects.exists()
