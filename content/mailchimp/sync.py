"""Who should stand at Mailchimp, who does, and the calls between the two.

What should be follows from the subscriptions alone, by a look at them each minute, so that no way of stopping, moving,
freezing or leaving can be forgotten here. Each call may be repeated; a worker killed anywhere goes on where it was.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import batched

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.audit.models import record
from content.mailchimp.client import Service, subscriber_of
from content.mailchimp.emails import tell_broken
from content.mailchimp.line import NoAgreement, NoEntry, Refusal, Trouble
from content.mailchimp.models import FORGET_AFTER, Connection, Listing, reader_key
from neighbourhoods.subscriptions.forms import is_first_name
from neighbourhoods.subscriptions.lists import MailingList
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.faults import fault
from wijk.text import clean_line

log = logging.getLogger("wijk.mailchimp")
Wanted, State = Listing.Wanted, Listing.State
BATCH = 200
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# The words of consent with this mark in their version named Mailchimp.
MARK = "mailchimp"


def readers(connection: Connection) -> QuerySet[Subscription]:
    """Who may stand there: confirmed, of this neighbourhood, and told of Mailchimp by the words they said yes to."""
    confirmed = Subscription.objects.confirmed().on_list(MailingList.NEWS)
    confirmed = confirmed.filter(neighbourhood=connection.neighbourhood_id)
    return confirmed.filter(text_version__endswith=f"+{MARK}")


def backoff(failures: int) -> timedelta:
    """Longer after each failure, and never for two at the same moment."""
    wait = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    return wait + wait * secrets.randbelow(250) / 1000


# What should be ------------------------------------------------------------------------------------------------------


def plan(connection: Connection) -> None:
    """Writes down what should be so at Mailchimp, where that changed."""
    rows = Listing.objects.filter(connection=connection)
    # Who moved to another address stands there under the old one.
    rows.exclude(subscription=None).exclude(email_hash=F("subscription__email_hash")).update(subscription=None)
    if connection.ended_at is not None:
        _want(rows, Wanted.GONE)
    if not connection.is_in_force:
        return
    wanted = readers(connection)
    _add(connection, wanted.exclude(pk__in=rows.exclude(subscription=None).values("subscription")))
    _want(rows.filter(subscription__in=wanted), Wanted.ON)
    away = rows.exclude(subscription__in=wanted)
    over = Q(subscription=None) | Q(subscription__stopped_at__lt=clock.now() - FORGET_AFTER)
    _want(away.filter(over), Wanted.GONE)
    _want(away.exclude(over).exclude(wanted=Wanted.GONE), Wanted.OFF)
    # Said yes anew since, perhaps with another name.
    again = rows.filter(wanted=Wanted.ON, state__in=[State.ON, State.REFUSED])
    again.filter(done_at__lt=F("subscription__confirmed_at")).update(state=State.NEW, next_try_at=clock.now())


def _want(rows: QuerySet[Listing], wanted: str) -> None:
    rows.exclude(wanted=wanted).update(wanted=wanted, attempts=0, error="", next_try_at=clock.now())


def _add(connection: Connection, new: QuerySet[Subscription]) -> None:
    """Who should be on the list from now on; a row that waits to be erased becomes theirs again."""
    columns = ["subscription", "subscriber", "email_hash", "wanted", "state", "next_try_at", "attempts", "error"]
    for some in batched(new.iterator(chunk_size=BATCH), BATCH):
        rows = [_listing(connection, subscription) for subscription in some]
        unique = ["connection", "subscriber_key"]
        Listing.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=columns)


def _listing(connection: Connection, subscription: Subscription) -> Listing:
    subscriber = subscriber_of(subscription.email)
    return Listing(
        connection=connection,
        subscription=subscription,
        email_hash=subscription.email_hash,
        subscriber=subscriber,
        subscriber_key=reader_key(subscriber),
    )


def to_do(connection: Connection) -> QuerySet[Listing]:
    """Where what is differs from what should be."""
    rows = Listing.objects.filter(connection=connection).exclude(wanted=F("state"))
    # Who is not taken on is asked for again only to be erased; who never came on needs no taking off.
    return rows.exclude(state=State.REFUSED, wanted__in=[Wanted.ON, Wanted.OFF])


# Doing it ------------------------------------------------------------------------------------------------------------


def work(*, seconds: float = 20) -> int:
    """Brings every connection nearer to what should be; runs by the clock, and stops in time for others."""
    until, done = time.monotonic() + seconds, 0
    for connection in Connection.objects.filter(emptied_at=None).select_related("neighbourhood"):
        plan(connection)
        done += bring(connection, until)
        finish(connection)
    return done


def bring(connection: Connection, until: float = float("inf")) -> int:
    """Makes the calls that are due for one connection; trouble ends the round, and the next one comes later."""
    done: list[int] = []
    due = to_do(connection).filter(next_try_at__lte=clock.now()).order_by("next_try_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[: BATCH * 5]) if _is_free(connection) else []
    if not numbers:
        return 0
    with attempt(connection), Service(connection, removing=True) as removing:
        adding = Service(connection) if connection.is_in_force else None
        try:
            for number in numbers:
                if time.monotonic() > until:
                    break
                if _one(number, adding, removing):
                    done.append(number)
        finally:
            if adding:
                adding.close()
            _note(connection, done)
    return len(done)


def _note(connection: Connection, done: list[int]) -> None:
    """How many people went over, in the trail (W-53); not who."""
    if done:
        there = Listing.objects.filter(pk__in=done, state=State.ON).count()
        place = connection.neighbourhood
        record("mailchimp.export", by=None, about=connection, neighbourhood=place, on=there, off=len(done) - there)


def _is_free(connection: Connection) -> bool:
    return Connection.objects.free().filter(pk=connection.pk).exists()


def _one(number: int, adding: Service | None, removing: Service) -> bool:
    """One reader, as should be at this moment; what is done is noted only if that is still what should be."""
    listing = Listing.objects.select_related("subscription").filter(pk=number).first()
    if listing is None or listing.wanted == listing.state:
        return False
    try:
        fault("mailchimp:reader:before")
        if not _tell(listing, adding, removing):
            return False
        fault("mailchimp:reader:after")
    except Refusal as problem:
        return _refused(listing, problem)
    except (NoAgreement, NoEntry):
        raise
    except Trouble as problem:
        _postpone(listing, problem)
        raise
    rows = Listing.objects.filter(pk=listing.pk, wanted=listing.wanted)
    if listing.wanted == Wanted.GONE:
        rows.delete()
    else:
        rows.update(state=listing.wanted, attempts=0, error="", done_at=clock.now())
    return True


def _tell(listing: Listing, adding: Service | None, removing: Service) -> bool:
    if listing.wanted == Wanted.GONE:
        removing.forget(listing.subscriber)
    elif listing.wanted == Wanted.OFF:
        removing.stop(listing.subscriber)
    else:
        # Asked of the database at this moment: somebody may have stopped since the plan was made.
        same = readers(listing.connection).filter(pk=listing.subscription_id or 0, email_hash=listing.email_hash)
        reader = same.first()
        if adding is None or reader is None:
            return False
        adding.put(reader.email, named(reader.first_name))
    return True


def named(first_name: str) -> str:
    """A first name that is one, or nothing: it must not speak in our name in a greeting."""
    name = clean_line(first_name)
    return name if is_first_name(name) else ""


def _refused(listing: Listing, problem: Refusal) -> bool:
    """Mailchimp takes nobody back whom it was told to forget; they get the issue by our own mail."""
    if listing.wanted == Wanted.ON:
        rows = Listing.objects.filter(pk=listing.pk, wanted=Wanted.ON)
        rows.update(state=State.REFUSED, error=problem.code, done_at=clock.now())
    else:
        _postpone(listing, problem)
    return False


def _postpone(listing: Listing, problem: Trouble) -> None:
    rows = Listing.objects.filter(pk=listing.pk)
    later = clock.now() + backoff(listing.attempts)
    rows.update(attempts=min(listing.attempts + 1, 30), error=problem.code[:80], next_try_at=later)


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """Runs calls of a connection: what goes wrong makes it rest; a key that is not taken is told once."""
    rows = Connection.objects.filter(pk=connection.pk)
    try:
        yield
    except NoAgreement:
        return
    except NoEntry as problem:
        broken(connection, problem)
    except Trouble as problem:
        rest(connection, problem)
    else:
        rows.update(failures=0, error="", resting_until=None, worked_at=clock.now())


def rest(connection: Connection, problem: Trouble) -> None:
    """Leaves Mailchimp alone for as long as it asks, or longer after each failure."""
    log.warning("mailchimp connection %s rests: %s", connection.pk, problem.code)
    rows = Connection.objects.filter(pk=connection.pk)
    failures = rows.values_list("failures", flat=True).first() or 0
    wait = problem.wait if problem.wait is not None else backoff(failures)
    rows.update(failures=min(failures + 1, 30), error=problem.code[:80], resting_until=clock.now() + wait)


@transaction.atomic
def broken(connection: Connection, problem: Trouble) -> None:
    """The key is not taken: nothing more is tried, and the operators hear of it once."""
    rows = Connection.objects.filter(pk=connection.pk, broken_at=None)
    if rows.update(broken_at=clock.now(), error=problem.code[:80]):
        log.error("mailchimp connection %s is broken: %s", connection.pk, problem.code)
        connection.refresh_from_db()
        tell_broken(connection)


def finish(connection: Connection) -> None:
    """When the last reader is gone from an ended connection, its key goes too."""
    left = Listing.objects.filter(connection=connection)
    rows = Connection.objects.emptying().filter(pk=connection.pk)
    if rows.exists() and not left.exists():
        rows.update(emptied_at=clock.now(), api_key="", broken_at=None, error="")
