"""What the leak guard sees in a text, and what it leaves alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijk.leaks.kinds import Kind
from wijk.leaks.reading import LONGEST, findings

MOBILE = "+31612345678"
# Text, and what it comes down to.
PHONES = [
    ("Bel 0612345678", MOBILE),
    ("Bel 06-12345678.", MOBILE),
    ("Bel 06 - 12 34 56 78", MOBILE),
    ("06.12.34.56.78", MOBILE),
    ("(06) 12345678", MOBILE),
    ("06/12345678", MOBILE),
    ("06_12_34_56_78", MOBILE),
    ("o6 12345678", MOBILE),
    ("O6-12345678", MOBILE),
    ("06\u00a012\u00a034\u00a056\u00a078", MOBILE),
    ("06 – 12345678", MOBILE),
    ("tel:0612345678", MOBILE),
    ("+31612345678", MOBILE),
    ("+31 6 12345678", MOBILE),
    ("+31 (0)6 12345678", MOBILE),
    ("0031 6 1234 5678", MOBILE),
    ("nul zes 12345678", MOBILE),
    ("nul zes een twee drie vier vijf zes zeven acht", MOBILE),
    ("Nul zes, twaalf, vierendertig, zesenvijftig, achtenzeventig", MOBILE),
    ("nul zes één twee drie vier vijf zes zeven acht", MOBILE),
    ("zero six one two three four five six seven eight", MOBILE),
    ("app me op 06 twaalf 34 56 78", MOBILE),
    ("026-1234567", "+31261234567"),
    ("026 123 45 67", "+31261234567"),
    ("020 7654321", "+31207654321"),
    ("+32 470 12 34 56", "+32470123456"),
    ("0032 470 12 34 56", "+32470123456"),
    ("+49 30 123456", "+4930123456"),
    ("Call me on +44 7400 123456", "+447400123456"),
    ("٠٦١٢٣٤٥٦٧٨", MOBILE),
]
EMAILS = [
    ("Mail naam@voorbeeld.nl.", "naam@voorbeeld.nl"),
    ("JAN.JANSEN+buurt@Voorbeeld.CO.UK", "jan.jansen+buurt@voorbeeld.co.uk"),
    ("<naam@voorbeeld.nl>", "naam@voorbeeld.nl"),
    ("mailto:naam@voorbeeld.nl", "naam@voorbeeld.nl"),
    ("naam at voorbeeld punt nl", "naam@voorbeeld.nl"),
    ("Naam AT voorbeeld PUNT nl", "naam@voorbeeld.nl"),
    ("naam (at) voorbeeld.nl", "naam@voorbeeld.nl"),
    ("naam[at]voorbeeld[punt]nl", "naam@voorbeeld.nl"),
    ("naam {at} voorbeeld (dot) nl", "naam@voorbeeld.nl"),
    ("jan punt jansen apenstaartje ziggo punt nl", "jan.jansen@ziggo.nl"),
    ("naam @ voorbeeld.nl", "naam@voorbeeld.nl"),
    ("naam @ voorbeeld . nl", "naam@voorbeeld.nl"),
    ("jan.jansen at gmail.com", "jan.jansen@gmail.com"),
    ("name at example dot org", "name@example.org"),
    ("jan_1990@mail.voorbeeld.nl", "jan_1990@mail.voorbeeld.nl"),
]
IBANS = [
    ("NL91ABNA0417164300", "NL91ABNA0417164300"),
    ("NL91 ABNA 0417 1643 00 op naam van A.", "NL91ABNA0417164300"),
    ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
    ("NL91.ABNA.0417.1643.00", "NL91ABNA0417164300"),
    ("BE68 5390 0754 7034", "BE68539007547034"),
    ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
    ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
    ("ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
]
BSNS = [
    ("123456782", "123456782"),
    ("Mijn BSN is 123456782.", "123456782"),
    ("1234.56.782", "123456782"),
    ("1234-56-782", "123456782"),
    ("111 222 333", "111222333"),
    ("111.222.333", "111222333"),
    ("111222333 en meer", "111222333"),
    ("nummer (123456782)", "123456782"),
    ("bsn 12 34 56 782", "123456782"),
    ("BSN: 012345672", "012345672"),
    ("burgerservicenummer 12345672", "012345672"),
    ("١٢٣٤٥٦٧٨٢", "123456782"),
]
HOUSES = [
    ("Ik woon op Lampstraat 7", "Lampstraat 7"),
    ("lampstraat 7 graag", "lampstraat 7"),
    ("Lampstraat 7a", "Lampstraat 7a"),
    ("Lampstraat 7 A, Arnhem", "Lampstraat 7 A"),
    ("Lampstr. 12", "Lampstr. 12"),
    ("Lampstraat nr. 12", "Lampstraat nr. 12"),
    ("Jan van Goyenkade 12-b", "Jan van Goyenkade 12-b"),
    ("Wij wonen aan Jan van Goyenkade 12-b, boven", "Jan van Goyenkade 12-b"),
    ("In de Lampstraat 7 is het", "Lampstraat 7"),
    ("Klarendalseweg 1", "Klarendalseweg 1"),
    ("Korte Nieuwstraat 12 bis", "Korte Nieuwstraat 12 bis"),
    ("Grote Markt 5", "Grote Markt 5"),
    ("Nieuwe Gracht 12", "Nieuwe Gracht 12"),
    ("Laan van Meerdervoort 12", "Laan van Meerdervoort 12"),
    ("Prinsengracht 263-267", "Prinsengracht 263-267"),
    ("Oudezijds Achterburgwal 3", "Oudezijds Achterburgwal 3"),
    ("Kerkplein 3, om 10 uur", "Kerkplein 3"),
    ("Antwerpsesteenweg 44", "Antwerpsesteenweg 44"),
    ("6822 CA 12", "6822 CA 12"),
    ("6822CA, 12-b", "6822CA, 12-b"),
    ("6822ca nummer 12", "6822ca nummer 12"),
    ("nummer 12, 6822 CA", "12, 6822 CA"),
    ("I live at Lampstraat 7", "Lampstraat 7"),
]
HEALTH = [
    ("Ik heb kanker", "kanker"),
    ("Mijn man heeft Alzheimer en dwaalt", "Alzheimer"),
    ("Ik ben depressief geweest", "depressief"),
    ("Ik zit in een rolstoel", "in een rolstoel"),
    ("Heb een burn-out en zoek gezelschap", "burn-out"),
    ("Ons huis is groot. Mijn moeder krijgt chemotherapie.", "chemotherapie"),
    ("Ik ben zwanger", "zwanger"),
    ("I have cancer", "cancer"),
    ("My mother has dementia", "dementia"),
]
DEBT = [
    ("Ik heb schulden", "schulden"),
    ("Ik zit in de schuldsanering", "schuldsanering"),
    ("Mijn man moet naar de voedselbank", "voedselbank"),
    ("De deurwaarder komt bij mij langs", "deurwaarder"),
    ("Ik leef van een uitkering", "uitkering"),
    ("I am in arrears with the rent", "in arrears"),
    ("My debts are high", "debts"),
]
CHILDREN = [
    ("Oppas voor mijn dochter van 7", "mijn dochter van 7"),
    ("mijn kinderen van 4 en 6", "mijn kinderen van 4"),
    ("Onze zoon is 9", "Onze zoon is 9"),
    ("mijn zoontje (5)", "mijn zoontje (5)"),
    ("mijn jongste zoon wordt 12", "mijn jongste zoon wordt 12"),
    ("mijn 7-jarige dochter", "mijn 7-jarige dochter"),
    ("Bijles voor mijn dochter Emma", "mijn dochter Emma"),
    ("mijn zoon heet Sam", "mijn zoon heet Sam"),
    ("Onze zoon zit op basisschool De Kring", "Onze zoon zit op basisschool"),
    ("mijn dochter uit groep 7", "mijn dochter uit groep 7"),
    ("Hij zit in groep 4", "zit in groep 4"),
    ("my daughter, 7 years old", "my daughter, 7 years"),
    ("my 7-year-old", "my 7-year-old"),
    ("My son Tom", "My son Tom"),
    ("our son goes to primary school", "our son goes to primary school"),
]
FOUND = {
    Kind.PHONE: PHONES,
    Kind.EMAIL: EMAILS,
    Kind.IBAN: IBANS,
    Kind.BSN: BSNS,
    Kind.HOUSE: HOUSES,
    Kind.HEALTH: HEALTH,
    Kind.DEBT: DEBT,
    Kind.CHILD: CHILDREN,
}
NOTHING = [
    "",
    "Wie helpt mij een lamp ophangen? Mijn plafond is hoog.",
    # Times, days, amounts, prices.
    "in 2026",
    "om 10 uur",
    "Open 09.00 - 17.00 uur",
    "09.00-17.00 10.00",
    "ma-vr 08.00-12.00 en 13.00-17.00",
    "van 07-12-2026 tot 08-12-2026",
    "01-02-2026 10.00",
    "01/02/2026 10:00",
    "06-12-2026 12 personen",
    "zaterdag 7 november 2026, 10.30 uur",
    "€ 12,50 per stuk",
    "0,50 1,25 2,75",
    "€ 123.456.782",
    "123.456.782,00",
    "123456782 euro",
    "100.000.000",
    "1 2 3 4 5 6 7 8 9 10",
    "10 11 12 345",
    "maat 38-40, 2 stuks",
    "4 meter, 230 volt",
    # Numbers of other things.
    "bus 7",
    "lijn 12 of bus 345",
    "groep 7",
    "kamer 12, zaal 3",
    "123456783",
    "1234.56.783",
    "BSN 123456783",
    "order 1234567820",
    "bestelling 12345678",
    "ORD0612345678",
    "0612345678901234",
    "https://voorbeeld.nl/artikel/123456782",
    "https://voorbeeld.nl/?id=123456782",
    "#123456782",
    "NL92 ABNA 0417 1643 00",
    "NL91 ABNA 0417 1643 0",
    "BE68 5390 0754 7035",
    "XX91 ABNA 0417 1643 00",
    "bel 112",
    "0900-8844",
    "0800 1234",
    "06-nummer op aanvraag",
    "nul zes is het begin",
    "een twee drie vier vijf zes zeven acht negen tien",
    "02 123 45 67",
    "+31 6 1234",
    # Mail that is none.
    "Feest @ Buurthuis. Kom ook",
    "Volg @wijkcentrum op Instagram",
    "We meet at example.com",
    "kijk op voorbeeld.nl",
    "Look at this",
    "a@b",
    # Streets without a house, and what only ends like one.
    "De hele Lampstraat doet mee",
    "Wijkcentrum, Klarendalseweg",
    "straatfeest in de Lampstraat 2026",
    "Feest in de Lampstraat 7 mei",
    "Lampstraat 10 uur",
    "Markt 10 oktober",
    "Rommelmarkt 10 oktober",
    "Rommelmarkt 10 kramen",
    "Fietspad 3 km lang",
    "Onderweg 3 keer gestopt",
    "in de straat 7 katten",
    "Zomerkamp 12 plekken",
    "Sportpark 3 velden",
    "Amsterdam 3 dagen",
    "Milaan 2 dagen",
    "schoolplein 12",
    "6822 CA",
    "6822 CA Arnhem",
    "6822 CA om 10 uur",
    "postcode 6822 CA, 3 kinderen",
    "in 2026 EN 3 keer",
    # Words that tell of nobody.
    "Alzheimer café, elke donderdag",
    "Gezondheidscentrum Klarendal: inloop over diabetes",
    "Spreekuur schuldhulpverlening in het wijkcentrum",
    "Wij helpen mensen met schulden",
    "Ik help je met je schulden. Gratis.",
    "Ik bied rijles aan mensen met autisme",
    "Voorlichting over dementie voor mantelzorgers",
    "Rolstoel te leen",
    "Het is mijn schuld",
    "Gezondheid en gezelligheid voor mijn buurt",
    "Debt advice every Tuesday",
    "Cancer support group, all welcome",
    # Children in general.
    "kinderboeken aangeboden",
    "Mijn kinderboeken mogen weg",
    "Ik pas op kinderen van 4 tot 10",
    "Voor kinderen van 8 tot 12 jaar",
    "Knutselen voor kinderen in de basisschool",
    "Voorlezen op basisschool De Kring",
    "mijn dochter leert lezen",
    "Mijn zoon is van 10 uur tot 12 uur thuis",
    "Bijles voor mijn zoon Nederlands",
    "kinderfiets voor 7 jaar",
    "Children welcome, ages 4 to 10",
]


@pytest.mark.parametrize(("kind", "text", "value"), [(kind, *case) for kind in FOUND for case in FOUND[kind]])
def test_it_is_seen(kind, text, value):
    [finding] = findings(text)
    assert finding.kind == kind
    assert finding.piece == text[finding.start : finding.end]
    by_value = kind in {Kind.PHONE, Kind.EMAIL, Kind.IBAN, Kind.BSN}
    assert (finding.value if by_value else finding.piece) == value


@pytest.mark.parametrize("text", NOTHING)
def test_it_is_left_alone(text):
    assert findings(text) == []


def test_the_table_is_long():
    assert sum(map(len, FOUND.values())) + len(NOTHING) >= 150


def test_a_number_without_a_country_belongs_to_the_country_of_the_site():
    assert [one.value for one in findings("Bel 0470 12 34 56", region="BE")] == ["+32470123456"]
    assert [one.value for one in findings("Bel 09 234 56 78", region="BE")] == ["+3292345678"]
    assert findings("Bel 09 234 56 78") == []


def test_everything_in_a_text_is_seen_in_its_order():
    text = "Mijn dochter van 7. Lampstraat 7, 6822 CA Arnhem, 06 12345678 of 06 87654321, a@b.nl. Ik heb schulden."
    kinds = [Kind.CHILD, Kind.HOUSE, Kind.PHONE, Kind.PHONE, Kind.EMAIL, Kind.DEBT]
    assert [one.kind for one in findings(text)] == kinds


def test_an_account_number_holds_no_other_number():
    assert [one.kind for one in findings("NL02 ABNA 0123 4567 89, 111222333@student.nl")] == [Kind.IBAN, Kind.EMAIL]


PIECES = (
    "0 ", "01 ", "06-", "0612345678", "+1", "+44 2 ", "nul drie ", "(", "a", "a.", "a@", "a@b.", "a at ", "a punt ",
    "a (at) b punt ", "NL91 ", "nl91ABNA", "straat 7 ", "Van der ", "Aa ", "'t ", "Laan van de A", "1234 AB ", "mijn ",
    "mijn kind is ", "zit op ", "ik kanker ", "9", "123 ", "1-", "bsn ", " ", "\n", "x .y ", "%", "de-", "€",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_the_same_thing_ten_thousand_times_is_read(piece):
    check(piece * (LONGEST // len(piece)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join))
def test_any_text_is_read(text):
    check(text)


def test_more_than_any_text_of_ours_is_not_read():
    assert findings("a" * LONGEST + " 0612345678") == []


def check(text):
    last = 0
    for finding in findings(text):
        assert last <= finding.start < finding.end <= len(text)
        assert finding.piece == text[finding.start : finding.end] and finding.value
        last = finding.end
