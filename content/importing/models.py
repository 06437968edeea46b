"""What was read in, from where and by whom; and who was invited to take a page over."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.requests.rights import interest
from content.organisations.models import Organisation
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import TERMS, Erase, Ground, Kind, Personal, Visibility, declare
from wijk.text import canonical_email

INVITATION_LASTS = TERMS["invitation"].span or timedelta(days=14)
interest(
    "importing",
    purpose="importing",
    label=_("Een mail aan wie over een organisatie gaat die in de gids staat"),
    why=_("Zo weet een organisatie dat ze in de gids staat, en kan ze haar eigen pagina bijhouden."),
    goes_on=_("Het is één mail. Wie weigert, krijgt er nooit meer een. Weigeren kan met de knop in de mail."),
)


def invited_hash(email: str) -> str:
    """By which an invited mailbox is known again without reading it (W-26)."""
    return keyed_hash("invited", canonical_email(email))


def new_token() -> str:
    """An unguessable name for an invitation's link."""
    return secrets.token_urlsafe(32)


class Sort(models.TextChoices):
    """What a file lists."""

    ORGANISATIONS = "organisations", _("organisaties")
    ACTIVITIES = "activities", _("activiteiten")


class ImportDraft(models.Model):
    """An uploaded file between the upload and the yes: only who uploaded it reads it, and not for long."""

    importer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="import_drafts")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=14, choices=Sort.choices)
    file_name = EncryptedTextField(blank=True)
    source = EncryptedTextField(blank=True)
    # The rows as JSON, with only the columns we read.
    cells = EncryptedTextField(blank=True)
    unread = EncryptedTextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["importer", "neighbourhood"], name="import_draft_once")]


class Import(models.Model):
    """One file that was read in: where it came from, who did it and when."""

    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="+")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports"
    )
    sort = models.CharField(max_length=14, choices=Sort.choices)
    file_name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=160)
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-done_at", "-pk"]


class ImportedThing(models.Model):
    """Ties what was made to its file; the key knows the same row again, whatever became of its words since."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="things")
    key = models.CharField(max_length=64, unique=True)
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="imported"
    )
    post = models.OneToOneField(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="imported")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Not answered, not too old, and about a page that is still there."""
        fresh = self.filter(made_at__gt=clock.now() - INVITATION_LASTS)
        return fresh.filter(state=Invitation.State.OPEN, organisation__isnull=False)


class Invitation(models.Model):
    """Whoever reads a mailbox is asked once to keep an organisation's page (W-25, W-26).

    The address itself is only in the one mail that goes out; what stays is a keyed hash.
    """

    class State(models.TextChoices):
        OPEN = "open", _("nog geen antwoord")
        ACCEPTED = "accepted", _("houdt de pagina bij")
        REFUSED = "refused", _("wil niet")

    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    address_hash = models.CharField(max_length=64, db_index=True)
    token = models.CharField(max_length=50, unique=True, default=new_token)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    @property
    def url(self) -> str:
        return reverse("importing:invitation", args=[self.token])


declare(
    ImportDraft,
    subject="importer",
    purpose="importing",
    ground=Ground.LEGITIMATE,
    retention="unconfirmed",
    clock="made_at",
    technical="id importer neighbourhood sort made_at",
    fields={
        "file_name": Personal(_("Naam van een geüpload bestand"), Kind.CONTENT),
        "source": Personal(_("Waar het bestand vandaan komt"), Kind.FREE_TEXT),
        "cells": Personal(kind=Kind.FREE_TEXT, not_exported="of the organisations in the file"),
        "unread": Personal(kind=Kind.FREE_TEXT, not_exported="names of columns"),
    },
)
declare(
    Import,
    subject="imported_by",
    purpose="importing",
    ground=Ground.LEGITIMATE,
    retention="organisation",
    # The list of what was read in stays; who did it goes.
    erase=Erase.NULL,
    technical="id neighbourhood sort",
    fields={
        "imported_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="self", erase=Erase.NULL
        ),
        "file_name": Personal(
            _("Naam van een ingelezen bestand"), Kind.CONTENT, Visibility.MANAGER, erase=Erase.REPLACE
        ),
        "source": Personal(_("Bron van een ingelezen lijst"), Kind.FREE_TEXT, Visibility.MANAGER, erase=Erase.REPLACE),
        "done_at": Personal(_("Ingelezen op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
declare(
    ImportedThing,
    purpose="importing",
    ground=Ground.LEGITIMATE,
    retention="thing",
    technical="id batch key organisation post",
    holds="a keyed hash",
)
declare(
    Invitation,
    purpose="importing",
    ground=Ground.LEGITIMATE,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("wie een uitnodiging kreeg of weigerde, krijgt er geen tweede; er staat een code, geen adres"),
    technical="id organisation token made_at state answered_at",
    holds="random",
    fields={
        "address_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "invited_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="somebody else", erase=Erase.NULL
        ),
    },
)


@own(ImportDraft)
def drafts_of(user: Any) -> models.QuerySet[ImportDraft]:
    """Whoever uploaded it, while they manage the neighbourhood it is for."""
    return ImportDraft.objects.filter(importer=user, neighbourhood__in=scope(user).managed(Neighbourhood))


@managed(Import)
def managed_imports(user: Any) -> models.QuerySet[Import]:
    return Import.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
