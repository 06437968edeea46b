"""What happened at Mailchimp itself: who stopped there, and whose address died."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from content.mailchimp.client import Member, Service
from content.mailchimp.models import Connection, Listing, reader_keys
from content.mailchimp.sync import attempt
from neighbourhoods.subscriptions.actions import stop
from wijk import clock
from wijk.faults import fault

Wanted, State = Listing.Wanted, Listing.State
POLL_EVERY = timedelta(minutes=15)
# Clocks differ, and what changes while we look must not fall between two looks.
OVERLAP = timedelta(minutes=10)


def poll() -> int:
    """Takes over who stopped at Mailchimp itself, and whose address died there; runs by the clock."""
    found = 0
    due = Connection.objects.in_force().free().filter(poll_due_at__lte=clock.now())
    for connection in due.select_related("neighbourhood"):
        with attempt(connection), Service(connection) as service:
            began, since = clock.now(), (connection.polled_at or connection.created_at) - OVERLAP
            found += take_over(connection, service.members(since=since))
            rows = Connection.objects.filter(pk=connection.pk)
            rows.update(polled_at=began, poll_due_at=began + POLL_EVERY)
    return found


def take_over(connection: Connection, members: Iterable[Member]) -> int:
    """Ends here what ended there. What Mailchimp says of people we do not know is nobody's business of ours."""
    ended = {key: one for one in members if one.status != "subscribed" for key in reader_keys(one.number)}
    rows = Listing.objects.filter(connection=connection, wanted=Wanted.ON, subscriber_key__in=ended)
    found = 0
    for listing in rows.exclude(subscription=None).select_related("subscription__user", "subscription__neighbourhood"):
        with transaction.atomic():
            fault("mailchimp:stopped:before")
            found += _ended_there(listing, ended[listing.subscriber_key])
            fault("mailchimp:stopped:in")
    return found


def _ended_there(listing: Listing, member: Member) -> bool:
    """Whoever stopped, stopped; an address that died, or was put away by hand, is left to our own mail to try."""
    subscription: Any = listing.subscription
    stopped = member.status == "unsubscribed"
    if listing.state != State.ON:
        # Not let on: either because they stopped there since, or because they stopped there before they said yes anew.
        # Mailchimp tells whole seconds; within the same one, stopping counts.
        said_yes = subscription.confirmed_at.replace(microsecond=0)
        stopped = stopped and member.changed is not None and member.changed >= said_yes
        if not stopped:
            return False
    state = State.OFF if stopped else State.REFUSED
    rows = Listing.objects.filter(pk=listing.pk, state=listing.state)
    if not rows.update(state=state, error=f"there: {member.status}"[:80], done_at=clock.now()):
        return False
    if stopped:
        stop(subscription=subscription, by=None)
    return True
