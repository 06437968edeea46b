"""What an author answers to the desk: to a wording a manager suggests (W-51), and against a decision (L-4)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.retention.actions import awaits
from accounts.users.models import takes_part
from content.moderation.models import Decision
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Source, Visibility, declare

SUGGESTION_LASTS = timedelta(days=14)
APPEAL_WITHIN = timedelta(days=184)
SUGGESTABLE = (Post.Status.WAITING, Post.Status.CHANGES, Post.Status.LIVE)


class Suggestion(models.Model):
    """Another title and text for a post, written by a manager; only its author decides (W-51)."""

    class State(models.TextChoices):
        OPEN = "open", _("wacht op de schrijver")
        ACCEPTED = "accepted", _("overgenomen")
        DECLINED = "declined", _("niet overgenomen")
        LAPSED = "lapsed", _("vervallen")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="suggestions")
    title = models.CharField(max_length=90)
    text = models.TextField(max_length=3000)
    remark = models.TextField(max_length=500, blank=True)
    # The version of the post it was written for; another one, and it is about nothing any more.
    of_version = models.DateTimeField()
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    suggested_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(state="open"), name="suggestion_one_open"),
        ]

    @property
    def stands(self) -> bool:
        """Whether its author can still take it over."""
        fresh = self.suggested_at > clock.now() - SUGGESTION_LASTS
        fits = self.of_version == self.post.changed_at and self.post.status in SUGGESTABLE
        return self.state == self.State.OPEN and fresh and fits


class Appeal(models.Model):
    """An author objects to one decision; somebody else than who decided looks again."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("het besluit blijft")
        UNDONE = "undone", _("het besluit is teruggedraaid")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    text = EncryptedTextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    answer = EncryptedTextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="appeals_answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


def can_appeal(decision: Decision) -> bool:
    """Whether its author may object to it now: against them, not older than half a year, not objected to before."""
    # Who decided about the own post has nobody to object to.
    by_another = decision.decided_by_id != decision.post.author_id
    in_time = decision.decided_at > clock.now() - APPEAL_WITHIN
    return decision.is_against and by_another and in_time and decision.post.author.takes_part and not appealed(decision)


def appealed(decision: Decision) -> bool:
    return Appeal.objects.filter(decision=decision).exists()


declare(
    Suggestion,
    subject="post__author",
    purpose="moderation",
    ground=Ground.LEGITIMATE,
    retention="post",
    technical="id post of_version",
    source=Source.OTHERS,
    fields={
        "title": Personal(_("Voorgestelde titel"), Kind.CONTENT, Visibility.MANAGER),
        "text": Personal(_("Voorgestelde tekst"), Kind.FREE_TEXT, Visibility.MANAGER),
        "remark": Personal(_("Uitleg bij het voorstel"), Kind.FREE_TEXT, Visibility.MANAGER),
        "suggested_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "suggested_at": Personal(_("Voorgesteld op"), Kind.TECHNICAL, Visibility.MANAGER),
        "state": Personal(_("Hoe het staat"), Kind.TECHNICAL, Visibility.MANAGER),
        "answer": Personal(_("Je antwoord"), Kind.FREE_TEXT, Visibility.MANAGER, source=Source.PERSON),
        "answered_at": Personal(_("Beantwoord op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
declare(
    Appeal,
    subject="decision__post__author",
    purpose="moderation",
    ground=Ground.LEGITIMATE,
    retention="post",
    technical="id decision",
    fields={
        "text": Personal(_("Je bezwaar"), Kind.FREE_TEXT, Visibility.MANAGER),
        "made_at": Personal(_("Bezwaar gemaakt op"), Kind.TECHNICAL, Visibility.MANAGER),
        "outcome": Personal(_("Uitkomst"), Kind.CONTENT, Visibility.MANAGER, source=Source.OTHERS),
        "answer": Personal(_("Antwoord op je bezwaar"), Kind.FREE_TEXT, Visibility.MANAGER, source=Source.OTHERS),
        "answered_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "answered_at": Personal(_("Bezwaar beantwoord op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)


@awaits(Post)
def appealed_posts() -> models.QuerySet[Any]:
    """A post stays until the appeal against what was decided about it is answered."""
    return Appeal.objects.filter(answered_at=None).values("decision__post")


@own(Decision)
def decisions_about(user: Any) -> models.QuerySet[Decision]:
    return Decision.objects.filter(post__author=user)


@own(Suggestion)
def suggestions_to(user: Any) -> models.QuerySet[Suggestion]:
    return Suggestion.objects.filter(post__author=user)


@managed(Appeal)
def managed_appeals(user: Any) -> models.QuerySet[Appeal]:
    """Appeals in somebody's neighbourhoods, also against an own decision; not the own ones, nor of who is frozen."""
    here = Appeal.objects.filter(decision__post__neighbourhood__in=scope(user).managed(Neighbourhood))
    return here.filter(takes_part("decision__post__author")).exclude(decision__post__author=user)


def desk_appeals(user: Any, neighbourhood: Neighbourhood) -> models.QuerySet[Appeal]:
    """The appeals of one neighbourhood at the desk."""
    return scope(user).managed(Appeal).filter(decision__post__neighbourhood=neighbourhood)
