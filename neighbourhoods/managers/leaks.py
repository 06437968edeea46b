"""What the leak guard says to a manager who writes about themselves: everybody reads it."""

from django.utils.translation import gettext_lazy as _

from wijk.leaks.guard import Advice
from wijk.leaks.kinds import Kind

EVERYBODY = _("Iedereen op internet kan dit lezen.")
WITH_THE_FORM = _("Laat het weg. Mensen stellen je een vraag met het formulier.")
ADVICE = {
    Kind.PHONE: Advice(_("Een telefoonnummer"), EVERYBODY, WITH_THE_FORM),
    Kind.EMAIL: Advice(_("Een e-mailadres"), EVERYBODY, WITH_THE_FORM),
    Kind.HOUSE: Advice(
        _("Een adres"),
        _("Zo weet iedereen waar iemand woont, en wanneer daar niemand is."),
        _("Noem alleen de straat of de buurt."),
    ),
    Kind.IBAN: Advice(
        _("Een rekeningnummer"),
        _("Met je rekeningnummer en je naam kunnen oplichters iets bestellen of jou nadoen."),
        _("Laat het weg."),
    ),
    Kind.HEALTH: Advice(
        _("Iets over gezondheid"),
        _("Iedereen op internet kan dit lezen, ook later, en ook wie je kent."),
        _("Laat het weg, of schrijf het zo dat het niet over één persoon gaat."),
    ),
    Kind.DEBT: Advice(
        _("Iets over geld of schulden"),
        _("Iedereen op internet kan dit lezen. Er zijn mensen die daar misbruik van maken."),
        _("Laat het weg."),
    ),
    Kind.CHILD: Advice(
        _("Iets over een kind"),
        _("Zo kunnen mensen die je niet kent, weten wie het kind is of waar het is."),
        _("Laat naam, leeftijd en school weg."),
    ),
}
