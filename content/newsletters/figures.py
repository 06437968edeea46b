"""What became of an issue, counted from what mail servers told and from who stopped: nothing is loaded or followed."""

from dataclasses import dataclass

from django.db.models import Count, Q

from content.newsletters.models import Newsletter
from neighbourhoods.subscriptions.models import Subscription
from wijk.mail.models import OutgoingMail
from wijk.published import FEWEST

MailState = OutgoingMail.State


@dataclass(frozen=True)
class Figures:
    """The counts of one issue; `stopped` is None below the floor."""

    meant_for: int
    waiting: int
    sent: int
    not_arrived: int
    complaints: int
    not_sent: int
    stopped: int | None


def figures_of(newsletter: Newsletter) -> Figures:
    """How far an issue is and how it fared; after a year only how many readers it was meant for."""
    came_back = Q(mail__returned__in=[OutgoingMail.Return.SOFT, OutgoingMail.Return.HARD])
    gone = Q(mail__state=MailState.SENT) | Q(mail=None, queued_at__isnull=False)
    unsent = Q(mail__state__in=[MailState.WAITING, MailState.SENDING])
    counts = newsletter.deliveries.aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=unsent),
        sent=Count("pk", filter=gone),
        not_arrived=Count("pk", filter=came_back | Q(mail__state=MailState.FAILED)),
        complaints=Count("pk", filter=Q(mail__returned=OutgoingMail.Return.COMPLAINT)),
    )
    meant_for = newsletter.meant_for if newsletter.meant_for is not None else counts.pop("all")
    counts.pop("all", None)
    # Who stopped before it reached them, and the rest of an issue that was stopped.
    tried = newsletter.deliveries.filter(gone | unsent | Q(mail__state=MailState.FAILED)).count()
    still_going = newsletter.state in {Newsletter.State.SENDING, Newsletter.State.PAUSED}
    not_sent = 0 if still_going or not tried else meant_for - tried
    since = Subscription.objects.filter(deliveries__newsletter=newsletter, stopped_at__gte=newsletter.sending_at)
    stopped = since.count()
    return Figures(
        meant_for=meant_for,
        not_sent=max(0, not_sent),
        stopped=stopped if stopped >= FEWEST else None,
        **counts,
    )
