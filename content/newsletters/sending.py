"""How an issue goes out: now or at an hour, batch by batch, held up when too much comes back, or stopped."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation

from accounts.audit.models import record
from content.newsletters import blocks as block_rules
from content.newsletters.emails import NEWSLETTER, issue_mail, tell_not_sent
from content.newsletters.letter import Letter, compose
from content.newsletters.models import Delivery, LetterSettings, Newsletter
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import Subscription, SubscriptionQuerySet
from wijk import clock
from wijk.access import scope
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import queue_all

State = Newsletter.State
BATCH = 200
# So many issues may wait in the outbox: mail that somebody waits for must not stand behind a whole town's newsletter.
MOST_WAITING = 1000


def readers_of(newsletter: Newsletter) -> SubscriptionQuerySet:
    """Who would get it now: those who said yes to its list in its neighbourhood, and nobody else (W-54)."""
    here = Subscription.objects.confirmed().filter(neighbourhood=newsletter.neighbourhood)
    return here.on_list(newsletter.list)


def needs_agreement(newsletter: Newsletter, by: Any) -> bool:
    """Whether a second person must still look before this one may send it.

    Two people must have had the words before them. A draft that the site made is nobody's, so then who agreed with it
    is the first of the two and cannot send it as well.
    """
    if not LetterSettings.objects.filter(neighbourhood=newsletter.neighbourhood_id, second_look=True).exists():
        return False
    return not newsletter.is_agreed or (newsletter.changed_by_id is None and newsletter.agreed_by_id == by.pk)


# Beginning -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, newsletter: Newsletter, by: Any) -> int | None:
    """Freezes the issue and writes down who gets it (P-31).

    None when it had gone already, was changed meanwhile, or nobody else agreed where that is asked.
    """
    if needs_agreement(newsletter, by):
        return None
    as_shown = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not as_shown.update(state=State.SENDING, sent_by=by):
        return None
    return _freeze(newsletter, by)


@transaction.atomic
def schedule(*, newsletter: Newsletter, at: datetime, by: Any) -> bool:
    """Lets it go at an hour; who gets it is decided then. False when it is no draft, changed, or not agreed with."""
    if needs_agreement(newsletter, by) or at <= clock.now():
        return False
    as_shown = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not as_shown.update(state=State.SCHEDULED, scheduled_for=at, sent_by=by):
        return False
    record("newsletter.schedule", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood, at=at.isoformat())
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def unschedule(*, newsletter: Newsletter, by: Any) -> bool:
    """Back to a draft, as long as it has not gone."""
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.SCHEDULED)
    if not rows.update(state=State.DRAFT, scheduled_for=None, sent_by=None):
        return False
    record("newsletter.unschedule", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def _start_scheduled(newsletter: Newsletter) -> None:
    """Its hour has come: it goes, unless who decided that may not decide here any more."""
    by = newsletter.sent_by
    if by is None or not scope(by).managed(Neighbourhood).filter(pk=newsletter.neighbourhood_id).exists():
        if unschedule(newsletter=newsletter, by=None):
            tell_not_sent(newsletter)
    elif Newsletter.objects.filter(pk=newsletter.pk, state=State.SCHEDULED).update(state=State.SENDING):
        _freeze(newsletter, by)


def _freeze(newsletter: Newsletter, by: Any) -> int:
    place = newsletter.neighbourhood
    numbers = list(readers_of(newsletter).order_by("pk").values_list("pk", flat=True))
    Newsletter.objects.filter(pk=newsletter.pk).update(
        blocks=block_rules.frozen(newsletter.blocks, place), sending_at=clock.now(), meant_for=len(numbers)
    )
    Delivery.objects.bulk_create(
        (Delivery(newsletter=newsletter, subscription_id=number) for number in numbers), batch_size=1000
    )
    Neighbourhood.objects.filter(pk=place.pk).touch()
    record("newsletter.send", by=by, about=newsletter, neighbourhood=place, readers=len(numbers))
    newsletter.refresh_from_db()
    return len(numbers)


# Going on ------------------------------------------------------------------------------------------------------------


def send_due() -> int:
    """Starts what was planned for now and brings what is being sent to the outbox, batch by batch.

    Stopped anywhere, it goes on where it was (W-53).
    """
    for newsletter in Newsletter.objects.scheduled().select_related("neighbourhood", "sent_by"):
        _start_scheduled(newsletter)
    queued = 0
    room = MOST_WAITING - OutgoingMail.objects.unsent().filter(kind=NEWSLETTER.name, due_at__lte=clock.now()).count()
    for newsletter in Newsletter.objects.sending().select_related("neighbourhood").order_by("sending_at", "pk"):
        letters: dict[str, Letter] = {}
        while room > 0:
            taken = _queue_batch(newsletter, letters, min(room, BATCH))
            if not taken:
                break
            room -= taken
            queued += taken
        _finish(newsletter)
    return queued


@transaction.atomic
def _queue_batch(newsletter: Newsletter, letters: dict[str, Letter], size: int) -> int:
    """Some readers in one transaction: their mail and the note that they have it come together or not at all."""
    if not Newsletter.objects.sending().filter(pk=newsletter.pk).exists():
        return 0
    pending = newsletter.deliveries.filter(queued_at=None).select_related("subscription__user").order_by("pk")
    batch = list(pending.select_for_update(of=("self",), skip_locked=True)[:size])
    numbers = [delivery.subscription_id for delivery in batch]
    confirmed = set(Subscription.objects.confirmed().filter(pk__in=numbers).values_list("pk", flat=True))
    going = [delivery for delivery in batch if delivery.subscription_id in confirmed]
    mails = {delivery.pk: _mail(newsletter, letters, delivery) for delivery in going}
    written = queue_all(list(mails.values()))
    now = clock.now()
    for delivery in going:
        delivery.queued_at, delivery.mail = now, written[mails[delivery.pk].key]
    Delivery.objects.bulk_update(going, ["queued_at", "mail"])
    # Who stopped since the issue was frozen was sent nothing, and the ledger does not say otherwise.
    Delivery.objects.filter(pk__in=[each.pk for each in batch if each.subscription_id not in confirmed]).delete()
    return len(batch)


def _mail(newsletter: Newsletter, letters: dict[str, Letter], delivery: Delivery) -> OutgoingMail:
    language = delivery.subscription.language
    if language not in letters:
        letters[language] = compose(newsletter, language)
    with translation.override(language):
        return issue_mail(letters[language], delivery, newsletter)


def _finish(newsletter: Newsletter) -> None:
    pending = Delivery.objects.filter(newsletter=OuterRef("pk"), queued_at=None)
    rows = Newsletter.objects.filter(~Exists(pending), pk=newsletter.pk, state=State.SENDING)
    rows.update(state=State.SENT, sent_at=clock.now())
