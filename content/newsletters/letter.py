"""An issue as a mail: made once per language; only the greeting and the link to stop differ per reader."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from content.newsletters.blocks import (
    MOST_ACTIVITIES,
    Block,
    BlockKind,
    coming_activities,
    news_to_pick,
    picked_pages,
    picked_posts,
    pictures,
    posts_to_pick,
)
from content.newsletters.models import Newsletter
from content.pages.models import CleanImage, NewsPage
from content.posts.models import Post
from neighbourhoods.subscriptions.forms import is_first_name
from neighbourhoods.subscriptions.lists import MailingList
from wijk.mail.compose import Composed, render_layout
from wijk.text import clean_line, paragraphs


@dataclass(frozen=True)
class Card:
    """A post, an activity or a news item in the mail."""

    kind: str
    label: str
    title: str
    url: str
    excerpt: str = ""
    meta: str = ""
    when: str = ""
    day: str = ""
    weekday: str = ""
    month: str = ""

    @property
    def path(self) -> str:
        """The address on the site itself."""
        return self.url.removeprefix(settings.BASE_URL)


@dataclass(frozen=True)
class Section:
    """One block as it is read."""

    kind: str
    title: str = ""
    text: str = ""
    html: SafeString | str = ""
    image_url: str = ""
    alt: str = ""
    cards: tuple[Card, ...] = ()

    @property
    def image_path(self) -> str:
        """The photo's address on the site itself."""
        return self.image_url.removeprefix(settings.BASE_URL)


@dataclass(frozen=True)
class Letter:
    """An issue in one language, with gaps that nobody can type."""

    subject: str
    html: str
    text: str
    language: str
    greeting_gap: str
    stop_gap: str
    choice_gap: str

    def to(self, first_name: str, stop_url: str, choice_url: str = "") -> Composed:
        """The mail for one reader (W-19)."""
        words = {
            self.greeting_gap: greeting(first_name, self.language),
            self.stop_gap: stop_url,
            self.choice_gap: choice_url or settings.BASE_URL + reverse("subscriptions:leave"),
        }
        return filled(self.subject, self.html, self.text, self.language, words)


def new_gap() -> str:
    """A place in a letter for what differs per reader."""
    return f"gap{secrets.token_hex(16)}"


def filled(subject: str, html: str, text: str, language: str, words: dict[str, str]) -> Composed:
    """A letter with its gaps filled, each in the way of its form."""
    for gap, word in words.items():
        html, text = html.replace(gap, escape(word)), text.replace(gap, word)
    return Composed(subject, text, html, language)


def greeting(first_name: str, language: str) -> str:
    """`Hallo Anna,` or, without a name that is one, `Hallo buur,`."""
    name = clean_line(first_name) if len(first_name) <= 120 else ""
    with translation.override(language):
        return _("Hallo %(name)s,") % {"name": name} if name and is_first_name(name) else _("Hallo buur,")


def compose(newsletter: Newsletter, language: str) -> Letter:
    """The issue in the language of a reader: our words are translated, the manager's are not."""
    greeting_gap, stop_gap, choice_gap = new_gap(), new_gap(), new_gap()
    is_news = newsletter.list == MailingList.NEWS
    with translation.override(language):
        context = {
            "subject": newsletter.subject,
            "language": language,
            "neighbourhood": newsletter.neighbourhood,
            "neighbourhood_url": settings.BASE_URL + newsletter.neighbourhood.get_absolute_url(),
            "sections": sections(newsletter),
            "greeting": greeting_gap,
            "stop": stop_gap,
            "choice": choice_gap if is_news else "",
            "on_site": on_site_url(newsletter) if is_news and newsletter.on_site else "",
        }
        html = render_layout("content/emails/newsletter.html", context)
        text = _as_text(context)
    return Letter(clean_line(newsletter.subject), html, text, language, greeting_gap, stop_gap, choice_gap)


def on_site_url(newsletter: Newsletter) -> str:
    """Where everybody can read this issue once it went out."""
    return settings.BASE_URL + reverse("newsletters:issue", args=[newsletter.neighbourhood.slug, newsletter.pk])


def sections(newsletter: Newsletter) -> list[Section]:
    """What is in the issue now: empty blocks and what is no longer visible are left out."""
    neighbourhood, blocks = newsletter.neighbourhood, newsletter.blocks
    material: dict[str, dict[int, Any]] = {
        "posts": posts_to_pick(neighbourhood).in_bulk(list(picked_posts(blocks))),
        "pages": news_to_pick(neighbourhood).in_bulk(list(picked_pages(blocks))),
        "images": CleanImage.objects.in_bulk(list(pictures(blocks))),
    }
    made = (_MAKERS[block["kind"]](block, material, newsletter) for block in blocks)
    return [section for section in made if section is not None]


def _text(block: Block, material: Any, newsletter: Newsletter) -> Section | None:
    if not block["text"] and not block["title"]:
        return None
    return Section(BlockKind.TEXT, block["title"], block["text"], paragraphs(block["text"]))


