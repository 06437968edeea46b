"""Signing up, confirming, signing off, and what the organiser does with the list."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit.models import record
from content.contact import actions as contact
from content.contact import relay
from content.contact.models import Conversation, Message, visitor_hash
from content.posts.models import Post
from content.posts.placements import touch
from content.series.models import Turn
from content.signups import emails, seats
from content.signups.models import SignUp, day_of, is_open, mailbox_hash, settle
from wijk import clock
from wijk.encryption import keyed_hash

State, Side = SignUp.State, Message.Side


class ShutError(Exception):
    """The activity takes no sign-ups any more."""


def locked(pk: int) -> Post:
    """The post, while nobody else gives or takes its places."""
    rows = Post.objects.select_related("author", "organisation", "neighbourhood").defer("neighbourhood__outline")
    post = rows.select_for_update(of=("self",)).get(pk=pk)
    settle(post)
    return post


def sign_up(*, post: Post, typed: dict[str, Any], form_key: str, language: str, by: Any) -> SignUp | None:
    """Signs somebody up: a member at once, a stranger after a click in the mail. None when this form was sent before.

    An address that is on the list already gets a mail that says so, and the page tells nobody.
    """
    email = by.email if by else typed["email"]
    try:
        with transaction.atomic():
            post, turn = _locked_open(post.pk, typed.get("day"))
            day = day_of(post, turn)
            on_list = SignUp.objects.active().of(post, day).filter(mailbox_hash=mailbox_hash(email))
            there = on_list.with_post().first()
            if there is not None:
                return _known(there, by)
            one = SignUp.objects.create(
                post=post,
                day=day,
                member=by,
                name=typed["name"],
                email="" if by else email,
                mailbox_hash=mailbox_hash(email),
                language=by.language if by else language,
                people=typed["people"],
                remark=typed["remark"],
                made_at=clock.now(),
                activity_ends_at=turn.kept_until,
                form_key=keyed_hash("sign-up-form", f"{post.pk}\n{form_key}")[:40],
            )
            _record("signup.start", one, by=by)
            if by:
                _join(one, post, by)
            else:
                emails.ask_confirmation(one)
    except IntegrityError:
        return None
    return one


def _locked_open(pk: int, day: date | None) -> tuple[Post, Turn]:
    """Asked again under the lock: the organiser may have stopped it, or that day, a moment ago."""
    visible = Post.objects.visible().filter(pk=pk).exists()
    post = locked(pk) if visible else None
    turn = post.turn_on(day) if post else None
    if post is None or turn is None or not is_open(post, turn):
        raise ShutError
    return post, turn


def _known(there: SignUp, by: Any) -> SignUp:
    if by and there.member_id is None:
        # The same mailbox, proven by its account: from now on it stands on the member's own page.
        there.member = by
        there.save(update_fields=["member"])
    emails.already(there)
    return there


@transaction.atomic
def confirm(*, sign_up: SignUp) -> SignUp | None:
    """Somebody says the address is theirs, and counts from now on; answers where they stand, None when it cannot be."""
    post, turn = _locked_open(sign_up.post_id, sign_up.day)
    if not SignUp.objects.confirmable().filter(pk=sign_up.pk).exists():
        return None
    sign_up.day = day_of(post, turn)
    there = SignUp.objects.active().of(post, sign_up.day).filter(mailbox_hash=sign_up.mailbox_hash).first()
    if there is not None:
        sign_up.delete()
        return there
    _join(sign_up, post, None)
    return sign_up


def _join(one: SignUp, post: Post, by: Any) -> None:
    """At the end of the list, and from there to a place if there is one."""
    one.state, one.joined_at, one.told = State.WAITING, clock.now(), emails.word_of(post, one.day)
    one.save(update_fields=["state", "joined_at", "told"])
    seats.give(post, one.day, newcomer=one)
    one.refresh_from_db(fields=["state"])
    _record("signup.join", one, by=by, people=one.people, state=str(one.state))
    emails.joined(one)
    emails.tell_organiser(one)
    _touch(post)


@transaction.atomic
def sign_off(*, sign_up: SignUp, by: Any) -> bool:
    """Somebody comes no more: what they typed is wiped, the next one gets the place. False when it was so before."""
    post, one = locked(sign_up.post_id), _active(sign_up)
    if one is None:
        return False
    emails.tell_organiser_off(one)
    _leave(one, post, State.OFF)
    _record("signup.off", one, by=by)
    return True


@transaction.atomic
def remove(*, sign_up: SignUp, reason: str, by: Any) -> bool:
    """The organiser takes somebody off the list and says why. False when there was nobody any more."""
    post, one = locked(sign_up.post_id), _active(sign_up)
    if one is None:
        return False
    emails.removed(one, reason)
    _leave(one, post, State.REMOVED)
    _record("signup.remove", one, by=by)
    return True


def _active(sign_up: SignUp) -> SignUp | None:
    return SignUp.objects.active().filter(pk=sign_up.pk).with_post().first()


def _leave(one: SignUp, post: Post, state: str) -> None:
    """Only that there was one stays, so that its link can say how it ended."""
    SignUp.objects.filter(pk=one.pk).update(
        state=state, name="", email="", remark="", mailbox_hash="", member=None, conversation=None
    )
    seats.give(post, one.day)
    _touch(post)


@transaction.atomic
def write(*, sign_up: SignUp, body: str, form_key: str, by: Any) -> Conversation | None:
    """The organiser writes to one person, in a conversation that hides both addresses; None when it cannot be sent."""
    locked(sign_up.post_id)
    one = _active(sign_up)
    talk = one and (one.conversation or _new_talk(one))
    if not one or not talk or relay.obstacle(talk, Side.POSTER):
        return None
    if talk.pk is None:
        talk.save()
        one.conversation = talk
        one.save(update_fields=["conversation"])
        _record("signup.write", one, by=by)
    # The same form sent twice writes once, and leads to the same conversation.
    contact.answer(conversation=talk, side=Side.POSTER, body=body, form_key=form_key, by=by)
    return talk


def _new_talk(one: SignUp) -> Conversation:
    now, email = clock.now(), one.member.email if one.member else one.email
    return Conversation(
        post=one.post,
        member=one.member,
        visitor_name=one.name,
        visitor_email=email,
        visitor_hash=visitor_hash(email),
        visitor_language=one.language,
        state=Conversation.State.OPEN,
        started_at=now,
        confirmed_at=now,
        last_message_at=now,
    )


def _record(action: str, one: SignUp, *, by: Any, **codes: Any) -> None:
    record(action, by=by, about=one, neighbourhood=one.post.neighbourhood, **codes)


def _touch(post: Post) -> None:
    """The number of places that are left stands on the public page."""
    touch(post)
