"""What each purpose of the register is called, and why we hold what serves it, in words for the person it is about."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Purpose:
    """A reason to hold data: its name on a page, and the reason in one sentence."""

    label: str | Promise
    why: str | Promise


PURPOSES = {
    "account": Purpose(_("Je account"), _("Zo kun je inloggen en weten we in welke wijk je woont.")),
    "posts": Purpose(_("Je berichten"), _("Dit heb je zelf geplaatst, zodat buren je kunnen vinden.")),
    "organisations": Purpose(_("Je organisaties"), _("Zo kun je de pagina van je organisatie bijhouden.")),
    "contact": Purpose(_("Je gesprekken"), _("Zo kunnen jullie elkaar antwoorden zonder elkaars adres te zien.")),
    "newsletter": Purpose(_("Nieuwsbrieven"), _("Je hebt je hiervoor aangemeld.")),
    "moderation": Purpose(_("Besluiten over je berichten"), _("Zo zie je wat een wijkbeheerder besloot en waarom.")),
    "managing": Purpose(_("Je werk als wijkbeheerder"), _("Zo weten buren en wij wie een wijk beheert.")),
    "consent": Purpose(_("Je toestemmingen"), _("Zo kunnen we laten zien waar je ja of nee tegen zei.")),
    "closing": Purpose(_("Opzegging"), _("Zo kunnen we laten zien dat we op tijd hebben gewist.")),
    "compliance": Purpose(_("Toezicht en lekken"), _("Zo kunnen we laten zien dat we goed met gegevens omgaan.")),
    "copy": Purpose(
        _("Verzegelde kopie"), _("Zo kun je terugkomen, als je daarvoor koos. Niemand hier kan erin kijken.")
    ),
    "mail": Purpose(_("Verstuurde mail"), _("Zo weten we welke mail is aangekomen. De tekst bewaren we niet.")),
    "security": Purpose(_("Inloggen en veiligheid"), _("Zo houden we anderen uit je account.")),
    "audit": Purpose(_("Logboek"), _("Zo is na te gaan wie wat deed. Er staan nummers in, geen namen.")),
    "places": Purpose(_("Wijken"), _("De kaart van gemeenten en wijken.")),
    "pages": Purpose(_("Pagina's en nieuws"), _("Teksten van de redactie.")),
    "operation": Purpose(_("Werking van de site"), _("Zo blijft de site draaien.")),
}


def purpose_of(code: str) -> Purpose:
    """The words of a purpose; a code nobody named yet shows itself, which a test reports."""
    return PURPOSES.get(code, Purpose(code, ""))
