"""An issue in the hands of another program: frozen for it, and handed back for who it leaves out."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from content.newsletters import blocks as block_rules
from content.newsletters.models import Delivery, Newsletter
from content.newsletters.sending import needs_agreement
from neighbourhoods.subscriptions.lists import MailingList
from wijk import clock

State = Newsletter.State


@transaction.atomic
def hand_over(*, newsletter: Newsletter, by: Any) -> bool:
    """Freezes the issue for another program, so that it never also goes by our own mail.

    False when it is no draft, was changed meanwhile, is not for neighbours, or nobody else agreed where that is asked.
    """
    if newsletter.list != MailingList.NEWS or needs_agreement(newsletter, by):
        return False
    frozen = block_rules.frozen(newsletter.blocks, newsletter.neighbourhood)
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not rows.update(state=State.SENDING, is_held=True, blocks=frozen, sending_at=clock.now(), sent_by=by):
        return False
    record("newsletter.hand_over", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def set_apart(*, newsletter: Newsletter, readers: Iterable[int]) -> int:
    """Writes down who gets a held issue by our own mail, once it is handed back: those the other program leaves out."""
    newsletter.deliveries.filter(newsletter__is_held=True, queued_at=None).delete()
    rows = [Delivery(newsletter=newsletter, subscription_id=number) for number in readers]
    Delivery.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def hand_back(*, newsletter: Newsletter, by: Any) -> bool:
    """The other program is done with it: our own mail goes to who was set apart, and to nobody else."""
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.SENDING, is_held=True)
    if not rows.update(is_held=False):
        return False
    record("newsletter.hand_back", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    return True
