"""Theme: a subject people recognise."""

from typing import Self

from django.db import models
from django.utils.translation import get_language

from wijk.personal_data import declare


class ThemeQuerySet(models.QuerySet["Theme"]):
    def in_use(self) -> Self:
        return self.filter(is_on=True)

    def catch_all(self) -> "Theme":
        """The last one of the list, for what nobody has put anywhere yet."""
        return self.order_by("-is_on", "-order")[:1].get()


class Theme(models.Model):
    """A curated subject of posts and organisations; filled from themes.json and edited by editors."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    is_on = models.BooleanField(default=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name


declare(
    Theme, purpose="places", retention="site", technical="id order is_on", public="slug name name_en", holds="subjects"
)
