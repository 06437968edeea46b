"""Sealed copies, the wraps of their keys, and how far the database knows the erasure ledger."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.databases import KEYRING
from wijk.encryption import keyed_hash, known_secrets
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare
from wijk.text import canonical_email


def address_lookups(email: str) -> list[str]:
    """By which somebody's copy is found from an address typed later, the newest key first.

    The keys are outside the database; a copy is older than many of them.
    """
    return [keyed_hash("sealed-copy", canonical_email(email), secret=secret) for secret in known_secrets()]


def span() -> timedelta:
    """How long a copy is kept: at most five years, less if the operator says so (X-2)."""
    return timedelta(days=round(settings.SEALED_YEARS * 365.25))


class SealedCopyQuerySet(models.QuerySet["SealedCopy"]):
    def live(self) -> Self:
        """Not destroyed, and not on its way there."""
        return self.filter(doomed_at=None)

    def openable(self) -> Self:
        return self.live().filter(expires_at__gt=clock.now())

    def of_address(self, email: str) -> Self:
        return self.filter(lookup__in=address_lookups(email)).order_by("-created_at", "-pk")

    def expired(self) -> Self:
        return self.live().filter(expires_at__lte=clock.now())

    def half_destroyed(self) -> Self:
        """Somebody or the clock began, and was cut off."""
        return self.filter(doomed_at__isnull=False, destroyed_at=None)


class SealedCopy(models.Model):
    """One sealed archive: what the server knows about it, which is not what is in it (W-79).

    Its name is random, so that neither the file nor the keyring says whose it is.
    """

    name = models.CharField(max_length=32, unique=True)
    lookup = models.CharField(max_length=64, blank=True, db_index=True)
    account_ref = models.BigIntegerField(db_index=True)
    epoch = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    format = models.PositiveSmallIntegerField()
    # Whose public key the operator's wrap is for, and the code's; empty where there is no such wrap.
    key_id = models.CharField(max_length=16, blank=True)
    code_id = models.CharField(max_length=16, blank=True)
    doomed_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=20, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)

    objects = SealedCopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_ref", "epoch"],
                condition=models.Q(doomed_at=None),
                name="sealed_copy_once_per_closing",
            )
        ]

    @property
    def is_live(self) -> bool:
        return self.doomed_at is None and self.expires_at > clock.now()


class KeyWrap(models.Model):
    """The key of one archive, locked for one holder: the operator's offline key or a code on paper."""

    in_keyring = True

    class Holder(models.TextChoices):
        OPERATOR = "operator"
        CODE = "code"

    # The copy, the holder and the key; the copy's own row says which key is the present one.
    name = models.CharField(max_length=64, primary_key=True)
    copy = models.CharField(max_length=32, db_index=True)
    holder = models.CharField(max_length=10, choices=Holder.choices)
    key_id = models.CharField(max_length=16)
    wrap = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        # Made below, in a database without migrations, so that `migrate` is all an operator runs.
        managed = False
        db_table = "keyring_wrap"


BLOB = {"sqlite": "BLOB", "postgresql": "BYTEA"}
MOMENT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMPTZ"}


@receiver(connection_created)
def make_keyring(connection: Any, **_signal: Any) -> None:
    """The keyring's one table, whenever its database is new."""
    if connection.alias == KEYRING:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS keyring_wrap (name VARCHAR(64) PRIMARY KEY, copy VARCHAR(32) NOT NULL, "
                f"holder VARCHAR(10) NOT NULL, key_id VARCHAR(16) NOT NULL, wrap {BLOB[connection.vendor]} NOT NULL, "
                f"created_at {MOMENT[connection.vendor]} NOT NULL)"
            )


class LedgerMark(models.Model):
    """How far this database knows the erasure ledger; one that knows less than the file is older than the file."""

    lines = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    # Set by a restore: mail waits until somebody has looked.
    mail_held_at = models.DateTimeField(null=True, blank=True)


WHY_KEPT = _("wie voor een kopie koos, kan ermee terugkomen; niemand hier kan haar openen")
RANDOM = "random names, hashes and codes"
declare(
    SealedCopy,
    purpose="copy",
    retention="year",
    erase=Erase.KEEP,
    keep_reason=WHY_KEPT,
    holds=RANDOM,
    clock="destroyed_at",
    technical="id epoch created_at digest size format key_id code_id doomed_at destroyed_at why checked_at problem",
    fields={
        "name": Personal(kind=Kind.TECHNICAL, visibility=Visibility.STAFF, not_exported="random"),
        "lookup": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash", retention="copy"
        ),
        "account_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "expires_at": Personal(kind=Kind.TECHNICAL, visibility=Visibility.STAFF, not_exported="technical"),
    },
)
declare(
    KeyWrap,
    purpose="copy",
    retention="copy",
    erase=Erase.KEEP,
    keep_reason=WHY_KEPT,
    holds=RANDOM,
    technical="name copy holder key_id created_at",
    fields={
        "wrap": Personal(
            kind=Kind.SECRET, visibility=Visibility.NOBODY, not_exported="locked key", ground=Ground.CONTRACT
        )
    },
)
declare(LedgerMark, purpose="operation", retention="site", holds=RANDOM, technical="id lines head mail_held_at")
