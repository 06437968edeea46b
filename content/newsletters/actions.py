"""Making newsletters, testing them and agreeing with them; how they go out is in sending.py."""

import secrets
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from accounts.audit.models import record
from content.newsletters import blocks as block_rules
from content.newsletters.emails import queue_test
from content.newsletters.letter import compose
from content.newsletters.models import LetterSettings, Newsletter
from content.pages.images import CleanFile
from content.pages.models import CleanImage
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import MailingList
from wijk import clock

State = Newsletter.State
PICTURE_SIDE = 1200


def settings_of(neighbourhood: Neighbourhood) -> LetterSettings:
    """How the managers of a neighbourhood want to work."""
    return LetterSettings.objects.get_or_create(neighbourhood=neighbourhood)[0]


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
    subject, welcome = opening(neighbourhood.name)
    now = clock.now()
    newsletter = Newsletter.objects.create(
        neighbourhood=neighbourhood,
        subject=subject,
        blocks=block_rules.first_draft(neighbourhood, welcome),
        made_by=by,
        changed_by=by,
        created_at=now,
        changed_at=now,
    )
    record("newsletter.create", by=by, about=newsletter, neighbourhood=neighbourhood)
    return newsletter


def opening(name: str) -> tuple[str, str]:
    """The first words of a draft, in the language of the site: its readers', not its maker's."""
    with translation.override(settings.LANGUAGE_CODE):
        month = date_format(clock.today(), "F Y")
        subject = _("Nieuws uit %(name)s, %(month)s") % {"name": name, "month": month}
        welcome = _("Lees wat er de komende tijd te doen is in %(name)s, en met wie je elkaar kunt helpen.")
        return subject, welcome % {"name": name}


@transaction.atomic
def save(*, newsletter: Newsletter, subject: str, blocks: object, by: Any, mailing: str = "") -> bool:
    """Keeps the draft as it was typed; False when it is no draft any more, or somebody saved it in the meantime.

    Who agreed with other words, or with another list, did not agree with these.
    """
    values = {
        "subject": subject,
        "blocks": block_rules.check(blocks, newsletter.neighbourhood),
        "list": mailing if mailing in MailingList.values else newsletter.list,
        "changed_at": clock.now(),
        "changed_by": by,
        "agreed_by": None,
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
def agree(*, newsletter: Newsletter, by: Any) -> bool:
    """A second person read these words and finds them right; False for one's own, or when they changed meanwhile."""
    rows = Newsletter.objects.filter(pk=newsletter.pk, state=State.DRAFT, changed_at=newsletter.changed_at)
    if not rows.exclude(changed_by=by).update(agreed_by=by):
        return False
    record("newsletter.agree", by=by, about=newsletter, neighbourhood=newsletter.neighbourhood)
    newsletter.refresh_from_db()
    return True


@transaction.atomic
def show_on_site(*, newsletter: Newsletter, shown: bool, by: Any) -> None:
    """Puts a sent issue on the neighbourhood's page of newsletters, or takes it off."""
    if Newsletter.objects.filter(pk=newsletter.pk).exclude(on_site=shown).update(on_site=shown):
        Neighbourhood.objects.filter(pk=newsletter.neighbourhood_id).touch()
        place = newsletter.neighbourhood
        record("newsletter.show" if shown else "newsletter.hide", by=by, about=newsletter, neighbourhood=place)


@transaction.atomic
def choose_settings(*, neighbourhood: Neighbourhood, second_look: bool, mails_drafts: bool, by: Any) -> None:
    """How the managers of a neighbourhood work. Only an operator ends the second look, or it would stop nobody."""
    chosen = settings_of(neighbourhood)
    chosen.second_look = second_look or (chosen.second_look and not by.is_superuser)
    chosen.mails_drafts = mails_drafts
    chosen.save()
    looks = chosen.second_look
    record("newsletter.settings", by=by, about=chosen, neighbourhood=neighbourhood, looks=looks, mails=mails_drafts)
