"""What each purpose of the register is called, and why we hold what serves it, in words for the person it is about."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Purpose:
    """A reason to hold data: its name on a page, and the reason in one sentence.

    `balance` weighs a legitimate interest against people's own, for each purpose that rests on one (D-13).
    """

    label: str | Promise
    why: str | Promise
    balance: str | Promise = ""


PURPOSES = {
    "account": Purpose(_("Je account"), _("Zo kun je inloggen en weten we in welke wijk je woont.")),
    "posts": Purpose(_("Je berichten"), _("Dit heb je zelf geplaatst, zodat buren je kunnen vinden.")),
    "organisations": Purpose(_("Je organisaties"), _("Zo kun je de pagina van je organisatie bijhouden.")),
    "contact": Purpose(
        _("Je gesprekken"),
        _("Zo kunnen jullie elkaar antwoorden zonder elkaars adres te zien."),
        _(
            "Buren willen elkaar bereiken. Wie schrijft, kiest dat zelf en blijft verborgen voor de ander. "
            "Woorden gaan na 30 dagen weg. Alleen de twee in het gesprek lezen ze. Dat weegt op tegen het kleine "
            "risico."
        ),
    ),
    "signups": Purpose(_("Je aanmeldingen"), _("Zo weet wie iets organiseert wie er meedoet.")),
    "newsletter": Purpose(_("Nieuwsbrieven"), _("Je hebt je hiervoor aangemeld.")),
    "moderation": Purpose(
        _("Besluiten over je berichten"),
        _("Zo zie je wat een wijkbeheerder besloot en waarom."),
        _(
            "Een wijk moet veilig blijven en wie plaatst, heeft recht op een reden. We bewaren alleen het besluit"
            " en de uitleg, bij het bericht zelf. De plaatser leest mee en kan vragen om opnieuw te kijken."
        ),
    ),
    "reports": Purpose(_("Meldingen"), _("Zo kan een wijkbeheerder kijken naar wat iemand meldde.")),
    "helping": Purpose(
        _("Hulp van de wijkbeheerder"),
        _("Zo kan een wijkbeheerder je helpen met een bericht, en zie je wat die deed en dat jij dat goedvond."),
    ),
    "importing": Purpose(
        _("Ingelezen lijsten"),
        _("Zo weten we waar een pagina vandaan komt, en kan wie erover gaat haar overnemen."),
        _(
            "Een gids moet meteen iets bevatten. Er komen alleen gegevens van organisaties in. Wie erover gaat, krijgt "
            "één mail en kan weigeren. Het adres bewaren we niet, alleen een code waaraan we het herkennen."
        ),
    ),
    "inviting": Purpose(
        _("Uitnodigingen om iets samen bij te houden"),
        _("Zo kan iemand een collega of buur vragen mee te helpen."),
        _(
            "Samen iets bijhouden kan alleen als je iemand kunt vragen. Het is één mail zonder herinnering, waarin "
            "staat wie vraagt en waarom, en weigeren is één knop. Het adres bewaren we niet, alleen een code."
        ),
    ),
    "managing": Purpose(_("Je werk als wijkbeheerder"), _("Zo weten buren en wij wie een wijk beheert.")),
    "consent": Purpose(_("Je toestemmingen"), _("Zo kunnen we laten zien waar je ja of nee tegen zei.")),
    "rights": Purpose(_("Verzoeken over je gegevens"), _("Zo kunnen we laten zien dat we op tijd antwoordden.")),
    "closing": Purpose(_("Opzegging"), _("Zo kunnen we laten zien dat we op tijd hebben gewist.")),
    "hold": Purpose(
        _("Apart gezet voor een zaak"), _("Zo blijft een stuk dat voor een zaak nodig is, en niets anders.")
    ),
    "compliance": Purpose(_("Toezicht en lekken"), _("Zo kunnen we laten zien dat we goed met gegevens omgaan.")),
    "copy": Purpose(
        _("Verzegelde kopie"), _("Zo kun je terugkomen, als je daarvoor koos. Niemand hier kan erin kijken.")
    ),
    "mail": Purpose(_("Verstuurde mail"), _("Zo weten we welke mail is aangekomen. De tekst bewaren we niet.")),
    "security": Purpose(
        _("Inloggen en veiligheid"),
        _("Zo houden we anderen uit je account."),
        _(
            "Zonder dit kan iemand anders in een account komen, en dat schaadt juist degene over wie het gaat. We "
            "bewaren vanaf welk netwerk en met welk apparaat iemand is ingelogd, zolang dat duurt. Alleen die persoon "
            "ziet het, en kan het zelf beëindigen."
        ),
    ),
    "audit": Purpose(
        _("Logboek"),
        _("Zo is na te gaan wie wat deed. Er staan nummers in, geen namen."),
        _(
            "Misbruik en fouten moeten te vinden zijn, ook die van ons. Er staan nummers en codes in, geen namen "
            "of teksten. Na een jaar is het weg, en wie opzegt is er niet meer in te herkennen."
        ),
    ),
    "starting": Purpose(_("Bericht als je wijk begint"), _("Zo kunnen we je één keer mailen als je wijk meedoet.")),
    "places": Purpose(_("Wijken"), _("De kaart van gemeenten en wijken.")),
    "pages": Purpose(
        _("Pagina's en nieuws"),
        _("Teksten van de redactie, en wie eraan werkte."),
        _(
            "De redactie moet zien wie een tekst maakte of veranderde. Het gaat om wie hier zelf werkt. Namen "
            "gaan eruit als iemand vertrekt, het logboek van de redactie na een jaar."
        ),
    ),
    "operation": Purpose(_("Werking van de site"), _("Zo blijft de site draaien.")),
}


def purpose_of(code: str) -> Purpose:
    """The words of a purpose; a code nobody named yet shows itself, which a test reports."""
    return PURPOSES.get(code, Purpose(code, ""))
