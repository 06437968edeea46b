"""DayCount: a number of one day, and nothing of a person."""

from datetime import date
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Sum

from wijk.personal_data import declare


class DayCountQuerySet(models.QuerySet["DayCount"]):
    def of(self, place: str) -> Self:
        """Of one neighbourhood; an empty code is the whole site."""
        return self.filter(place=place) if place else self

    def between(self, first: date, last: date) -> Self:
        """From the first day up to and including the last."""
        return self.filter(day__range=(first, last))

    def summed(self, *by: str) -> dict[tuple[object, ...], int]:
        """The numbers added up, by these fields."""
        rows = self.order_by().values_list(*by).annotate(total=Sum("number"))
        return {tuple(row[:-1]): row[-1] for row in rows}

    def add(self, number: int, **key: object) -> None:
        """Raises one count, or begins it; safe beside other workers."""
        if self.filter(**key).update(number=F("number") + number):
            return
        try:
            with transaction.atomic():
                self.create(number=number, **key)
        except IntegrityError:
            self.filter(**key).update(number=F("number") + number)


class DayCount(models.Model):
    """How often something happened on a day in a neighbourhood (W-58): no address, no account, no row per person."""

    class What(models.TextChoices):
        PAGE = "page"
        BROWSER = "browser"
        LANGUAGE = "language"
        REFERRER = "referrer"
        EVENT = "event"

    day = models.DateField()
    # The code of a neighbourhood; empty for the whole site.
    place = models.CharField(max_length=12, blank=True)
    what = models.CharField(max_length=10, choices=What.choices)
    name = models.CharField(max_length=80)
    number = models.PositiveIntegerField(default=0)

    objects = DayCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place", "what", "name"], name="day_count_once")]
        indexes = [models.Index(fields=["place", "what", "day"], name="day_count_of_place")]


declare(
    DayCount,
    purpose="operation",
    retention="five_years",
    clock="day",
    technical="id day place what name number",
    holds="numbers per day",
)
