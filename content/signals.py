"""Receivers of signals; importing them connects them."""

import logging
from typing import Any

from django.db import DatabaseError
from django.db.models.signals import post_migrate, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import UploadedFile
from wagtail.signals import page_published

from accounts.signup.trail import planting
from content.contact import passing_on
from content.guests import doors
from content.helping import keeping
from content.home import starting
from content.invitations import actions as invitations
from content.legal.actions import freeze, plant_legal_texts
from content.legal.models import LegalPage
from content.mailchimp import actions as mailchimp
from content.mailchimp import openness
from content.matching.actions import note_change
from content.moderation import panels as panels_of_posts
from content.newsletters import panels as panels_of_letters
from content.organisations import leaving
from content.organisations.actions import refresh_pages
from content.organisations.models import Organisation
from content.pages.actions import plant_page_tree
from content.pages.images import clean_upload
from content.pages.models import NewsPage
from content.posts import authors, on_map
from content.posts.models import Post
from content.search.index import (
    INDEXED_FIELDS,
    INDEXED_OF_ORGANISATIONS,
    index_news,
    index_organisation,
    index_post,
)
from content.signups import telling

__all__ = [
    "authors",
    "doors",
    "invitations",
    "keeping",
    "leaving",
    "mailchimp",
    "on_map",
    "openness",
    "panels_of_letters",
    "panels_of_posts",
    "refresh_pages",
    "starting",
    "telling",
]
__all__ = ["authors", "leaving", "panels_of_letters", "panels_of_posts", "refresh_pages", "telling"]
__all__ = ["authors", "invitations", "keeping", "leaving", "passing_on", "refresh_pages", "telling"]
__all__ = ["authors", "leaving", "mailchimp", "openness", "refresh_pages", "telling"]
log = logging.getLogger("wijk")


@receiver(post_migrate)
def plant(sender: Any, **kwargs: Any) -> None:
    """A fresh database, or one emptied by a test, gets its page tree; one that is only half-way migrated later."""
    if sender.label == "content" and kwargs.get("using", "default") == "default":
        try:
            with planting():
                plant_legal_texts(plant_page_tree())
        except DatabaseError:
            log.warning("the page tree waits for the other migrations")


@receiver(page_published, sender=LegalPage)
def keep_version(instance: LegalPage, revision: Any, **kwargs: Any) -> None:
    """What an editor publishes becomes a version that stays (W-1)."""
    freeze(page=instance, by=revision.user if revision else None)


@receiver(pre_save, sender=UploadedFile)
def clean_waiting_image(instance: UploadedFile, **kwargs: Any) -> None:
    """Wagtail keeps an image aside while its form has an error: not even then is the original stored (L-10)."""
    kind = instance.for_content_type
    if kind is not None and kind.model == "cleanimage" and not instance.file._committed:
        instance.file = clean_upload(instance.file.file)


@receiver(post_save, sender=Post)
def index_changed_post(instance: Post, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """Search finds a post by its present words; a save that leaves the words alone costs nothing."""
    if not raw and (update_fields is None or INDEXED_FIELDS & set(update_fields)):
        index_post(instance)


@receiver(post_save, sender=Organisation)
def index_changed_organisation(
    instance: Organisation, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """The guide is searched by the present words of each page."""
    if not raw and (update_fields is None or INDEXED_OF_ORGANISATIONS & set(update_fields)):
        index_organisation(instance)


@receiver(post_save, sender=NewsPage)
def index_changed_news(instance: NewsPage, raw: bool, **kwargs: Any) -> None:
    """And so is the news; what is not published is left out by the question."""
    if not raw:
        index_news(instance)


@receiver(post_save, sender=Post)
def match_changed_post(instance: Post, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """What fits a post follows from its present words and state; the worker does the comparing."""
    if not raw:
        note_change(instance, update_fields)
