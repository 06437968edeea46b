"""What a mail program puts into a mail by itself goes no further: the addresses and numbers we know of both sides."""

import pytest
from allauth.account.models import EmailAddress

from content.contact.scrub import scrubbed
from tests import factories
from tests.content.test_contact import confirmed

MAIL, PHONE, HOME = "[e-mailadres weggelaten]", "[telefoonnummer weggelaten]", "[adres weggelaten]"


@pytest.fixture
def talk(client, anna, klarendal):
    card = {"contact_email": "kaart@bücher.example", "contact_phone": "+31612345678", "contact_address": "Lampstraat 7"}
    EmailAddress.objects.create(user=anna, email="werk@example.com", verified=True)
    return confirmed(client, factories.post(anna, klarendal, **card), name="Vera")


@pytest.mark.parametrize(
    "written",
    [
        "anna@example.org",
        "ANNA@Example.ORG",
        "<anna@example.org>",
        "mailto:anna@example.org",
        "anna+wijk@example.org",
        "anna @ example . org",
        "anna(at)example.org",
        "anna%40example.org",
        "werk@example.com",
        "kaart@bücher.example",
        "kaart@xn--bcher-kva.example",
        "vera@example.net",
        "abcdefghijklmnopqrstuvwxyz@wijk.example",
    ],
)
def test_an_address_of_either_side_is_left_out_however_it_is_spelled(talk, written):
    assert scrubbed(f"Groet,\n{written}, tot gauw", talk).count(MAIL) == 1
    assert written.strip("<>").removeprefix("mailto:") not in scrubbed(f"Groet, {written}", talk)


@pytest.mark.parametrize(
    "written",
    [
        "0612345678",
        "06-12345678",
        "06 - 12 34 56 78",
        "06.12.34.56.78",
        "+31612345678",
        "+31 6 12345678",
        "+31 (0)6 12 34 56 78",
        "0031612345678",
        "(06) 12345678",
        "06\u201112345678",
        "6 12345678",
    ],
)
def test_a_number_is_left_out_however_it_is_spelled(talk, written):
    text = scrubbed(f"Bel {written}!", talk)
    assert PHONE in text and "345" not in text and "78" not in text


@pytest.mark.parametrize("written", ["Lampstraat 7", "lampstraat  7", "Lampstraat\n7", "LAMPSTRAAT, 7"])
def test_a_home_is_left_out(talk, written):
    assert scrubbed(f"Ik woon {written}.", talk) == f"Ik woon {HOME}."


@pytest.mark.parametrize(
    "words",
    [
        "Mail naar info@buurthuis.example of bel 0261112223.",
        "Lampstraat 70 is verderop, Lampstraat 71 ook.",
        "hanna@example.org is iemand anders, en anna@example.organisatie ook.",
        "Bestelling 90612345678123",
        "",
    ],
)
def test_what_is_somebody_elses_stays(talk, words):
    assert scrubbed(words, talk) == words


def test_what_the_poster_shows_to_everybody_stays(talk):
    talk.post.show_email = talk.post.show_phone = True
    text = "kaart@bücher.example, 06-12345678"
    assert scrubbed(text, talk) == text
    assert scrubbed("anna@example.org", talk) == MAIL


@pytest.mark.parametrize("piece", ["anna", "anna@", "06", "0 ", "+31 (", " @ ", "\u00a0(06 "])
def test_hostile_words_come_to_an_end(talk, piece):
    scrubbed(piece * (10_000 // len(piece)), talk)
