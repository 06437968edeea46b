"""A neighbourhood that is connected to the small Mailchimp of tests/mailchimp_server.py."""

from datetime import timedelta

from content.mailchimp import actions
from content.mailchimp.models import Listing
from tests import factories
from tests.mailchimp_server import AUDIENCE, KEY
from wijk import clock

VERSION = "2026-11+mailchimp"


def agreement(**fields):
    values = {"api_key": KEY, "audience": AUDIENCE, "transfer": "adequacy", "basis": "Map 2026/12, DPA van 1 maart"}
    days = {"agreement_on": clock.today() - timedelta(days=1), "agreement_until": None}
    return {**values, **days, **fields}


def reader(email, neighbourhood, *, told=True, **fields):
    """Somebody who said yes; `told`, to the words that name Mailchimp."""
    subscription = factories.subscription(email, neighbourhood, **fields)
    if told:
        type(subscription).objects.filter(pk=subscription.pk).update(text_version=VERSION)
        subscription.refresh_from_db()
    return subscription


def connect(neighbourhood, by, **fields):
    made = actions.connect(neighbourhood=neighbourhood, values=agreement(**fields), by=by)
    assert actions.try_out(made) == ""
    made.refresh_from_db()
    return made


def later(minutes=10):
    return clock.frozen(timedelta(minutes=minutes))


def states(connection):
    rows = Listing.objects.filter(connection=connection).select_related("subscription")
    return sorted((row.subscription and row.subscription.email, row.wanted, row.state) for row in rows)
