"""Starting, confirming, answering, sharing, blocking, closing and forgetting conversations."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit.models import record
from content.contact import aliases, emails, relay
from content.contact.about import Thing, on_site, place_of
from content.contact.blocking import Block, account_hash, between, blocker, is_blocked, other_of
from content.contact.models import Conversation, Message, visitor_hash
from content.contact.sharing import DETAILS, SharedDetails
from content.organisations.editors import when_left
from content.organisations.models import Organisation
from content.posts.models import Post
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.bounces import reached

State = Conversation.State


def key_of(*parts: object) -> str:
    """A form's key within its own post or conversation, so that nobody can take the key of somebody else's form."""
    return keyed_hash("contact-form", "\n".join(str(part) for part in parts))[:40]


def sent_before(*, about: Thing, form_key: str) -> bool:
    """Whether this very form already made a conversation."""
    return Conversation.objects.filter(form_key=_form_key(about, form_key)).exists()


def _form_key(about: Thing, form_key: str) -> str:
    return key_of(*([] if isinstance(about, Post) else ["organisation"]), about.pk, form_key)


def start(
    *, typed: dict[str, Any], form_key: str, language: str, by: Any, **about: Post | Organisation
) -> Conversation | None:
    """Keeps a visitor's first message; a member's goes out at once, a stranger confirms the address first (W-29, K-10).

    `about` is one `post` or `organisation`; `by` is the member who writes, None for a visitor. The same form sent
    twice makes one conversation; None then.
    """
    email, now = by.email if by else typed["email"], clock.now()
    (thing,) = about.values()
    try:
        with transaction.atomic():
            talk = Conversation.objects.create(
                **about,
                member=by,
                visitor_name=typed["name"],
                visitor_email=email,
                visitor_phone=typed["phone"],
                visitor_hash=visitor_hash(email),
                visitor_language=language,
                state=State.OPEN if by else State.UNCONFIRMED,
                started_at=now,
                confirmed_at=now if by else None,
                last_message_at=now,
                form_key=_form_key(thing, form_key),
            )
            message = Message.objects.create(
                conversation=talk, side=Message.Side.VISITOR, body=typed["message"], written_at=now
            )
            _record("contact.start", talk, by=by)
            if by:
                emails.pass_on(message)
            else:
                emails.ask_confirmation(talk)
    except IntegrityError:
        return None
    return talk


@transaction.atomic
def confirm(*, conversation: Conversation, by: Any) -> bool:
    """The visitor says the address is theirs: now the message goes to the poster. False when it no longer can.

    Who is blocked has heard it from the view; their words are wiped as if nobody had confirmed.
    """
    if is_blocked(conversation.about, account=conversation.member, email=conversation.visitor_email):
        return False
    rows = Conversation.objects.confirmable().filter(on_site(), pk=conversation.pk)
    now = clock.now()
    if not rows.update(state=State.OPEN, confirmed_at=now, last_message_at=now):
        return False
    reached(conversation.visitor_email)
    _record("contact.confirm", conversation, by=by)
    for message in Message.objects.with_talk().filter(conversation=conversation):
        emails.pass_on(message)
    return True


def answer(
    *,
    conversation: Conversation,
    side: str,
    body: str,
    form_key: str,
    by: Any,
    by_mail: bool = False,
    left_out: int = 0,
    is_thanks: bool = False,
) -> Message | None:
    """Adds one side's message and mails it to the other; None when it was sent before or nothing can be sent.

    `form_key` names the form or the mail; `left_out` says how many attachments of the mail stay behind. Thanks go once.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            locked = Conversation.objects.select_for_update().filter(pk=conversation.pk, state=State.OPEN)
            if locked.first() is None or relay.obstacle(conversation, side, by=by):
                return None
            message = Message.objects.create(
                conversation=conversation,
                side=side,
                body=body,
                written_at=now,
                form_key=key_of(conversation.pk, side, form_key or secrets.token_hex(16)),
                by_mail=by_mail,
                left_out=left_out,
                is_thanks=is_thanks,
                stand_in=_stand_in(conversation, side, by),
            )
            locked.update(last_message_at=now)
            _record("contact.answer", conversation, by=by, side=side)
            emails.pass_on(message)
    except IntegrityError:
        return None
    return message


def _stand_in(talk: Conversation, side: str, by: Any) -> Any:
    """Who wrote, when that is not the one whose side it is."""
    return by if side == Message.Side.POSTER and by != relay.owner_of(talk, side) else None


