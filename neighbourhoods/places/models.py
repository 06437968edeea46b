"""Places: municipality, neighbourhood, postcode."""

from typing import Any, Self

from django.db import models
from django.db.models import F
from django.urls import reverse

from wijk.access import managed
from wijk.personal_data import declare


class Municipality(models.Model):
    """A gemeente, by its official code."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=90, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("places:municipality", args=[self.slug])


class NeighbourhoodQuerySet(models.QuerySet["Neighbourhood"]):
    def on(self) -> Self:
        """Neighbourhoods that take part."""
        return self.filter(is_on=True)

    def current(self) -> Self:
        """Neighbourhoods on the newest map, or still in use though the map has dropped them."""
        return self.filter(models.Q(retired_in=None) | models.Q(is_on=True))

    def touch(self) -> int:
        """Marks what is public about these neighbourhoods as changed, so that no cache shows the old."""
        return self.update(version=F("version") + 1)


class Neighbourhood(models.Model):
    """A wijk of the official map: code, name, outline and neighbours; switched on one by one."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="neighbourhoods")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=120, unique=True)
    outline = models.JSONField(null=True, blank=True)
    # The centre in WGS84 degrees.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    neighbours = models.ManyToManyField("self", blank=True)
    map_year = models.PositiveSmallIntegerField()
    # The first map year without this area, and the areas that took its ground.
    retired_in = models.PositiveSmallIntegerField(null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")
    is_on = models.BooleanField(default=False, db_index=True)
    accent = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveBigIntegerField(default=1)

    objects = NeighbourhoodQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("home:neighbourhood", args=[self.slug])

    def within_reach(self) -> list[int]:
        """The ids of this neighbourhood and those that touch it."""
        return [self.pk, *self.neighbours.on().values_list("pk", flat=True)]  # type: ignore[attr-defined]


class Postcode(models.Model):
    """A PC6 and the neighbourhood it lies in; a postcode on a border has a row for each."""

    code = models.CharField(max_length=6)
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="postcodes")
    addresses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "neighbourhood"], name="postcode_once_per_area")]


declare(Municipality, purpose="places", retention="site", technical="id code name slug")
declare(
    Neighbourhood,
    purpose="places",
    retention="site",
    technical="id municipality code name slug outline latitude longitude neighbours map_year retired_in successors is_on "
    "accent version",
)
declare(Postcode, purpose="places", retention="site", technical="id code neighbourhood addresses")


def _operator_only(user: Any) -> models.QuerySet[Any]:
    return Municipality.objects.all() if user.is_superuser else Municipality.objects.none()


managed(Municipality)(_operator_only)
