"""The addresses of everything public, from the same querysets as the pages themselves."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from content.legal.models import LegalPage
from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk.published import published


class PublicSitemap(Sitemap):
    protocol = "https" if settings.HTTPS else "http"

    def get_latest_lastmod(self) -> None:
        """Not asked: it would read every row for the sake of one line in the index."""


class Places(PublicSitemap):
    """The front page, the list of neighbourhoods, and each that takes part."""

    def items(self) -> list[str]:
        neighbourhoods = Neighbourhood.objects.on().only("slug")
        fixed = [reverse("home:front"), reverse("places:index")]
        return [*fixed, *(neighbourhood.get_absolute_url() for neighbourhood in neighbourhoods)]

    def location(self, item: str) -> str:
        return item


class Posts(PublicSitemap):
    def items(self) -> QuerySet[Post]:
        return Post.objects.visible().in_feeds().newest().only("title", "kind", "changed_at", "published_at")

    def lastmod(self, item: Post) -> datetime:
        return published(item).changed_at


class Organisations(PublicSitemap):
    def items(self) -> QuerySet[Organisation]:
        return Organisation.objects.visible().order_by("pk").only("slug", "changed_at")

    def lastmod(self, item: Organisation) -> datetime:
        return published(item).changed_at


class Pages(PublicSitemap):
    """The editors' pages: legal texts, and the news of neighbourhoods that take part."""

    def items(self) -> list[Any]:
        return [*LegalPage.objects.live().order_by("path"), *NewsPage.objects.public()]

    def location(self, item: Any) -> str:
        return str(item.address)

    def lastmod(self, item: Any) -> datetime | None:
        return published(item).last_published_at


MAPS: dict[str, type[Sitemap] | Sitemap] = {
    "wijken": Places,
    "berichten": Posts,
    "organisaties": Organisations,
    "paginas": Pages,
}


def answer(request: HttpRequest, section: str = "") -> HttpResponse:
    """One section as XML, or the list of sections; with the addresses of this site's own host."""
    if section:
        return sitemap(request, MAPS, section)
    return index(request, MAPS, sitemap_url_name="home:sitemap_section")
