"""The issue itself and its test, on their way to the outbox."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.newsletters.letter import Letter, example_stop_url
from content.newsletters.models import Delivery, Newsletter
from neighbourhoods.subscriptions.models import Subscription, address_hash
from wijk import clock
from wijk.mail.compose import Composed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed


def _still_subscribed(mail: OutgoingMail) -> bool:
    """Asked again right before sending: confirmed, not stopped, and at this very address (W-54)."""
    confirmed = Subscription.objects.confirmed().filter(email_hash=address_hash(mail.recipient))
    return confirmed.filter(deliveries=mail.about_pk).exists()


NEWSLETTER = mail_kind("newsletter", gettext_lazy("Nieuwsbrief"), wanted=_still_subscribed)
NEWSLETTER_TEST = mail_kind("newsletter-test", gettext_lazy("Proef van een nieuwsbrief"))


def queue_issue(letter: Letter, delivery: Delivery, newsletter: Newsletter) -> None:
    """One issue to one subscriber; asked for twice, it is queued once (M-5)."""
    subscription = delivery.subscription
    stop_url = settings.BASE_URL + subscription.unsubscribe_path
    slug = newsletter.neighbourhood.slug
    queue_composed(
        NEWSLETTER,
        to=subscription.email,
        account=subscription.user,
        about=delivery,
        composed=letter.to(subscription.first_name, stop_url),
        version="issue",
        from_name=_sender(newsletter),
        headers={
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<{slug}.nieuwsbrief.{settings.RELAY_DOMAIN}>",
        },
    )


def queue_test(letter: Letter, newsletter: Newsletter, reader: Any) -> None:
    """The issue to its maker, marked as a test."""
    issue = letter.to(reader.first_name, example_stop_url(newsletter))
    marked = Composed(_("Proef: %(subject)s") % {"subject": issue.subject}, issue.text, issue.html, issue.language)
    queue_composed(
        NEWSLETTER_TEST,
        to=reader.email,
        account=reader,
        about=newsletter,
        composed=marked,
        version=clock.now().isoformat(),
        from_name=_sender(newsletter),
    )


def _sender(newsletter: Newsletter) -> str:
    return _("Wijk %(name)s") % {"name": newsletter.neighbourhood.name}
