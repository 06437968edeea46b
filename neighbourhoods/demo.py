"""The demo town: a schematic Arnhem, who lives where, who looks after it, and who reads its newsletters."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from accounts.demo import DOMAIN
from accounts.users.models import User
from neighbourhoods.managers.actions import appoint, record_screening, record_training, sign_confidentiality
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.actions import import_map, import_postcodes, switch_on
from neighbourhoods.places.map_file import read_map
from neighbourhoods.places.models import Neighbourhood, Postcode
from neighbourhoods.residents.actions import welcome
from neighbourhoods.residents.models import Residence
from neighbourhoods.subscriptions import actions as subscriptions
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.mail.worker import deliver

Say = Callable[[str], None]
HERE = Path(__file__).parent
# The names and codes are the official ones of 2014; the outlines are our own drawing.
MAP = HERE / "demo_map.geojson"
TOWN: dict[str, Any] = json.loads((HERE / "demo_town.json").read_text(encoding="utf-8"))
ADDRESSES_PER_POSTCODE = 20
SCREENED_FOR = timedelta(days=3 * 365)
AFTER_SIGNING_UP = timedelta(minutes=10)


def build(say: Say) -> None:
    """Makes what is missing of the town."""
    if draw_map():
        say(f"{len(TOWN['postcodes'])} neighbourhoods of Arnhem, with postcodes")
    town = {place.slug: place for place in Neighbourhood.objects.on().filter(code__in=TOWN["postcodes"])}
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    settle_people(town, people)
    if appoint_managers(town, people):
        say("managers for seven neighbourhoods")
    if subscribe(town, people):
        say("readers of the newsletters")


def draw_map() -> bool:
    """Reads the demo's map in, unless the site has a map of this town already; False when nothing changed."""
    here = Neighbourhood.objects.filter(code__in=TOWN["postcodes"])
    changed = here.count() < len(TOWN["postcodes"])
    if changed:
        import_map(found=read_map(MAP, known={}, progress=silent), by=None, progress=silent)
    for place in here.filter(is_on=False):
        changed |= switch_on(neighbourhood=place, by=None)
    if not Postcode.objects.filter(neighbourhood__in=here).exists():
        numbers = dict(here.values_list("code", "pk"))
        counts = {
            (postcode, numbers[code]): ADDRESSES_PER_POSTCODE
            for code, postcodes in TOWN["postcodes"].items()
            for postcode in postcodes
        }
        import_postcodes(counts=counts, by=None)
        changed = True
    return changed


def silent(line: str) -> None:
    """The import's own progress is too much for a demo."""


def settle_people(town: dict[str, Neighbourhood], people: dict[str, User]) -> None:
    """Gives everybody a home, as signing up does."""
    settled = set(Residence.objects.filter(user__in=people.values()).values_list("user_id", flat=True))
    for slug, names in TOWN["homes"].items():
        for user in (people[name] for name in names if name in people):
            if user.pk not in settled:
                with clock.frozen(user.date_joined + AFTER_SIGNING_UP):
                    welcome(user=user, neighbourhood=town[slug])


def appoint_managers(town: dict[str, Neighbourhood], people: dict[str, User]) -> int:
    """Appoints, swears in and trains the managers who are missing; one is still on the way there."""
    appointed = set(Appointment.objects.filter(user__in=people.values()).values_list("user_id", flat=True))
    missing = [row for row in TOWN["managers"] if row["who"] in people and people[row["who"]].pk not in appointed]
    for row in missing:
        _appoint(row, people[row["who"]], town[row["of"]], operator=people["otto"])
    return len(missing)


def _appoint(row: dict[str, Any], user: User, neighbourhood: Neighbourhood, *, operator: User) -> None:
    today = clock.today()
    with clock.frozen(-timedelta(days=row["since"])):
        appointment = appoint(
            user=user,
            neighbourhood=neighbourhood,
            by=operator,
            starts_on=clock.today(),
            ends_on=today + timedelta(days=row["until"]),
            public_name=user.first_name,
            on_behalf_of=row["for"],
        )
        Appointment.objects.filter(pk=appointment.pk).update(introduction=row["about"])
        deliver()
    if row["trained"]:
        with clock.frozen(-timedelta(days=row["trained"])):
            sign_confidentiality(appointment=appointment, by=user)
            record_training(appointment=appointment, by=operator)
            until = clock.today() + SCREENED_FOR
            record_screening(appointment=appointment, by=operator, on=clock.today(), until=until)


def subscribe(town: dict[str, Neighbourhood], people: dict[str, User]) -> int:
    """Members switch their newsletter on; readers without an account ask for it, and most of them confirm."""
    before = Subscription.objects.count()
    for slug, names in TOWN["subscribers"].items():
        for user in (people[name] for name in names if name in people):
            if not Subscription.objects.of_address(user.email).exists():
                with clock.frozen(user.date_joined + 2 * AFTER_SIGNING_UP):
                    subscriptions.switch(user=user, neighbourhood=town[slug], on=True, by=user)
    for row in TOWN["readers"]:
        if not Subscription.objects.of_address(row["email"]).exists():
            _read_along(row, town[row["of"]])
    return Subscription.objects.count() - before


def _read_along(row: dict[str, Any], neighbourhood: Neighbourhood) -> None:
    with clock.frozen(-timedelta(days=row["days"])):
        subscriptions.ask(
            neighbourhood=neighbourhood, email=row["email"], first_name=row["first"], language="nl", by=None
        )
        deliver()
        subscription = neighbourhood.subscriptions.of_address(row["email"]).get()
        if not row.get("unconfirmed"):
            subscriptions.confirm(subscription=subscription, by=None)
    if "stopped" in row:
        with clock.frozen(-timedelta(days=row["stopped"])):
            subscriptions.stop(subscription=subscription, by=None)
