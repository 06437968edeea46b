"""Connecting a neighbourhood, ending that, and handing an issue over."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.models import record
from accounts.closure.models import ExternalErasure
from accounts.closure.outside import external_store
from accounts.office.desk import Pressing, watch
from content.mailchimp.client import Service, subscriber_of
from content.mailchimp.emails import tell_not_erased
from content.mailchimp.line import NoEntry, Trouble, server_of
from content.mailchimp.models import Campaign, Connection, Listing, reader_keys
from content.mailchimp.sync import broken, finish, plan
from content.newsletters import handing_over
from content.newsletters.models import Newsletter
from content.newsletters.sending import readers_of
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import address_hash
from wijk import clock
from wijk.personal_data import Ground, Recipient, declare_store
from wijk.personal_data import Store as DataStore

State, Wanted = Campaign.State, Listing.Wanted
STORE = "mailchimp"
SOON = timedelta(days=60)
UNTRIED, FILLED = "untried", "filled"


# The connection ------------------------------------------------------------------------------------------------------


@transaction.atomic
def connect(*, neighbourhood: Neighbourhood, values: dict[str, Any], by: Any) -> Connection:
    """Notes an agreement with a key and an audience; from now on, who signs up is told of it (W-53, X-7)."""
    connection = Connection.objects.create(
        neighbourhood=neighbourhood,
        made_by=by,
        server=server_of(values["api_key"]),
        broken_at=clock.now(),
        error=UNTRIED,
        **values,
    )
    record("mailchimp.connect", by=by, about=connection, neighbourhood=neighbourhood, transfer=connection.transfer)
    return connection


def try_out(connection: Connection) -> str:
    """Asks Mailchimp whether the key and the audience are right; nothing goes over before. Answers a code, or nothing.

    An audience with people of whom we know nothing is none of ours (W-54).
    """
    rows = Connection.objects.filter(pk=connection.pk)
    error = ""
    try:
        with Service(connection, removing=connection.ended_at is not None) as service:
            service.ping()
            if service.size() and not Listing.objects.filter(connection=connection).exists():
                error = FILLED
    except Trouble as problem:
        error = problem.code
    if error:
        rows.update(error=error[:80])
    else:
        rows.update(broken_at=None, failures=0, resting_until=None, error="", worked_at=clock.now())
    return error


@transaction.atomic
def renew(*, connection: Connection, api_key: str, agreement_until: date | None, by: Any) -> None:
    """Another end of the agreement, another key, or both; with a new key what stood still goes on."""
    rows = Connection.objects.filter(pk=connection.pk, emptied_at=None)
    rows.filter(ended_at=None).update(agreement_until=agreement_until)
    if api_key:
        untried: dict[str, Any] = {"broken_at": clock.now(), "error": UNTRIED, "resting_until": None}
        rows.update(api_key=api_key, server=server_of(api_key), **untried)
    place = connection.neighbourhood
    record("mailchimp.renew", by=by, about=connection, neighbourhood=place, key=bool(api_key))


@transaction.atomic
def end(*, connection: Connection, by: Any) -> bool:
    """Ends the agreement: calls stop at once, and everybody is taken away there; False when it had ended."""
    now = clock.now()
    if not Connection.objects.filter(pk=connection.pk, ended_at=None).update(ended_at=now, resting_until=None):
        return False
    Campaign.objects.filter(connection=connection, state__in=Campaign.BEFORE_SENDING).update(
        state=State.STOPPED, error="ended"
    )
    connection.refresh_from_db()
    plan(connection)
    record("mailchimp.end", by=by, about=connection, neighbourhood=connection.neighbourhood)
    return True


def end_run_out() -> int:
    """Agreements whose last day is over end by themselves; runs by the clock."""
    return sum(end(connection=one, by=None) for one in Connection.objects.run_out().select_related("neighbourhood"))


@transaction.atomic
def emptied_by_hand(*, connection: Connection, by: Any) -> bool:
    """An operator threw the whole audience away at Mailchimp itself, where our key opens nothing any more."""
    if not Connection.objects.emptying().filter(pk=connection.pk).exists():
        return False
    count, _by_model = Listing.objects.filter(connection=connection).delete()
    finish(connection)
    record("mailchimp.emptied", by=by, about=connection, neighbourhood=connection.neighbourhood, readers=count)
    return True


def knock(hook: str) -> bool:
    """Mailchimp says that something changed: what, we ask ourselves, and believe nothing of what it sent."""
    rows = Connection.objects.in_force().filter(hook=hook)
    return bool(rows.update(poll_due_at=clock.now()))


# An issue ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(*, newsletter: Newsletter, by: Any) -> Campaign | None:
    """Puts an issue in Mailchimp's hands instead of ours; None when it went already, or there is no agreement."""
    rows = Connection.objects.in_force().filter(neighbourhood=newsletter.neighbourhood, broken_at=None)
    connection = rows.select_for_update().first()
    if connection is None or not handing_over.hand_over(newsletter=newsletter, by=by):
        return None
    campaign = Campaign.objects.create(newsletter=newsletter, connection=connection)
    record("mailchimp.hand_over", by=by, about=campaign, neighbourhood=newsletter.neighbourhood)
    return campaign


