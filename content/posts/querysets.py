"""Which posts: what may be seen, what waits, what is near its end."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.requests.standstill import not_objecting
from accounts.users.models import takes_part
from content.organisations.models import Organisation
from content.posts.interests import FEEDS, LETTERS, REMINDERS, SEARCH
from content.posts.tombstones import Tombstone
from content.series.models import LINGERS
from wijk import clock


class PostQuerySet(models.QuerySet[Any]):
    # Of Post, which cannot be named here: it has this as its manager.

    def visible(self) -> Self:
        """What everybody may see now: live, before its end, of somebody who takes part, in a neighbourhood that is on.

        Asked in the query of every public page, so that no cache can bring a hidden post back.
        """
        current = Q(expires_at__gt=clock.now()) | Q(expires_at=None)
        sold = ~Q(kind=self.model.Kind.SHOP) | Q(organisation__in=Organisation.objects.visible())
        shown = self.filter(current, sold, takes_part("author"), status=self.model.Status.LIVE)
        return shown.filter(neighbourhood__is_on=True)

    def in_neighbourhood(self, neighbourhood: Any) -> Self:
        """What stands in a neighbourhood: what is at home there, and what its manager let in beside that.

        Each post once, because nothing is joined. One list of numbers, not two conditions: for "either of them"
        PostgreSQL would read all that is live on the site.
        """
        home = self.model.objects.filter(neighbourhood=neighbourhood, status=self.model.Status.LIVE).values("pk")
        also = self.model.placements.field.model.objects.approved().filter(neighbourhood=neighbourhood).values("post")
        return self.filter(pk__in=home.union(also, all=True))

    def neighbourly(self) -> Self:
        """Without what entrepreneurs sell, which is never mixed with what neighbours ask and give."""
        return self.exclude(kind=self.model.Kind.SHOP)

    def in_search(self) -> Self:
        """Whose authors let search find them (K-43)."""
        return self.filter(not_objecting(SEARCH.code, "author"))

    def in_feeds(self) -> Self:
        """Whose authors let them go to feeds, calendars and search engines (K-43)."""
        return self.filter(not_objecting(FEEDS.code, "author"))

    def in_letters(self) -> Self:
        """Whose authors let them stand in a newsletter (K-43)."""
        return self.filter(not_objecting(LETTERS.code, "author"))

    def waiting(self) -> Self:
        """Waiting for a manager, oldest first."""
        return self.filter(takes_part("author"), status=self.model.Status.WAITING).order_by("submitted_at", "pk")

    def agenda(self) -> Self:
        """Activities that have not ended, soonest first."""
        now = clock.now()
        # A series may wait for the clock to move it on; visible() knows its end.
        ahead = Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now - LINGERS) | Q(series_rule__gt="")
        return self.filter(ahead, kind=self.model.Kind.ACTIVITY).order_by("starts_at", "pk")

    def newest(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def older_than(self, published_at: datetime, pk: int) -> Self:
        """What comes after this one in newest(): the next page, whatever was placed in the meantime."""
        return self.filter(Q(published_at__lt=published_at) | Q(published_at=published_at, pk__lt=pk))

    def came_through(self) -> Self:
        """Was public once and was not taken away by a manager: what makes an author known."""
        taken = [self.model.Status.HELD, self.model.Status.REFUSED, self.model.Status.REMOVED]
        return self.filter(published_at__isnull=False).exclude(status__in=taken)

    def past_end(self) -> Self:
        """Still marked live, though their time is over."""
        return self.filter(status=self.model.Status.LIVE, expires_at__lte=clock.now())

    def to_remind(self, *, before: timedelta, sent: int) -> Self:
        """Offers and requests that end within `before`, whose author had `sent` reminders so far and wants them."""
        now = clock.now()
        wanted = self.filter(takes_part("author"), not_objecting(REMINDERS.code, "author"))
        return wanted.filter(
            status=self.model.Status.LIVE, expires_at__gt=now, expires_at__lte=now + before, reminders__lte=sent
        ).exclude(kind=self.model.Kind.ACTIVITY)

    def for_cards(self) -> Self:
        """With all a card shows, and nothing else of it."""
        hidden = ("text", "contact_email", "contact_phone", "contact_address", "neighbourhood__outline")
        return self.select_related("theme", "organisation", "neighbourhood").defer(*hidden)

    def delete(self) -> tuple[int, dict[str, int]]:
        published = self.filter(published_at__isnull=False).values_list("pk", flat=True)
        Tombstone.objects.bulk_create(
            [Tombstone(post_ref=pk, gone_at=clock.now()) for pk in published], ignore_conflicts=True
        )
        return super().delete()
