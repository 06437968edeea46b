"""Showing that mail arrives at an address."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.office.desk import Pressing, watch
from accounts.signup.emails import address_test
from accounts.users.models import User
from wijk.links import Link, of_link, signed
from wijk.mail.bounces import addresses_of_today, reached
from wijk.mail.models import recipient_hash

SALT = "address-works"
LASTS = timedelta(days=1)
# So many addresses in a day are no longer people's mailboxes: the trouble is ours.
MANY = 20


@transaction.atomic
def test_address(*, user: User, by: User) -> None:
    """Mails a link to an address that got no mail any more."""
    address_test(account=user, token=link_to(user))
    record("account.address_test", by=by, about=user)


def link_to(user: User) -> str:
    """The word that only the mailbox of this member gets."""
    return signed(_what(user), salt=SALT)


def link_of(user: User, token: str) -> Link | None:
    """The link, if it was mailed to the address that this member has now."""
    link = of_link(token, salt=SALT)
    return link if link is not None and link.what == _what(user) else None


@transaction.atomic
def address_works(*, user: User, by: User) -> None:
    """Mails this member again, for the link came through."""
    if reached(user.email):
        record("account.address_works", by=by, about=user)


def _what(user: User) -> list[Any]:
    return [user.pk, recipient_hash(user.email)]


@receiver(email_confirmed)
def confirmed(email_address: EmailAddress, **_signal: Any) -> None:
    """A code that was mailed and typed shows as much."""
    reached(email_address.email)


@watch
def much_comes_back() -> Iterator[Pressing]:
    """Mail that comes back at many addresses in one day (K-52)."""
    number = addresses_of_today()
    if number > MANY:
        title = _("Mail aan %(number)d adressen kwam terug. Kijk of onze mailserver op een blokkeerlijst staat")
        yield Pressing(title % {"number": number}, reverse("office:home"), urgent=True)
