"""Coming to live in a neighbourhood, and moving."""

from typing import Any

from django.db import transaction

from accounts.audit.models import record
from accounts.consent.actions import agree
from accounts.users.models import User
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.residents.models import Residence
from wijk import clock


@transaction.atomic
def settle(*, user: User, neighbourhood: Neighbourhood, by: Any = None) -> Residence:
    """Makes a neighbourhood somebody's home; nothing happens when it already is."""
    residence = Residence.objects.select_for_update().filter(user=user).first() or Residence(user=user)
    if residence.neighbourhood_id != neighbourhood.pk:
        moved = residence.pk is not None
        residence.neighbourhood, residence.since = neighbourhood, clock.now()
        residence.save()
        record(
            "residence.move" if moved else "residence.settle", by=by or user, about=user, neighbourhood=neighbourhood
        )
    return residence


@transaction.atomic
def welcome(*, user: User, neighbourhood: Neighbourhood, sentence: str = "") -> None:
    """What a new account begins with: a home, the terms accepted and the privacy statement read (W-9, X-25, K-54).

    `sentence` stood beside the box that was ticked.
    """
    settle(user=user, neighbourhood=neighbourhood)
    agree(user=user, key="terms", sentence=sentence)
    agree(user=user, key="privacy", sentence=sentence)
