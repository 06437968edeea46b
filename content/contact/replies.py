"""An answer that comes by mail: who may write, what of it goes on, and what its writer hears otherwise."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import translation

from content.contact import actions, aliases, conduct, emails, relay
from content.contact.models import Alias
from content.contact.scrub import scrubbed
from content.organisations.numbers import refuse_bsn
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.incoming.authenticity import is_from
from wijk.incoming.doors import Arrival, Door
from wijk.incoming.letter import Read
from wijk.limits import take
from wijk.text import clean_text, spellings

LONGEST_MAIL = 10_000
DAY = timedelta(days=1)


def receive(arrival: Arrival) -> str:
    """Passes an answer on, or tells its writer why not; answers what became of it, as a code."""
    alias = aliases.of_local(arrival.local)
    if alias is None:
        return "no such address"
    read = arrival.read
    if read.automatic or read.report:
        return f"automatic: {read.automatic or 'report'}"
    reason = _held_because(alias, read)
    if reason:
        _hold(alias, reason)
        return f"held: {reason}"
    return _pass_on(alias, read)


def whose(local: str) -> int | None:
    """The account of the side that writes to this address; None for a visitor's, and where several may write."""
    alias = aliases.of_local(local)
    accounts = relay.accounts_of(alias.conversation, alias.side) if alias else []
    # Of several editors nobody knows yet who wrote.
    return accounts[0].pk if len(accounts) == 1 else None


def _held_because(alias: Alias, read: Read) -> str:
    """Why a mail goes no further, as a code; the address alone gives nobody a right to write (peers.md)."""
    if not is_own_address(alias, read.author):
        return "address"
    if not is_from(read.verdicts, read.author):
        return "proof"
    if not clean_text(read.words):
        return "empty"
    if len(read.words) > LONGEST_MAIL:
        return "long"
    if holds_bsn(read.words):
        return "bsn"
    if relay.obstacle(alias.conversation, alias.side):
        return "obstacle"
    return "" if conduct.may_answer(alias.conversation, alias.side) else "often"


def holds_bsn(words: str) -> bool:
    """Whether somebody writes a citizen service number, which nobody may pass on (C-12)."""
    try:
        refuse_bsn(words)
    except ValidationError:
        return True
    return False


def is_own_address(alias: Alias, author: str) -> bool:
    """Whether a mail says to come from the very address to which we mail this side."""
    return _writer(alias, author) is not None


def _writer(alias: Alias, author: str) -> relay.Mailbox | None:
    """Which mailbox of a side a mail says to come from."""
    found = relay.mailboxes_of(alias.conversation, alias.side) if author else []
    return next((one for one in found if set(spellings(author)) & set(spellings(one.address))), None)


def _pass_on(alias: Alias, read: Read) -> str:
    talk, writer = alias.conversation, _writer(alias, read.author)
    with translation.override(_language_of_reader(alias)):
        body = scrubbed(clean_text(read.words), talk)
    message = actions.answer(
        conversation=talk,
        side=alias.side,
        body=body,
        form_key=keyed_hash("mail-in", read.message_id or f"{read.author} {read.words}"),
        by=writer.account if writer else None,
        by_mail=True,
        left_out=min(read.left_out, 99),
    )
    Alias.objects.filter(pk=alias.pk).update(used_at=clock.now())
    return "passed on" if message else "came before"


def _language_of_reader(alias: Alias) -> str:
    mailbox = relay.mailbox_of(alias.conversation, relay.other_side(alias.side))
    return mailbox.language if mailbox else ""


def _hold(alias: Alias, reason: str) -> None:
    """Tells the side whose address this is, wherever the mail came from; once a day for each reason, whatever comes."""
    if take("contact-held", f"{alias.conversation_id} {alias.side} {reason}", limit=1, per=DAY):
        emails.tell_held(alias.conversation, alias.side, reason)


def lost(local: str, code: str) -> None:
    """A mail that nobody can read, or that went wrong time after time."""
    alias = aliases.of_local(local)
    if alias is not None:
        _hold(alias, "unreadable")


DOOR = Door("answers", is_ours=aliases.is_ours, knows=aliases.knows, whose=whose, take=receive, lost=lost)
