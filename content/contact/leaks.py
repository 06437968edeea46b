"""What somebody hears who gives something away in a first message: only the other side reads it."""

from django.utils.translation import gettext_lazy as _

from wijk.leaks.guard import Advice
from wijk.leaks.kinds import Kind

THE_OTHER = _("De ander leest dit. Je kent elkaar misschien nog niet.")
ON_PURPOSE = _("Wil je dat zo? Dan is het goed.")
ADVICE = {
    Kind.PHONE: Advice(_("Een telefoonnummer"), _("De ander leest dit en kan je bellen."), ON_PURPOSE),
    Kind.EMAIL: Advice(
        _("Een e-mailadres"),
        _("De ander leest dit. Het hoeft niet: wij sturen jullie berichten door."),
        ON_PURPOSE,
    ),
    Kind.HOUSE: Advice(_("Een adres"), THE_OTHER, _("Je kunt je adres ook later geven, als jullie iets afspreken.")),
    Kind.IBAN: Advice(_("Een rekeningnummer"), THE_OTHER, _("Geef het liever pas als jullie iets hebben afgesproken.")),
    Kind.HEALTH: Advice(_("Iets over gezondheid"), THE_OTHER, _("Je kunt ook alleen zeggen wat je nodig hebt.")),
    Kind.DEBT: Advice(_("Iets over geld of schulden"), THE_OTHER, _("Je kunt ook alleen zeggen wat je nodig hebt.")),
    Kind.CHILD: Advice(
        _("Iets over een kind"),
        THE_OTHER,
        _("Naam, leeftijd en school kun je ook later vertellen."),
    ),
}
