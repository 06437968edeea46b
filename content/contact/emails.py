"""The mails of contact. None holds an address of the other side, in its words or its headers."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from content.contact import aliases, relay
from content.contact.about import is_on_site, is_talked_about
from content.contact.models import Conversation, Message
from content.contact.sharing import SharedDetails
from wijk import clock
from wijk.clock import MINUTE
from wijk.encryption import keyed_hash
from wijk.incoming.doors import takes_mail
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue


def _still_unconfirmed(mail: OutgoingMail) -> bool:
    talk = Conversation.objects.filter(pk=mail.about_pk, state=Conversation.State.UNCONFIRMED).first()
    return talk is not None and is_on_site(talk)


def _still_reaches(mail: OutgoingMail) -> bool:
    message = Message.objects.with_talk().filter(pk=mail.about_pk).first()
    if message is None:
        return False
    talk = message.conversation
    return is_talked_about(talk.about) and bool(_readers_of(talk, message.to_side, mail))


def _readers_of(talk: Conversation, side: str, mail: OutgoingMail) -> list[relay.Mailbox]:
    """Who still reads on a side: of several who may answer, only the one a mail goes to, who may have stopped since."""
    found = relay.mailboxes_of(talk, side)
    if side == Message.Side.POSTER:
        return [one for one in found if one.account.pk == mail.account_ref]
    return found


def _still_shared(mail: OutgoingMail) -> bool:
    """Not taken back, nor changed, since the mail was written; and still to this reader."""
    cards = SharedDetails.objects.filter(pk=mail.about_pk, revoked_at=None, shared_at__lte=mail.created_at)
    card = cards.first()
    if card is None:
        return False
    talk = Conversation.objects.with_parties().get(pk=card.conversation_id)
    return bool(_readers_of(talk, relay.other_side(card.side), mail))


CONTACT_CONFIRM = mail_kind(
    "contact-confirm", _("Bevestig je bericht"), lasts=24 * 60 * MINUTE, wanted=_still_unconfirmed, asked_for=True
)
CONTACT_MESSAGE = mail_kind("contact-message", _("Iemand reageert op je bericht"), wanted=_still_reaches)
CONTACT_QUESTION = mail_kind("contact-question", _("Iemand schrijft jullie organisatie"), wanted=_still_reaches)
CONTACT_ANSWER = mail_kind("contact-answer", _("Antwoord van een plaatser"), wanted=_still_reaches)
CONTACT_THANKS = mail_kind("contact-thanks", _("Een bedankje voor je hulp"), wanted=_still_reaches)
CONTACT_SHARED = mail_kind("contact-shared", _("Iemand deelt gegevens met je"), wanted=_still_shared)
CONTACT_THAWED = mail_kind("contact-thawed", _("Je gesprek gaat weer verder"))
CONTACT_ENDED = mail_kind("contact-ended", _("Je gesprek is gestopt"))
CONTACT_HELD = mail_kind("contact-held", _("Je antwoord is niet doorgestuurd"))


def ask_confirmation(conversation: Conversation) -> None:
    """Asks whether the address is the visitor's. Holds no typed word: it may reach somebody who asked for nothing."""
    queue(
        CONTACT_CONFIRM,
        to=conversation.visitor_email,
        language=conversation.visitor_language,
        about=conversation,
        template="content/emails/conversation_confirm.txt",
        context={"title": conversation.title, "url": reverse("contact:confirm", args=[conversation.token])},
    )


def pass_on(message: Message) -> None:
    """Brings one side's words to everybody of the other side."""
    for mailbox in relay.mailboxes_of(message.conversation, message.to_side):
        _bring(message, mailbox)


def _bring(message: Message, mailbox: relay.Mailbox) -> None:
    talk = message.conversation
    at_home = message.to_side == Message.Side.POSTER or talk.member_id
    kind, template = _form_of(message)
    with translation.override(mailbox.language):
        who = relay.name_of(talk, message.side)
        named = bool(relay.given_name(talk, message.side))
        from_name = relay.sender_name(who)
    queue(
        kind,
        **mailbox.reader,
        about=message,
        template=f"content/emails/{template}.txt",
        context={
            "talk": talk,
            "title": talk.title,
            "named_other": relay.is_named_other(talk, message.to_side, mailbox),
            "body": message.body,
            "who": who,
            "named": named,
            "url": _thread_url(talk, message.to_side),
            "by_mail": takes_mail(),
            "left_out": message.left_out,
            "report_url": relay.report_url(message),
            "at_home": at_home,
        },
        from_name=from_name,
        from_address=aliases.address_of(talk, message.to_side) if takes_mail() else "",
        headers=_headers(message),
        version="1",
    )


