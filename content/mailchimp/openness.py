"""What people are told: beside the button that asks for a newsletter, and on the pages about their data (W-4, D-18)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.compliance.transfers import Transfer, outside_the_eea
from content.mailchimp.models import Connection
from content.mailchimp.sync import MARK
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import adds_words


@adds_words(MARK)
def told_at_the_button(neighbourhood: Neighbourhood) -> str:
    """The sentence that who signs up says yes to; who said yes before it stood there is not handed over."""
    works = Connection.objects.in_force().exclude(worked_at=None)
    if not works.filter(neighbourhood=neighbourhood.pk).exists():
        return ""
    return _("We versturen hem met Mailchimp, een bedrijf in de VS: dat krijgt je e-mailadres en je voornaam.")


@outside_the_eea
def told_about_places() -> Iterator[Transfer]:
    """Each agreement under which people may stand at Mailchimp."""
    for connection in Connection.objects.filter(emptied_at=None).select_related("neighbourhood"):
        yield Transfer(
            who="Mailchimp (Intuit)",
            where=_("Verenigde Staten"),
            what=_("e-mailadres en voornaam"),
            why=_("de nieuwsbrief van %(name)s versturen") % {"name": connection.neighbourhood.name},
            basis=str(connection.get_transfer_display()),
            since=connection.agreement_on,
            until=connection.agreement_until,
        )
