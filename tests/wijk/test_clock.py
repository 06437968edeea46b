"""What follows from the one clock."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from wijk.clock import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 24), 24, date(2028, 11, 24)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later(day, months, later):
    assert months_later(day, months) == later


def test_a_moment_keeps_its_hour_and_its_day_where_the_site_lives():
    late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert months_later(late, 1) == timezone.make_aware(datetime(2026, 3, 1, 0, 30))
    assert months_later(late, 3) == timezone.make_aware(datetime(2026, 5, 1, 0, 30))
