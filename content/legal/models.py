"""Legal texts as editors write them, and each published version as it stays."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.rich_text import expand_db_html

from accounts.compliance import record
from accounts.consent.models import AddedOnly, AddedOnlyQuerySet, Unchangeable, fingerprint
from accounts.consent.texts import MATTERS, Shown, text_source
from content.legal.comparing import Block, plain
from content.pages.models import RICH, EditorialPage
from wijk import clock
from wijk.personal_data import Ground, declare
from wijk.stores import cookies, in_browser

NOTICE = timedelta(days=7)
LABEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
EDITOR_MARK = re.compile(r' data-block-key="[^"]*"')
BLOCKS = [
    ("heading", CharBlock(label=_("Kop"))),
    ("text", RichTextBlock(features=RICH, label=_("Tekst"))),
]
# What makes a change one that everybody must hear of before it counts (D-33).
KINDS = {
    "purpose": _("een nieuw of ander doel"),
    "controller": _("een ander beslist over de gegevens"),
    "rights": _("de rechten van mensen"),
    "other": _("iets anders dat ertoe doet"),
}


class LegalVersionQuerySet(AddedOnlyQuerySet):
    def delete(self) -> tuple[int, dict[str, int]]:
        raise Unchangeable(self.model._meta.label)

    def of(self, slug: str) -> "LegalVersionQuerySet":
        """Newest first: by the day it counts from, then by when it was published."""
        return self.filter(slug=slug).order_by("-effective_on", "-published_at", "-pk")

    def in_force(self, slug: str) -> "LegalVersion | None":
        """The version that counts today; before the very first day, that first one."""
        rows = self.of(slug)
        found: LegalVersion | None = rows.filter(effective_on__lte=clock.today()).first() or rows.last()
        return found

    def coming(self, slug: str) -> "LegalVersion | None":
        """What was published and does not count yet."""
        found: LegalVersion | None = self.of(slug).filter(effective_on__gt=clock.today()).last()
        return found


class LegalVersion(AddedOnly):
    """One version of a legal text, for good: what people agreed to is never rewritten (W-1, D-34)."""

    slug = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    kinds = models.JSONField(default=list, blank=True)
    # Goes up with each version that brings another purpose (W-90).
    purpose = models.PositiveSmallIntegerField(default=1)
    effective_on = models.DateField()
    published_at = models.DateTimeField(default=clock.now)
    body = models.JSONField()
    # For who reads English; the Dutch text counts.
    body_en = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64)

    objects = LegalVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="legal_version_once")]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Unchangeable(self._meta.label)

    @property
    def material(self) -> bool:
        """Whether everybody must be told (D-33)."""
        return bool(self.kinds)

    @property
    def kind_labels(self) -> list[Any]:
        return [KINDS[kind] for kind in self.kinds]

    @property
    def is_coming(self) -> bool:
        return self.effective_on > clock.today()

    @property
    def effective_at(self) -> datetime:
        """The first moment it counts."""
        return clock.midnight(self.effective_on)

    @property
    def is_translation(self) -> bool:
        """Whether the page shows the reading version instead of the text that counts."""
        return bool(self.body_en) and get_language() == "en"

    @property
    def blocks(self) -> list[Block]:
        """The text in the language of the page, as far as there is one."""
        chosen: list[Block] = self.body_en if self.is_translation else self.body
        return chosen

    @property
    def headings(self) -> list[str]:
        return [block["value"] for block in self.blocks if block["kind"] == "heading"]

    def as_shown(self) -> Shown:
        """What somebody who agrees to it sees."""
        return Shown(self.version, f"{self.title}\n\n{plain(self.blocks)}", self.purpose)


@text_source("terms")
@text_source("privacy")
@text_source("cookies")
@text_source("accessibility")
def text_in_force(key: str) -> Shown:
    """The legal text that stands at a matter's address now: the one people agree to (W-9)."""
    found = LegalVersion.objects.in_force(MATTERS[key].url.strip("/"))
    return found.as_shown() if found else Shown("")


