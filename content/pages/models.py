"""Wagtail pages and images."""

from typing import Any, Self

from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from content.pages.images import CleanFile, clean_upload
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, scope
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

RICH = ["h3", "bold", "italic", "ol", "ul", "link"]
BLOCKS = [
    ("heading", CharBlock(label=_("Kop"))),
    ("text", RichTextBlock(features=RICH, label=_("Tekst"))),
    ("image", ImageChooserBlock(label=_("Foto"))),
]


# Root, home, wijk, neighbourhood: the length of a neighbourhood page's place in the tree.
NEIGHBOURHOOD_PATH = 4 * Page.steplen
NEWS_SHOWN = 50


class CleanImage(AbstractImage):
    """An image re-encoded from its pixels at upload: no place, device or comment is left in it (L-10)."""

    admin_form_fields = (*Image.admin_form_fields,)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Forms clean the file to be able to say what is wrong with it; whoever forgets is helped here."""
        upload: Any = self.file  # type: ignore[has-type]
        if upload and not upload._committed and not isinstance(upload.file, CleanFile):
            self.file = clean_upload(upload.file)
        super().save(*args, **kwargs)

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> File:
        """Wagtail leaves its temporary file open; this closes it."""
        with super().generate_rendition_file(filter, source=source) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class CleanRendition(AbstractRendition):
    """A size of a clean image."""

    image = models.ForeignKey(CleanImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]


class EditorialPage(Page):
    """A page of the editors: shown the same to everybody, at an address that asks no query."""

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The path on this site: where it stands in the tree, below the front page."""
        return "/" + self.url_path.split("/", 2)[2]


class HomePage(EditorialPage):
    """The front page; its words are the editors', its lists come from the posts."""

    headline = models.CharField(_("kop"), max_length=120, blank=True)
    intro = models.CharField(_("inleiding"), max_length=300, blank=True)
    body = StreamField(BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1


class NeighbourhoodIndexPage(EditorialPage):
    """Holds the neighbourhood pages; its address /wijk/ leads to the list of neighbourhoods."""

    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.NeighbourhoodPage"]
    max_count = 1

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("places:index", permanent=True)


class NeighbourhoodPage(EditorialPage):
    """The editors' words on a neighbourhood's front page, and the parent of its news."""

    neighbourhood = models.OneToOneField(Neighbourhood, on_delete=models.PROTECT, related_name="page")
    headline = models.CharField(_("kop"), max_length=120, blank=True)
    body = StreamField(BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("body")]
    parent_page_types = ["content.NeighbourhoodIndexPage"]
    subpage_types = ["content.NewsIndexPage"]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only reached when the slug in the tree is not the neighbourhood's own; the real page is ours."""
        return redirect(reverse("home:neighbourhood", args=[self.neighbourhood.slug]), permanent=True)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return TemplateResponse(request, self.get_template(request), self.get_context(request))


class NewsContext(EditorialPage):
    """A page below a neighbourhood's: knows it, and is gone while it does not take part."""

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        above = NeighbourhoodPage.objects.ancestor_of(self).select_related("neighbourhood__municipality")
        page = above.first()
        if page is None or not (page.neighbourhood.is_on and page.live):
            raise Http404
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "neighbourhood": page.neighbourhood, "above": page, "nav": "wijken"}


class NewsIndexPage(NewsContext):
    """The news of one neighbourhood."""

    parent_page_types = ["content.NeighbourhoodPage"]
    subpage_types = ["content.NewsPage"]
    max_count_per_parent = 1

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        items = NewsPage.objects.under(context["above"]).select_related("image").prefetch_related("image__renditions")
        return {**context, "items": items[:NEWS_SHOWN]}


class NewsQuerySet(PageQuerySet):
    def under(self, page: NeighbourhoodPage) -> Self:
        """The published news of a neighbourhood, newest first."""
        return self.live().descendant_of(page).order_by("-published_on", "-pk")

    def public(self) -> Self:
        """The published news of neighbourhoods that take part."""
        pages = NeighbourhoodPage.objects.live().filter(neighbourhood__is_on=True)
        return self.live().within(pages).order_by("-published_on", "-pk")

    def within(self, pages: PageQuerySet) -> Self:
        """Whatever stands below these neighbourhood pages."""
        return self.filter(models.Exists(pages.filter(path=Substr(models.OuterRef("path"), 1, NEIGHBOURHOOD_PATH))))


class NewsPage(NewsContext):
    """One news item."""

    published_on = models.DateField(_("datum"), default=clock.today)
    summary = models.CharField(_("in het kort"), max_length=200, blank=True)
    body = RichTextField(_("tekst"), features=RICH)
    image = models.ForeignKey(CleanImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    content_panels = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("summary"),
        FieldPanel("image"),
        FieldPanel("body"),
    ]
    parent_page_types = ["content.NewsIndexPage"]
    subpage_types: list[str] = []

    objects = PageManager.from_queryset(NewsQuerySet)()


EDITED = {
    HomePage: "headline intro body",
    NeighbourhoodIndexPage: "",
    NeighbourhoodPage: "neighbourhood headline body",
    NewsIndexPage: "",
    NewsPage: "published_on summary body image",
}
WORDS = "words of the editors, for everybody to read"
for editorial, columns in EDITED.items():
    declare(
        editorial,
        purpose="pages",
        ground=Ground.LEGITIMATE,
        retention="site",
        technical="page_ptr",
        public=columns,
        holds=WORDS,
    )
declare(
    CleanImage,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="thing",
    technical="id collection created_at focal_point_x focal_point_y focal_point_width focal_point_height file_size "
    "file_hash tags",
    public="title file description width height",
    holds=WORDS,
    fields={
        "uploaded_by_user": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        )
    },
)
declare(
    CleanRendition,
    purpose="pages",
    ground=Ground.LEGITIMATE,
    retention="thing",
    technical="id filter_spec focal_point_key",
    public="file width height image",
    holds="how a picture was cut",
)


@managed(NewsPage)
def managed_news(user: Any) -> models.QuerySet[NewsPage]:
    """The news of somebody's neighbourhoods, published or not."""
    pages = NeighbourhoodPage.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
    return NewsPage.objects.within(pages)
