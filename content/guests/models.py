"""What somebody asked without an account, as long as nobody proved that the mailbox is theirs."""

import json
import secrets
from datetime import timedelta
from typing import Any, Self

from django.db import models

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Kind, Personal, Visibility, declare

TIME_TO_CONFIRM = timedelta(hours=48)


def new_token() -> str:
    """An unguessable name for the link in the mail."""
    return secrets.token_urlsafe(32)


class PendingRequestQuerySet(models.QuerySet["PendingRequest"]):
    def confirmable(self) -> Self:
        """Typed no longer ago than the link works, and not wiped since."""
        return self.filter(made_at__gt=clock.now() - TIME_TO_CONFIRM).exclude(email="")


class PendingRequest(models.Model):
    """A request in no queue and on no page: it becomes a post when its mailbox says yes, or is erased (K-13)."""

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="+")
    email = EncryptedTextField(blank=True)
    # What was typed, and which texts were shown with it.
    draft = EncryptedTextField(blank=True)
    language = models.CharField(max_length=8, default="nl")
    token = models.CharField(max_length=50, unique=True, default=new_token)
    made_at = models.DateTimeField(default=clock.now)
    form_key = models.CharField(max_length=40, unique=True)

    objects = PendingRequestQuerySet.as_manager()

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed: title, text, theme, first name, and the versions of the texts."""
        return dict(json.loads(self.draft))


declare(
    PendingRequest,
    purpose="posts",
    retention="unconfirmed_request",
    clock="made_at",
    erase=Erase.REPLACE,
    erased_by="addresses",
    technical="id neighbourhood language token made_at form_key",
    holds="random tokens and codes",
    fields={
        "email": Personal(kind=Kind.CONTACT, visibility=Visibility.NOBODY, not_exported="not proven to be anybody's"),
        "draft": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.NOBODY, not_exported="not proven to be anybody's"),
    },
)
