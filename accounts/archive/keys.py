"""Locking the key of a copy for somebody else: a new offline key, or a new code. The archives stay as they are."""

from accounts.archive.actions import forget_wraps, identity_of, opened, put_in_keyring
from accounts.archive.models import KeyWrap, SealedCopy
from wijk.sealing import Code, KeyPair, Refused, fresh_code

Holder = KeyWrap.Holder


def rewrap(*, copy: SealedCopy, old: KeyPair, public: str) -> None:
    """Locks a copy's key for another offline key, after proving that the old one opens it."""
    _relock(copy, old, Holder.OPERATOR.value, public)


def new_code_for(*, copy: SealedCopy, offline: KeyPair) -> Code:
    """A new code for somebody who lost theirs; the old one opens nothing any more."""
    code = fresh_code()
    _relock(copy, offline, Holder.CODE.value, code.public_key)
    return code


def _relock(copy: SealedCopy, offline: KeyPair, holder: str, public: str) -> None:
    """The new wrap, then the row that says which one counts, then the old one goes: cut off anywhere, one opens."""
    opened(copy=copy, pair=offline, holder=Holder.OPERATOR)
    identity = identity_of(copy, offline, Holder.OPERATOR)
    field = "key_id" if holder == Holder.OPERATOR else "code_id"
    before = getattr(copy, field)
    key = put_in_keyring(copy, identity, holder, public)
    if not SealedCopy.objects.live().filter(pk=copy.pk).update(**{field: key}):
        forget_wraps(copy.name)
        raise Refused("ended")
    setattr(copy, field, key)
    if before != key:
        forget_wraps(copy.name, holder=holder, key_id=before)
