"""Asking to be told, the yes and the no of the mailbox, and the one mail."""

from django.db import transaction

from accounts.audit.models import record
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.starting import emails
from neighbourhoods.starting.models import StartNotice, address_hash
from wijk import clock
from wijk.mail.bounces import reached

BATCH = 200


@transaction.atomic
def ask(*, neighbourhood: Neighbourhood, email: str, language: str) -> None:
    """Keeps a mailbox and asks whether it is theirs; who is on the list already hears that."""
    notice, made = StartNotice.objects.get_or_create(
        neighbourhood=neighbourhood,
        email_hash=address_hash(email),
        defaults={"email": email, "language": language, "asked_at": clock.now()},
    )
    if made:
        record("start.ask", by=None, about=notice, neighbourhood=neighbourhood)
    emails.ask_confirmation(notice)


@transaction.atomic
def confirm(*, notice: StartNotice) -> None:
    """The mailbox says yes."""
    if StartNotice.objects.unconfirmed().filter(pk=notice.pk).update(confirmed_at=clock.now()):
        reached(notice.email)
        record("start.confirm", by=None, about=notice, neighbourhood=notice.neighbourhood)


@transaction.atomic
def stop(*, notice: StartNotice) -> None:
    """Nothing is kept of who does not want it any more."""
    record("start.stop", by=None, about=notice, neighbourhood=notice.neighbourhood)
    notice.delete()


def look_after() -> int:
    """Run by the clock: tells who waited for a neighbourhood that has begun, and forgets what nobody confirmed."""
    StartNotice.objects.overdue().delete()
    return sum(_tell(pk) for pk in list(StartNotice.objects.due().order_by("pk").values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _tell(pk: int) -> int:
    """The mail and the end of the row come together or not at all."""
    rows = StartNotice.objects.due().select_for_update(of=("self",)).select_related("neighbourhood")
    notice = rows.filter(pk=pk).first()
    if notice is None:
        return 0
    if notice.email:
        emails.begun(notice)
    record("start.tell", by=None, about=notice, neighbourhood=notice.neighbourhood)
    notice.delete()
    return 1
