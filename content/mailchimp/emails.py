"""The mails that something at Mailchimp needs a person."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from accounts.office.roles import officers
from content.mailchimp.models import Connection
from wijk import clock
from wijk.mail.outbox import MailKind, mail_kind, queue

BROKEN = mail_kind("mailchimp-broken", _("De koppeling met Mailchimp werkt niet meer"))
NOT_ERASED = mail_kind("mailchimp-not-erased", _("Iemand is bij Mailchimp nog niet gewist"))


def tell_broken(connection: Connection) -> None:
    """Tells the operators once that Mailchimp does not take the key."""
    operators = get_user_model()._default_manager.filter(is_superuser=True, is_active=True, restricted_at=None)
    at = connection.broken_at
    _tell(BROKEN, connection, operators, at.isoformat() if at else "", "mailchimp_broken")


def tell_not_erased(connection: Connection) -> None:
    """Tells the privacy desk, once a day, that a closing cannot be finished at Mailchimp."""
    _tell(NOT_ERASED, connection, officers(), clock.today().isoformat(), "mailchimp_not_erased")


def _tell(kind: MailKind, connection: Connection, people: object, version: str, template: str) -> None:
    for person in people:  # type: ignore[attr-defined]
        queue(
            kind,
            to=person.email,
            account=person,
            about=connection,
            version=version,
            template=f"content/emails/{template}.txt",
            context={"connection": connection},
        )
