"""Words for the desk: how long something waits, when the clock takes over, and the state of a post."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.moderation.emails import decision_url
from content.moderation.story import story_of
from content.moderation.suggestions import standing
from content.organisations.models import Organisation
from content.posts.models import Post
from wijk import clock
from wijk.text import paragraphs

register = template.Library()
HOUR = 60
TWO_DAYS = 48 * HOUR
URGENT_HOURS = 12

# The states of a post as the status component draws them.
DRAWN = {
    Post.Status.CHANGES: "change",
    Post.Status.REMOVED: "refused",
    Post.Status.WITHDRAWN: "expired",
    Post.Status.FULFILLED: "done",
}


def span(minutes: int) -> str:
    """A number of minutes in words, in the largest unit that says enough."""
    if minutes < HOUR:
        return ngettext("%d minuut", "%d minuten", max(minutes, 1)) % max(minutes, 1)
    if minutes < TWO_DAYS:
        return ngettext("%d uur", "%d uur", minutes // HOUR) % (minutes // HOUR)
    return ngettext("%d dag", "%d dagen", minutes // (24 * HOUR)) % (minutes // (24 * HOUR))


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


@register.filter
def waits(since: datetime | None) -> str:
    """`wacht 5 uur`."""
    return _("wacht %s") % span(_minutes(since, clock.now())) if since else ""


@register.filter
def goes_live(at: datetime | None) -> str:
    """`gaat vanzelf live over 43 uur`; empty when the clock leaves it alone."""
    if not at:
        return ""
    minutes = _minutes(clock.now(), at)
    return _("gaat vanzelf live over %s") % span(minutes) if minutes > 0 else _("gaat nu vanzelf live")


@register.filter
def is_urgent(at: datetime | None) -> bool:
    """Whether the clock takes over within half a day."""
    return at is not None and _minutes(clock.now(), at) < URGENT_HOURS * HOUR


@register.filter
def drawn(status: str) -> str:
    """The name of a post's state for components/status.html."""
    return DRAWN.get(Post.Status(status), status)


@register.filter
def as_who(author: Any, organisation: Organisation | None) -> str:
    """Who placed it, in a manager's eyes: a name, and on behalf of which organisation."""
    name = author.get_full_name() or _("iemand zonder account")
    return (
        _("%(name)s, namens %(organisation)s") % {"name": name, "organisation": organisation} if organisation else name
    )


@register.filter
def newcomer(post: Post) -> str:
    """A word about who has placed nothing here before; for posts of the queue."""
    return "" if post.known else _("Eerste bericht hier")  # type: ignore[attr-defined]


@register.filter
def as_paragraphs(text: str) -> SafeString:
    """What somebody typed, as paragraphs."""
    return paragraphs(text)


@register.inclusion_tag("moderation/why.html")
def why(post: Post) -> dict[str, Any]:
    """For its author: what was last decided about a post that is not on the site, and for what reason (L-4)."""
    decided = post.status in {Post.Status.CHANGES, Post.Status.HELD, Post.Status.REFUSED, Post.Status.REMOVED}
    found = post.decisions.first() if decided else None
    if found is None:
        return {}
    # Who has no log-in reads it by the link that the mail has.
    own = decision_url(found) if post.author.is_guest else reverse("moderation:own_decision", args=[found.pk])
    return {"decision": found, "url": own}


@register.inclusion_tag("moderation/story.html")
def story(post: Post) -> dict[str, Any]:
    """For its author: what happened to it, by whom as a role."""
    return {"steps": story_of(post)}


@register.inclusion_tag("moderation/suggested.html")
def suggested(post: Post) -> dict[str, Any]:
    """For its author: that a manager wrote other words for it (W-51)."""
    return {"suggestion": standing(post)}
