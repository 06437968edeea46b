"""The consent ledger."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.consent.texts import MATTERS
from wijk import clock
from wijk.personal_data import Kind, Personal, Visibility, declare


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    def current(self, user: object, key: str) -> "ConsentEvent | None":
        """The last word of a person on one matter."""
        return self.filter(user=user, key=key).order_by("-at", "-id").first()

    def of(self, user: object) -> Self:
        return self.filter(user=user).order_by("-at", "-id")


class ConsentEvent(models.Model):
    """Somebody said yes or no to one text; rows are only added (K-40, W-9)."""

    class Channel(models.TextChoices):
        SITE = "site", _("op de site")
        STAFF = "staff", _("door een medewerker")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consent_events")
    key = models.CharField(max_length=60)
    text_version = models.CharField(max_length=60)
    given = models.BooleanField()
    at = models.DateTimeField(default=clock.now)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SITE)

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "key", "at"], name="consent_latest")]

    def get_key_display(self) -> str:
        """What it was about, in words."""
        return str(MATTERS[self.key].label) if self.key in MATTERS else self.key


declare(
    ConsentEvent,
    subject="user",
    purpose="consent",
    technical="id user",
    fields={
        "key": Personal(_("Waarvoor"), Kind.TECHNICAL, Visibility.OWNER, archive=True),
        "text_version": Personal(_("Welke tekst"), Kind.TECHNICAL, archive=True),
        "given": Personal(_("Ja of nee"), Kind.CONTENT, archive=True),
        "at": Personal(_("Wanneer"), Kind.TECHNICAL, archive=True),
        "channel": Personal(_("Hoe"), Kind.TECHNICAL),
    },
)
