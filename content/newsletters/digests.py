"""The digest: new posts by mail, daily or each Monday for who chose that; one mail for all of a reader's places."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.newsletters.blocks import BlockKind, newest_here
from content.newsletters.emails import DIGEST, digest_mail
from content.newsletters.letter import (
    Section,
    filled,
    greeting,
    new_gap,
    operator_line,
    post_card,
    section_text,
)
from content.newsletters.models import DigestEntry
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import Digest
from neighbourhoods.subscriptions.models import Subscription, SubscriptionQuerySet
from wijk import clock
from wijk.mail.compose import Composed, render_layout
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import queue_all

# The hour of the site's own clock from which they go.
HOUR = 7
BATCH = 200
MOST_WAITING = 1000
# Older posts are not told any more, as after a holiday of the mail server.
FARTHEST = timedelta(days=8)
MOST_POSTS = 15
type Parts = list[tuple[Subscription, list[Post]]]


def edge(moment: datetime, *, weekly: bool = False) -> datetime:
    """The last time that digests were due: seven in the morning, of today or of this Monday."""
    day = localtime(moment)
    seven = day.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if seven > day:
        seven -= timedelta(days=1)
    return seven - timedelta(days=seven.weekday()) if weekly else seven


def due() -> SubscriptionQuerySet:
    """Who has not been told of what is new up to the last time it was due."""
    now = clock.now()
    daily = Q(digest=Digest.DAILY, digest_until__lt=edge(now))
    return Subscription.objects.with_digest().filter(
        daily | Q(digest=Digest.WEEKLY, digest_until__lt=edge(now, weekly=True)), neighbourhood__is_on=True
    )


def queue_due() -> int:
    """Brings the digests of today to the outbox, mailbox by mailbox; stopped anywhere, it goes on where it was."""
    room = MOST_WAITING - OutgoingMail.objects.unsent().filter(kind=DIGEST.name).count()
    desk, queued = Desk(until=edge(clock.now())), 0
    while room > 0:
        hashes = due().order_by("email_hash").values_list("email_hash", flat=True).distinct()[: min(room, BATCH)]
        batch = list(hashes)
        if not batch:
            break
        queued += _queue(batch, desk)
        room -= len(batch)
    return queued


@transaction.atomic
def _queue(hashes: list[str], desk: "Desk") -> int:
    """Some mailboxes in one transaction: the mail, the note of it, and up to when they were told."""
    rows = due().filter(email_hash__in=hashes).select_related("neighbourhood", "user").order_by("email_hash", "pk")
    mailboxes: dict[str, list[Subscription]] = {}
    for subscription in rows.select_for_update(of=("self",)):
        mailboxes.setdefault(subscription.email_hash, []).append(subscription)
    told = [(parts, desk.mail(parts)) for parts in map(desk.parts, mailboxes.values()) if parts]
    written = queue_all([mail for _parts, mail in told])
    entries = [
        DigestEntry(subscription=subscription, day=desk.day, mail=written[mail.key], queued_at=clock.now())
        for parts, mail in told
        for subscription, _posts in parts
    ]
    DigestEntry.objects.bulk_create(entries, ignore_conflicts=True)
    numbers = [each.pk for mailbox in mailboxes.values() for each in mailbox]
    Subscription.objects.filter(pk__in=numbers).update(digest_until=desk.until)
    return len(told)


@dataclass
class Desk:
    """One round: what is new per neighbourhood, and the letters made of it, each once."""

    until: datetime
    _posts: dict[int, list[Post]] = field(default_factory=dict)
    _letters: dict[Any, "Overview"] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.until.date()

    def parts(self, mailbox: list[Subscription]) -> Parts:
        """What is new for one mailbox per neighbourhood; nothing where nothing is new."""
        homes = {each.neighbourhood_id for each in mailbox}
        told: set[int] = set()
        parts: Parts = []
        for subscription in mailbox:
            here = subscription.neighbourhood_id
            # What stands in two of them is told in its own, or else in the first.
            beside = homes - {here}
            posts = [post for post in self._new(subscription) if post.neighbourhood_id not in beside]
            posts = [post for post in posts if post.pk not in told]
            told.update(post.pk for post in posts)
            if posts:
                parts.append((subscription, posts))
        return parts

    def _new(self, subscription: Subscription) -> list[Post]:
        place = subscription.neighbourhood
        if place.pk not in self._posts:
            self._posts[place.pk] = list(new_posts(place, self.until))
        since = subscription.digest_until or self.until
        return [post for post in self._posts[place.pk] if post.here_since > since][:MOST_POSTS]  # type: ignore[attr-defined]

    def mail(self, parts: Parts) -> OutgoingMail:
        subscriptions = [subscription for subscription, _posts in parts]
        language = subscriptions[0].language
        key = (language, *(tuple(post.pk for post in posts) for _subscription, posts in parts))
        if key not in self._letters:
            self._letters[key] = overview([(each.neighbourhood, posts) for each, posts in parts], language)
        with translation.override(language):
            return digest_mail(self._letters[key].to(subscriptions), subscriptions, self.day.isoformat())


def new_posts(neighbourhood: Neighbourhood, until: datetime) -> Iterable[Post]:
    """What was placed or let in lately and everybody may see, newest first."""
    return newest_here(neighbourhood).filter(here_since__gt=until - FARTHEST, here_since__lte=until)


@dataclass(frozen=True)
class Overview:
    """A digest in one language, with gaps for what differs per reader."""

    letter: Composed
    greeting_gap: str
    stop_gap: str
    choice_gaps: tuple[str, ...]

    def to(self, subscriptions: list[Subscription]) -> Composed:
        """The mail for one mailbox; its subscriptions in the order of the neighbourhoods in it."""
        first, letter = subscriptions[0], self.letter
        words = {
            self.greeting_gap: greeting(first.first_name, letter.language),
            self.stop_gap: settings.BASE_URL + first.digest_stop_path,
        }
        for gap, subscription in zip(self.choice_gaps, subscriptions, strict=True):
            words[gap] = settings.BASE_URL + subscription.choice_path
        return filled(letter.subject, letter.html, letter.text, letter.language, words)


def overview(parts: list[tuple[Neighbourhood, list[Post]]], language: str) -> Overview:
    """The new posts, grouped per neighbourhood, each post once."""
    greeting_gap, stop_gap = new_gap(), new_gap()
    choices = [{"name": place.name, "gap": new_gap()} for place, _posts in parts]
    with translation.override(language):
        sections = [
            Section(BlockKind.POSTS, place.name, cards=tuple(post_card(post) for post in posts))
            for place, posts in parts
        ]
        subject = _subject(parts)
        context = {
            "subject": subject,
            "language": language,
            "neighbourhood": parts[0][0] if len(parts) == 1 else None,
            "sections": sections,
            "greeting": greeting_gap,
            "stop": stop_gap,
            "choices": choices,
        }
        html = render_layout("content/emails/digest.html", context)
        text = _as_text(context)
    gaps = tuple(choice["gap"] for choice in choices)
    return Overview(Composed(subject, text, html, language), greeting_gap, stop_gap, gaps)


def _subject(parts: list[tuple[Neighbourhood, list[Post]]]) -> str:
    count, names = sum(len(posts) for _place, posts in parts), [place.name for place, _posts in parts]
    if len(names) == 1:
        words = ngettext("%(count)s nieuw bericht in %(name)s", "%(count)s nieuwe berichten in %(name)s", count)
        return words % {"count": count, "name": names[0]}
    return _("%(count)s nieuwe berichten in %(places)s wijken") % {"count": count, "places": len(names)}


def _as_text(context: dict[str, Any]) -> str:
    parts = [context["greeting"]]
    for section in context["sections"]:
        parts += section_text(section)
    parts += ["-- ", _("Je krijgt dit overzicht omdat je daarvoor koos.")]
    parts.append(_("Stop het overzicht") + ":\n" + context["stop"])
    for choice in context["choices"]:
        parts.append(_("Kies hoe vaak je mail uit %(name)s krijgt") % choice + ":\n" + choice["gap"])
    return "\n\n".join([*parts, operator_line()]) + "\n"
