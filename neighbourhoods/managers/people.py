"""Who belongs to a neighbourhood in a manager's eyes: first name, last name and e-mail address, nothing else (W-52)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import AuditEvent, record
from accounts.requests.rights import interest
from accounts.requests.standstill import not_objecting
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.residents.models import Residence
from wijk import clock
from wijk.text import clean_line

SHOWN = ("pk", "first_name", "last_name", "email")
LONGEST_SEARCH = 80
READ_AGAIN_AFTER = timedelta(hours=1)
Tie = Callable[[Neighbourhood], QuerySet[Any]]
TIES: list[Tie] = []
PEOPLE = interest(
    "people",
    purpose="account",
    label=_("Je naam en e-mailadres in de lijst van de wijkbeheerder"),
    why=_("Zo weet de wijkbeheerder wie er in de wijk meedoet, en kan die je helpen."),
    stops=_("Je staat dan niet meer in die lijst. Bij een bericht van jou ziet de wijkbeheerder wel wie je bent."),
)


def tie(members: Tie) -> Tie:
    """Registers what ties members to a neighbourhood, as a query for their numbers."""
    TIES.append(members)
    return members


@tie
def residents(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    return Residence.objects.filter(neighbourhood=neighbourhood).values("user")


def people_of(neighbourhood: Neighbourhood, words: str = "") -> QuerySet[Any, dict[str, Any]]:
    """The members who live or placed something here, take part, and have all these words in their name."""
    tied = Q()
    for members in TIES:
        tied |= Q(pk__in=members(neighbourhood))
    people = get_user_model().objects.present().filter(tied, not_objecting(PEOPLE.code))  # type: ignore[attr-defined]
    for word in clean_line(words)[:LONGEST_SEARCH].split():
        people = people.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return people.order_by("first_name", "last_name", "pk").values(*SHOWN)


def note_reading(*, by: Any, neighbourhood: Neighbourhood, searched: bool) -> None:
    """Writes down who opened or searched the list, once an hour; never whom they found (K-22)."""
    action = "people.search" if searched else "people.list"
    lately = AuditEvent.objects.filter(actor_ref=by.pk, action=action, neighbourhood_ref=neighbourhood.pk)
    if not lately.filter(at__gt=clock.now() - READ_AGAIN_AFTER).exists():
        record(action, by=by, about=neighbourhood, neighbourhood=neighbourhood)