class LegalPage(EditorialPage):
    """Privacy, terms, cookies, accessibility: where editors write the next version; readers get what is in force."""

    version = models.CharField(
        _("versie"), max_length=40, help_text=_("Bijvoorbeeld 2026-11. Andere woorden zijn een andere versie.")
    )
    effective_on = models.DateField(_("geldig vanaf"))
    summary = models.TextField(
        _("wat er verandert"),
        blank=True,
        max_length=2000,
        help_text=_("In gewone woorden, voor wie de hele tekst niet leest. Staat bij de versies en in de mail."),
    )
    changes_purpose = models.BooleanField(_("er komt een doel bij, of een doel verandert"), default=False)
    changes_controller = models.BooleanField(_("een ander beslist over de gegevens"), default=False)
    changes_rights = models.BooleanField(_("de rechten van mensen veranderen"), default=False)
    changes_other = models.BooleanField(_("iets anders dat ertoe doet"), default=False)
    body = StreamField(BLOCKS)
    body_en = StreamField(BLOCKS, blank=True, verbose_name=_("Engelse leesversie"))

    content_panels = [
        *EditorialPage.content_panels,
        FieldPanel("version"),
        FieldPanel("effective_on"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel(f"changes_{kind}") for kind in KINDS],
            heading=_("Moet iedereen dit horen?"),
            help_text=_("Vink aan wat voor deze versie geldt. Iedereen met een account krijgt dan vooraf een mail."),
        ),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in KINDS if getattr(self, f"changes_{kind}")]

    def clean(self) -> None:
        """People agreed to a version: other words are another version, announced in time (W-1, D-33)."""
        super().clean()
        if not LABEL.fullmatch(self.version):
            raise ValidationError({"version": _("Gebruik alleen letters, cijfers, punten en streepjes.")})
        known = LegalVersion.objects.of(self.slug).filter(version=self.version).first()
        if known is None:
            self._clean_new(LegalVersion.objects.of(self.slug).first())
        elif known.sha256 != self.sha256 or known.effective_on != self.effective_on:
            message = _("Je veranderde de tekst. Geef hem een nieuw versienummer en de dag waarop hij ingaat.")
            raise ValidationError({"version": message})

    def _clean_new(self, newest: LegalVersion | None) -> None:
        if newest is None:
            return
        earliest = clock.today() + (NOTICE if self.kinds else timedelta())
        wrong: dict[str, Any] = {}
        if self.effective_on < earliest:
            wrong["effective_on"] = _("Deze versie kan niet eerder ingaan dan %(day)s.") % {"day": earliest.isoformat()}
        elif self.effective_on < newest.effective_on:
            wrong["effective_on"] = _("Er is al een versie die later ingaat. Kies een dag daarna.")
        if not self.summary.strip() or self.summary == newest.summary:
            wrong["summary"] = _("Schrijf in een paar zinnen wat er in deze versie verandert.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def sha256(self) -> str:
        return fingerprint(plain(frozen(self.body)))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        present = None if getattr(request, "is_preview", False) else LegalVersion.objects.in_force(self.slug)
        text = reading(present or self.as_version())
        return {**context, **text, **tables(self.slug), "coming": LegalVersion.objects.coming(self.slug)}

    def as_version(self) -> LegalVersion:
        """The version these words would be; not saved."""
        names = ("slug", "version", "title", "summary", "effective_on", "kinds", "sha256")
        texts = {"body": frozen(self.body), "body_en": frozen(self.body_en)}
        return LegalVersion(**{name: getattr(self, name) for name in names}, **texts)


def frozen(body: Any) -> list[Block]:
    """The blocks as plain values, links written out, without the marks the editor's screen leaves in them."""
    blocks = []
    for block in body:
        if block.block_type == "text":
            blocks.append({"kind": "text", "value": expand_db_html(EDITOR_MARK.sub("", block.value.source))})
        else:
            blocks.append({"kind": "heading", "value": str(block.value)})
    return blocks


def reading(text: LegalVersion) -> dict[str, Any]:
    """What the page of one version shows besides its words."""
    return {"text": text, "address": f"/{text.slug}/", "operator": settings.OPERATOR}


def tables(slug: str) -> dict[str, Any]:
    """What only the text of today shows below its words, from the register."""
    if slug == "privacy":
        return {"holdings": record.activities(), "places": record.places()}
    return {"cookies": cookies(), "kept_in_browser": in_browser()} if slug == "cookies" else {}


LEGAL: dict[type[models.Model], str] = {
    LegalPage: "version effective_on summary changes_purpose changes_controller changes_rights changes_other "
    "body body_en",
    LegalVersion: "slug version title summary kinds purpose effective_on published_at body body_en",
}
for model, columns in LEGAL.items():
    declare(
        model,
        purpose="pages",
        ground=Ground.LEGITIMATE,
        retention="site",
        technical="page_ptr" if model is LegalPage else "id sha256",
        public=columns,
        holds="a legal text, for everybody to read",
    )