def _form_of(message: Message) -> tuple[MailKind, str]:
    """The sort of mail a message goes in, and its template."""
    if message.conversation.organisation_id:
        asks = message.to_side == Message.Side.POSTER
        return (CONTACT_QUESTION, "conversation_question") if asks else (CONTACT_ANSWER, "conversation_reply")
    if message.is_thanks:
        return CONTACT_THANKS, "conversation_thanks"
    if message.to_side == Message.Side.POSTER:
        return CONTACT_MESSAGE, "conversation_message"
    return CONTACT_ANSWER, "conversation_answer"


def tell_shared(card: SharedDetails) -> None:
    """Brings the details one side gives to the other, once for each time they change."""
    talk, to_side = card.conversation, relay.other_side(card.side)
    for mailbox in relay.mailboxes_of(talk, to_side):
        with translation.override(mailbox.language):
            who = relay.name_of(talk, card.side)
            lines = card.lines
        queue(
            CONTACT_SHARED,
            **mailbox.reader,
            about=card,
            template="content/emails/conversation_shared.txt",
            context={"title": talk.title, "who": who, "lines": lines, "url": _thread_url(talk, to_side)},
            version=card.shared_at.isoformat(),
        )


def tell_decided(conversation: Conversation, *, ended: bool, reason: Any = "", note: str = "") -> None:
    """Tells both sides what was decided about a reported message; `reason` in words that can be translated."""
    reached = [(side, one) for side in Message.Side.values for one in relay.mailboxes_of(conversation, side)]
    for side, mailbox in reached:
        queue(
            CONTACT_ENDED if ended else CONTACT_THAWED,
            **mailbox.reader,
            about=conversation,
            template=f"content/emails/conversation_{'ended' if ended else 'thawed'}.txt",
            context={
                "title": conversation.title,
                "reason": reason,
                "note": note,
                "url": _thread_url(conversation, side),
                "help_address": settings.OPERATOR["email"],
            },
            version=clock.now().isoformat(),
        )


HELD = {
    "address": _("Het antwoord kwam van een ander adres dan waarop wij jou mailen."),
    "proof": _(
        "We konden niet nagaan of het antwoord echt van jou komt. Dat ligt aan je mailprogramma of je provider."
    ),
    "empty": _("Er stond geen nieuwe tekst in je mail."),
    "long": _("Je mail is te lang. Maak hem korter dan 10.000 tekens."),
    "bsn": _("Er staat een nummer in dat op een burgerservicenummer (BSN) lijkt. Dat sturen we niet door."),
    "often": _("Je stuurde in een uur heel veel berichten. Probeer het later nog eens."),
    "unreadable": _("We konden je mail niet lezen."),
}


def tell_held(conversation: Conversation, side: str, reason: str) -> None:
    """Tells a side that a mail to its address did not go on, why, and how to answer on the site."""
    for mailbox in relay.mailboxes_of(conversation, side):
        with translation.override(mailbox.language):
            why = str(HELD[reason]) if reason in HELD else relay.obstacle(conversation, side)
        queue(
            CONTACT_HELD,
            **mailbox.reader,
            about=conversation,
            template="content/emails/conversation_held.txt",
            context={"title": conversation.title, "why": why, "url": _thread_url(conversation, side)},
            version=f"{side} {reason} {clock.now():%Y-%m-%d}",
        )


def _thread_url(talk: Conversation, side: str) -> str:
    """Where this side reads the conversation: a member behind the log-in, a visitor behind the personal link."""
    if side == Message.Side.POSTER:
        return relay.poster_url(talk)
    if talk.member_id:
        return reverse("contact:thread", args=[talk.pk])
    return reverse("contact:visitor_thread", args=[talk.token])


def _headers(message: Message) -> dict[str, str]:
    """A person wrote this; the mails of one conversation stay together in the reader's mailbox."""
    thread = keyed_hash("mail-thread", f"{message.conversation_id} {message.to_side}")[:32]
    return {"Auto-Submitted": "no", "References": f"<{thread}@{settings.RELAY_DOMAIN}>"}
