"""Placing for somebody else: entering, the yes of who has a mailbox, taking it back."""

import json
from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.audit.models import record
from accounts.users.models import User
from content.contact.relay import Entrance, entrance
from content.helping import emails
from content.helping.models import OnBehalf
from content.helping.words import VERSION, consent_words
from content.posts.actions import SUMMARY_LENGTH, StaleError, publish
from content.posts.actions import withdraw as withdraw_post
from content.posts.models import Post
from content.themes.models import Theme
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.bounces import reached
from wijk.text import excerpt, spellings

Channel = OnBehalf.Channel


def enter(*, by: Any, neighbourhood: Neighbourhood, typed: dict[str, Any], form_key: str) -> OnBehalf:
    """Places something for somebody who asked for it, or asks by mail first; a form sent twice does it once (W-55)."""
    key = keyed_hash("on-behalf", f"{by.pk}:{form_key}")[:40]
    try:
        with transaction.atomic():
            row = OnBehalf.objects.create(
                neighbourhood=neighbourhood,
                entered_by=by,
                draft=_packed(typed),
                text_version=VERSION,
                words=consent_words(),
                form_key=key,
                made_at=clock.now(),
                **{name: typed[name] for name in ("first_name", "name_shown", "email", "channel", "how", "consent_on")},
            )
            record("help.enter", by=by, about=row, neighbourhood=neighbourhood, channel=str(row.channel))
            if row.channel == Channel.HELPER:
                _place(row, author=by, by=by)
            else:
                emails.ask_confirmation(row)
    except IntegrityError:
        return OnBehalf.objects.get(form_key=key)
    return row


def _packed(typed: dict[str, Any]) -> str:
    return json.dumps({**{name: typed[name] for name in ("kind", "title", "text")}, "theme": typed["theme"].pk})


def draft_of(row: OnBehalf) -> Post:
    """What will be placed, as a post that is not saved."""
    kept = json.loads(row.draft)
    theme = Theme.objects.filter(pk=kept["theme"]).first() or Theme.objects.catch_all()
    return Post(
        kind=kept["kind"],
        title=kept["title"],
        text=kept["text"],
        summary=excerpt(kept["text"], SUMMARY_LENGTH),
        theme=theme,
        neighbourhood=row.neighbourhood,
        contact_name=row.first_name if row.name_shown else "",
        show_name=row.name_shown,
        with_help=True,
    )


def _place(row: OnBehalf, *, author: User, by: Any) -> Post:
    """Makes the post; a manager read it while writing it, so it waits for nobody."""
    post, now = draft_of(row), clock.now()
    post.author, post.status, post.submitted_at = author, Post.Status.WAITING, now
    post.save()
    row.post, row.draft, row.confirmed_at = post, "", now
    if row.channel == Channel.ACCOUNT:
        # Who has an account needs no second note of who they are.
        row.first_name = row.email = ""
    row.save()
    publish(post=post, by=by, mail=row.channel == Channel.ACCOUNT)
    return post


def account_of(email: str) -> User | None:
    """Whose proven address this is, if they take part."""
    known = EmailAddress.objects.filter(email__in=spellings(email), verified=True)
    return User.objects.present().filter(pk__in=known.values("user")).first()


def keeper_of(row: OnBehalf) -> User | None:
    """Who looks after what is placed for somebody without an account: who helped, or another manager of there."""
    helper = row.entered_by
    if helper is not None and helper.takes_part and (helper.is_superuser or _manages(helper, row.neighbourhood)):
        return helper
    return successor(row.neighbourhood, besides=helper)


def _manages(user: User, neighbourhood: Neighbourhood) -> bool:
    return Appointment.objects.active().filter(user=user, neighbourhood=neighbourhood).exists()


def successor(neighbourhood: Neighbourhood, *, besides: Any) -> User | None:
    """The longest serving other manager of a neighbourhood."""
    others = Appointment.objects.active().filter(neighbourhood=neighbourhood).exclude(user=besides)
    first = others.select_related("user").order_by("starts_on", "pk").first()
    return first.user if first else None


@transaction.atomic
def confirm(*, on_behalf: OnBehalf) -> Post | None:
    """Who was helped says yes by the link in their mail: only now it is placed. None when it no longer can.

    Who has an account under this address is the author; of who has none, the manager is.
    """
    row = OnBehalf.objects.confirmable().select_for_update(of=("self",)).filter(pk=on_behalf.pk).first()
    if row is None or not row.neighbourhood.is_on:
        return None
    account, keeper = account_of(row.email), keeper_of(row)
    author = account or keeper
    if author is None:
        return None
    reached(row.email)
    row.channel = Channel.ACCOUNT if account else Channel.MAIL
    record("help.confirm", by=account, about=row, neighbourhood=row.neighbourhood)
    post = _place(row, author=author, by=account)
    if keeper:
        emails.placed(row, post, keeper)
    return post


@transaction.atomic
def withdraw(*, on_behalf: OnBehalf, by: Any) -> bool:
    """Takes it back: off the site at once, and nothing is kept of who was helped. False when it was so before.

    Also the no of who was asked by mail. `by` is None for who has a link instead of an account.
    """
    row = OnBehalf.objects.select_for_update(of=("self",)).filter(pk=on_behalf.pk, withdrawn_at=None).first()
    if row is None:
        return False
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    if row.post_id:
        with suppress(StaleError):
            withdraw_post(post=row.post, by=by)  # type: ignore[arg-type]
        # What ended before it was taken back stays away as well.
        Post.objects.filter(pk=row.post_id).update(reopen_until=None)
    forget(row)
    record("help.withdraw", by=by, about=row, neighbourhood=row.neighbourhood)
    return True


def forget(row: OnBehalf) -> None:
    """Wipes who was helped, and how they are reached."""
    own = row.channel != Channel.ACCOUNT
    OnBehalf.objects.filter(pk=row.pk).update(first_name="", email="", draft="")
    if own and row.post_id:
        Post.objects.filter(pk=row.post_id).update(contact_name="", show_name=False)


@entrance
def mailbox_of_helped(post: Post) -> Entrance | None:
    """Who was helped and has no account gets the answers in their own mailbox, if they wanted that."""
    row = OnBehalf.objects.filter(post=post.pk, channel=Channel.MAIL, withdrawn_at=None).exclude(email="").first()
    return Entrance(row.email, lambda talk: reverse("helping:talk", args=[row.token, talk.pk])) if row else None
