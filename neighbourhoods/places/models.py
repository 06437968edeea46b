"""Places: municipality, neighbourhood, postcode."""

import re
import unicodedata
from typing import Any, Self

from django.db import models
from django.db.models import F
from django.urls import reverse

from accounts.signup.passwords import place_words
from wijk.access import managed
from wijk.personal_data import declare


def folded(text: str) -> str:
    """A name as people look for it: no accents, capitals or punctuation."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(sign for sign in letters if not unicodedata.combining(sign))))


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

    def listed(self) -> Self:
        """Neighbourhoods that take part, by municipality, without the weight of their outlines."""
        light = self.on().select_related("municipality").defer("outline")
        return light.order_by("municipality__name", "municipality_id", "name", "pk")

    def named(self, words: str) -> Self:
        """Those with all these words in their own or their municipality's name."""
        found = self
        for word in folded(words).split():
            found = found.filter(search_name__contains=word)
        return found

    def at_postcode(self, postcode: str) -> Self:
        """Those with addresses at a postcode, written 6822 or 6822AB; or the areas that took their ground."""
        # A range, because an index serves it whatever the database's order of letters.
        last = postcode if len(postcode) == 6 else f"{postcode}ZZ"
        here = Postcode.objects.filter(code__gte=postcode, code__lte=last).values("neighbourhood")
        gone = models.Q(predecessors__in=here, predecessors__is_on=False)
        return self.current().filter(models.Q(pk__in=here) | gone).distinct()

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
    # Its own and its municipality's name, folded.
    search_name = models.CharField(max_length=200, default="", editable=False)

    objects = NeighbourhoodQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.fold_name()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return reverse("home:neighbourhood", args=[self.slug])

    def fold_name(self) -> None:
        """Keeps the name that searches look at in step with the real one."""
        self.search_name = folded(f"{self.name} {self.municipality.name}")[:200]

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


@place_words
def names_of_places() -> list[str]:
    """What people here call where they live."""
    rows = Neighbourhood.objects.on().values_list("name", "municipality__name")
    return [name for row in rows.distinct() for name in row]


MAP = "open data about places"
declare(Municipality, purpose="places", retention="site", technical="id", public="code name slug", holds=MAP)
declare(
    Neighbourhood,
    purpose="places",
    retention="site",
    technical="id map_year retired_in successors accent version search_name",
    public="municipality code name slug outline latitude longitude neighbours is_on",
    holds=MAP,
)
declare(Postcode, purpose="places", retention="site", technical="id code neighbourhood addresses", holds=MAP)


def _operator_only(user: Any) -> models.QuerySet[Any]:
    return Municipality.objects.all() if user.is_superuser else Municipality.objects.none()


managed(Municipality)(_operator_only)
