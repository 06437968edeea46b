"""Starting, confirming, answering, closing and forgetting conversations."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit.models import record
from content.contact import emails, relay
from content.contact.models import Conversation, Message, visitor_hash
from content.posts.models import Post
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.bounces import reached

State = Conversation.State


def key_of(*parts: object) -> str:
    """A form's key within its own post or conversation, so that nobody can take the key of somebody else's form."""
    return keyed_hash("contact-form", "\n".join(str(part) for part in parts))[:40]


def sent_before(*, post: Post, form_key: str) -> bool:
    """Whether this very form already made a conversation."""
    return Conversation.objects.filter(form_key=key_of(post.pk, form_key)).exists()


def start(*, post: Post, typed: dict[str, Any], form_key: str, language: str, by: Any) -> Conversation | None:
    """Keeps a visitor's first message; a member's goes out at once, a stranger confirms the address first (W-29, K-10).

    `by` is the member who writes, None for a visitor. The same form sent twice makes one conversation; None then.
    """
    email = by.email if by else typed["email"]
    now = clock.now()
    try:
        with transaction.atomic():
            talk = Conversation.objects.create(
                post=post,
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
                form_key=key_of(post.pk, form_key),
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
    """The visitor says the address is theirs: now the message goes to the poster. False when it no longer can."""
    rows = Conversation.objects.confirmable().filter(pk=conversation.pk, post__in=Post.objects.visible())
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
) -> Message | None:
    """Adds one side's message and mails it to the other; None when it was sent before or nothing can be sent.

    `form_key` names the form or the mail; `left_out` says how many attachments of the mail stay behind.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            locked = Conversation.objects.select_for_update().filter(pk=conversation.pk, state=State.OPEN)
            if locked.first() is None or relay.obstacle(conversation, side):
                return None
            message = Message.objects.create(
                conversation=conversation,
                side=side,
                body=body,
                written_at=now,
                form_key=key_of(conversation.pk, side, form_key or secrets.token_hex(16)),
                by_mail=by_mail,
                left_out=left_out,
            )
            locked.update(last_message_at=now)
            _record("contact.answer", conversation, by=by, side=side)
            emails.pass_on(message)
    except IntegrityError:
        return None
    return message


@transaction.atomic
def close(*, conversation: Conversation, side: str, by: Any) -> None:
    """Ends a conversation for both sides; what was written stays readable until its term."""
    if Conversation.objects.filter(pk=conversation.pk, state=State.OPEN).update(state=State.CLOSED):
        _record("contact.close", conversation, by=by, side=side)


def forget_unconfirmed() -> int:
    """Erases what nobody confirmed within a day, with the words and the address; returns how many."""
    _rows, per_model = Conversation.objects.overdue().delete()
    return per_model.get(Conversation._meta.label, 0)


def _record(action: str, talk: Conversation, *, by: Any, **codes: Any) -> None:
    record(action, by=by, about=talk, neighbourhood=talk.post.neighbourhood, **codes)
