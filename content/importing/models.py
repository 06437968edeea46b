"""What was read in, from where and by whom."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.requests.rights import interest
from content.organisations.models import Organisation
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare

interest(
    "importing",
    purpose="importing",
    label=_("Een mail aan wie over een organisatie gaat die in de gids staat"),
    why=_("Zo weet een organisatie dat ze in de gids staat, en kan ze haar eigen pagina bijhouden."),
    goes_on=_("Het is één mail. Wie weigert, krijgt er nooit meer een. Weigeren kan met de knop in de mail."),
)


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


@own(ImportDraft)
def drafts_of(user: Any) -> models.QuerySet[ImportDraft]:
    """Whoever uploaded it, while they manage the neighbourhood it is for."""
    return ImportDraft.objects.filter(importer=user, neighbourhood__in=scope(user).managed(Neighbourhood))


@managed(Import)
def managed_imports(user: Any) -> models.QuerySet[Import]:
    return Import.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
