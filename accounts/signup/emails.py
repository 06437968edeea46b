"""The mails of signing up and logging in, on their way to the outbox."""

from datetime import timedelta
from typing import Any

from django.template import Context, loader
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from wijk.mail.compose import Composed, compose_text
from wijk.mail.outbox import mail_kind, queue, queue_composed
from wijk.text import clean_line

# Who is frozen logs in as before, and must hear of it when somebody else does.
ACCOUNT = mail_kind("account", _("Over je account"), lasts=timedelta(days=1), by_law=True)
NEW_DEVICE = mail_kind("new-device", _("Ingelogd met een nieuw apparaat"), lasts=timedelta(days=1), by_law=True)
# Somebody who is not mailed any more asks for this one, to see whether it arrives.
ADDRESS_TEST = mail_kind("address-test", _("Komt onze mail weer aan?"), lasts=timedelta(days=1), by_law=True)


def account_mail(template_prefix: str, *, to: str, account: Any, language: str, context: dict[str, Any]) -> None:
    """Queues one of allauth's mails in our own words and looks."""
    composed = _composed(template_prefix, {**context, "email": to}, language)
    # Two codes are two mails, even in one minute: each has a version of its own.
    queue_composed(ACCOUNT, to=to, composed=composed, account=account, version=get_random_string(20))


def new_device(*, account: Any, event: Any) -> None:
    """Tells somebody of a log-in with a device that was never used before, so that a stranger's does not go unseen."""
    queue(
        NEW_DEVICE,
        to=account.email,
        account=account,
        about=event,
        template="accounts/emails/new_device.txt",
        context={
            "device": event.device,
            "at": event.at,
            "logins_url": reverse("users:security"),
            "reset_url": reverse("account_reset_password"),
        },
    )


def address_test(*, account: Any, token: str) -> None:
    """The link that shows that mail arrives again."""
    queue(
        ADDRESS_TEST,
        to=account.email,
        account=account,
        about=account,
        template="accounts/emails/address_test.txt",
        context={"url": reverse("signup:address_works", args=[token])},
        version=get_random_string(20),
    )


def _composed(template_prefix: str, context: dict[str, Any], language: str) -> Composed:
    with translation.override(language):
        subject = _rendered(f"{template_prefix}_subject.txt", context)
        return compose_text(clean_line(subject), _rendered(f"{template_prefix}_message.txt", context), language)


def _rendered(template: str, context: dict[str, Any]) -> str:
    return loader.get_template(template).template.render(Context(context, autoescape=False)).strip()  # type: ignore[attr-defined]
