"""What an issue is made of: a list of blocks, as JSON in reading order, checked at every save.

{"kind": "text", "title": …, "text": …}          words of the manager, plain paragraphs
{"kind": "picture", "image": id or null, "alt": …}
{"kind": "posts", "title": …, "posts": [ids]}     picked posts of this neighbourhood
{"kind": "agenda", "title": …, "days": n}         coming activities; "posts": [ids] once the issue is on its way
{"kind": "news", "title": …, "pages": [ids]}      picked news of this neighbourhood

A draft may be unfinished; what is empty, or no longer visible when the issue goes out, is left out of the mail.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.pages.models import CleanImage, NeighbourhoodPage, NewsPage
from content.posts.models import Post
from content.posts.placements import Placement
from content.posts.querysets import PostQuerySet
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.text import clean_line, clean_text

Block = dict[str, Any]
MOST_BLOCKS = 15
MOST_PICKS = 20
MOST_ACTIVITIES = 12
TITLE_LENGTH = 90
TEXT_LENGTH = 4000
ALT_LENGTH = 200
DAYS = (14, 30, 60)


class BlockKind(models.TextChoices):
    """The sorts of blocks, in the order of the buttons that add them."""

    TEXT = "text", gettext_lazy("Tekst")
    PICTURE = "picture", gettext_lazy("Foto")
    POSTS = "posts", gettext_lazy("Berichten")
    AGENDA = "agenda", gettext_lazy("Agenda")
    NEWS = "news", gettext_lazy("Nieuws")


EMPTY: dict[str, Block] = {
    BlockKind.TEXT: {"title": "", "text": ""},
    BlockKind.PICTURE: {"image": None, "alt": ""},
    BlockKind.POSTS: {"title": "", "posts": []},
    BlockKind.AGENDA: {"title": "", "days": 30},
    BlockKind.NEWS: {"title": "", "pages": []},
}


def posts_to_pick(neighbourhood: Neighbourhood) -> PostQuerySet:
    """What a manager may put in an issue: what everybody may see in this neighbourhood now."""
    return Post.objects.visible().neighbourly().in_letters().in_neighbourhood(neighbourhood).for_cards().newest()


def newest_here(neighbourhood: Neighbourhood) -> PostQuerySet:
    """What may be picked, with `here_since`: when it was placed, or let in from another neighbourhood after that."""
    let_in = Placement.objects.approved().filter(post=OuterRef("pk"), neighbourhood=neighbourhood)
    since = Coalesce(Subquery(let_in.values("decided_at")), "published_at")
    return posts_to_pick(neighbourhood).annotate(here_since=Greatest("published_at", since))


def news_to_pick(neighbourhood: Neighbourhood) -> models.QuerySet[NewsPage]:
    """The published news of this neighbourhood, newest first."""
    root = NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood).values_list("path", flat=True).first()
    if root is None:
        return NewsPage.objects.none()
    return NewsPage.objects.live().filter(path__startswith=root).order_by("-published_on", "-pk")


def coming_activities(neighbourhood: Neighbourhood, days: int) -> models.QuerySet[Post]:
    """The agenda block: what begins within so many days."""
    until = clock.now() + timedelta(days=days)
    posts = Post.objects.visible().in_letters().in_neighbourhood(neighbourhood).filter(starts_at__lt=until)
    return posts.for_cards().agenda()


def check(value: object, neighbourhood: Neighbourhood) -> list[Block]:
    """The blocks in their one right form; refuses what is no block, leaves out what is of another neighbourhood."""
    if not isinstance(value, list) or len(value) > MOST_BLOCKS:
        raise ValidationError(_("Een nieuwsbrief heeft hoogstens %(number)s blokken.") % {"number": MOST_BLOCKS})
    blocks = [_checked(block) for block in value]
    posts = set(posts_to_pick(neighbourhood).filter(pk__in=_named(blocks, "posts")).values_list("pk", flat=True))
    pages = set(news_to_pick(neighbourhood).filter(pk__in=_named(blocks, "pages")).values_list("pk", flat=True))
    images = set(CleanImage.objects.filter(pk__in=_named(blocks, "image")).values_list("pk", flat=True))
    for block in blocks:
        for name, known in (("posts", posts), ("pages", pages)):
            if name in block:
                block[name] = [pk for pk in block[name] if pk in known][:MOST_PICKS]
        if block.get("image") not in images and "image" in block:
            block["image"] = None
    return blocks


def _checked(value: object) -> Block:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in BlockKind.values:
        raise ValidationError(_("Dit soort blok kennen we niet."))
    block: Block = {"kind": kind}
    for name in EMPTY[kind]:
        block[name] = _CLEAN[name](value.get(name))
    return block


def _numbers(value: object) -> list[int]:
    found = value if isinstance(value, list) else []
    # Each once, in the order they came.
    return list(dict.fromkeys(number for number in found if isinstance(number, int) and number > 0))


_CLEAN: dict[str, Any] = {
    "title": lambda value: clean_line(str(value or ""))[:TITLE_LENGTH],
    "text": lambda value: clean_text(str(value or ""))[:TEXT_LENGTH],
    "alt": lambda value: clean_line(str(value or ""))[:ALT_LENGTH],
    "image": lambda value: value if isinstance(value, int) and value > 0 else None,
    "days": lambda value: value if value in DAYS else 30,
    "posts": _numbers,
    "pages": _numbers,
}


def _named(blocks: Iterable[Block], name: str) -> set[int]:
    """All numbers the blocks hold under a name."""
    found: set[int] = set()
    for block in blocks:
        value = block.get(name)
        found.update(value if isinstance(value, list) else [value] if value else [])
    return found


def pictures(blocks: Iterable[Block]) -> set[int]:
    """The images an issue already uses."""
    return _named(blocks, "image")


def picked_posts(blocks: Iterable[Block]) -> set[int]:
    """The posts an issue already names."""
    return _named(blocks, "posts")


def picked_pages(blocks: Iterable[Block]) -> set[int]:
    """The news an issue already names."""
    return _named(blocks, "pages")


def first_draft(neighbourhood: Neighbourhood, welcome: str) -> list[Block]:
    """A ready beginning: a welcome, the newest posts, the agenda and the news."""
    posts = posts_to_pick(neighbourhood).exclude(kind=Post.Kind.ACTIVITY).values_list("pk", flat=True)[:6]
    pages = news_to_pick(neighbourhood).values_list("pk", flat=True)[:3]
    return [
        {"kind": BlockKind.TEXT.value, "title": "", "text": welcome},
        {"kind": BlockKind.POSTS.value, "title": "", "posts": list(posts)},
        {"kind": BlockKind.AGENDA.value, "title": "", "days": 30},
        {"kind": BlockKind.NEWS.value, "title": "", "pages": list(pages)},
    ]


def frozen(blocks: Iterable[Block], neighbourhood: Neighbourhood) -> list[Block]:
    """The blocks as they go out: the agenda names its activities, so that all readers get the same."""
    return [
        {
            **block,
            "posts": list(
                coming_activities(neighbourhood, block["days"]).values_list("pk", flat=True)[:MOST_ACTIVITIES]
            ),
        }
        if block["kind"] == BlockKind.AGENDA
        else block
        for block in blocks
    ]
