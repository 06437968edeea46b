"""What is read aloud before somebody says yes; a change of it is a new version, and the old ones stay known."""

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
CONSENT = _(
    "Je wilt dat ik een bericht voor je op Wijk zet. Iedereen op internet kan het lezen. Je achternaam, adres en "
    "telefoonnummer komen er niet bij. Je voornaam alleen als jij dat goed vindt. Bij het bericht staat dat ik heb "
    "geholpen. Reacties komen bij mij en ik geef ze aan je door. Of ze gaan naar je eigen mail; dan kan ik ze ook "
    "lezen. Na acht weken gaat het bericht vanzelf weg. Wil je eerder stoppen? Dan zeg je het, en haal ik het er "
    "meteen af. Vind je dit goed?"
)


def consent_words() -> str:
    """The words as they are shown now, in the language of the page."""
    return str(CONSENT)
