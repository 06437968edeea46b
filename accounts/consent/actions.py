"""Saying yes and no, oneself or through a member of staff; and telling everybody of a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.consent.emails import ANNOUNCED, announce_change, confirm_what_was_recorded
from accounts.consent.models import Announcement, ConsentEvent, ConsentText, agreed
from accounts.consent.texts import SWITCHES, Shown, family, shown
from accounts.users.models import User
from wijk import clock
from wijk.mail.models import OutgoingMail

__all__ = ["Said", "agree", "agreed", "announce", "answer", "record_for", "tell_due", "withdraw"]

BATCH = 200
# So many may wait in the outbox: mail that somebody waits for must not stand behind a whole town's.
MOST_WAITING = 1000


@dataclass(frozen=True)
class Said:
    """When and how somebody said it, if not here and now."""

    at: datetime
    channel: str


@transaction.atomic
def agree(
    *,
    user: User,
    key: str,
    text_version: str = "",
    by: Any = None,
    sentence: str = "",
    text: ConsentText | None = None,
    said: Said | None = None,
) -> ConsentEvent:
    """Adds a yes to the ledger; the same yes to the same text twice is one (K-40, W-9).

    `sentence` stood beside the button or box; `text` is another text than the one in force now.
    """
    text = text or _kept(key, text_version, sentence)
    return _write(user, key, given=True, version=text_version, text=text, by=by, said=said)


@transaction.atomic
def withdraw(
    *, user: User, key: str, by: Any = None, text: ConsentText | None = None, said: Said | None = None
) -> ConsentEvent:
    """Adds a no to the ledger; what was done before it stays as it was (K-40, C-26)."""
    return _write(user, key, given=False, version="", text=text or _kept(key, "", ""), by=by, said=said)


def _kept(key: str, version: str, sentence: str) -> ConsentText | None:
    """The present words, kept; those of another version are not known here."""
    now = shown(key)
    return None if version not in {"", now.version} else ConsentText.objects.kept(key, now, sentence=sentence)


def _write(
    user: User, key: str, *, given: bool, version: str, text: ConsentText | None, by: Any, said: Said | None
) -> ConsentEvent:
    # Two clicks at once wait for each other, so that one answer is one row.
    User.objects.select_for_update().filter(pk=user.pk).first()
    version = version or (text.version if text else "")
    last = ConsentEvent.objects.current(user, key)
    if last and said is None and (last.given, last.text_version) == (given, version):
        return last
    if said and (written := _written_before(user, key, given=given, said=said)):
        return written
    other = by is not None and by.pk is not None and by.pk != user.pk
    channel = said.channel if said else ConsentEvent.Channel.STAFF if other else ConsentEvent.Channel.SITE
    event = ConsentEvent.objects.create(
        user=user,
        key=key,
        given=given,
        text_version=version,
        text=text,
        at=said.at if said else clock.now(),
        channel=channel,
        by_ref=by.pk if other else None,
        entered_at=clock.now() if other else None,
    )
    record("consent.give" if given else "consent.withdraw", by=by or user, about=user, key=key, channel=str(channel))
    return event


def _written_before(user: User, key: str, *, given: bool, said: Said) -> ConsentEvent | None:
    """The same letter, written down twice."""
    day = timezone.localdate(said.at)
    rows = ConsentEvent.objects.of(user).filter(key=key, given=given, channel=said.channel, at__date=day)
    written: ConsentEvent | None = rows.first()
    return written


@transaction.atomic
def record_for(*, user: User, key: str, on: bool, said: Said, by: Any) -> str:
    """Staff write down what somebody said by mail or letter, and that person hears of it (C-25)."""
    problem = SWITCHES[family(key)](user=user, key=key, on=on, by=by, said=said)
    if not problem:
        confirm_what_was_recorded(user, key, on=on, said_at=said.at)
    return problem


# Changes that everybody is told of -----------------------------------------------------------------------------------


@transaction.atomic
def announce(*, key: str, text: Shown, summary: str, new_purpose: bool, effective_at: datetime, by: Any) -> None:
    """Begins to tell every account holder of a change that matters (D-33, X-16)."""
    kept = ConsentText.objects.kept(key, text)
    values = {"key": key, "summary": summary, "new_purpose": new_purpose, "effective_at": effective_at}
    announcement, made = Announcement.objects.get_or_create(text=kept, defaults={**values, "published_at": clock.now()})
    if made:
        record("consent.announce", by=by, about=announcement, key=key)


def tell_due() -> int:
    """Brings the mail about changes to the outbox, account after account; stopped anywhere, it goes on (D-33)."""
    told = 0
    room = MOST_WAITING - OutgoingMail.objects.unsent().filter(kind=ANNOUNCED.name).count()
    for number in list(Announcement.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)):
        while room > 0 and (passed := _tell_batch(number, min(room, BATCH))):
            told, room = told + passed, room - passed
    return told


@transaction.atomic
def _tell_batch(number: int, size: int) -> int:
    """Some accounts in one transaction: their mail and the mark behind them come together or not at all."""
    announcement = Announcement.objects.select_for_update(of=("self",)).select_related("text").get(pk=number)
    if announcement.finished_at:
        return 0
    proven = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    # Also who is frozen: this is about their rights, not about taking part.
    people = User.objects.filter(Exists(proven), is_active=True, pk__gt=announcement.told_up_to).order_by("pk")
    batch = list(people[:size])
    for person in batch:
        if Announcement.objects.unanswered(person).filter(pk=number).exists():
            announce_change(announcement, person)
    if batch:
        announcement.told_up_to = batch[-1].pk
    elif announcement.counts:
        # Until then new accounts still begin under the old text.
        announcement.finished_at = clock.now()
    announcement.save(update_fields=["told_up_to", "finished_at"])
    return len(batch)


@transaction.atomic
def answer(*, announcement: Announcement, user: User, yes: bool, by: Any) -> str:
    """What somebody says to a change: yes, or everything as it was agreed before (D-3, W-90)."""
    say = agree if yes else withdraw
    say(user=user, key=announcement.key, text=announcement.text, by=by)
    if yes:
        return _("Dank je. We hebben genoteerd dat je dit gezien hebt.")
    if announcement.new_purpose:
        return _("Genoteerd. Wat er nieuw is, doen we niet met jouw gegevens.")
    return _("Genoteerd. We hebben vastgelegd dat je nee zei.")
