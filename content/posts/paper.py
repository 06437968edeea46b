"""What is made to be printed: a notice of one post with strips to tear off, and a neighbourhood's sheet for the week.

Each is one page of A4, whatever people wrote: texts are cut to what fits, and the code leads to the rest. Nothing is on
it that the public page does not show.
"""

from datetime import timedelta
from math import ceil
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content.posts import cards
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.published import published
from wijk.text import clean_text, excerpt, paragraphs

STRIPS = 9
ON_A_STRIP = 44
# How much of a text fits: so many lines of so many characters, less what a long title and shown details take.
LINES, CHARACTERS, IN_A_TITLE_LINE = 20, 48, 30
# A text of a few words is printed large.
FEW_WORDS, FEW_LINES = 160, 4
WEEK = timedelta(days=7)
ACTIVITIES, OF_A_KIND = 5, 3
NAMES = 3


def qr(address: str) -> SafeString:
    """A QR code as a drawing inside the page: no other site hears who prints what."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))  # noqa: S308  all ours


def readable(path: str) -> SafeString:
    """An address as somebody types it over from paper; it may break before its path."""
    return format_html("{}<wbr>{}", settings.BASE_URL.partition("://")[2], path)


def fitting(text: str, lines: int, characters: int = CHARACTERS) -> tuple[str, bool]:
    """As much of a text as fits on so many lines, and whether something was left out."""
    kept: list[str] = []
    for line in clean_text(text).split("\n"):
        needed = max(1, ceil(len(line) / characters))
        if needed > lines:
            return "\n".join([*kept, excerpt(line, lines * characters)] if lines else kept).rstrip(), True
        kept.append(line)
        lines -= needed
    return "\n".join(kept), False


def notice(post: Post) -> dict[str, Any]:
    """All that stands on the notice of one post."""
    page = cards.page(post)
    # By its number alone: short enough to type, and it leads to the post whatever its title becomes.
    path = reverse("posts:detail_by_number", args=[post.pk])
    taken = 2 * (ceil(len(page["title"]) / IN_A_TITLE_LINE) - 1) + len(page["contact"]) + 2 * bool(page["venue"])
    text, is_cut = fitting(published(post).text, LINES - taken)
    return {
        "page": page,
        "text": paragraphs(text),
        "is_cut": is_cut,
        "is_short": len(text) <= FEW_WORDS and text.count("\n") < FEW_LINES,
        "qr": qr(settings.BASE_URL + path),
        "address": readable(path),
        "strip_title": excerpt(page["title"], ON_A_STRIP),
        "strips": range(STRIPS),
    }


def week_sheet(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """All that stands on a neighbourhood's sheet for the notice board."""
    visible = Post.objects.visible().in_neighbourhood(neighbourhood)
    week = visible.agenda().filter(starts_at__lt=clock.now() + WEEK).for_cards()
    activities = list(week[: ACTIVITIES + 1])
    newest = visible.newest().for_cards()
    managers = Appointment.objects.public().filter(neighbourhood=neighbourhood).order_by("-role", "public_name")
    path = neighbourhood.get_absolute_url()
    return {
        "neighbourhood": neighbourhood,
        "today": clock.today(),
        "until": clock.today() + WEEK - timedelta(days=1),
        "activities": [cards.activity_row(post) for post in activities[:ACTIVITIES]],
        "more": len(activities) > ACTIVITIES,
        "requests": cards.cards(newest.filter(kind=Post.Kind.REQUEST)[:OF_A_KIND]),
        "offers": cards.cards(newest.filter(kind=Post.Kind.OFFER)[:OF_A_KIND]),
        "managers": [published(one).public_name for one in managers[:NAMES]],
        "qr": qr(settings.BASE_URL + path),
        "address": readable(path),
    }
