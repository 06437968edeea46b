"""The register of leaks (W-70)."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.compliance.models import DataCategory, Processor
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

# GDPR art. 33: the authority hears of it within this time after we do (L-1).
LIMIT = timedelta(hours=72)
REMINDERS = (24, 48, 66, 72)
URGENT = timedelta(hours=24)
# Without letters and digits that look alike: people read these over the phone.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_reference() -> str:
    """What a leak is called; it says neither how many there are nor which this is."""
    letters = "".join(secrets.choice(LETTERS) for _letter in range(6))
    return f"L-{letters[:3]}-{letters[3:]}"


def home_authority() -> str:
    """The authority of the country the site is run from."""
    return "gba" if settings.OPERATOR["country"] == "be" else "ap"


class BreachQuerySet(models.QuerySet["Breach"]):
    def undecided(self) -> Self:
        """Those for which the clock runs: neither reported, nor decided that they need not be."""
        states = [Breach.State.DRAFT, Breach.State.OPEN]
        return self.filter(state__in=states, decision__in=["", Breach.Decision.REPORT])


class Breach(models.Model):
    """One leak, with what the authority's form asks; what people type about it is encrypted."""

    class State(models.TextChoices):
        DRAFT = "draft", _("nog niet beoordeeld")
        OPEN = "open", _("open")
        REPORTED = "reported", _("gemeld bij de toezichthouder")
        CLOSED = "closed", _("afgesloten")

    class Origin(models.TextChoices):
        OFFICE = "office", _("het privacybureau")
        FORM = "form", _("het formulier Meld een lek")
        COMMAND = "command", _("de beheerder van de server")

    class Incident(models.TextChoices):
        RECIPIENT = "recipient", _("gegevens kwamen bij de verkeerde terecht")
        PUBLISHED = "published", _("gegevens stonden zichtbaar op de site")
        HACKED = "hacked", _("iemand drong binnen in de systemen")
        SIGN_IN = "sign_in", _("iemand kwam in een account van een ander")
        LOST = "lost", _("een apparaat, papier of back-up is kwijt of gestolen")
        INSIDE = "inside", _("iemand met rechten keek waar dat niet mocht")
        GONE = "gone", _("gegevens zijn gewist, veranderd of onbereikbaar")
        OTHER = "other", _("iets anders")

    class Aspect(models.TextChoices):
        CONFIDENTIALITY = "confidentiality", _("anderen konden het zien")
        INTEGRITY = "integrity", _("het is veranderd")
        AVAILABILITY = "availability", _("het is weg of onbereikbaar")

    class People(models.TextChoices):
        MEMBERS = "members", _("bewoners met een account")
        VISITORS = "visitors", _("bezoekers die een bericht stuurden")
        READERS = "readers", _("lezers van een nieuwsbrief")
        ORGANISATIONS = "organisations", _("contactpersonen van organisaties")
        STAFF = "staff", _("wijkbeheerders en medewerkers")
        VULNERABLE = "vulnerable", _("kinderen of mensen in een kwetsbare positie")

    class Risk(models.TextChoices):
        NONE = "none", _("waarschijnlijk geen risico")
        SOME = "some", _("een risico")
        HIGH = "high", _("een hoog risico")

    class Decision(models.TextChoices):
        REPORT = "report", _("melden bij de toezichthouder")
        NO_REPORT = "no_report", _("niet melden, want er is waarschijnlijk geen risico")
        NO_BREACH = "no_breach", _("geen datalek")

    class Authority(models.TextChoices):
        AP = "ap", _("Autoriteit Persoonsgegevens (Nederland)")
        GBA = "gba", _("Gegevensbeschermingsautoriteit (België)")

    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OFFICE)
    is_drill = models.BooleanField(default=False)
    summary = EncryptedTextField(blank=True)
    discovered_at = models.DateTimeField()
    found_how = EncryptedTextField(blank=True)
    happened_from = models.DateTimeField(null=True, blank=True)
    happened_until = models.DateTimeField(null=True, blank=True)
    still_going = models.BooleanField(default=False)
    incident = models.CharField(max_length=12, choices=Incident.choices, blank=True)
    aspects = models.JSONField(default=list, blank=True)
    what = EncryptedTextField(blank=True)
    seen_where = EncryptedTextField(blank=True)
    categories = models.JSONField(default=list, blank=True)
    categories_note = EncryptedTextField(blank=True)
    people = models.JSONField(default=list, blank=True)
    people_least = models.PositiveIntegerField(null=True, blank=True)
    people_most = models.PositiveIntegerField(null=True, blank=True)
    risk = models.CharField(max_length=6, choices=Risk.choices, blank=True)
    consequences = EncryptedTextField(blank=True)
    protection = EncryptedTextField(blank=True)
    measures = EncryptedTextField(blank=True)
    measures_next = EncryptedTextField(blank=True)
    cross_border = models.BooleanField(default=False)
    cross_border_where = EncryptedTextField(blank=True)
    processors = models.ManyToManyField(Processor, blank=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decision_reason = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    authority = models.CharField(max_length=4, choices=Authority.choices, default=home_authority)
    authority_reported_at = models.DateTimeField(null=True, blank=True)
    authority_reference = models.CharField(max_length=60, blank=True)
    late_reason = EncryptedTextField(blank=True)
    informed_at = models.DateTimeField(null=True, blank=True)
    informed_how = EncryptedTextField(blank=True)
    lessons = EncryptedTextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reporter_address = EncryptedTextField(blank=True)
    form_key = models.CharField(max_length=64, unique=True, null=True, blank=True)  # noqa: DJ001  null: made by staff
    reminded_hours = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-discovered_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_at(self) -> datetime:
        """When the authority must have heard of it."""
        return self.discovered_at + LIMIT

    @property
    def clock_runs(self) -> bool:
        states = {self.State.DRAFT, self.State.OPEN}
        return self.state in states and self.decision in {"", self.Decision.REPORT}

    @property
    def is_late(self) -> bool:
        return self.clock_runs and self.due_at < clock.now()

    @property
    def is_urgent(self) -> bool:
        return self.clock_runs and self.due_at - clock.now() < URGENT

    @property
    def was_late(self) -> bool:
        return self.authority_reported_at is not None and self.authority_reported_at > self.due_at

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def may_close(self) -> bool:
        """Decided, and reported where that was the decision."""
        return self.state == self.State.REPORTED or self.decision in {self.Decision.NO_REPORT, self.Decision.NO_BREACH}

    @property
    def has_special_data(self) -> bool:
        return DataCategory.SPECIAL in self.categories

    @property
    def revision(self) -> str:
        """Which wording this is: a form made for another one is stale."""
        return self.changed_at.isoformat()


WORDS = Personal(
    kind=Kind.FREE_TEXT,
    visibility=Visibility.STAFF,
    not_exported="names no person",
    erase=Erase.KEEP,
    keep_reason=_("de wet vraagt dat we elk lek in een register houden"),
)
declare(
    Breach,
    purpose="compliance",
    ground=Ground.LAW,
    retention="five_years",
    clock="closed_at",
    holds="codes, and the authority's own number",
    technical="id reference state origin is_drill discovered_at happened_from happened_until still_going incident "
    "aspects categories people people_least people_most risk cross_border processors decision decided_at authority "
    "authority_reported_at authority_reference informed_at closed_at form_key reminded_hours created_at changed_at",
    fields={
        "summary": WORDS,
        "found_how": WORDS,
        "what": WORDS,
        "seen_where": WORDS,
        "categories_note": WORDS,
        "consequences": WORDS,
        "protection": WORDS,
        "measures": WORDS,
        "measures_next": WORDS,
        "cross_border_where": WORDS,
        "decision_reason": WORDS,
        "late_reason": WORDS,
        "informed_how": WORDS,
        "lessons": WORDS,
        "reporter_address": Personal(
            _("E-mailadres bij een melding van een lek"), Kind.CONTACT, Visibility.STAFF, erase=Erase.REPLACE
        ),
        "decided_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
        ),
    },
)
