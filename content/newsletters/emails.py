"""The issue itself, its test and the digest, on their way to the outbox; and what managers are told about them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.newsletters.letter import Letter, example_stop_url
from content.newsletters.models import Delivery, DigestEntry, Newsletter
from neighbourhoods.managers.models import Appointment
from neighbourhoods.subscriptions.models import Subscription, address_hash
from wijk import clock
from wijk.mail.compose import Composed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, prepared, queue, queue_composed


def _still_subscribed(mails: list[OutgoingMail]) -> set[int]:
    """Asked again right before sending: confirmed, not stopped, at this very address, and the issue was not (W-54)."""
    confirmed = Subscription.objects.confirmed().exclude(email="")
    about = {mail.pk: mail.about_pk for mail in mails if mail.about.startswith(Delivery._meta.label_lower)}
    going = Delivery.objects.filter(pk__in=about.values(), subscription__in=confirmed)
    going = going.exclude(newsletter__state=Newsletter.State.STOPPED)
    at = dict(going.values_list("pk", "subscription__email_hash"))
    return {mail.pk for mail in mails if at.get(about.get(mail.pk, 0)) == address_hash(mail.recipient)}


def _still_wants_digest(mail: OutgoingMail) -> bool:
    """For each neighbourhood that is in it; one that was stopped since takes the whole mail along."""
    entries = DigestEntry.objects.filter(mail=mail)
    wanting = Subscription.objects.with_digest().filter(email_hash=address_hash(mail.recipient))
    return entries.exists() and not entries.exclude(subscription__in=wanting).exists()


def _still_a_draft(mail: OutgoingMail) -> bool:
    return Newsletter.objects.filter(pk=mail.about_pk, state=Newsletter.State.DRAFT).exists()


NEWSLETTER = mail_kind("newsletter", gettext_lazy("Nieuwsbrief"), wanted_among=_still_subscribed)
NEWSLETTER_TEST = mail_kind("newsletter-test", gettext_lazy("Proef van een nieuwsbrief"))
DIGEST = mail_kind("digest", gettext_lazy("Overzicht van nieuwe berichten"), wanted=_still_wants_digest)
DRAFT_READY = mail_kind(
    "newsletter-draft", gettext_lazy("Er staat een concept voor je nieuwsbrief klaar"), wanted=_still_a_draft
)
PAUSED = mail_kind("newsletter-paused", gettext_lazy("Je nieuwsbrief is gepauzeerd"))
NOT_SENT = mail_kind("newsletter-not-sent", gettext_lazy("Je nieuwsbrief ging niet vanzelf weg"), wanted=_still_a_draft)


def list_headers(stop_url: str, list_id: str) -> dict[str, str]:
    """What a mail program needs to name a list and to stop it with one click (L-3, RFC 2919 and 8058)."""
    return {
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{list_id}.{settings.RELAY_DOMAIN}>",
    }


LIST_NAMES = {"news": "nieuwsbrief", "professional": "organisaties"}


def issue_mail(letter: Letter, delivery: Delivery, newsletter: Newsletter) -> OutgoingMail:
    """One issue to one subscriber, to be queued; asked for twice, it is the same mail (M-5)."""
    subscription = delivery.subscription
    stop_url = settings.BASE_URL + subscription.unsubscribe_path
    return prepared(
        NEWSLETTER,
        to=subscription.email,
        account=subscription.user,
        about=delivery,
        composed=letter.to(subscription.first_name, stop_url, settings.BASE_URL + subscription.choice_path),
        version="issue",
        from_name=_sender(newsletter),
        headers=list_headers(stop_url, f"{newsletter.neighbourhood.slug}.{LIST_NAMES[newsletter.list]}"),
    )


def digest_mail(letter: Composed, subscriptions: list[Subscription], day: str) -> OutgoingMail:
    """The new posts to one mailbox, to be queued; on one day it is the same mail."""
    first = subscriptions[0]
    return prepared(
        DIGEST,
        to=first.email,
        account=next((each.user for each in subscriptions if each.user), None),
        about=f"digest:{day}",
        composed=letter,
        version=day,
        headers=list_headers(settings.BASE_URL + first.digest_stop_path, "overzicht"),
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


# To managers ---------------------------------------------------------------------------------------------------------


def tell_ready(newsletter: Newsletter) -> None:
    """The draft of this week waits for somebody to read and send it."""
    _to_managers(DRAFT_READY, newsletter, "newsletter_ready")


def tell_paused(newsletter: Newsletter) -> None:
    """The site held it up, and why; somebody must look."""
    _to_managers(PAUSED, newsletter, "newsletter_paused")


def tell_not_sent(newsletter: Newsletter) -> None:
    """Its hour came, but who planned it may not send here any more; it is a draft again."""
    _to_managers(NOT_SENT, newsletter, "newsletter_not_sent")


def _to_managers(kind: MailKind, newsletter: Newsletter, template: str) -> None:
    managers = Appointment.objects.active().filter(neighbourhood=newsletter.neighbourhood_id)
    for appointment in managers.select_related("user"):
        queue(
            kind,
            to=appointment.user.email,
            account=appointment.user,
            about=newsletter,
            template=f"content/emails/{template}.txt",
            context={
                "newsletter": newsletter,
                "neighbourhood": newsletter.neighbourhood,
                "first_name": appointment.user.first_name,
            },
            version=clock.now().isoformat(),
        )
