"""What people are told: beside the button that asks for a newsletter, and on the pages about their data (W-4, D-18)."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.compliance.transfers import Transfer, outside_the_eea
from content.mailchimp.models import Connection
from content.mailchimp.sync import MARK
from neighbourhoods.subscriptions.lists import adds_words


def told_where() -> Exists:
    """The neighbourhoods where it is said at the button, to whoever signs up from then on."""
    works = Connection.objects.in_force().exclude(worked_at=None)
    return Exists(works.filter(neighbourhood=OuterRef("pk")))


# Who said yes before this stood there is not handed over.
adds_words(
    MARK,
    gettext_lazy("We versturen hem met Mailchimp, een bedrijf in de VS: dat krijgt je e-mailadres en je voornaam."),
    told_where,
)


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
