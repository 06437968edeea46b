"""The addresses of a conversation: one for each side to write to, which tells nothing and is of use to nobody else."""

import base64
import hmac
import re

from django.conf import settings

from content.contact.models import Alias, Conversation
from wijk import clock
from wijk.encryption import keyed_hash, known_secrets

# 130 bits in 26 letters, so that nobody finds one by guessing. The last ten follow from the others and the secret key:
# a million guesses are refused without a question to the database.
NAME, SEAL = 16, 10
_SHAPE = re.compile(rf"[a-z2-7]{{{NAME + SEAL}}}")


def address_of(conversation: Conversation, side: str) -> str:
    """The address to which this side writes now; used once more from this moment."""
    newest = Alias.objects.filter(conversation=conversation, side=side).order_by("-generation", "-pk").first()
    generation = newest.generation + bool(newest.revoked_at) if newest else 1
    local = _local(conversation.pk, side, generation)
    now = clock.now()
    made = {"conversation": conversation, "side": side, "generation": generation, "made_at": now}
    Alias.objects.update_or_create(
        lookup=_lookup(local), defaults={"used_at": now}, create_defaults={**made, "used_at": now}
    )
    return f"{local}@{settings.RELAY_DOMAIN}"


def of_local(local: str) -> Alias | None:
    """The alias of a local part, if it may be written to now."""
    return Alias.objects.usable().with_talk().filter(lookup__in=_lookups(local)).first()


def is_ours(local: str) -> bool:
    """Whether we made this local part once; asks nobody, and takes as long for any guess."""
    if not _SHAPE.fullmatch(local):
        return False
    seals = [_letters("alias-seal", local[:NAME], secret)[:SEAL] for secret in known_secrets()]
    return any(hmac.compare_digest(seal, local[NAME:]) for seal in seals)


def knows(local: str) -> bool:
    """Whether mail to this local part is taken now."""
    return Alias.objects.usable().filter(lookup__in=_lookups(local)).exists()


def revoke(conversation: Conversation, side: str = "") -> None:
    """Ends the addresses of a conversation, or of one side; the next mail brings a new one."""
    rows = Alias.objects.filter(conversation=conversation, revoked_at=None)
    (rows.filter(side=side) if side else rows).update(revoked_at=clock.now())


def _local(number: int, side: str, generation: int) -> str:
    """Made anew each time from the secret key, so that the database alone tells no address."""
    name = _letters("alias", f"{number} {side} {generation}")[:NAME]
    return name + _letters("alias-seal", name)[:SEAL]


def _letters(purpose: str, of: str, secret: str = "") -> str:
    digest = bytes.fromhex(keyed_hash(purpose, of, secret=secret))
    return base64.b32encode(digest).decode("ascii").lower()


def _lookup(local: str, secret: str = "") -> str:
    return keyed_hash("alias-lookup", local, secret=secret)


def _lookups(local: str) -> list[str]:
    """An address from before the secret key was changed goes on working while the old key is kept."""
    return [_lookup(local, secret) for secret in known_secrets()]
