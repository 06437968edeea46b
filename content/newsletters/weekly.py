"""Each week a draft made ready of what is new, for a manager to read, change and send; nothing goes by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import localtime

from accounts.audit.models import record
from content.newsletters.actions import opening, settings_of
from content.newsletters.blocks import (
    Block,
    BlockKind,
    newest_here,
    news_to_pick,
    picked_pages,
    picked_posts,
)
from content.newsletters.emails import tell_ready
from content.newsletters.models import LetterSettings, Newsletter, NewsletterQuerySet
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import MailingList
from wijk import clock

# How far back the first issue of a neighbourhood looks.
AT_FIRST = timedelta(days=28)
MOST_POSTS, MOST_NEWS = 10, 5


def week_of(moment: datetime) -> str:
    """The ISO week on the calendar of the site, as 2026-W48."""
    year, week, _day = localtime(moment).isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True)
class New:
    """What was placed since the last issue."""

    posts: list[int]
    pages: list[int]
    activities: bool

    def __bool__(self) -> bool:
        return bool(self.posts or self.pages or self.activities)


def new_since_last(neighbourhood: Neighbourhood) -> New:
    """What everybody may see now and was in no issue yet."""
    gone_out = Newsletter.objects.filter(neighbourhood=neighbourhood, list=MailingList.NEWS, sending_at__isnull=False)
    last = gone_out.order_by("-sending_at").first()
    since = last.sending_at if last and last.sending_at else clock.now() - AT_FIRST
    told = last.blocks if last else []
    posts = newest_here(neighbourhood).filter(here_since__gt=since)
    pages = news_to_pick(neighbourhood).filter(published_on__gte=localtime(since).date())
    plain = posts.exclude(kind=Post.Kind.ACTIVITY).exclude(pk__in=picked_posts(told))
    return New(
        list(plain.values_list("pk", flat=True)[:MOST_POSTS]),
        list(pages.exclude(pk__in=picked_pages(told)).values_list("pk", flat=True)[:MOST_NEWS]),
        posts.agenda().exists(),
    )


def prepare_due() -> int:
    """Makes the drafts of this week that are missing, once each; run as often as you like."""
    week, made = week_of(clock.now()), 0
    looked_after = Appointment.objects.active().values("neighbourhood")
    done = LetterSettings.objects.filter(neighbourhood=OuterRef("pk"), drafted_week=week)
    for neighbourhood in Neighbourhood.objects.on().filter(~Exists(done), pk__in=looked_after).defer("outline"):
        made += _prepare(neighbourhood, week)
    return made


@transaction.atomic
def _prepare(neighbourhood: Neighbourhood, week: str) -> bool:
    new = new_since_last(neighbourhood)
    if not new or _is_being_made(neighbourhood):
        return False
    choices = settings_of(neighbourhood)
    # Asked in the UPDATE, so that of two workers one makes it.
    if not LetterSettings.objects.filter(pk=choices.pk).exclude(drafted_week=week).update(drafted_week=week):
        return False
    _drafts(neighbourhood).filter(_untouched()).delete()
    subject, welcome = opening(neighbourhood.name)
    now = clock.now()
    draft = Newsletter.objects.create(
        neighbourhood=neighbourhood,
        subject=subject,
        blocks=_blocks(new, welcome),
        week=week,
        created_at=now,
        changed_at=now,
    )
    record("newsletter.prepare", by=None, about=draft, neighbourhood=neighbourhood)
    if choices.mails_drafts:
        tell_ready(draft)
    return True


def _drafts(neighbourhood: Neighbourhood) -> NewsletterQuerySet:
    return Newsletter.objects.filter(
        neighbourhood=neighbourhood, list=MailingList.NEWS, state__in=[Newsletter.State.DRAFT]
    )


def _untouched() -> Q:
    """What the site made and nobody changed: last week's makes room for this week's."""
    return Q(changed_by=None, changed_at=F("created_at")) & ~Q(week="")


def _is_being_made(neighbourhood: Neighbourhood) -> bool:
    """Whether somebody works on an issue this week, or planned one."""
    monday = localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    at_work = _drafts(neighbourhood).filter(changed_at__gte=monday)
    planned = Newsletter.objects.filter(neighbourhood=neighbourhood, state=Newsletter.State.SCHEDULED)
    return at_work.exists() or planned.filter(list=MailingList.NEWS).exists()


def _blocks(new: New, welcome: str) -> list[Block]:
    return [
        {"kind": BlockKind.TEXT.value, "title": "", "text": welcome},
        {"kind": BlockKind.POSTS.value, "title": "", "posts": new.posts},
        {"kind": BlockKind.AGENDA.value, "title": "", "days": 30},
        {"kind": BlockKind.NEWS.value, "title": "", "pages": new.pages},
    ]


def ready_draft(neighbourhood: Neighbourhood) -> Newsletter | None:
    """The draft of this week that still waits for somebody, for the desk."""
    return _drafts(neighbourhood).filter(week=week_of(clock.now())).first()
