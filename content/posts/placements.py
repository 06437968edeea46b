"""In which other neighbourhoods a post stands too: its author asks, and each neighbourhood's own manager answers.

A row says nothing to anybody but the author before the post is public at home, and follows it out of sight.
"""

from collections.abc import Iterable
from math import cos, radians
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.audit.models import record
from content.organisations.reach import places_near
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood, NeighbourhoodQuerySet
from wijk import clock
from wijk.access import managed, own, scope
from wijk.personal_data import Erase, Kind, Personal, Source, Visibility, declare
from wijk.published import published

MOST = 4
CHOICES = 12


class PlacementQuerySet(models.QuerySet["Placement"]):
    def approved(self) -> Self:
        """Whose manager said yes."""
        return self.filter(state=Placement.State.APPROVED)

    def asked(self) -> Self:
        """That wait for an answer, oldest first."""
        return self.filter(state=Placement.State.ASKED).order_by("asked_at", "pk")

    def standing(self) -> Self:
        """Asked or approved: what counts for how many there may be."""
        return self.filter(state__in=(Placement.State.ASKED, Placement.State.APPROVED))

    def final(self) -> Self:
        """With a no that holds as long as the words are the same."""
        return self.filter(state__in=(Placement.State.REFUSED, Placement.State.STOPPED), reworded=False)


class Placement(models.Model):
    """One other neighbourhood for one post, and what its manager said."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("also in", "wacht op de wijkbeheerder")
        APPROVED = "approved", pgettext_lazy("also in", "staat er ook")
        REFUSED = "refused", pgettext_lazy("also in", "niet geplaatst")
        STOPPED = "stopped", pgettext_lazy("also in", "weggehaald")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="placements")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="placements")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="placements_decided"
    )
    note = models.TextField(max_length=500, blank=True)
    # Whether the words changed since a no, so that its author may ask once more.
    reworded = models.BooleanField(default=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "neighbourhood"], name="placement_once")]
        indexes = [models.Index(fields=["neighbourhood", "state", "post"], name="placement_board")]

    @property
    def drawn(self) -> str:
        """The name of its state for components/status.html."""
        return {self.State.APPROVED: "live", self.State.ASKED: "waiting"}.get(self.State(self.state), "refused")

    @property
    def stands(self) -> bool:
        """Whether its author can take it back."""
        return self.state in {self.State.ASKED, self.State.APPROVED}


declare(
    Placement,
    subject="post__author",
    purpose="posts",
    retention="post",
    technical="id post reworded",
    fields={
        "neighbourhood": Personal(_("Ook in deze wijk"), Kind.CONTENT, Visibility.PUBLIC),
        "state": Personal(_("Hoe het staat"), Kind.TECHNICAL, Visibility.MANAGER),
        "asked_at": Personal(_("Gevraagd op"), Kind.TECHNICAL, Visibility.MANAGER),
        "decided_at": Personal(_("Beantwoord op"), Kind.TECHNICAL, Visibility.MANAGER, source=Source.OTHERS),
        "decided_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "note": Personal(_("Uitleg"), Kind.FREE_TEXT, Visibility.MANAGER, source=Source.OTHERS),
    },
)


@own(Placement)
def placements_of(user: Any) -> QuerySet[Placement]:
    return Placement.objects.filter(post__author=user)


@managed(Placement)
def managed_placements(user: Any) -> QuerySet[Placement]:
    """What is asked of somebody's neighbourhoods, or stands there: only of posts that everybody can read already."""
    here = Placement.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
    return here.filter(post__in=Post.objects.visible().values("pk"))


# Where it stands -----------------------------------------------------------------------------------------------------


def places_of(posts: QuerySet[Post]) -> NeighbourhoodQuerySet:
    """The neighbourhoods in which any of these posts stands."""
    also = Placement.objects.approved().filter(post__in=posts.values("pk")).values("neighbourhood")
    return Neighbourhood.objects.filter(Q(pk__in=posts.values("neighbourhood")) | Q(pk__in=also))


def touch(post: Post) -> None:
    """Marks as changed what is public about each neighbourhood in which the post stands."""
    also = Placement.objects.approved().filter(post=post.pk).values("neighbourhood")
    Neighbourhood.objects.filter(Q(pk=post.neighbourhood_id) | Q(pk__in=also)).touch()


