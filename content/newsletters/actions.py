"""Making, testing and sending newsletters."""

import secrets
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from accounts.audit.models import record
from content.newsletters import blocks as block_rules
from content.newsletters.emails import NEWSLETTER, queue_issue, queue_test
from content.newsletters.letter import Letter, compose
from content.newsletters.models import Delivery, Newsletter
from content.pages.images import CleanFile
from content.pages.models import CleanImage
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.models import Subscription
from wijk import clock
from wijk.mail.models import OutgoingMail

State = Newsletter.State
BATCH = 200
PICTURE_SIDE = 1200
# So many issues may wait in the outbox: mail that somebody waits for must not stand behind a whole town's newsletter.
MOST_WAITING = 1000


@transaction.atomic
def create(*, neighbourhood: Neighbourhood, by: Any) -> Newsletter:
    """A draft that is ready to read; pressing twice gives the same one."""
    just_made = Newsletter.objects.filter(
        neighbourhood=neighbourhood,
        made_by=by,
        state=State.DRAFT,
        changed_at=F("created_at"),
        created_at__range=(clock.now() - clock.MINUTE, clock.now()),
    ).first()
    if just_made:
        return just_made
    subject, welcome = _opening(neighbourhood.name)
    now = clock.now()
    newsletter = Newsletter.objects.create(
        neighbourhood=neighbourhood,
        subject=subject,
        blocks=block_rules.first_draft(neighbourhood, welcome),
        made_by=by,
        created_at=now,
        changed_at=now,
    )
    record("newsletter.create", by=by, about=newsletter, neighbourhood=neighbourhood)
    return newsletter


def _opening(name: str) -> tuple[str, str]:
    """The first words of a draft, in the language of the site: its readers', not its maker's."""
    with translation.override(settings.LANGUAGE_CODE):
        month = date_format(clock.today(), "F Y")
        subject = _("Nieuws uit %(name)s, %(month)s") % {"name": name, "month": month}
        welcome = _("Lees wat er de komende tijd te doen is in %(name)s, en met wie je elkaar kunt helpen.")
        return subject, welcome % {"name": name}


@transaction.atomic
def save(*, newsletter: Newsletter, subject: str, blocks: object, by: Any) -> bool:
    """Keeps the draft as it was typed; False when it is no draft any more, or somebody saved it in the meantime."""
    values = {
        "subject": subject,
        "blocks": block_rules.check(blocks, newsletter.neighbourhood),
        "changed_at": clock.now(),
    }
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not rows.update(**values):
        return False
    record("newsletter.save", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def add_picture(*, upload: CleanFile, alt: str, by: Any) -> CleanImage:
    """Keeps a photo that is clean already, so that nothing typed beside it can lose it."""
    file = _as_jpeg(upload)
    title = alt or _("Foto in een nieuwsbrief")
    image = CleanImage.objects.create(title=title, file=file, file_size=file.size, uploaded_by_user=by)
    record("newsletter.picture", by=by, about=image)
    return image


def _as_jpeg(upload: CleanFile) -> CleanFile:
    """The photo as every mail program can show it, twice as wide as a mail for sharp screens."""
    out = BytesIO()
    with Image.open(upload) as found:
        found.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
        pixels = Image.new("RGB", found.size, "white")
        pixels.paste(found, mask=found.getchannel("A") if found.mode == "RGBA" else None)
        pixels.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return CleanFile(out.getvalue(), name=f"{secrets.token_hex(12)}.jpg")


@transaction.atomic
def remove(*, newsletter: Newsletter, by: Any) -> bool:
    """Throws a draft away; what was sent stays in the books."""
    removed, _by_model = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT).delete()
    if removed:
        record("newsletter.remove", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    return bool(removed)


@transaction.atomic
def send_test(*, newsletter: Newsletter, by: Any) -> None:
    """The issue to the address of who asks for it, and to nobody else."""
    queue_test(compose(newsletter, by.language), newsletter, by)
    record("newsletter.test", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)


@transaction.atomic
def start(*, newsletter: Newsletter, by: Any) -> int | None:
    """Freezes the issue and writes down who gets it; None when it had gone already or was changed meanwhile (P-31)."""
    frozen = block_rules.frozen(newsletter.blocks, newsletter.neighbourhood)
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not rows.update(state=State.SENDING, blocks=frozen, sending_at=clock.now()):
        return None
    readers = Subscription.objects.confirmed().filter(neighbourhood=newsletter.neighbourhood)
    numbers = list(readers.order_by("pk").values_list("pk", flat=True))
    Delivery.objects.bulk_create(
        (Delivery(newsletter=newsletter, subscription_id=number) for number in numbers), batch_size=1000
    )
    place = newsletter.neighbourhood
    record("newsletter.send", by=by, about=newsletter, neighbourhood=place, readers=len(numbers))
    newsletter.refresh_from_db()
    return len(numbers)


def send_due() -> int:
    """Brings what is being sent to the outbox, batch by batch; stopped anywhere, it goes on where it was (W-53)."""
    queued = 0
    room = MOST_WAITING - OutgoingMail.objects.unsent().filter(kind=NEWSLETTER.name).count()
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
    pending = newsletter.deliveries.filter(queued_at=None).select_related("subscription__user").order_by("pk")
    batch = list(pending.select_for_update(of=("self",), skip_locked=True)[:size])
    confirmed = set(
        Subscription.objects.confirmed()
        .filter(pk__in=[delivery.subscription_id for delivery in batch])
        .values_list("pk", flat=True)
    )
    going = [delivery for delivery in batch if delivery.subscription_id in confirmed]
    for delivery in going:
        language = delivery.subscription.language
        if language not in letters:
            letters[language] = compose(newsletter, language)
        with translation.override(language):
            queue_issue(letters[language], delivery, newsletter)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in going]).update(queued_at=clock.now())
    # Who stopped since the issue was frozen was sent nothing, and the ledger does not say otherwise.
    Delivery.objects.filter(pk__in=[each.pk for each in batch if each.subscription_id not in confirmed]).delete()
    return len(batch)


def _finish(newsletter: Newsletter) -> None:
    pending = Delivery.objects.filter(newsletter=OuterRef("pk"), queued_at=None)
    rows = Newsletter.objects.filter(~Exists(pending), pk=newsletter.pk, state=State.SENDING)
    rows.update(state=State.SENT, sent_at=clock.now())
