"""An issue on its way through Mailchimp, step by step (W-53).

Each step asks again what is so, and may be repeated. A campaign can go only once at Mailchimp, and the issue has only
one; whoever Mailchimp leaves out is set apart before it is asked to send, and gets the issue by our own mail after.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.audit.models import record
from content.mailchimp.client import Service
from content.mailchimp.line import NoEntry, Refusal, Trouble, Unknown
from content.mailchimp.models import Campaign, Connection, Listing, reader_keys
from content.mailchimp.polling import take_over
from content.mailchimp.sync import attempt, backoff, plan, to_do
from content.newsletters.handing_over import hand_back, set_apart
from content.newsletters.letter import compose, filled, greeting
from content.newsletters.sending import readers_of
from wijk import clock
from wijk.faults import fault
from wijk.mail.compose import Composed
from wijk.text import clean_line

log = logging.getLogger("wijk.mailchimp")
State = Campaign.State
GONE_OUT = {"schedule", "sending", "sent"}
SUBJECT_LENGTH, TITLE_LENGTH, FROM_LENGTH = 150, 100, 100
NAME_TAG, STOP_TAG = "*|FNAME|*", "*|UNSUB|*"


def advance_due() -> int:
    """Takes every issue as far as it gets; runs by the clock."""
    moved = 0
    rows = Campaign.objects.exclude(state__in=[State.SENT, State.STOPPED])
    rows = rows.filter(next_try_at__lte=clock.now(), newsletter__neighbourhood__is_on=True)
    for campaign in rows.select_related("newsletter__neighbourhood", "connection__neighbourhood").order_by("pk"):
        if Connection.objects.in_force().free().filter(pk=campaign.connection_id).exists():
            moved += _advance(campaign)
    return moved


def _advance(campaign: Campaign) -> int:
    moved = 0
    with attempt(campaign.connection), Service(campaign.connection) as service:
        try:
            while campaign.state in STEPS and STEPS[campaign.state](campaign, service):
                moved += 1
                campaign.refresh_from_db(fields=["state", "remote", "attempts"])
        except NoEntry:
            raise
        except Trouble as problem:
            if isinstance(problem, Unknown) and campaign.state in {State.MADE, State.FILLED}:
                # Thrown away at Mailchimp by hand, before it went: made anew.
                _move(campaign, State.WAITING, remote="")
            _postpone(campaign, problem.code)
            # What is wrong with this issue alone must not make the whole connection rest.
            if not isinstance(problem, Refusal | Unknown):
                raise
    return moved


def _postpone(campaign: Campaign, code: str) -> None:
    rows = Campaign.objects.filter(pk=campaign.pk)
    wait = backoff(campaign.attempts)
    rows.update(attempts=min(campaign.attempts + 1, 30), error=code[:80], next_try_at=clock.now() + wait)


def _move(campaign: Campaign, to: str, **changes: Any) -> bool:
    rows = Campaign.objects.filter(pk=campaign.pk, state=campaign.state)
    return bool(rows.update(state=to, attempts=0, error="", **changes))


# The steps -----------------------------------------------------------------------------------------------------------


def _make(campaign: Campaign, service: Service) -> bool:
    """Once the audience is right: the campaign, if it is not there already from an earlier try."""
    if not _audience_is_right(campaign, service):
        return False
    number = service.find_campaign(campaign.marks)
    if not number:
        fault("mailchimp:make:before")
        number = service.make_campaign(_settings(campaign))
    fault("mailchimp:make:after")
    return _move(campaign, State.MADE, remote=number)


def _settings(campaign: Campaign) -> dict[str, Any]:
    newsletter = campaign.newsletter
    with translation.override(settings.LANGUAGE_CODE):
        sender = _("Wijk %(name)s") % {"name": newsletter.neighbourhood.name}
    mark = f" [{campaign.marks[0]}]"
    subject = harmless_text(clean_line(newsletter.subject))
    return {
        "subject_line": subject[:SUBJECT_LENGTH],
        "title": subject[: TITLE_LENGTH - len(mark)] + mark,
        "from_name": harmless_text(sender)[:FROM_LENGTH],
        "reply_to": settings.OPERATOR["email"],
        "auto_footer": False,
        "inline_css": False,
    }


def _fill(campaign: Campaign, service: Service) -> bool:
    status, _count = service.campaign_status(campaign.remote)
    if status in GONE_OUT:
        # Found again after a restored backup: the words went out then.
        return _move(campaign, State.FILLED)
    made = words_of(campaign)
    service.fill_campaign(campaign.remote, html=made.html, text=made.text)
    fault("mailchimp:fill:after")
    return _move(campaign, State.FILLED)


def _ask(campaign: Campaign, service: Service) -> bool:
    """Looks once more who is on the list, sets apart who is not, and only then asks to send."""
    if not _audience_is_right(campaign, service):
        return False
    with transaction.atomic():
        there = Listing.objects.filter(connection=campaign.connection, state=Listing.State.ON)
        others = readers_of(campaign.newsletter).exclude(listings__in=there)
        count = set_apart(newsletter=campaign.newsletter, readers=others.values_list("pk", flat=True))
        changes = {"readers": there.count(), "by_ourselves": count, "asked_at": clock.now()}
        asked = _move(campaign, State.ASKED, **changes)
        fault("mailchimp:ask:in")
    return asked


def _send(campaign: Campaign, service: Service) -> bool:
    """Asks to send until Mailchimp says that it did; one that went already is not asked again."""
    status, _count = service.campaign_status(campaign.remote)
    if status not in GONE_OUT:
        _ask_to_send(campaign, service)
    return sent(campaign)


def _ask_to_send(campaign: Campaign, service: Service) -> None:
    """A plain no to the very first asking means that it never left: then it is no longer asked, and may still stop."""
    first = campaign.attempts == 0
    Campaign.objects.filter(pk=campaign.pk).update(attempts=F("attempts") + 1)
    fault("mailchimp:send:before")
    try:
        service.send_campaign(campaign.remote)
    except Refusal:
        if first and service.campaign_status(campaign.remote)[0] == "save":
            _move(campaign, State.FILLED, asked_at=None)
        raise
    fault("mailchimp:send:after")


@transaction.atomic
def sent(campaign: Campaign) -> bool:
    """It is on its way there; now our own mail goes to who was set apart."""
    if not _move(campaign, State.SENT, sent_at=clock.now()):
        return False
    hand_back(newsletter=campaign.newsletter, by=None)
    place = campaign.newsletter.neighbourhood
    record("mailchimp.campaign", by=None, about=campaign, neighbourhood=place, readers=campaign.readers)
    return True


STEPS: dict[str, Callable[[Campaign, Service], bool]] = {
    State.WAITING: _make,
    State.MADE: _fill,
    State.FILLED: _ask,
    State.ASKED: _send,
}


# The audience --------------------------------------------------------------------------------------------------------


def _audience_is_right(campaign: Campaign, service: Service) -> bool:
    """Whether exactly our readers stand there: nobody who stopped, and nobody who never signed up here (W-54)."""
    connection = campaign.connection
    plan(connection)
    if to_do(connection).exists():
        _wait(campaign, "sync")
        return False
    members = service.members()
    take_over(connection, members)
    plan(connection)
    ours = _on(connection)
    known = set(ours.values_list("subscriber_key", flat=True))
    there = [set(reader_keys(one.number)) for one in members if one.status == "subscribed"]
    missing = known.difference(*there)
    ours.filter(subscriber_key__in=missing).update(state=Listing.State.NEW, next_try_at=clock.now())
    if any(not known & keys for keys in there):
        raise Refusal("strangers")
    if to_do(connection).exists():
        _wait(campaign, "sync")
        return False
    return True


def _on(connection: Connection) -> QuerySet[Listing]:
    return Listing.objects.filter(connection=connection, state=Listing.State.ON, wanted=Listing.Wanted.ON)


def _wait(campaign: Campaign, why: str) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(error=why)


# The words -----------------------------------------------------------------------------------------------------------


def words_of(campaign: Campaign) -> Composed:
    """The issue with Mailchimp's tags where a name and a way to stop belong, and nowhere else."""
    language = settings.LANGUAGE_CODE
    letter = compose(campaign.newsletter, language)
    with translation.override(language):
        named = _("Hallo %(name)s,") % {"name": NAME_TAG}
    nameless = greeting("", language)
    hello = f"*|IF:FNAME|*{named}*|ELSE:|*{nameless}*|END:IF|*"
    # A link of one's own cannot stand in one mail to all: who wants to choose asks for it on that page.
    choice = settings.BASE_URL + reverse("subscriptions:leave")
    words = {letter.greeting_gap: hello, letter.stop_gap: STOP_TAG, letter.choice_gap: choice}
    return filled(letter.subject, harmless_html(letter.html), harmless_text(letter.text), language, words)


def harmless_html(html: str) -> str:
    """Without tags of Mailchimp that somebody typed in a post: they would show one reader's data, or run a feed."""
    return html.replace("*|", "*&#124;").replace("|*", "&#124;*")


def harmless_text(text: str) -> str:
    """The same where there are no entities."""
    return text.replace("*|", "* |").replace("|*", "| *")
