"""The audit record: append-only, without foreign keys, without names."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare


class AuditEvent(models.Model):
    """One act. It names people and things by number only, so history never blocks an erasure (C-41, X-22)."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    actor_ref = models.BigIntegerField(null=True, blank=True, db_index=True)
    action = models.CharField(max_length=60)
    about = models.CharField(max_length=120, blank=True)
    neighbourhood_ref = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["about", "at"], name="audit_about")]


declare(
    AuditEvent,
    purpose="audit",
    ground=Ground.LEGITIMATE,
    retention="year",
    erase=Erase.KEEP,
    clock="at",
    technical="id neighbourhood_ref detail",
    fields={
        "at": Personal(_("Wanneer"), Kind.TECHNICAL),
        "actor_ref": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number"),
        "action": Personal(_("Wat"), Kind.TECHNICAL),
        "about": Personal(_("Waarover"), Kind.TECHNICAL),
    },
)


def record(
    action: str, *, by: Any, about: models.Model | str = "", neighbourhood: Any = None, **detail: Any
) -> AuditEvent:
    """Writes one act (`by` is None for the clock). The detail holds codes and numbers, never words of people."""
    label = about if isinstance(about, str) else f"{about._meta.label_lower}:{about.pk}"
    return AuditEvent.objects.create(
        action=action,
        actor_ref=getattr(by, "pk", None),
        about=label,
        neighbourhood_ref=getattr(neighbourhood, "pk", None),
        detail=detail,
        at=clock.now(),
    )
