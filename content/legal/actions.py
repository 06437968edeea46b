"""Planting the shipped texts, freezing what is published, and announcing what matters."""

from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page, PageLogEntry, Revision

from accounts.audit.models import record
from accounts.consent.actions import announce
from accounts.consent.models import Unchangeable
from accounts.consent.texts import MATTERS
from content.legal.models import LegalPage, LegalVersion
from wijk import clock

TEXTS = Path(__file__).parent / "texts"
SHIPPED = ("privacy", "voorwaarden", "cookies", "toegankelijkheid")


@transaction.atomic
def plant_legal_texts(home: Page) -> None:
    """Publishes each shipped text that has no page, and freezes what was published before versions were kept (W-1).

    Runs after every migration and may run any time; a text that editors hold is never touched.
    """
    for slug in SHIPPED:
        if not LegalPage.objects.filter(slug=slug).exists():
            home.refresh_from_db()
            page = LegalPage(slug=slug, **shipped(slug))
            home.add_child(instance=page)
            page.save_revision(clean=False).publish()
    for page in LegalPage.objects.live():
        if not LegalVersion.objects.of(page.slug).exists():
            _adopt(page)


def _adopt(page: LegalPage) -> None:
    numbers = PageLogEntry.objects.filter(page=page, action="wagtail.publish").values("revision_id")
    rows = Revision.page_revisions.filter(object_id=str(page.pk), pk__in=numbers)
    seen: dict[str, tuple[LegalPage, datetime]] = {}
    for revision in rows.order_by("created_at", "pk"):
        # The last words published under a version are the ones that counted.
        seen[revision.content["version"]] = (revision.as_object(), revision.created_at)
    seen[page.version] = (page, seen.get(page.version, (page, page.last_published_at or clock.now()))[1])
    for before, published_at in seen.values():
        freeze(page=before, by=None, published_at=published_at)


@transaction.atomic
def freeze(*, page: LegalPage, by: Any, published_at: datetime | None = None) -> LegalVersion:
    """Keeps a published text as a version for good, and announces it when it matters; twice is once (W-1, D-33)."""
    known: LegalVersion | None = LegalVersion.objects.of(page.slug).filter(version=page.version).first()
    if known is not None:
        if known.sha256 != page.sha256:
            raise Unchangeable(f"{page.slug} {page.version} is published with other words")
        return known
    newest = LegalVersion.objects.of(page.slug).first()
    version = page.as_version()
    version.published_at = published_at or clock.now()
    if newest is None:
        # Nobody agreed to anything before the first text, so there is nothing to announce.
        version.kinds = []
    else:
        version.purpose = newest.purpose + ("purpose" in version.kinds)
    version.save()
    if newest is not None:
        record("legal.publish", by=by, about=version, version=version.version, kinds=version.kinds)
    if version.material:
        _announce(version, by)
    return version


def _announce(version: LegalVersion, by: Any) -> None:
    key = next((matter.key for matter in MATTERS.values() if matter.url == f"/{version.slug}/"), "")
    if key:
        announce(
            key=key,
            text=version.as_shown(),
            summary=version.summary,
            new_purpose="purpose" in version.kinds,
            effective_at=version.effective_at,
            by=by,
        )


# The shipped texts ---------------------------------------------------------------------------------------------------


def shipped(slug: str) -> dict[str, Any]:
    """One shipped legal text, from its file: lines of facts, then headings, paragraphs and lists; and in English."""
    head, _blank, body = (TEXTS / f"{slug}.txt").read_text(encoding="utf-8").partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    english = TEXTS / f"{slug}.en.txt"
    return {
        "title": facts["title"],
        "version": facts["version"],
        "effective_on": date.fromisoformat(facts["effective"]),
        "body": list(_blocks(body)),
        "body_en": list(_blocks(english.read_text(encoding="utf-8"))) if english.exists() else [],
    }


def _blocks(body: str) -> Any:
    for part in f"\n{body}".split("\n## ")[1:]:
        heading, _newline, text = part.partition("\n")
        yield "heading", heading.strip()
        yield "text", "".join(_as_html(piece) for piece in text.strip().split("\n\n"))


def _as_html(piece: str) -> str:
    """One paragraph; lines that begin with a dash become a list, also right under a line of their own."""
    lines = piece.strip().splitlines()
    words = " ".join(line for line in lines if not line.startswith("- "))
    items = "".join(f"<li>{escape(line[2:], quote=False)}</li>" for line in lines if line.startswith("- "))
    return (f"<p>{escape(words, quote=False)}</p>" if words else "") + (f"<ul>{items}</ul>" if items else "")