@transaction.atomic
def send_ourselves(*, campaign: Campaign, by: Any) -> bool:
    """Takes an issue back that never left there, and sends it to everybody by our own mail; False when it may have."""
    never_left = [*Campaign.BEFORE_SENDING, State.STOPPED]
    rows = Campaign.objects.filter(pk=campaign.pk, state__in=never_left, newsletter__is_held=True)
    if not Campaign.objects.filter(pk__in=rows.values("pk")).update(state=State.STOPPED, error="taken back"):
        return False
    newsletter = campaign.newsletter
    readers = readers_of(newsletter)
    count = handing_over.set_apart(newsletter=newsletter, readers=readers.values_list("pk", flat=True))
    handing_over.hand_back(newsletter=newsletter, by=by)
    Campaign.objects.filter(pk=campaign.pk).update(by_ourselves=count)
    record("mailchimp.take_back", by=by, about=campaign, neighbourhood=newsletter.neighbourhood, readers=count)
    return True


# Who leaves ----------------------------------------------------------------------------------------------------------


def erase(addresses: tuple[str, ...]) -> None:
    """Erases a leaver at Mailchimp, also where the agreement ended since; raises while that is not so (W-77)."""
    keys = [key for address in addresses for key in reader_keys(subscriber_of(address))]
    hashes = [address_hash(address) for address in addresses]
    rows = Listing.objects.filter(Q(subscriber_key__in=keys) | Q(email_hash__in=hashes))
    left: Trouble | None = None
    for listing in rows.select_related("connection__neighbourhood"):
        try:
            _erase_one(listing)
        except Trouble as problem:
            left = problem
    if left is not None:
        raise left


def _erase_one(listing: Listing) -> None:
    rows = Listing.objects.filter(pk=listing.pk)
    rows.update(wanted=Wanted.GONE, next_try_at=clock.now())
    try:
        if listing.connection.broken_at is not None:
            raise NoEntry("key")
        with Service(listing.connection, removing=True) as service:
            service.forget(listing.subscriber)
    except NoEntry as problem:
        # Nobody but a person can help here.
        broken(listing.connection, problem)
        tell_not_erased(listing.connection)
        raise
    rows.delete()


external_store(STORE, gettext_lazy("Mailchimp"), erase)
declare_store(
    STORE,
    DataStore(
        gettext_lazy("Mailchimp"),
        gettext_lazy("Alleen in wijken waar de nieuwsbrief via Mailchimp gaat: je e-mailadres en je voornaam."),
        gettext_lazy("Wie stopt, gaat er meteen af en is er een dag later gewist. Bij opzeggen kijken we dat na."),
        (f"service {STORE}",),
        purpose="newsletter",
        ground=Ground.CONSENT,
        retention="elsewhere",
        handed_to=(Recipient.HOST, Recipient.MAIL),
    ),
)


@watch
def at_the_desk() -> Iterator[Pressing]:
    """What at Mailchimp needs a person: an erasure that does not get on, an agreement that ends (W-48)."""
    waiting = ExternalErasure.objects.waiting().filter(store=STORE, attempts__gt=0)
    if waiting.exists():
        yield Pressing(_("Iemand die opzegde is bij Mailchimp nog niet gewist"), reverse("closure:desk"), urgent=True)
    soon = Connection.objects.filter(ended_at=None, agreement_until__lte=clock.today() + SOON)
    for connection in soon.select_related("neighbourhood"):
        title = _("De overeenkomst met Mailchimp loopt af: %(name)s") % {"name": connection.neighbourhood.name}
        yield Pressing(title, reverse("mailchimp_connections:detail", args=[connection.pk]))
