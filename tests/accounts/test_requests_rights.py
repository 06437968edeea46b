"""Which right holds where follows from why we hold something (K-62), and most of it is a click away."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.requests.rights import BY_GROUND, COLUMNS, WAYS, Right, applying, matrix, rights_for
from accounts.users.purposes import PURPOSES
from wijk.personal_data import REGISTER, Ground

YES, NO = True, False
# GDPR art. 15-21, for each ground: see and copy, correct, erase, freeze, take along, object, withdraw.
LAW = {
    Ground.CONTRACT: [YES, YES, YES, YES, YES, NO, NO],
    Ground.CONSENT: [YES, YES, YES, YES, YES, NO, YES],
    Ground.LEGITIMATE: [YES, YES, YES, YES, NO, YES, NO],
    Ground.LAW: [YES, YES, NO, YES, NO, NO, NO],
}


@pytest.mark.parametrize("ground", Ground)
def test_each_ground_gives_the_rights_of_the_law(ground):
    assert [right in rights_for({ground}) for right, _label in COLUMNS] == LAW[ground]
    assert set(BY_GROUND) == set(Ground)


def test_the_matrix_has_a_line_for_every_purpose_of_the_register_that_holds_something_about_a_person():
    held = {entry.purpose for found in REGISTER.values() for entry in found.fields.values() if entry.label}
    assert {line.purpose for line in matrix()} == {PURPOSES[code] for code in held}


@pytest.mark.parametrize(
    ("code", "right", "applies"),
    [
        ("account", Right.PORTABILITY, True),
        ("account", Right.OBJECTION, True),
        ("closing", Right.OBJECTION, False),
        ("newsletter", Right.OBJECTION, True),
        ("newsletter", Right.WITHDRAWAL, True),
        ("contact", Right.OBJECTION, True),
        ("contact", Right.WITHDRAWAL, False),
        ("audit", Right.OBJECTION, True),
        ("closing", Right.ERASURE, False),
        ("rights", Right.ERASURE, False),
    ],
)
def test_the_matrix_follows_the_register(code, right, applies):
    assert (right in applying(code)) is applies


def test_the_page_shows_the_quicker_way_of_each_right_and_the_matrix(as_, anna):
    page = unescape(as_(anna).get(reverse("requests:mine")).content.decode())
    for way in WAYS:
        assert f'href="{reverse(way.url_name)}{way.anchor}"' in page
    for right in set(Right) - {Right.OBJECTION}:
        assert f"?recht={right.value}" in page
    for line in matrix():
        assert str(line.purpose.label) in page


def test_my_data_and_help_lead_here(as_, anna, client):
    assert f'href="{reverse("requests:mine")}"' in as_(anna).get("/mijn/gegevens/").content.decode()
    assert f'href="{reverse("requests:ask_openly")}"' in client.get("/hulp/").content.decode()


@pytest.mark.parametrize("right", Right)
def test_every_right_has_a_form_that_asks_no_proof(as_, anna, right):
    page = as_(anna).get(f"{reverse('requests:ask')}?recht={right.value}").content.decode()
    assert 'type="file"' not in page
    assert 'name="delivery"' in page


def test_an_unknown_right_leads_back_to_the_list(as_, anna):
    for query in ("", "?recht=alles"):
        assert as_(anna).get(reverse("requests:ask") + query).url == reverse("requests:mine")
