"""What the matcher keeps: what it read of each post, which posts fit, what did not, and who hears of it how often."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.requests.standstill import not_objecting
from accounts.users.models import takes_part
from content.matching.interests import MATCHING
from content.matching.scoring import weights
from content.matching.signature import BITS, VERSION, Signature
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from wijk import clock
from wijk.access import own
from wijk.personal_data import Kind, Personal, Subject, Visibility, declare

# A change of any of these changes what a post fits. Whoever puts a post on the site or takes it off sets its end, too.
MATCHED_FIELDS = frozenset({"title", "text", "theme", "kind", "neighbourhood", "organisation", "expires_at"})


def matchable() -> PostQuerySet:
    """What everybody may see now and nobody sells, of people who let their posts be matched (K-43)."""
    return Post.objects.visible().neighbourly().filter(not_objecting(MATCHING.code, "author"))


class AnalysisQuerySet(models.QuerySet["Analysis"]):
    def to_match(self) -> Self:
        """New or changed posts, and those read by an older matcher; the longest waiting first."""
        return self.filter(Q(is_due=True) | ~Q(version=VERSION)).order_by("post_id")


class Analysis(models.Model):
    """What the matcher read of one post, so that it is read once; made anew whenever the post changes."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="analysis")
    read = models.JSONField(default=dict)
    spelling = models.BinaryField(default=bytes)
    # How much it is like the posts that are most like it.
    hub = models.FloatField(default=0)
    version = models.PositiveSmallIntegerField(default=VERSION)
    is_due = models.BooleanField(default=True, db_index=True)

    objects = AnalysisQuerySet.as_manager()

    def keep(self, found: Signature) -> None:
        """Takes over what was read."""
        self.read = {
            "theme": found.theme,
            "words": found.words,
            "written": found.written,
            "concepts": sorted(found.concepts),
            "hints": sorted(found.hints),
        }
        self.spelling = found.spelling.to_bytes(BITS // 8, "big")
        self.version, self.is_due = VERSION, False

    @property
    def signature(self) -> Signature:
        """What was read, as the matcher takes it."""
        kept = self.read
        return Signature(
            theme=kept["theme"],
            words=kept["words"],
            written=kept["written"],
            concepts=frozenset(kept["concepts"]),
            hints=frozenset(kept["hints"]),
            spelling=int.from_bytes(self.spelling, "big"),
        )


class MatchQuerySet(models.QuerySet["Match"]):
    def standing(self) -> Self:
        """Good enough to show, between two posts that everybody may see now, and that neither side called no fit."""
        posts = matchable()
        refused = Misfit.objects.filter(
            Q(post=models.OuterRef("request"), other=models.OuterRef("offer"))
            | Q(post=models.OuterRef("offer"), other=models.OuterRef("request"))
        )
        return self.filter(
            ~models.Exists(refused), score__gte=weights().good, request__in=posts, offer__in=posts
        ).order_by("-score", "pk")

    def of(self, post: Post) -> Self:
        """Those of one post, whichever side it is."""
        return self.filter(request=post) if post.kind == Post.Kind.REQUEST else self.filter(offer=post)


class Match(models.Model):
    """A request and what fits it, with the reasons, so that what somebody saw can be explained later."""

    request = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="matches_as_request")
    offer = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="matches_as_offer")
    score = models.FloatField()
    # Codes and words of both texts, the largest reason first.
    reasons = models.JSONField(default=list)
    # When each side was mailed about it, which is once.
    asker_told_at = models.DateTimeField(null=True, blank=True)
    giver_told_at = models.DateTimeField(null=True, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "offer"], name="matched_once")]
        indexes = [models.Index(fields=["offer", "-score"], name="match_offer_score")]

    def other_than(self, post: Post) -> Post:
        """The post at the other side."""
        return self.offer if post.pk == self.request_id else self.request


class Misfit(models.Model):
    """The author of a post says that another does not fit; that pair is shown to neither again."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="misfits")
    other = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "other"], name="misfit_once")]


class MatchMailQuerySet(models.QuerySet["MatchMail"]):
    def wanting(self) -> Self:
        """Whose owners take part and want to hear of what fits."""
        return self.filter(takes_part("user"), not_objecting(MATCHING.code, "user")).exclude(how=MatchMail.How.NEVER)


class MatchMail(models.Model):
    """How often a member hears by mail that something fits (C-16)."""

    class How(models.TextChoices):
        DAILY = "daily", _("Zodra er iets past, hooguit één mail per dag")
        WEEKLY = "weekly", _("Hooguit één mail per week")
        NEVER = "never", _("Nooit")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="match_mail"
    )
    how = models.CharField(max_length=8, choices=How.choices, default=How.DAILY)
    last_at = models.DateTimeField(null=True, blank=True)

    objects = MatchMailQuerySet.as_manager()


declare(
    Analysis,
    subject="post__author",
    purpose="posts",
    retention="post",
    technical="post hub version is_due spelling",
    holds="words of the post",
    fields={
        "read": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.NOBODY, not_exported="made from title and text"),
    },
)
declare(
    Match,
    subjects=(Subject("request__author"), Subject("offer__author")),
    purpose="posts",
    retention="post",
    technical="id request offer score asker_told_at giver_told_at",
    holds="words of both posts",
    fields={
        "reasons": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.SIDES, not_exported="made from both texts"),
    },
)
declare(
    Misfit,
    subject="post__author",
    purpose="posts",
    retention="post",
    technical="id post",
    fields={
        "other": Personal(_("Past niet bij je bericht"), Kind.CONTENT),
        "made_at": Personal(_("Gezegd op"), Kind.TECHNICAL),
    },
)
declare(
    MatchMail,
    subject="user",
    purpose="posts",
    technical="user last_at",
    fields={"how": Personal(_("Mail als er iets bij je bericht past"), Kind.CONTENT)},
)


@own(Match)
def matches_of(user: Any) -> models.QuerySet[Match]:
    """Those of somebody's own posts."""
    return Match.objects.filter(Q(request__author=user) | Q(offer__author=user))
