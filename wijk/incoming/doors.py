"""Which of our addresses mail may come to. A feature that takes mail has one door; the floor names them as strings."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from wijk.incoming.letter import Read

DOORS = ("wijk.mail.bounces.DOOR", "content.contact.replies.DOOR")


@dataclass(frozen=True)
class Arrival:
    """A mail that was read, and the local part of our address that it came to."""

    local: str
    read: Read


@dataclass(frozen=True)
class Door:
    """Where mail for one sort of address goes."""

    name: str
    # Asked for each recipient before any of the mail is taken: whether we made such an address, which asks no
    # database, so that guessing costs us nothing; and then whether it takes mail now.
    is_ours: Callable[[str], bool]
    knows: Callable[[str], bool]
    # Whose account the mail is about, so that it goes when that account is erased; None for a visitor's.
    whose: Callable[[str], int | None]
    # Does what the mail asks, in the caller's transaction; safe to do twice. Answers what became of it, as a code.
    take: Callable[[Arrival], str]
    # For a mail that cannot be read, and for one that went wrong time after time; the code says which.
    lost: Callable[[str, str], None]


def doors() -> list[Door]:
    return [import_string(path) for path in DOORS]


def door_of(local: str) -> Door | None:
    """The door of a local part; None for an address that is not one of ours, or takes mail no longer."""
    return next((door for door in doors() if door.is_ours(local) and door.knows(local)), None)


def is_ours(local: str) -> bool:
    """Whether we made this local part, now or once; asks no database."""
    return any(door.is_ours(local) for door in doors())


def local_part(address: str) -> str:
    """The part before the @ of one of our own addresses, in lower case; empty for an address elsewhere."""
    local, _at, domain = address.strip("<> ").rpartition("@")
    return local.lower() if domain.lower().rstrip(".") == settings.RELAY_DOMAIN.lower() else ""


def takes_mail() -> bool:
    """Whether mail reaches us at all: a receiving server is named that tells who may write in whose name."""
    return bool(settings.RECEIVING_SERVER)
