"""The calendar of checks, the parties that handle data for us or beside us, and what was ever handed over."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.compliance.countries import EEA
from accounts.compliance.duties import Duty, words
from accounts.users.purposes import purpose_of
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

# So long before an agreement ends somebody is told.
NOTICE_OF_END = timedelta(days=60)


class DataCategory(models.TextChoices):
    """What sort of data, in the words of the authority's form."""

    NAME = "name", _("naam")
    CONTACT = "contact", _("e-mailadres of telefoonnummer")
    ADDRESS = "address", _("adres of woonwijk")
    SIGN_IN = "sign_in", _("inloggegevens")
    POSTS = "posts", _("geplaatste berichten en foto's")
    LETTERS = "letters", _("gesprekken tussen buren")
    CHOICES = "choices", _("toestemmingen en nieuwsbrieven")
    TECHNICAL = "technical", _("technische gegevens, zoals een IP-adres")
    MONEY = "money", _("betaalgegevens en facturen")
    SPECIAL = "special", _("bijzondere gegevens, zoals gezondheid of geloof")


class ComplianceItem(models.Model):
    """One check that comes back every so many months (C-33, C-43, C-44)."""

    # Those that come with the software have a key, and their words in duties.py; those of the operator have a title.
    key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  one null per own item
    title = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)
    months = models.PositiveSmallIntegerField(default=12)
    next_due_on = models.DateField(db_index=True)
    # For which due date the officers were mailed, so that they are mailed once.
    alarmed_for = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["next_due_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(months__range=(1, 120)), name="compliance_months")]

    @property
    def duty(self) -> Duty:
        return words(self.key, self.title, self.why)

    @property
    def is_late(self) -> bool:
        return self.next_due_on < clock.today()


class ComplianceCheck(models.Model):
    """One time that a check was done, with what shows it; never changed afterwards."""

    item = models.ForeignKey(ComplianceItem, on_delete=models.CASCADE, related_name="checks")
    done_on = models.DateField()
    evidence = EncryptedTextField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-done_on", "-pk"]


class ProcessorQuerySet(models.QuerySet["Processor"]):
    def active(self, on: date | None = None) -> Self:
        """Parties that handle data now."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=on or clock.today()))

    def running_out(self) -> Self:
        """Active ones whose agreement has ended or is about to."""
        return self.active().filter(agreement_until__lte=clock.today() + NOTICE_OF_END)


class Processor(models.Model):
    """An organisation that handles data for us or beside us (W-4, D-38); nothing about a person is in it."""

    class Role(models.TextChoices):
        PROCESSOR = "processor", _("verwerkt in onze opdracht")
        JOINT = "joint", _("beslist samen met ons")
        INDEPENDENT = "independent", _("beslist zelf, volgens een eigen recht of plicht")

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role.choices)
    is_host = models.BooleanField(default=False)
    task = models.CharField(max_length=300)
    purposes = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    fields = models.CharField(max_length=500)
    country = models.CharField(max_length=2)
    data_country = models.CharField(max_length=2)
    agreement_on = models.DateField()
    agreement_until = models.DateField(null=True, blank=True)
    security_checked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ProcessorQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__in=list(EEA), data_country__in=list(EEA)), name="processor_in_the_eea"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.ended_on is None or self.ended_on > clock.today()

    @property
    def country_name(self) -> str:
        return str(EEA[self.country])

    @property
    def data_country_name(self) -> str:
        return str(EEA[self.data_country])

    @property
    def purpose_labels(self) -> list[str | Promise]:
        return [purpose_of(code).label for code in self.purposes]

    @property
    def category_labels(self) -> list[str | Promise]:
        return [DataCategory(code).label for code in self.categories]


class Disclosure(models.Model):
    """Data that were handed to somebody else, once, on one of four grounds (W-47, K-25)."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("de persoon weet ervan en zei ja")
        LAW = "law", _("een wet verplicht het of geeft er de bevoegdheid voor")
        COURT = "court", _("een rechter beval het")
        CLAIM = "claim", _("het is nodig voor een rechtszaak")

    recipient = EncryptedTextField()
    what = EncryptedTextField()
    ground = models.CharField(max_length=8, choices=Ground.choices)
    basis = EncryptedTextField()
    disclosed_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-disclosed_on", "-pk"]
        constraints = [
            # There is no ground for handing data over for advertising, not even one that code could make up (K-26).
            models.CheckConstraint(
                condition=Q(ground__in=["consent", "law", "court", "claim"]), name="disclosure_closed_list_of_grounds"
            )
        ]


STAFF_NUMBER = Personal(
    kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL
)
OFFICE_TEXT = Personal(
    kind=Kind.FREE_TEXT,
    visibility=Visibility.STAFF,
    not_exported="names no person",
    erase=Erase.KEEP,
    keep_reason=_("de wet vraagt dat we later kunnen laten zien wat er gebeurde"),
)

declare(
    ComplianceItem,
    purpose="compliance",
    ground=Ground.LAW,
    retention="site",
    holds="words of the office about a check",
    technical="id key title why months next_due_on alarmed_for stopped_on",
)
declare(
    ComplianceCheck,
    purpose="compliance",
    ground=Ground.LAW,
    retention="five_years",
    clock="created_at",
    technical="id item done_on created_at",
    fields={"evidence": OFFICE_TEXT, "done_by": STAFF_NUMBER},
)
declare(
    Processor,
    purpose="compliance",
    ground=Ground.LAW,
    retention="site",
    holds="about an organisation",
    technical="id name role is_host task purposes categories fields country data_country agreement_on agreement_until "
    "security_checked_on ended_on created_at",
)
declare(
    Disclosure,
    purpose="compliance",
    ground=Ground.LAW,
    retention="five_years",
    clock="created_at",
    technical="id ground disclosed_on created_at",
    fields={"recipient": OFFICE_TEXT, "what": OFFICE_TEXT, "basis": OFFICE_TEXT, "decided_by": STAFF_NUMBER},
)
