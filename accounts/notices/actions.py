"""Writing a notice, setting it off, and bringing it to everybody."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.audit.models import record
from accounts.breaches import actions as breaches
from accounts.breaches.models import Breach
from accounts.notices.emails import NOTICE, letter, queue_letter
from accounts.notices.models import LOOKED_AFTER, PARTS, Notice
from accounts.notices.reach import NUMBERS, affected
from accounts.office.roles import officers
from accounts.users.models import User
from wijk import clock
from wijk.mail.compose import Composed
from wijk.mail.models import OutgoingMail

State, Mail = Notice.State, OutgoingMail.State
BATCH = 200
# So many may wait in the outbox: mail that somebody waits for must not stand behind the whole country.
MOST_WAITING = 1000
Letters = dict[tuple[str, bool], Composed]


@transaction.atomic
def create(*, breach: Breach, by: Any) -> Notice:
    """A draft that says already what the register knows; pressing twice gives the same one."""
    just_made = Notice.objects.filter(
        breach=breach, changed_at=F("created_at"), created_at__gt=clock.now() - clock.MINUTE
    ).first()
    if just_made:
        return just_made
    now = clock.now()
    notice = Notice(breach=breach, is_drill=breach.is_drill, created_at=now, changed_at=now)
    notice.words = {language: _first_words(breach, language) for language, _name in settings.LANGUAGES}
    notice.save()
    record("notice.create", by=by, about=notice)
    return notice


def _first_words(breach: Breach, language: str) -> dict[str, str]:
    """What the mail begins with; the officers' own words only in the language they wrote them in."""
    own = language == settings.LANGUAGE_CODE
    with translation.override(language):
        return {
            **dict.fromkeys(PARTS, ""),
            "subject": _("Er is iets misgegaan met gegevens van bewoners"),
            "what": breach.what if own else "",
            "consequences": breach.consequences if own else "",
            "measures": breach.measures if own else "",
            "advice": _("Krijg je een vreemde mail of een vreemd telefoontje? Klik nergens op en geef niets door."),
            "contact": _("Mail naar %(email)s. We antwoorden zo snel mogelijk.") % {"email": _contact()},
            "affected": _("Ja, dit gaat ook over jouw gegevens."),
            "others": _(
                "Nee. Voor zover we weten gaat dit niet over jouw gegevens. We vinden dat je het wel moet weten."
            ),
        }


def _contact() -> str:
    return str(settings.OPERATOR["email"])


@transaction.atomic
def save(*, notice: Notice, words: dict[str, dict[str, str]], by: Any, **values: Any) -> bool:
    """Keeps the draft as it was typed; False when it is no draft any more, or somebody saved it in the meantime."""
    held = Notice.objects.select_for_update().get(pk=notice.pk)
    if not held.is_draft or held.changed_at != notice.changed_at:
        return False
    held.words, held.changed_at = words, clock.now()
    for name, value in values.items():
        setattr(held, name, value)
    # A drill of a leak that never was cannot be sent to everybody by a slip.
    held.is_drill = held.is_drill or held.breach.is_drill
    held.save()
    record("notice.save", by=by, about=held)
    return True


def readers(notice: Notice) -> QuerySet[User]:
    """Who gets it: every account that is not closed, frozen ones and those without newsletters too (X-23)."""
    accounts = User.objects.filter(is_active=True)
    if notice.is_drill and notice.drill_to == Notice.DrillTo.OFFICERS:
        accounts = accounts.filter(pk__in=officers().values("pk"))
    return accounts


@transaction.atomic
def start(*, notice: Notice, by: Any) -> int | None:
    """Freezes the notice and counts who gets it; None when it had gone already or was changed meanwhile (P-31)."""
    held = Notice.objects.select_for_update().select_related("breach").get(pk=notice.pk)
    if not held.is_draft or held.changed_at != notice.changed_at or held.missing():
        return None
    everybody = readers(held).aggregate(count=Count("pk"), newest=Max("pk"))
    held.accounts, held.upto = everybody["count"], everybody["newest"] or 0
    held.state, held.started_at, held.started_by = State.SENDING, clock.now(), by
    held.save()
    record("notice.send", by=by, about=held, accounts=held.accounts, drill=held.is_drill, to=held.drill_to)
    if not held.is_drill and held.breach.informed_at is None:
        how = _("Met een mail aan alle accounts: %(count)d.") % {"count": held.accounts}
        breaches.informed(breach=held.breach, informed_at=held.started_at, informed_how=how, by=by)
    return held.accounts


