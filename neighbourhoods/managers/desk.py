"""The door to the desk: every desk view gets its neighbourhood through the gate, or answers 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from neighbourhoods.managers.models import READ_AT_THE_DOOR, Appointment, team_of, with_team
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import desk, scope

Counter = Callable[[Any, Neighbourhood], int]
MOST_BESIDE = 6
COUNTERS: dict[str, Counter] = {}


def desk_counter(name: str) -> Callable[[Counter], Counter]:
    """Registers a number for the desk's menu; features above this one say what waits there."""

    def register(counter: Counter) -> Counter:
        COUNTERS[name] = counter
        return counter

    return register


def at_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turns the slug `wijk` into the neighbourhood, if this person manages it (W-50)."""

    @wraps(view)
    def opened(request: HttpRequest, wijk: str, **kwargs: Any) -> HttpResponse:
        managed = scope(request.user).managed(Neighbourhood).order_by("name").prefetch_related(with_team())
        # Somebody's own are few, and the page wants the others as well; an operator has every one.
        rows = list(managed.filter(slug=wijk) if request.user.is_superuser else managed)
        neighbourhood = next((one for one in rows if one.slug == wijk), None)
        if neighbourhood is None:
            raise Http404
        request.managed = rows  # type: ignore[attr-defined]
        if not request.user.is_superuser:
            setattr(request.user, READ_AT_THE_DOOR, [one.pk for one in rows])
        return view(request, neighbourhood, **kwargs)

    return desk(opened)


def desk_context(request: HttpRequest, neighbourhood: Neighbourhood, nav: str, **more: Any) -> dict[str, Any]:
    """What the desk's page shell needs: this neighbourhood, the others to switch to, what waits, the current item.

    Whoever is shown a page of the desk was there today.
    """
    team = team_of(neighbourhood)
    was_there([one for one in team if one.user_id == request.user.pk])
    few = _others(request, neighbourhood)
    return {
        "neighbourhood": neighbourhood,
        # Who looks after many, as an operator, chooses at /beheer/.
        "neighbourhoods": few if len(few) <= MOST_BESIDE else [],
        "counts": {name: count(request.user, neighbourhood) for name, count in COUNTERS.items()},
        "nav": nav,
        "deputies_now": [one for one in team if one.is_deputy],
        **more,
    }


def _others(request: HttpRequest, neighbourhood: Neighbourhood) -> list[Neighbourhood]:
    if request.user.is_superuser:
        managed = scope(request.user).managed(Neighbourhood).exclude(pk=neighbourhood.pk).order_by("name")
        return list(managed[: MOST_BESIDE + 1])
    return [one for one in getattr(request, "managed", []) if one.pk != neighbourhood.pk]


def was_there(appointments: list[Appointment]) -> None:
    """Notes the day, once a day, so that somebody hears of it when neighbours wait and nobody comes."""
    today = clock.today()
    new = [one.pk for one in appointments if one.seen_on != today]
    if new:
        Appointment.objects.filter(pk__in=new).update(seen_on=today)
