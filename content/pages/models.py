"""Wagtail pages and images."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.personal_data import Erase, Kind, Personal, Visibility, concrete_fields, declare

RICH = ["h3", "bold", "italic", "ol", "ul", "link"]
BLOCKS = [
    ("heading", CharBlock(label=_("Kop"))),
    ("text", RichTextBlock(features=RICH, label=_("Tekst"))),
    ("image", ImageChooserBlock(label=_("Foto"))),
]


class CleanImage(AbstractImage):
    """An image re-encoded from its pixels at upload: no place, device or comment is left in it (L-10)."""

    admin_form_fields = (*Image.admin_form_fields,)


class CleanRendition(AbstractRendition):
    """A size of a clean image."""

    image = models.ForeignKey(CleanImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]


class HomePage(Page):
    """The front page; its words are the editors', its lists come from the posts."""

    headline = models.CharField(_("kop"), max_length=120, blank=True)
    intro = models.CharField(_("inleiding"), max_length=300, blank=True)
    body = StreamField(BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1


class NeighbourhoodIndexPage(Page):
    """Holds the neighbourhood pages; its address /wijk/ leads to the list of neighbourhoods."""

    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.NeighbourhoodPage"]
    max_count = 1


class NeighbourhoodPage(Page):
    """The editors' words on a neighbourhood's front page, and the parent of its news."""

    neighbourhood = models.OneToOneField(Neighbourhood, on_delete=models.PROTECT, related_name="page")
    headline = models.CharField(_("kop"), max_length=120, blank=True)
    body = StreamField(BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("body")]
    parent_page_types = ["content.NeighbourhoodIndexPage"]
    subpage_types = ["content.NewsIndexPage"]


class NewsIndexPage(Page):
    """The news of one neighbourhood."""

    parent_page_types = ["content.NeighbourhoodPage"]
    subpage_types = ["content.NewsPage"]
    max_count_per_parent = 1


class NewsPage(Page):
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


class LegalPage(Page):
    """Privacy, terms, cookies, accessibility: with the version and the day it counts from (W-1)."""

    version = models.CharField(_("versie"), max_length=40)
    effective_on = models.DateField(_("geldig vanaf"))
    body = StreamField(BLOCKS)

    content_panels = [*Page.content_panels, FieldPanel("version"), FieldPanel("effective_on"), FieldPanel("body")]
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []


for editorial in (HomePage, NeighbourhoodIndexPage, NeighbourhoodPage, NewsIndexPage, NewsPage, LegalPage):
    declare(editorial, purpose="pages", retention="site", technical=" ".join(concrete_fields(editorial)))
declare(
    CleanImage,
    purpose="pages",
    retention="site",
    erase=Erase.KEEP,
    technical=" ".join(concrete_fields(CleanImage) - {"uploaded_by_user"}),
    fields={
        "uploaded_by_user": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        )
    },
)
declare(CleanRendition, purpose="pages", retention="site", technical=" ".join(concrete_fields(CleanRendition)))
