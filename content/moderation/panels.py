"""The desk's panels about posts: what nobody answered yet, and what ends soon."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.contact.models import Conversation
from content.moderation.models import desk_posts
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from neighbourhoods.managers.panels import MOST_LINES, Line, Panel, desk_panel
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

SILENT_FOR = timedelta(days=5)
ENDS_WITHIN = timedelta(days=7)


@desk_panel(10)
def unanswered(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """Live requests to which nobody wrote, the longest first: a manager may know somebody who can help."""
    asked = _live(user, neighbourhood).filter(kind=Post.Kind.REQUEST, published_at__lt=clock.now() - SILENT_FOR)
    answers = Conversation.objects.filter(post=OuterRef("pk"), confirmed_at__isnull=False)
    posts = list(asked.filter(~Exists(answers)).order_by("published_at", "pk")[:MOST_LINES])
    if not posts:
        return None
    return Panel(
        key="stil",
        title=_("Nog geen antwoord"),
        text=_("Op deze vragen heeft niemand gereageerd. Ken jij iemand die kan helpen?"),
        lines=tuple(_line(neighbourhood, post, _waited(post)) for post in posts),
        url=reverse("moderation:posts", args=[neighbourhood.slug]) + "?stand=live",
        action=_("Alles op de site"),
    )


@desk_panel(20)
def ending(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """Requests and offers that leave the site within a week; their authors hear of it by themselves."""
    soon = _live(user, neighbourhood).exclude(kind=Post.Kind.ACTIVITY).filter(expires_at__lt=clock.now() + ENDS_WITHIN)
    posts = list(soon.order_by("expires_at", "pk")[:MOST_LINES])
    if not posts:
        return None
    return Panel(
        key="voorbij",
        title=_("Bijna voorbij"),
        text=_("De schrijvers krijgen hierover zelf een mail. Jij hoeft niets te doen."),
        lines=tuple(_line(neighbourhood, post, _left(post)) for post in posts),
    )


def _live(user: Any, neighbourhood: Neighbourhood) -> PostQuerySet:
    return desk_posts(user, neighbourhood).filter(status=Post.Status.LIVE, expires_at__gt=clock.now())


def _line(neighbourhood: Neighbourhood, post: Post, note: str) -> Line:
    return Line(post.title, reverse("moderation:post", args=[neighbourhood.slug, post.pk]), note)


def _waited(post: Post) -> str:
    days = (clock.now() - post.published_at).days if post.published_at else 0
    return ngettext("al %d dag", "al %d dagen", days) % days


def _left(post: Post) -> str:
    days = (post.expires_at - clock.now()).days if post.expires_at else 0
    return ngettext("nog %d dag", "nog %d dagen", days) % days if days else _("vandaag of morgen")
