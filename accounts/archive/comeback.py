"""Coming back with a sealed copy: a link to the address, a code from paper, and a new account with drafts."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.archive import emails
from accounts.archive.actions import doom
from accounts.archive.contents import Contents, bring_back
from accounts.archive.models import SealedCopy
from accounts.audit.models import record
from accounts.consent.actions import agree
from accounts.users.models import User
from wijk import clock
from wijk.links import of_link, signed
from wijk.text import spellings

SALT = "accounts.archive.comeback"
LINK_LASTS = timedelta(hours=24)
NOBODY = SealedCopy(name="0" * 32, account_ref=0)


class Taken(Exception):
    """Somebody has an account with this address already."""


@transaction.atomic
def ask(*, email: str, language: str, form_key: str = "") -> None:
    """Mails the way back to an address that has a copy; for a stranger the same work is done and undone (W-80)."""
    copy = SealedCopy.objects.openable().of_address(email).first()
    with transaction.atomic():
        emails.way_back(copy or NOBODY, to=email, token=token_for(copy or NOBODY), language=language, version=form_key)
        record("copy.ask", by=None, about=copy or "accounts.sealedcopy:0")
        if copy is None:
            transaction.set_rollback(True)


def token_for(copy: SealedCopy) -> str:
    return signed(copy.name, salt=SALT)


def copy_of_link(token: str) -> SealedCopy | None:
    """The copy whose owner got this link, within a day."""
    link = of_link(token, salt=SALT)
    if link is None or link.age > LINK_LASTS:
        return None
    return SealedCopy.objects.openable().filter(name=link.what).first()


def profile(contents: Contents) -> dict[str, Any]:
    """The account's own row in a copy."""
    return contents[User._meta.label_lower][0]


@transaction.atomic
def come_back(*, copy: SealedCopy, contents: Contents, password: str | None, by: Any = None) -> User:
    """Makes a new account from an opened copy: posts as drafts, nothing shown, every consent and newsletter off.

    The copy ends in the same transaction; its keys and its file are destroyed as soon as that has been committed.
    Without a password, the person chooses one by way of "Wachtwoord vergeten".
    """
    held = SealedCopy.objects.select_for_update().openable().filter(pk=copy.pk).first()
    if held is None:
        raise Taken
    account = _account(profile(contents), password)
    restored = bring_back(account, contents)
    if password is not None:
        agree(user=account, key="terms")
        agree(user=account, key="privacy")
    record("copy.return", by=by or account, about=account, copy=held.pk, restored=restored)
    doom(copy=held, why="returned", by=by or account)
    emails.returned(account)
    return account


def _account(words: dict[str, Any], password: str | None) -> User:
    if address_taken(words["email"]):
        raise Taken
    kept = {name: words[name] for name in ("first_name", "last_name", "language")}
    try:
        with transaction.atomic():
            account = User.objects.create_user(words["email"], password, **kept, date_joined=clock.now())
    except IntegrityError:
        raise Taken from None
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account


def address_taken(email: str) -> bool:
    """Whether an account has this address, in any spelling."""
    known = spellings(email)
    others = EmailAddress.objects.filter(email__in=known, verified=True)
    return User.objects.filter(email__in=known).exists() or others.exists()
