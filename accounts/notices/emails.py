"""The notice as a mail: four at most, for two languages and for who is affected or not."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.notices.models import AFFECTED, OTHERS, Notice
from accounts.users.models import User
from wijk.mail.compose import Composed, compose
from wijk.mail.outbox import mail_kind, queue_composed

NOTICE = mail_kind("breach-notice", _("Bericht over een lek"), lasts=timedelta(days=14), by_law=True)


def letter(notice: Notice, language: str, is_affected: bool) -> Composed:
    """The whole mail for one sort of reader."""
    words = notice.words
    # A language that the site learned after this was written reads the first one.
    said = words.get(language) or next(iter(words.values()))
    you = said[AFFECTED] if is_affected else said[OTHERS]
    context = {"said": said, "you": you, "drill": notice.is_drill, "reference": notice.breach.reference}
    return compose("accounts/emails/breach_notice.txt", context, language)


def queue_letter(notice: Notice, reader: User, composed: Composed) -> bool:
    """One mail to one account; False when it was queued before under this number."""
    made = queue_composed(
        NOTICE, to=reader.email, composed=composed, about=notice, account=reader, version=f"{reader.pk}:{reader.epoch}"
    )
    return made is not None
