"""Reads what was taken and hands it to its door: the change and the end of the row are one transaction."""

import logging
import secrets
from datetime import timedelta

from django.db import transaction

from wijk import clock
from wijk.incoming.doors import Arrival, Door, door_of
from wijk.incoming.letter import Read, Unreadable
from wijk.incoming.models import IncomingMail
from wijk.incoming.reading import read

log = logging.getLogger("wijk.incoming")
LEASE = timedelta(minutes=2)
# All of them can take the longest and still be within the lease.
BATCH = 10
MOST_ATTEMPTS = 5
WAIT = timedelta(minutes=1)


def take_in(*, most: int = 500) -> int:
    """Handles mail that waits, the oldest first; returns how many. Any number of workers may do this at once."""
    done = 0
    while done < most:
        claimed = _claim()
        for mail in claimed:
            _handle(mail)
        done += len(claimed)
        if len(claimed) < BATCH:
            break
    return done


def _claim() -> list[IncomingMail]:
    rows = IncomingMail.objects.claimable()
    numbers = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return []
    lease = secrets.token_hex(16)
    # The conditions are asked again in the UPDATE, so two workers never hold the same mail.
    rows.filter(pk__in=numbers).update(lease=lease, leased_until=clock.now() + LEASE)
    return list(IncomingMail.objects.filter(lease=lease).order_by("due_at", "pk"))


def _handle(mail: IncomingMail) -> None:
    door = door_of(mail.local)
    try:
        # Reading may take seconds, so it is done before the transaction.
        found = _read(mail) if door else ""
        with transaction.atomic():
            if IncomingMail.objects.filter(pk=mail.pk, lease=mail.lease).delete()[0] and door is not None:
                # The address may have ended since the mail was taken; then there is nobody to tell.
                log.info("mail for %s: %s", door.name, _taken(door, mail, found))
    except Exception as problem:
        # One mail that goes wrong must not stop the others; the kind of error says enough.
        log.exception("mail %s not handled: %s", mail.pk, type(problem).__name__)
        _again_or_lost(door, mail)


def _read(mail: IncomingMail) -> Read | str:
    """What the mail says, or the code of why it cannot be read."""
    try:
        return read(mail.raw.encode("latin-1"))
    except Unreadable as problem:
        return str(problem)


def _taken(door: Door, mail: IncomingMail, found: Read | str) -> str:
    if isinstance(found, Read):
        return door.take(Arrival(mail.local, found))
    door.lost(mail.local, found)
    return f"unreadable: {found}"


def _again_or_lost(door: Door | None, mail: IncomingMail) -> None:
    held = IncomingMail.objects.filter(pk=mail.pk, lease=mail.lease)
    if mail.attempts + 1 < MOST_ATTEMPTS:
        wait = WAIT * 2**mail.attempts
        held.update(lease="", leased_until=None, attempts=mail.attempts + 1, due_at=clock.now() + wait)
    elif held.delete()[0] and door is not None:
        door.lost(mail.local, "error")
