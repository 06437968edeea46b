"""Asking without an account: typing, the yes of the mailbox, and a fresh link for who lost theirs."""

import json
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.audit.models import record
from accounts.closure.actions import account_of, close
from accounts.consent.texts import version_of
from accounts.signup.guests import guest_at, make_guest, revoke_links
from accounts.users.models import User
from content.guests import emails
from content.guests.models import PendingRequest
from content.posts.actions import SUMMARY_LENGTH, submit
from content.posts.models import Post
from content.themes.models import Theme
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.bounces import reached
from wijk.text import excerpt, spellings

# What is agreed with who asks, as with who signs up.
AGREED_TEXTS = ("terms", "privacy")


class NotNowError(Exception):
    """The account of this mailbox is frozen, or on its way out: nothing is placed in its name."""


@transaction.atomic
def ask(*, typed: dict[str, Any], form_key: str, language: str) -> None:
    """Keeps what was typed and mails its link; a form sent twice does it once. No word of it is in the mail."""
    words = {name: typed[name] for name in ("title", "text", "first_name")}
    words |= {"theme": typed["theme"].pk, "versions": {key: version_of(key) for key in AGREED_TEXTS}}
    row, made = PendingRequest.objects.get_or_create(
        form_key=keyed_hash("guest-ask", form_key)[:40],
        defaults={
            "neighbourhood": typed["neighbourhood"],
            "email": typed["email"],
            "draft": json.dumps(words),
            "language": language,
            "made_at": clock.now(),
        },
    )
    if made:
        record("guest.ask", by=None, about=row, neighbourhood=row.neighbourhood)
        emails.ask_confirmation(row, has_account=proven_account(row.email) is not None)


def proven_account(email: str) -> User | None:
    """The member or guest whose proven mailbox this is, also one who is frozen or leaving."""
    account = account_of(email)
    proven = EmailAddress.objects.filter(user=account, email__in=spellings(email), verified=True)
    return account if account and (proven.exists() or not account.is_active) else None


def post_of(row: PendingRequest) -> Post:
    """What will be placed, as a post that is not saved; none of its contact details is shown."""
    typed = row.typed
    return Post(
        kind=Post.Kind.REQUEST,
        title=typed["title"],
        text=typed["text"],
        summary=excerpt(typed["text"], SUMMARY_LENGTH),
        theme=Theme.objects.filter(pk=typed["theme"]).first() or Theme.objects.catch_all(),
        neighbourhood=row.neighbourhood,
    )


def confirm(*, pending: PendingRequest, sentence: str) -> Post | None:
    """The mailbox says yes: the request waits for a manager, in the name of its own account or of a new guest.

    `sentence` stood beside the box that was ticked. None when it is too late or was done before.
    """
    try:
        return _confirm(pending, sentence)
    except IntegrityError:
        # Another request of this mailbox was confirmed at the same moment, and made the guest.
        return _confirm(pending, sentence)


@transaction.atomic
def _confirm(pending: PendingRequest, sentence: str) -> Post | None:
    rows = PendingRequest.objects.confirmable().select_for_update(of=("self",)).select_related("neighbourhood")
    row = rows.filter(pk=pending.pk, neighbourhood__is_on=True).first()
    if row is None:
        return None
    post = post_of(row)
    post.author = _author(row, sentence)
    post.save()
    reached(row.email)
    record("guest.confirm", by=post.author, about=post, neighbourhood=post.neighbourhood)
    row.delete()
    return submit(post=post, by=post.author)


def _author(row: PendingRequest, sentence: str) -> User:
    account = proven_account(row.email)
    if account is None:
        typed = row.typed
        return make_guest(
            email=row.email,
            first_name=typed["first_name"],
            language=row.language,
            sentence=sentence,
            versions=typed["versions"],
        )
    if not account.takes_part:
        raise NotNowError
    return account


@transaction.atomic
def discard(*, pending: PendingRequest) -> None:
    """The no of who did not ask this, or changed their mind: nothing of it is kept."""
    record("guest.discard", by=None, about=pending, neighbourhood=pending.neighbourhood)
    pending.delete()


@transaction.atomic
def send_link(*, email: str) -> None:
    """Mails a fresh link to a guest; to anybody else nothing."""
    guest = guest_at(email)
    if guest is not None:
        emails.fresh_link(guest)
        record("guest.link", by=None, about=guest)


@transaction.atomic
def renew_links(*, guest: User) -> None:
    """Makes all earlier links worthless, and mails one that works."""
    revoke_links(guest=guest)
    emails.fresh_link(guest)


def erase_now(*, guest: User) -> None:
    """Everything goes, without time to think it over and without a copy: the usual closing does it."""
    close(user=guest, by=guest, at_once=True)
