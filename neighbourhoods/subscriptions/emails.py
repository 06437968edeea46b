"""Mails about signing up. They hold nothing a stranger typed: anybody can fill in anybody's address."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from neighbourhoods.subscriptions.models import CONFIRM_WITHIN, Subscription
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue


def _still_pending(mail: OutgoingMail) -> bool:
    return Subscription.objects.pending().filter(pk=mail.about_pk).exists()


CONFIRM = mail_kind(
    "newsletter-confirm",
    _("Aanmelding voor de nieuwsbrief bevestigen"),
    lasts=CONFIRM_WITHIN,
    wanted=_still_pending,
    asked_for=True,
)
ALREADY = mail_kind(
    "newsletter-already", _("Je was al aangemeld voor de nieuwsbrief"), lasts=CONFIRM_WITHIN, asked_for=True
)
WAY_OUT = mail_kind("newsletter-leave", _("De links om nieuwsbrieven te stoppen"), lasts=CONFIRM_WITHIN, asked_for=True)


def _about(subscription: Subscription) -> dict[str, Any]:
    return {"neighbourhood": subscription.neighbourhood, "professional": subscription.is_professional}


def ask_confirmation(subscription: Subscription, form_key: str) -> None:
    """The link that proves the mailbox is theirs (double opt-in, P-10)."""
    queue(
        CONFIRM,
        to=subscription.email,
        account=subscription.user,
        about=subscription,
        template="neighbourhoods/emails/confirm.txt",
        context={**_about(subscription), "confirmation": subscription.confirmation()},
        language=subscription.language,
        version=form_key or clock.now().isoformat(),
    )


def say_already(subscription: Subscription, form_key: str) -> None:
    """Instead of a confirmation, so that the page need not tell who is subscribed."""
    queue(
        ALREADY,
        to=subscription.email,
        account=subscription.user,
        about=subscription,
        template="neighbourhoods/emails/already.txt",
        context={**_about(subscription), "stop": subscription.unsubscribe_path},
        language=subscription.language,
        version=form_key or clock.now().isoformat(),
    )


def send_way_out(email: str, language: str, form_key: str) -> None:
    """The links to stop for all a mailbox is subscribed to; to a stranger's mailbox, that there are none."""
    found = Subscription.objects.of_address(email).filter(confirmed_at__isnull=False, stopped_at=None)
    subscriptions = found.select_related("neighbourhood")
    queue(
        WAY_OUT,
        to=email,
        about="newsletter-leave",
        template="neighbourhoods/emails/way_out.txt",
        context={"subscriptions": subscriptions},
        language=language,
        version=form_key or clock.now().isoformat(),
    )
