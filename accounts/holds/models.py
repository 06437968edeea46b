"""One record set aside for a case: which, why, until when, and after the erasure its words."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.users.purposes import purpose_of
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import REGISTER, Erase, Ground, Kind, Personal, Source, Visibility, declare

LONGEST = timedelta(days=365)
# After a review that nobody did there is this long to do it; then erasing goes first.
GRACE = timedelta(days=30)
SOON = timedelta(days=14)


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def of_account(self, ref: int) -> Self:
        return self.filter(account_ref=ref)

    def not_copied(self) -> Self:
        """Those of which the live row is the only one."""
        return self.filter(set_aside_at=None)

    def of_rows(self, model: type[models.Model], numbers: list[Any]) -> Self:
        return self.filter(model=model._meta.label_lower, row_ref__in=[str(number) for number in numbers])

    def unreviewed(self) -> Self:
        """Past the review and past the grace after it."""
        return self.filter(review_on__lt=clock.today() - GRACE)

    def waiting(self) -> Self:
        """Whose review is near or over."""
        return self.filter(review_on__lte=clock.today() + SOON).order_by("review_on", "pk")


class LegalHold(models.Model):
    """Keeps one record for a case. The live row goes as always; from then on its words are here, encrypted (K-42).

    It is released by deleting it: with it goes the copy. The trail keeps that there was one.
    """

    class Reason(models.TextChoices):
        CLAIM = "claim", _("er loopt een zaak of geschil over")
        COURT = "court", _("een rechter vraagt het")
        AUTHORITY = "authority", _("een toezichthouder of de politie vraagt het")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="legal_holds"
    )
    # What remains of the account in this row once it is gone.
    account_ref = models.BigIntegerField(db_index=True)
    model = models.CharField(max_length=80)
    row_ref = models.CharField(max_length=40)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    basis = EncryptedTextField()
    review_on = models.DateField(db_index=True)
    placed_at = models.DateTimeField(default=clock.now)
    placed_by_ref = models.BigIntegerField(null=True, blank=True)
    words = EncryptedTextField(blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account_ref", "model", "row_ref"], name="legal_hold_once_per_record")
        ]

    def get_model_display(self) -> str | Promise:
        """What sort of record it is, in the words My data has for it."""
        found = next((one for one in REGISTER.values() if one.model._meta.label_lower == self.model), None)
        return purpose_of(found.purpose).label if found else self.model

    @property
    def row(self) -> models.Model | None:
        """The live row, as long as there is one."""
        return apps.get_model(self.model)._base_manager.filter(pk=self.row_ref).first()

    @property
    def ends_on(self) -> date:
        """When it ends by itself if nobody looks again."""
        return self.review_on + GRACE

    @property
    def review_at(self) -> datetime:
        return clock.midnight(self.review_on)

    @property
    def is_late(self) -> bool:
        return self.review_on < clock.today()


declare(
    LegalHold,
    subject="user",
    purpose="hold",
    ground=Ground.LAW,
    retention="hold",
    erase=Erase.KEEP,
    keep_reason=_("alleen dit ene stuk is nodig voor een zaak; al het andere is gewist"),
    holds="names of tables, numbers and codes",
    source=Source.OTHERS,
    technical="id row_ref placed_by_ref set_aside_at",
    fields={
        "model": Personal(_("Wat we apart houden"), Kind.TECHNICAL, Visibility.STAFF),
        "user": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="self", erase=Erase.NULL),
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "reason": Personal(_("Waarom"), Kind.TECHNICAL, Visibility.STAFF),
        "review_on": Personal(_("We kijken er weer naar op"), Kind.TECHNICAL, Visibility.STAFF),
        "placed_at": Personal(_("Apart gezet op"), Kind.TECHNICAL, Visibility.STAFF),
        "basis": Personal(
            kind=Kind.FREE_TEXT, visibility=Visibility.STAFF, not_exported="may name others; ask the privacy desk"
        ),
        "words": Personal(
            kind=Kind.CONTENT, visibility=Visibility.STAFF, not_exported="empty as long as the account exists"
        ),
    },
)
