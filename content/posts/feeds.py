"""Open feeds of what is public: Atom and JSON Feed. Contact details are in none of them (W-38)."""

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk.published import published
from wijk.text import paragraphs

LENGTH = 50


def newest(neighbourhood: Neighbourhood) -> list[Post]:
    """The posts of a feed: as for cards, with their text."""
    visible = Post.objects.visible().neighbourly().in_feeds().in_neighbourhood(neighbourhood).newest()
    fields = ("contact_email", "contact_phone", "contact_address", "neighbourhood__outline")
    posts = visible.select_related("theme", "organisation", "neighbourhood").defer(*fields)[:LENGTH]
    return [published(post) for post in posts]


def full(path: str) -> str:
    """A path as an address for readers outside the site."""
    return settings.BASE_URL + path


def title_of(neighbourhood: Neighbourhood) -> str:
    return _("Vraag en aanbod in %(name)s") % {"name": neighbourhood.name}


class AtomFeed(Feed):
    """The newest posts of one neighbourhood."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, neighbourhood: Neighbourhood) -> Neighbourhood:
        return neighbourhood

    def title(self, neighbourhood: Neighbourhood) -> str:
        return title_of(neighbourhood)

    def link(self, neighbourhood: Neighbourhood) -> str:
        return full(reverse("posts:board", args=[neighbourhood.slug]))

    def feed_url(self, neighbourhood: Neighbourhood) -> str:
        return full(reverse("posts:atom", args=[neighbourhood.slug]))

    def items(self, neighbourhood: Neighbourhood) -> Any:
        return newest(neighbourhood)

    def item_title(self, item: Post) -> str:
        return f"{item.get_kind_display().capitalize()}: {item.title}"

    def item_description(self, item: Post) -> str:
        return paragraphs(item.text)

    def item_link(self, item: Post) -> str:
        return full(item.get_absolute_url())

    def item_guid(self, item: Post) -> str:
        return tag_of(item)

    def item_author_name(self, item: Post) -> str:
        return item.byline

    def item_pubdate(self, item: Post) -> Any:
        return item.published_at

    def item_updateddate(self, item: Post) -> Any:
        return max(item.changed_at, item.published_at or item.changed_at)

    def item_categories(self, item: Post) -> list[str]:
        return [str(item.theme)]


def tag_of(post: Post) -> str:
    """A name that stays the same when the title, and so the address, changes."""
    return full(reverse("posts:detail_by_number", args=[post.pk]))


def json_feed(neighbourhood: Neighbourhood, language: str) -> dict[str, Any]:
    """The newest posts in the words of jsonfeed.org, version 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title_of(neighbourhood),
        "home_page_url": full(reverse("posts:board", args=[neighbourhood.slug])),
        "feed_url": full(reverse("posts:json_feed", args=[neighbourhood.slug])),
        "language": language,
        "items": [
            {
                "id": tag_of(post),
                "url": full(post.get_absolute_url()),
                "title": post.title,
                "content_html": str(paragraphs(post.text)),
                "date_published": _iso(post.published_at),
                "authors": [{"name": post.byline}],
                "tags": [str(post.get_kind_display()), str(post.theme)],
            }
            for post in newest(neighbourhood)
        ],
    }


def _iso(moment: Any) -> str:
    return timezone.localtime(moment).isoformat()
