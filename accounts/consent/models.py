"""The consent ledger: the exact words shown, what each person said to them, and changes that everybody is told of."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.consent.texts import MATTERS, Matter, Shown, family, label, shown
from wijk import clock
from wijk.personal_data import Kind, Personal, Visibility, declare


class Unchangeable(Exception):
    """Something that people agreed to, or said, is never rewritten."""


class AddedOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> int:
        raise Unchangeable(self.model._meta.label)


class AddedOnly(models.Model):
    """Rows that are written once; the database refuses a change as well (migrations, triggers)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(self._meta.label)
        super().save(*args, **kwargs)


def fingerprint(words: str) -> str:
    """By which a text is known to be the same."""
    return hashlib.sha256(words.encode()).hexdigest()


class ConsentTextQuerySet(AddedOnlyQuerySet):
    def kept(self, key: str, text: Shown, *, sentence: str = "") -> "ConsentText":
        """The row of these words, made when nobody saw them before; `sentence` stood beside the button."""
        words = "\n\n".join(part for part in (sentence, text.words) if part)
        row: ConsentText = self.get_or_create(
            key=key,
            version=text.version,
            language=get_language() or settings.LANGUAGE_CODE,
            sha256=fingerprint(words),
            defaults={"words": words, "purpose": text.purpose, "made_at": clock.now()},
        )[0]
        return row


class ConsentText(AddedOnly):
    """The words that somebody saw when saying yes or no, letter for letter (K-40)."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    words = models.TextField()
    sha256 = models.CharField(max_length=64)
    # Goes up with each version that changes what it is for: an older yes does not reach it (W-90).
    purpose = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField(default=clock.now)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version", "language", "sha256"], name="consent_text_once")
        ]


class ConsentEventQuerySet(AddedOnlyQuerySet):
    def of(self, user: object) -> Self:
        """Everything somebody said, newest first by the day it was said, whenever it was written down."""
        return self.filter(user=user).order_by("-at", "-id")

    def current(self, user: object, key: str) -> "ConsentEvent | None":
        """The last word of a person on one matter."""
        last: ConsentEvent | None = self.of(user).filter(key=key).first()
        return last

    def touching(self, purpose: int) -> Self:
        """What counts for a purpose: a yes to it or a wider one, a no to it or an earlier one (W-90)."""
        reaches = Q(given=True, text__purpose__gte=purpose) | Q(given=False, text__purpose__lte=purpose)
        # Rows from before the words were kept stood for the first purpose.
        unkept = Q(text=None) if purpose <= 1 else Q(text=None, given=False)
        return self.filter(reaches | unkept)


class ConsentEvent(AddedOnly):
    """Somebody said yes or no to one text; rows are only added, and go with the account (K-40, W-9)."""

    class Channel(models.TextChoices):
        SITE = "site", _("op de site")
        MAIL = "mail", _("per mail")
        LETTER = "letter", _("per brief")
        STAFF = "staff", _("door een medewerker")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consent_events")
    key = models.CharField(max_length=60)
    text_version = models.CharField(max_length=60)
    text = models.ForeignKey(ConsentText, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    given = models.BooleanField()
    at = models.DateTimeField(default=clock.now)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SITE)
    # Who wrote it down, and when, if that was somebody else.
    by_ref = models.BigIntegerField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "key", "at"], name="consent_latest")]

    def get_key_display(self) -> str:
        """What it was about, in words."""
        return label(self.key)


def agreed(user: object, key: str, *, purpose: int = 0) -> bool:
    """Whether somebody's last word on a matter is a yes that reaches what it is for now (W-90)."""
    events = ConsentEvent.objects.of(user).filter(key=key).touching(purpose or shown(key).purpose)
    return bool(events.values_list("given", flat=True).first())


def agreeing(key: str, path: str = "", *, purpose: int = 0) -> Q:
    """The rule of agreed() for selectors; `path` leads to the account from another table (W-90)."""
    said = ConsentEvent.objects.filter(user=OuterRef("user"), key=key).touching(purpose or shown(key).purpose)
    last = said.order_by("-at", "-id").values("pk")[:1]
    mine = ConsentEvent.objects.filter(user=OuterRef(path or "pk"), key=key, given=True, pk=models.Subquery(last))
    return Q(Exists(mine))


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def unanswered(self, user: Any) -> Self:
        """The changes somebody was told of and said nothing to; who joined under the new text has agreed to it."""
        newer = Announcement.objects.filter(key=OuterRef("key"), pk__gt=OuterRef("pk"))
        said = ConsentEvent.objects.filter(user=user, key=OuterRef("key")).filter(
            Q(text_version=OuterRef("text__version")) | Q(given=True, at__gte=OuterRef("effective_at"))
        )
        return self.filter(~Exists(newer), ~Exists(said)).select_related("text").order_by("effective_at", "pk")


class Announcement(models.Model):
    """A change of a legal text that matters: everybody with an account is told before it counts (D-33, W-91)."""

    key = models.CharField(max_length=60)
    text = models.OneToOneField(ConsentText, on_delete=models.PROTECT, related_name="announcement")
    summary = models.TextField()
    new_purpose = models.BooleanField(default=False)
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField(default=clock.now)
    # The last account that was written to: a stopped run goes on behind it.
    told_up_to = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    @property
    def matter(self) -> Matter:
        return MATTERS[family(self.key)]

    @property
    def counts(self) -> bool:
        """Whether the change is in force."""
        return self.effective_at <= clock.now()


declare(
    ConsentText,
    purpose="consent",
    retention="site",
    technical="id key version language words sha256 purpose made_at",
    holds="the words everybody was shown",
)
declare(
    Announcement,
    purpose="consent",
    retention="site",
    holds="what changes in a text, for everybody",
    technical="id key text summary new_purpose effective_at published_at told_up_to finished_at",
)
declare(
    ConsentEvent,
    subject="user",
    purpose="consent",
    technical="id user text",
    holds="codes",
    fields={
        "key": Personal(_("Waarvoor"), Kind.TECHNICAL, Visibility.OWNER, archive=True),
        "text_version": Personal(_("Welke tekst"), Kind.TECHNICAL, archive=True),
        "given": Personal(_("Ja of nee"), Kind.CONTENT, archive=True),
        "at": Personal(_("Wanneer"), Kind.TECHNICAL, archive=True),
        "channel": Personal(_("Hoe"), Kind.TECHNICAL),
        "by_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "entered_at": Personal(_("Opgeschreven op"), Kind.TECHNICAL),
    },
)
