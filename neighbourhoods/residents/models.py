"""Residence: a member's home neighbourhood."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.archive.contents import Row, comes_back, found_by
from accounts.notices.reach import reach
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


@comes_back(Residence._meta.label_lower)
def residence_comes_back(account: Any, rows: list[Row]) -> int:
    """Who returns lives where they lived, if that neighbourhood is still on the map; else they choose one."""
    home = found_by(Neighbourhood, rows[0]["neighbourhood"])
    if home is not None:
        Residence.objects.create(user=account, neighbourhood=home, since=clock.now())
    return int(home is not None)


@own(Residence)
def residence_of(user: Any) -> models.QuerySet[Residence]:
    return Residence.objects.filter(user=user)


def _neighbourhoods() -> list[tuple[str, str]]:
    names = Neighbourhood.objects.filter(is_on=True).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in names]


# After a leak: which residents it is about. Here and not in actions, so that workers know it, too.
reach(
    "neighbourhoods",
    _("van bewoners van bepaalde wijken"),
    accounts=lambda chosen: models.Q(residence__neighbourhood__in=chosen),
    choices=_neighbourhoods,
)