@transaction.atomic
def share(*, conversation: Conversation, side: str, details: dict[str, str], by: Any) -> bool:
    """Gives the other side exactly these details and mails them; False when nothing can be given, or nothing is new."""
    talk = Conversation.objects.select_for_update(of=("self",)).with_parties().get(pk=conversation.pk)
    values = {name: details.get(name, "") for name in DETAILS}
    before = relay.shared_by(talk, side)
    given = {name: value for name, value in values.items() if value}
    if not given or (before and before.values == given) or relay.obstacle(talk, side, by=by):
        return False
    fresh = {**values, "shared_at": clock.now(), "revoked_at": None}
    card, _made = SharedDetails.objects.update_or_create(conversation=talk, side=side, defaults=fresh)
    _record("contact.share", talk, by=by, side=side, shared=sorted(given))
    # Read again: the name by which the other knows this side may have just been given.
    card.conversation = Conversation.objects.with_parties().get(pk=talk.pk)
    emails.tell_shared(card)
    return True


@transaction.atomic
def unshare(*, conversation: Conversation, side: str, by: Any) -> None:
    """Takes back what one side gave: nothing of it is kept, and mail that waits does not bring it any more."""
    emptied = {**dict.fromkeys(DETAILS, ""), "revoked_at": clock.now()}
    if SharedDetails.objects.filter(conversation=conversation, side=side, revoked_at=None).update(**emptied):
        _record("contact.unshare", conversation, by=by, side=side)


@transaction.atomic
def close(*, conversation: Conversation, side: str, by: Any) -> None:
    """Ends a conversation for both sides; what was written stays readable until its term."""
    if Conversation.objects.running().filter(pk=conversation.pk).update(state=State.CLOSED):
        _record("contact.close", conversation, by=by, side=side)


@when_left
def close_with(organisation: Organisation) -> None:
    """Nobody answers for an organisation any more: its conversations are over."""
    for talk in Conversation.objects.running().filter(organisation=organisation):
        close(conversation=talk, side=Message.Side.POSTER, by=None)
        aliases.revoke(talk)


@transaction.atomic
def block(*, conversation: Conversation, side: str, by: Any) -> None:
    """Ends all conversations with the other, and keeps the other from beginning a new one (L-11).

    `by` is the member who blocks; a visitor needs no more than the end, for nobody can write to visitors first.
    """
    poster = relay.owner_of(conversation, Message.Side.POSTER)
    for talk in between(conversation).running().select_related("post__neighbourhood", "post__author", "organisation"):
        talk_side = side if relay.owner_of(talk, Message.Side.POSTER) == poster else relay.other_side(side)
        close(conversation=talk, side=talk_side, by=by)
        aliases.revoke(talk)
        unshare(conversation=talk, side=talk_side, by=by)
    whose, other = blocker(conversation, side), other_of(conversation, side)
    if whose and (other["account"] or other["email"]):
        Block.objects.get_or_create(
            **whose,
            address_key=visitor_hash(other["email"]) if other["email"] else "",
            account_key=account_hash(other["account"]),
            defaults={"conversation": conversation, "post": conversation.post, "made_at": clock.now()},
        )
    _record("contact.block", conversation, by=by, side=side)


@transaction.atomic
def unblock(*, block: Block, by: Any) -> None:
    """Lets somebody begin a conversation again; the old ones stay closed."""
    record("contact.unblock", by=by, about=block)
    block.delete()


@transaction.atomic
def freeze(*, conversation: Conversation) -> None:
    """Nobody can write until a manager has looked at what was reported."""
    if Conversation.objects.filter(pk=conversation.pk, state=State.OPEN).update(state=State.FROZEN):
        _record("contact.freeze", conversation, by=None)


@transaction.atomic
def thaw(*, conversation: Conversation, by: Any) -> None:
    """A manager lets a conversation go on."""
    if Conversation.objects.filter(pk=conversation.pk, state=State.FROZEN).update(state=State.OPEN):
        _record("contact.thaw", conversation, by=by)
        emails.tell_decided(conversation, ended=False)


@transaction.atomic
def end(*, conversation: Conversation, by: Any, reason: Any, note: str) -> None:
    """A manager ends a conversation and both sides hear why; `reason` in words, `note` for who reads the mail."""
    if Conversation.objects.running().filter(pk=conversation.pk).update(state=State.CLOSED):
        aliases.revoke(conversation)
        _record("contact.end", conversation, by=by)
        emails.tell_decided(conversation, ended=True, reason=reason, note=note)


def forget_unconfirmed() -> int:
    """Erases what nobody confirmed within a day, with the words and the address; returns how many."""
    _rows, per_model = Conversation.objects.overdue().delete()
    return per_model.get(Conversation._meta.label, 0)


def _record(action: str, talk: Conversation, *, by: Any, **codes: Any) -> None:
    record(action, by=by, about=talk, neighbourhood=place_of(talk.about), **codes)
