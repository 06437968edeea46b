"""The checks that come with the software: what, why, and every how many months."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Duty:
    """One check of the calendar, in words."""

    title: str | Promise
    why: str | Promise
    months: int = 12


DUTIES = {
    "risks": Duty(_("Risico's opnieuw bekijken"), _("Wat kan er misgaan met de gegevens, en wat doen we daaraan?")),
    "dpia": Duty(_("DPIA nakijken"), _("Klopt het onderzoek naar de gevolgen voor bewoners nog? Zie deploy/privacy.")),
    "internal-check": Duty(_("Eigen controle"), _("Doen we wat we beloven? Loop de beloften na, met bewijs.")),
    "security-test": Duty(
        _("Test van de beveiliging door anderen"), _("Minstens eens in de twee jaar, door iemand van buiten."), 24
    ),
    "restore-drill": Duty(
        _("Terugzetten van een back-up oefenen"), _("Een back-up die nooit is teruggezet, is er misschien geen."), 1
    ),
    "breach-drill": Duty(
        _("Lek oefenen"), _("Maak een oefenlek, stuur het oefenbericht en kijk of iedereen weet wat te doen.")
    ),
    "processors": Duty(_("Afspraken met verwerkers nakijken"), _("Lopen ze nog? Is de beveiliging nog goed geregeld?")),
    "retention": Duty(
        _("Bewaartermijnen nakijken"), _("Is alles weg wat weg moest zijn? Kijk met manage.py retention --dry-run."), 6
    ),
    "legal-texts": Duty(_("Juridische teksten herlezen"), _("Kloppen privacy, voorwaarden en cookies nog?")),
    "rights": Duty(_("Rechten van medewerkers nakijken"), _("Wie mag wat zien? Trek in wat niet meer nodig is."), 6),
    "screening": Duty(
        _("Wijkbeheerders en medewerkers screenen"), _("Heeft iedereen geheimhouding getekend en is iedereen getraind?")
    ),
    "security-talk": Duty(_("Beveiliging bespreken"), _("Zet beveiliging op de agenda van het jaarlijkse overleg.")),
}


def words(key: str | None, title: str, why: str) -> Duty:
    """The words of a check: ours in the reader's language, the operator's own as typed."""
    return DUTIES[key] if key in DUTIES else Duty(title, why)
