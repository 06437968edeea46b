"""Posts: offers, requests and activities."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.organisations.models import ContactCard, Organisation, contact_card_fields
from content.posts.querysets import PostQuerySet
from content.series.models import Repeating, series_fields
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.personal_data import Kind, Personal, Visibility, declare

LIFE = timedelta(weeks=8)
# A standing offer stays, as long as its author says twice a year that it still holds.
STANDING_LIFE = timedelta(weeks=26)
# How long its author can put an ended post back.
REOPENABLE = timedelta(weeks=8)

# The words of ?soort= in addresses, which are Dutch.
KIND_WORDS = {"vraag": "request", "aanbod": "offer", "activiteit": "activity", "etalage": "shop"}


class Post(Repeating, ContactCard):
    """One thing somebody placed in a neighbourhood: offer, request or activity."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("vraag")
        OFFER = "offer", pgettext_lazy("kind of post", "aanbod")
        ACTIVITY = "activity", _("activiteit")
        SHOP = "shop", _("etalage")

    class Status(models.TextChoices):
        DRAFT = "draft", _("concept")
        WAITING = "waiting", _("wacht op de wijkbeheerder")
        CHANGES = "changes", _("aanpassing gevraagd")
        HELD = "held", _("vastgehouden")
        LIVE = "live", _("staat op de site")
        REFUSED = "refused", _("niet geplaatst")
        REMOVED = "removed", _("weggehaald")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        FULFILLED = "fulfilled", _("gelukt")
        EXPIRED = "expired", _("verlopen")

    class Outcome(models.TextChoices):
        VIA_WIJK = "via_wijk", _("gelukt via Wijk")
        ELSEWHERE = "elsewhere", _("ergens anders gelukt")
        PARTLY = "partly", _("deels gelukt")
        FELL_THROUGH = "fell_through", _("ging niet door")

    ENDED = (Status.WITHDRAWN, Status.FULFILLED, Status.EXPIRED)

    kind = models.CharField(_("soort"), max_length=12, choices=Kind.choices)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(_("titel"), max_length=90)
    text = models.TextField(_("tekst"), max_length=3000)
    summary = models.CharField(max_length=200, blank=True)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="posts", verbose_name=_("thema"))
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, related_name="posts", verbose_name=_("wijk")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts", verbose_name=_("namens")
    )
    # Activities only.
    starts_at = models.DateTimeField(_("begint"), null=True, blank=True)
    ends_at = models.DateTimeField(_("eindigt"), null=True, blank=True)
    venue = models.CharField(_("waar"), max_length=120, blank=True)
    # Whether people sign up through us, for how many places, and until when if not until it begins (W-96).
    signup_on = models.BooleanField(default=False)
    signup_places = models.PositiveSmallIntegerField(null=True, blank=True)
    signup_until = models.DateTimeField(null=True, blank=True)

    # Placed by a manager for somebody who asked for it (W-55).
    with_help = models.BooleanField(default=False)
    # An offer without an end of its own, confirmed now and then.
    standing = models.BooleanField(_("doorlopend aanbod"), default=False)
    # What became of it, as far as its author said.
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When a waiting post is published by the clock; None while a person has it in hand.
    publish_by = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Until when an ended post can come back as it was; None for one that was not public when it ended.
    reopen_until = models.DateTimeField(null=True, blank=True)
    # How many reminders went out before the present end.
    reminders = models.PositiveSmallIntegerField(default=0)
    # A form sent twice makes one post.
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["neighbourhood", "-published_at", "-id"], condition=Q(status="live"), name="post_board"
            ),
            models.Index(fields=["neighbourhood", "starts_at"], condition=Q(status="live"), name="post_agenda"),
            models.Index(fields=["status", "publish_by"], name="post_clock"),
            models.Index(fields=["status", "expires_at"], name="post_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("posts:detail", args=[self.pk, self.slug])

    @property
    def edit_url(self) -> str:
        """Where its author changes it; one that can be changed no more is only looked at."""
        return reverse("posts:edit" if self.editable else "posts:mine_detail", args=[self.pk])

    @property
    def preview_url(self) -> str:
        return reverse("posts:preview", args=[self.pk])

    def asks_twice(self, name: str) -> bool:
        """Whether showing this detail needs a second yes: a neighbour's home address does (W-34)."""
        return self.organisation_id is None and name == "contact_address"

    @property
    def slug(self) -> str:
        return slugify(self.title)[:60].strip("-") or self.kind

    @property
    def byline(self) -> str:
        """Who placed it, as far as it may be shown (W-21)."""
        if self.organisation and self.organisation.is_live:
            return self.organisation.name
        return (self.contact_name if self.show_name else "") or str(_("Een bewoner"))

    @property
    def is_live(self) -> bool:
        return self.status == self.Status.LIVE

    @property
    def complete(self) -> bool:
        """Whether all is there that a visitor needs."""
        sellable = self.kind != self.Kind.SHOP or bool(self.organisation and self.organisation.is_live)
        told = bool(self.title and self.text) and sellable
        return told and (self.kind != self.Kind.ACTIVITY or bool(self.starts_at and self.starts_at > clock.now()))

    def natural_end(self, confirmed_at: datetime) -> datetime:
        """When it leaves the site by itself, if it was placed or confirmed then."""
        if self.kind == self.Kind.ACTIVITY and self.starts_at:
            return self.series_end() or self.ends_at or self.starts_at + timedelta(days=1)
        return confirmed_at + (STANDING_LIFE if self.is_standing else LIFE)

    @property
    def is_standing(self) -> bool:
        """Whether it is a standing offer; nothing else can be one."""
        return self.standing and self.kind == self.Kind.OFFER

    @property
    def renewable(self) -> bool:
        """Whether its author can give it a new term, also after its end; an activity has its own day."""
        return self.kind != self.Kind.ACTIVITY and (self.is_live or self.reopenable)

    @property
    def reopenable(self) -> bool:
        """Whether it ended not long ago and can come back: it was public, so all its words were looked at."""
        return self.status in self.ENDED and self.reopen_until is not None and self.reopen_until > clock.now()

    @property
    def editable(self) -> bool:
        """Whether its author may still change it."""
        return self.status in {
            self.Status.DRAFT,
            self.Status.WAITING,
            self.Status.CHANGES,
            self.Status.LIVE,
        }


declare(
    Post,
    # A draft has no end, and stays as long as its author has an account.
    clock="expires_at",
    subject="author",
    purpose="posts",
    retention="post",
    technical="id author publish_by form_key reminders",
    holds="random",
    fields={
        "kind": Personal(_("Soort"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "status": Personal(_("Stand"), Kind.TECHNICAL, Visibility.MANAGER, archive=True),
        "title": Personal(_("Titel"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "text": Personal(_("Tekst"), Kind.FREE_TEXT, Visibility.PUBLIC, archive=True),
        "summary": Personal(
            kind=Kind.FREE_TEXT, visibility=Visibility.PUBLIC, not_exported="the beginning of the text"
        ),
        "theme": Personal(_("Thema"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "neighbourhood": Personal(_("Wijk"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "organisation": Personal(_("Namens"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "starts_at": Personal(_("Begint"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "ends_at": Personal(_("Eindigt"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        **series_fields(),
        "venue": Personal(_("Waar"), Kind.CONTENT, Visibility.PUBLIC, archive=True),
        "signup_on": Personal(_("Aanmelden via Wijk"), Kind.CONTENT, Visibility.PUBLIC),
        "signup_places": Personal(_("Aantal plekken"), Kind.CONTENT, Visibility.PUBLIC),
        "signup_until": Personal(_("Aanmelden kan tot"), Kind.CONTENT, Visibility.PUBLIC),
        "with_help": Personal(_("Geplaatst met hulp van de wijkbeheerder"), Kind.CONTENT, Visibility.PUBLIC),
        "standing": Personal(_("Doorlopend aanbod"), Kind.CONTENT, Visibility.PUBLIC),
        "outcome": Personal(_("Hoe het afliep"), Kind.CONTENT),
        "created_at": Personal(_("Gemaakt op"), Kind.TECHNICAL),
        "changed_at": Personal(_("Aangepast op"), Kind.TECHNICAL, Visibility.PUBLIC),
        "submitted_at": Personal(_("Gestuurd op"), Kind.TECHNICAL),
        "published_at": Personal(_("Geplaatst op"), Kind.TECHNICAL, Visibility.PUBLIC),
        "confirmed_at": Personal(_("Laatst bevestigd"), Kind.TECHNICAL, Visibility.PUBLIC),
        "expires_at": Personal(_("Loopt af op"), Kind.TECHNICAL),
        "reopen_until": Personal(_("Terugzetten kan tot"), Kind.TECHNICAL),
        **contact_card_fields(),
    },
)


@own(Post)
def posts_of(user: Any) -> models.QuerySet[Post]:
    return Post.objects.filter(author=user)


@managed(Post)
def managed_posts(user: Any) -> models.QuerySet[Post]:
    """Posts in somebody's neighbourhoods; a draft is nobody's business but its author's."""
    return Post.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood)).exclude(status=Post.Status.DRAFT)
