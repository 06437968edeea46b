"""A notice about a leak, how far it is on its way, and the proof that everybody has it (W-71, X-23)."""

import json
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.breaches.models import Breach
from accounts.notices.reach import EVERYONE
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

# So long we look whether anybody still has no mail: accounts come back, mail servers are down.
LOOKED_AFTER = timedelta(days=30)
# What each reader is told, in the order of the mail; the first is the subject.
PARTS = ("subject", "what", "consequences", "measures", "advice", "contact")
# The paragraph for who is affected, and for who is not.
AFFECTED, OTHERS = "affected", "others"
WORDS = (*PARTS, AFFECTED, OTHERS)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def sending(self) -> Self:
        return self.filter(state=Notice.State.SENDING).order_by("started_at", "pk")


class Notice(models.Model):
    """One mail to all account holders; or a drill, which goes to the privacy desk or to nobody."""

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("concept")
        SENDING = "sending", gettext_lazy("wordt verstuurd")
        SENT = "sent", gettext_lazy("verstuurd")

    class DrillTo(models.TextChoices):
        OFFICERS = "officers", gettext_lazy("stuur de mail alleen naar wie bij het privacybureau werkt")
        NOBODY = "nobody", gettext_lazy("stuur niets, en tel alleen")

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="notices")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    is_drill = models.BooleanField(default=False)
    drill_to = models.CharField(max_length=8, choices=DrillTo.choices, default=DrillTo.OFFICERS)
    # {"nl": {"subject": …, "what": …}, "en": {…}} as JSON.
    words_kept = EncryptedTextField(blank=True)
    reach = models.CharField(max_length=20, default=EVERYONE)
    reach_to = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The newest account at the start: who comes later was not there when it leaked.
    upto = models.BigIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)
    # How far the walk through the accounts is; it moves in the transaction that queues their mail.
    cursor = models.BigIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    queued_affected = models.PositiveIntegerField(default=0)
    queued_again = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    # The counts of the outbox, which forgets after a year; they are final once they are settled.
    tally = models.JSONField(default=dict, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "breach notice"

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """What it says, per language and part; a part nobody wrote yet is empty."""
        kept = json.loads(self.words_kept) if self.words_kept else {}
        return {
            language: {part: kept.get(language, {}).get(part, "") for part in WORDS}
            for language, _name in settings.LANGUAGES
        }

    @words.setter
    def words(self, words: dict[str, dict[str, str]]) -> None:
        self.words_kept = json.dumps(words, ensure_ascii=False)

    def missing(self) -> list[tuple[str, str]]:
        """Language and part of what still has to be written before it can go."""
        needed = [*PARTS, AFFECTED, *([OTHERS] if self.reach != EVERYONE else [])]
        return [(language, part) for language, said in self.words.items() for part in needed if not said[part]]

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def label(self) -> str:
        """By which its mails are found in the outbox."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def revision(self) -> str:
        return self.changed_at.isoformat()

    @property
    def name(self) -> str:
        subject = self.words[settings.LANGUAGE_CODE]["subject"] or _("Bericht zonder onderwerp")
        return _("Oefening: %(subject)s") % {"subject": subject} if self.is_drill else subject

    @property
    def address(self) -> str:
        page = "notices:edit" if self.is_draft else "notices:progress"
        return reverse(page, args=[self.breach_id, self.pk])

    @property
    def lines(self) -> list[str]:
        """Every word of it in the site's own language, for the dossier."""
        said = self.words[settings.LANGUAGE_CODE]
        return [said[part] for part in WORDS if said[part]]

    @property
    def proof_line(self) -> str:
        """When it went and to how many, in one sentence."""
        facts: dict[str, Any] = {"accounts": self.accounts, "queued": self.queued + self.queued_again}
        facts["start"] = date_format(localtime(self.started_at), "j F Y, H:i") if self.started_at else ""
        return _("Begonnen op %(start)s uur: %(accounts)d accounts, %(queued)d klaargezet.") % facts


declare(
    Notice,
    purpose="compliance",
    ground=Ground.LAW,
    retention="five_years",
    clock="finished_at",
    holds="codes and numbers",
    technical="id breach state is_drill drill_to reach created_at changed_at started_at upto accounts cursor queued "
    "queued_affected queued_again finished_at tally settled_at",
    fields={
        "words_kept": Personal(
            kind=Kind.FREE_TEXT,
            visibility=Visibility.STAFF,
            not_exported="names no person",
            erase=Erase.KEEP,
            keep_reason=gettext_lazy("de wet vraagt dat we kunnen laten zien wat we mensen vertelden"),
        ),
        # Numbers of accounts at most, and forgotten as soon as nobody has to be found by them any more.
        "reach_to": Personal(kind=Kind.TECHNICAL, visibility=Visibility.STAFF, not_exported="internal numbers"),
        "started_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        ),
    },
)