def stands_also_in(post: Any) -> list[Any]:
    """The other neighbourhoods on whose pages it is, by name; nothing is asked where its page knows of none."""
    if not post.pk or not getattr(post, "stands_elsewhere", True):
        return []
    also = Placement.objects.approved().filter(post=post.pk).values("neighbourhood")
    return [published(place) for place in Neighbourhood.objects.on().filter(pk__in=also).defer("outline")]


def asked_of(post: Post) -> QuerySet[Placement]:
    """What its author asked, by the name of the neighbourhood."""
    rows = Placement.objects.filter(post=post.pk).select_related("neighbourhood").defer("neighbourhood__outline")
    return rows.order_by("neighbourhood__name", "pk")


# Choosing ------------------------------------------------------------------------------------------------------------


def around(home: Neighbourhood) -> QuerySet[Neighbourhood]:
    """The other neighbourhoods that a post may be asked for: those that touch its own first, then the nearest."""
    touching = Case(When(pk__in=home.within_reach(), then=0), default=1)
    order: list[Any] = [touching]
    if home.latitude is not None and home.longitude is not None:
        # Degrees of longitude are shorter; the earth is flat enough for one town.
        narrower = cos(radians(home.latitude))
        north = F("latitude") - home.latitude
        east = (F("longitude") - home.longitude) * narrower
        order.append(north * north + east * east)
    return places_near(home).exclude(pk=home.pk).order_by(*order, "name")


def offered(post: Post) -> QuerySet[Neighbourhood]:
    """The neighbourhoods in the form: the nearest that gave no no, and those that were asked before."""
    if post.neighbourhood_id is None:
        return Neighbourhood.objects.none()
    rows = Placement.objects.filter(post=post.pk) if post.pk else Placement.objects.none()
    places = around(post.neighbourhood).exclude(pk__in=rows.final().values("neighbourhood"))
    nearest = list(places.values_list("pk", flat=True)[:CHOICES])
    return places.filter(Q(pk__in=nearest) | Q(pk__in=rows.standing().values("neighbourhood")))


def choose(*, post: Post, by: Any, wanted: Iterable[Neighbourhood]) -> bool:
    """Asks for these and takes back the others; part of a change of a post that its caller holds.

    Only of what is offered, and False for more than there may be. What was approved and stays is not asked again.
    """
    here = {row.neighbourhood_id: row for row in Placement.objects.filter(post=post.pk).standing()}
    shown = set(offered(post).values_list("pk", flat=True))
    chosen = {place.pk for place in wanted} & shown
    # What a draft asked from another home goes; what is on the site and switched off for a while stays.
    gone = {pk for pk in here if pk not in chosen and (pk in shown or post.status == Post.Status.DRAFT)}
    if len(chosen | (here.keys() - gone)) > MOST:
        return False
    for pk in sorted(gone):
        _take_back(here[pk], by)
    for pk in sorted(chosen - here.keys()):
        _ask(post, pk, by)
    return True


def _ask(post: Post, neighbourhood: int, by: Any) -> None:
    blank = {"decided_at": None, "decided_by": None, "note": "", "reworded": False}
    fresh = {"state": Placement.State.ASKED, "asked_at": clock.now(), **blank}
    made, _new = Placement.objects.update_or_create(post=post, neighbourhood_id=neighbourhood, defaults=fresh)
    record("post.also_ask", by=by, about=post, neighbourhood=made.neighbourhood)


def _take_back(row: Placement, by: Any) -> None:
    touch(row.post)
    record("post.also_back", by=by, about=row.post, neighbourhood=row.neighbourhood)
    row.delete()


@transaction.atomic
def take_back(*, placement: Placement, by: Any) -> bool:
    """Its author wants it there no more; False when it was not there. A no stays, or it could be asked again."""
    Post.objects.select_for_update(of=("self",)).filter(pk=placement.post_id).first()
    row = Placement.objects.standing().filter(pk=placement.pk, post__author=by.pk).first()
    if row:
        _take_back(row, by)
    return row is not None


def note_new_words(post: Post) -> None:
    """What got a no may be asked once more: it says something else now."""
    Placement.objects.filter(post=post.pk).final().update(reworded=True)
