"""Who may look at somebody who is frozen: only who named one of the four grounds of the law a moment ago (K-47)."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from wijk import clock

LAWFUL_GROUNDS = [
    ("consent", _("De persoon zelf vindt het goed")),
    ("claim", _("Het is nodig voor een rechtszaak")),
    ("protection", _("Het beschermt de rechten van iemand anders")),
    ("public", _("Een zwaarwegend algemeen belang")),
]
NAMED = "grounds_named"
LASTS = timedelta(minutes=15)


def name_ground(request: HttpRequest, account: User) -> None:
    """Remembers for a quarter of an hour that a ground was named; the ground itself is in the trail."""
    request.session[NAMED] = {**request.session.get(NAMED, {}), str(account.pk): clock.now().timestamp()}


def must_name_ground(request: HttpRequest, account: User) -> bool:
    """Whether this person must say first why this account may be looked at."""
    named = request.session.get(NAMED, {}).get(str(account.pk), 0)
    return account.restricted_at is not None and clock.now().timestamp() - named > LASTS.total_seconds()