# The walk ------------------------------------------------------------------------------------------------------------


def send_due() -> int:
    """Brings what is being sent to the outbox, batch by batch; killed anywhere, it goes on where it was (W-71)."""
    room, queued = MOST_WAITING - OutgoingMail.objects.unsent().filter(kind=NOTICE.name).count(), 0
    for notice in Notice.objects.sending():
        letters: Letters = {}
        walked = BATCH
        while walked and room > 0:
            walked = _batch(notice.pk, letters, min(BATCH, room))
            room, queued = room - walked, queued + walked
    return queued


@transaction.atomic
def _batch(pk: int, letters: Letters, size: int) -> int:
    """Some accounts in one transaction: their mail and the mark how far we are come together or not at all."""
    notice = Notice.objects.select_for_update().select_related("breach").get(pk=pk)
    if notice.state != State.SENDING:
        return 0
    batch = list(readers(notice).filter(pk__gt=notice.cursor, pk__lte=notice.upto).order_by("pk")[:size])
    if batch:
        count, hit = _queue(notice, batch, letters)
        notice.queued, notice.queued_affected = notice.queued + count, notice.queued_affected + hit
        notice.cursor = batch[-1].pk
    else:
        notice.state, notice.finished_at = State.SENT, clock.now()
        record("notice.sent", by=None, about=notice, accounts=notice.accounts, queued=notice.queued)
    notice.save()
    return len(batch)


def _queue(notice: Notice, batch: list[User], letters: Letters) -> tuple[int, int]:
    """How many of a batch were queued, and how many of those are affected."""
    numbers = [reader.pk for reader in batch]
    hit = set(User.objects.filter(affected(notice.reach, notice.reach_to), pk__in=numbers).values_list("pk", flat=True))
    silent = notice.is_drill and notice.drill_to == Notice.DrillTo.NOBODY
    queued = []
    for reader in batch:
        sort = (reader.language, reader.pk in hit)
        if sort not in letters:
            letters[sort] = letter(notice, *sort)
        if silent or queue_letter(notice, reader, letters[sort]):
            queued.append(reader.pk)
    return len(queued), len(hit & set(queued))


# Afterwards ----------------------------------------------------------------------------------------------------------


def look_after() -> int:
    """Finds who was there at the start, was closed when the mail came by, and is open again; runs each hour.

    It also keeps the counts, and after thirty days forgets which accounts were affected.
    """
    again = 0
    for notice in Notice.objects.filter(state=State.SENT, settled_at=None):
        if not notice.is_drill:
            again += _again(notice.pk)
        _settle(notice)
    return again


@transaction.atomic
def _again(pk: int) -> int:
    notice = Notice.objects.select_for_update().select_related("breach").get(pk=pk)
    mails = OutgoingMail.objects.filter(about=notice.label, account_ref=OuterRef("pk"))
    # Closing cancels mail and raises the epoch; mail of this epoch, or that went before, is enough.
    enough = mails.filter(~Q(state=Mail.CANCELLED) | Q(account_epoch=OuterRef("epoch")))
    without = readers(notice).filter(~Exists(enough), pk__lte=notice.upto).order_by("pk")[:BATCH]
    count, _hit = _queue(notice, list(without), {})
    if count:
        Notice.objects.filter(pk=pk).update(queued_again=F("queued_again") + count)
    return count


def _settle(notice: Notice) -> None:
    """Keeps the counts while the outbox still has the mails; forgets the numbers when nobody needs them."""
    values: dict[str, Any] = {"tally": count(notice)}
    if notice.finished_at and notice.finished_at < clock.now() - LOOKED_AFTER:
        values["settled_at"] = clock.now()
        if notice.reach == NUMBERS:
            values["reach_to"] = []
    Notice.objects.filter(pk=notice.pk).update(**values)


def count(notice: Notice) -> dict[str, int]:
    """What became of the mails so far."""
    refused = Q(state=Mail.FAILED, error__startswith="SMTPRecipientsRefused")
    return OutgoingMail.objects.filter(about=notice.label).aggregate(
        waiting=Count("pk", filter=Q(state__in=[Mail.WAITING, Mail.SENDING])),
        sent=Count("pk", filter=Q(state=Mail.SENT)),
        bounced=Count("pk", filter=refused),
        failed=Count("pk", filter=Q(state=Mail.FAILED) & ~refused),
        cancelled=Count("pk", filter=Q(state=Mail.CANCELLED)),
    )