def _picture(block: Block, material: Any, newsletter: Newsletter) -> Section | None:
    image = material["images"].get(block["image"])
    if image is None:
        return None
    return Section(BlockKind.PICTURE, image_url=_full(image.file.url), alt=block["alt"])


def _posts(block: Block, material: Any, newsletter: Newsletter) -> Section | None:
    found = [material["posts"][pk] for pk in block["posts"] if pk in material["posts"]]
    mixed = any(post.kind == Post.Kind.ACTIVITY for post in found)
    title = block["title"] or (_("Uit de wijk") if mixed else _("Vraag en aanbod"))
    return _listing(BlockKind.POSTS, title, [post_card(post) for post in found])


def _agenda(block: Block, material: Any, newsletter: Newsletter) -> Section | None:
    if "posts" in block:
        found = [material["posts"][pk] for pk in block["posts"] if pk in material["posts"]]
    else:
        found = list(coming_activities(newsletter.neighbourhood, block["days"])[:MOST_ACTIVITIES])
    return _listing(BlockKind.AGENDA, block["title"] or _("Agenda"), [post_card(post) for post in found])


def _news(block: Block, material: Any, newsletter: Newsletter) -> Section | None:
    found = [material["pages"][pk] for pk in block["pages"] if pk in material["pages"]]
    return _listing(BlockKind.NEWS, block["title"] or _("Nieuws uit de wijk"), [_news_card(page) for page in found])


def _listing(kind: str, title: str, cards: list[Card]) -> Section | None:
    return Section(kind, title, cards=tuple(cards)) if cards else None


_MAKERS = {
    BlockKind.TEXT: _text,
    BlockKind.PICTURE: _picture,
    BlockKind.POSTS: _posts,
    BlockKind.AGENDA: _agenda,
    BlockKind.NEWS: _news,
}


def post_card(post: Post) -> Card:
    """A post as far as everybody may see it."""
    begins = localtime(post.starts_at) if post.starts_at else None
    return Card(
        kind=post.kind,
        label=str(post.get_kind_display()).capitalize(),
        title=post.title,
        url=_full(post.get_absolute_url()),
        excerpt=post.summary,
        meta=", ".join(part for part in (post.theme.name, post.byline) if part),
        when=_when(begins, post.venue) if begins else "",
        day=date_format(begins, "j") if begins else "",
        weekday=date_format(begins, "D") if begins else "",
        month=date_format(begins, "F")[:3] if begins else "",
    )


def _when(begins: datetime, venue: str) -> str:
    moment = _("%(day)s, %(time)s uur") % {"day": date_format(begins, "l j F"), "time": date_format(begins, "H.i")}
    return f"{moment}, {venue}" if venue else moment


def _news_card(page: NewsPage) -> Card:
    day = date_format(page.published_on, "j F Y")
    return Card("news", _("Nieuws"), page.title, _full(page.address), page.summary, meta=day)


def _full(path: str) -> str:
    return path if path.startswith(("https://", "http://")) else settings.BASE_URL + path


def _as_text(context: dict[str, Any]) -> str:
    """The plain-text twin."""
    name = {"name": context["neighbourhood"].name}
    parts = [_("Lees op de site:") + "\n" + context["on_site"]] if context["on_site"] else []
    parts.append(context["greeting"])
    for section in context["sections"]:
        parts += section_text(section)
    why = _("Je krijgt deze mail omdat je je hebt aangemeld voor de nieuwsbrief van %(name)s.")
    if not context["choice"]:
        why = _("Je krijgt deze mail omdat je je hebt aangemeld voor de brief voor organisaties van %(name)s.")
    parts += ["-- ", why % name, _("Stoppen kan hier:") + "\n" + context["stop"]]
    if context["choice"]:
        parts.append(_("Kies hoe vaak je mail krijgt:") + "\n" + context["choice"])
    parts += [_("Meer uit %(name)s:") % name + "\n" + context["neighbourhood_url"], operator_line()]
    return "\n\n".join(parts) + "\n"


def operator_line() -> str:
    """Who sends it, at the foot of the plain text."""
    return f"{settings.OPERATOR['name']}, {settings.OPERATOR['place']}, {settings.OPERATOR['email']}"


def section_text(section: Section) -> list[str]:
    """One block in plain text."""
    parts = [f"{section.title.upper()}\n{'=' * min(len(section.title), 60)}"] if section.title else []
    if section.text:
        parts.append(section.text)
    if section.image_url:
        parts.append(_("[Foto: %(alt)s]") % {"alt": section.alt})
    for card in section.cards:
        lines = [f"* {card.label}: {card.title}", card.when, card.excerpt, card.meta, card.url]
        parts.append("\n  ".join(line for line in lines if line))
    return parts


def example_stop_url(newsletter: Newsletter) -> str:
    """Where the link to stop leads in previews and test mails, which belong to nobody's subscription."""
    return settings.BASE_URL + reverse("subscriptions:subscribe", args=[newsletter.neighbourhood.slug])
