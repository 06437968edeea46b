"""The mails of signing up and logging in, on their way to the outbox."""

from datetime import timedelta
from typing import Any

from django.template import Context, loader
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from wijk.mail.compose import Composed, compose_text
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.text import clean_line

ACCOUNT = mail_kind("account", _("Over je account"), lasts=timedelta(days=1))


def account_mail(template_prefix: str, *, to: str, account: Any, language: str, context: dict[str, Any]) -> None:
    """Queues one of allauth's mails in our own words and looks."""
    composed = _composed(template_prefix, {**context, "email": to}, language)
    # Two codes are two mails, even in one minute: each has a version of its own.
    queue_composed(ACCOUNT, to=to, composed=composed, account=account, version=get_random_string(20))


def _composed(template_prefix: str, context: dict[str, Any], language: str) -> Composed:
    with translation.override(language):
        subject = _rendered(f"{template_prefix}_subject.txt", context)
        return compose_text(clean_line(subject), _rendered(f"{template_prefix}_message.txt", context), language)


def _rendered(template: str, context: dict[str, Any]) -> str:
    return loader.get_template(template).template.render(Context(context, autoescape=False)).strip()  # type: ignore[attr-defined]
