"""Somebody who asks without an account: known by a proven mailbox alone, and reached by links in mail (K-13).

It is an account like any other to everything that hides, keeps, exports and erases, only without a log-in.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.audit.models import record
from accounts.consent.actions import agree
from accounts.users.actions import end_sessions
from accounts.users.models import User
from wijk.links import of_link, signed
from wijk.text import spellings

SALT = "guest"
LASTS = timedelta(days=14)


def guest_at(email: str) -> User | None:
    """Who asked without an account from this mailbox."""
    return User.objects.filter(email__in=spellings(email), is_guest=True, is_active=True).first()


@transaction.atomic
def make_guest(*, email: str, first_name: str, language: str, sentence: str, versions: dict[str, str]) -> User:
    """Begins with a mailbox that was just proven; `versions` names the texts that were shown beside `sentence`.

    An account that nobody ever proved to be theirs is no account of this mailbox: somebody else may have typed it.
    """
    user = User.objects.select_for_update().filter(email__in=spellings(email)).first() or User(email=email.lower())
    user.first_name, user.last_name, user.language = first_name, "", language
    user.is_guest = True
    user.session_number += 1
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record("account.guest", by=None, about=user)
    for key, version in versions.items():
        agree(user=user, key=key, text_version=version, sentence=sentence)
    return user


@transaction.atomic
def become_member(*, guest: User, first_name: str, last_name: str, password: str) -> None:
    """Gives a guest names and a password: from here on a member, whose mailed links open nothing any more."""
    user = User.objects.select_for_update().get(pk=guest.pk)
    user.first_name, user.last_name, user.is_guest = first_name, last_name, False
    user.set_password(password)
    user.save(update_fields=["first_name", "last_name", "is_guest", "password"])
    end_sessions([user])
    record("account.signup", by=user, about=user)


# Links ---------------------------------------------------------------------------------------------------------------


def word_for(guest: User) -> str:
    """The word in a mailed link, which opens the pages of this guest for a fortnight."""
    return signed([guest.pk, guest.epoch, guest.session_number], salt=SALT)


def guest_of(word: str) -> User | None:
    """Whose word it is; None when it is too old or revoked, or its guest became a member or is gone."""
    link = of_link(word, salt=SALT)
    if link is None or link.age > LASTS or not isinstance(link.what, list) or len(link.what) != 3:
        return None
    pk, epoch, number = link.what
    return User.objects.filter(pk=pk, epoch=epoch, session_number=number, is_guest=True, is_active=True).first()


@transaction.atomic
def revoke_links(*, guest: User) -> None:
    """Makes every link that was mailed before worthless."""
    end_sessions([guest])
    record("account.guest_links", by=guest, about=guest)
