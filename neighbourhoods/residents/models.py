"""Residence: a member's home neighbourhood."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import own
from wijk.personal_data import Kind, Personal, Visibility, declare


class Residence(models.Model):
    """Where a member lives; a member has one home neighbourhood and may move."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residence")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="residences")
    since = models.DateTimeField(default=clock.now)


declare(
    Residence,
    subject="user",
    purpose="account",
    technical="id user",
    fields={
        "neighbourhood": Personal(_("Je wijk"), Kind.IDENTIFIER, Visibility.MANAGER, archive=True),
        "since": Personal(_("Sinds"), Kind.TECHNICAL),
    },
)


@own(Residence)
def residence_of(user: Any) -> models.QuerySet[Residence]:
    return Residence.objects.filter(user=user)
