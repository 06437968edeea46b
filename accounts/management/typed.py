"""What operators type at a command, read and said back; a mistake is told in words and changes nothing."""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from wijk import clock
from wijk.forms import EARLIEST


def moment(text: str) -> datetime:
    """A moment that has passed, as 2026-11-24T09:30; without a zone in the site's time, and a day is its beginning."""
    try:
        found = _parsed(text)
        if found.year < EARLIEST:
            raise ValueError
        ahead = found > clock.now()
    except (ValueError, TypeError, OverflowError):
        raise CommandError(_("Dit is geen tijdstip: %s. Schrijf bijvoorbeeld 2026-11-24T09:30.") % text) from None
    if ahead:
        raise CommandError(_("Dat tijdstip ligt in de toekomst: %s.") % shown(found))
    return found


def _parsed(text: str) -> datetime:
    found, day = parse_datetime(text), parse_date(text)
    if found is None and day is None:
        raise ValueError
    found = found or datetime(day.year, day.month, day.day)  # type: ignore[union-attr]  # noqa: DTZ001  a zone follows
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def shown(when: datetime) -> str:
    """A moment as the site's own time."""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")
