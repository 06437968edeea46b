"""Decisions with reasons, and reports."""

from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from accounts.retention.actions import awaits
from accounts.users.models import takes_part
from content.contact.models import Conversation, Message
from content.organisations.models import Organisation
from content.photos.models import Photo
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from neighbourhoods.managers.people import tie
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Source, Subject, Visibility, declare


class Reason(models.TextChoices):
    """Why something is refused, held or removed; data, so that it can be counted and answered (L-4)."""

    UNCLEAR = "unclear", _("Het is nog niet duidelijk")
    PRIVATE = "private", _("Er staan privégegevens in")
    COMMERCIAL = "commercial", _("Het is reclame")
    UNSAFE = "unsafe", _("Het is niet veilig")
    UNKIND = "unkind", _("Het is niet aardig voor anderen")
    ILLEGAL = "illegal", _("Het mag niet van de wet")
    DOUBLE = "double", _("Het staat er al")
    ELSEWHERE = "elsewhere", _("Het hoort niet bij deze wijk")
    OTHER = "other", _("Iets anders")


class Decision(models.Model):
    """What a manager, or the clock, decided about a post, and why."""

    class Act(models.TextChoices):
        APPROVE = "approve", _("geplaatst")
        ASK_CHANGE = "ask_change", _("aanpassing gevraagd")
        HOLD = "hold", _("vastgehouden")
        REFUSE = "refuse", _("niet geplaatst")
        REMOVE = "remove", _("weggehaald")
        RESTORE = "restore", _("teruggezet")
        CLOCK = "clock", _("vanzelf geplaatst na 48 uur")
        PHOTO = "photo", _("foto gewist")

    class Ground(models.TextChoices):
        LAW = "law", _("de wet")
        RULES = "rules", _("de huisregels")

    class Found(models.TextChoices):
        OWN = "own", _("een wijkbeheerder las het zelf")
        REPORT = "report", _("iemand deed een melding")
        APPEAL = "appeal", _("er kwam een bezwaar")
        CLOCK = "clock", _("de 48 uur waren om")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=12, choices=Act.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    # The rest of the statement of reasons: what it rests on, and what made us look (Digital Services Act art. 17).
    ground = models.CharField(max_length=6, choices=Ground.choices, blank=True)
    found = models.CharField(max_length=6, choices=Found.choices, blank=True)
    # Whether it happened without a person: the clock, and hiding after a report about a child.
    automatic = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(automatic=False) | ~Q(act__in=["refuse", "remove"]), name="decision_no_machine_refuses"
            )
        ]

    @property
    def is_against(self) -> bool:
        """Whether its author lost something by it, and so has a right to reasons and an appeal."""
        return self.act in AGAINST


AGAINST = (Decision.Act.ASK_CHANGE, Decision.Act.HOLD, Decision.Act.REFUSE, Decision.Act.REMOVE, Decision.Act.PHOTO)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        """Not answered yet: a child first, then the oldest."""
        minor_first = Case(When(why=Report.Why.MINOR, then=0), default=1)
        return self.filter(closed_at=None).order_by(minor_first, "made_at", "pk")

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")


class Notice(models.Model):
    """Somebody says that something on the site is not right, and maybe wants to hear what becomes of it (L-4)."""

    class Why(models.TextChoices):
        ILLEGAL = "illegal", _("Dit mag niet van de wet")
        UNSAFE = "unsafe", _("Dit is niet veilig")
        SPAM = "spam", _("Dit is reclame of oplichting")
        ABOUT_ME = "about_me", _("Dit gaat over mij")
        MINOR = "minor", _("Dit is van of over een kind onder de 16")
        OTHER = "other", _("Iets anders")

    why = models.CharField(max_length=10, choices=Why.choices)
    text = EncryptedTextField(blank=True)
    reporter_email = EncryptedTextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss_closed"
    )
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    class Meta:
        abstract = True


class Report(Notice):
    """Somebody says that a post, or a message about it or to an organisation, is not right."""

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    # Instead of a post, when it is about a message to or from an organisation.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="talk_reports"
    )
    # About one message of a conversation about the post, not about the post itself.
    of_talk = models.BooleanField(default=False)
    # By somebody who is on one photo of it; the photo may be gone before the report is answered.
    of_photo = models.BooleanField(default=False)
    photo = models.ForeignKey(Photo, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, organisation=None)
                | Q(post=None, organisation__isnull=False, of_talk=True, of_photo=False),
                name="report_about_one_thing",
            )
        ]

    @property
    def about(self) -> Post | Organisation:
        """What it is about, or what the conversation it is about is about."""
        thing = self.post or self.organisation
        assert thing is not None  # noqa: S101  the database sees to it
        return thing

    @property
    def judged(self) -> Post:
        """The post, of a report that is about one and not about a message."""
        assert self.post is not None  # noqa: S101  only what was written to an organisation has none
        return self.post

    @property
    def title(self) -> str:
        return self.post.title if self.post else str(self.about)

    @property
    def is_minor(self) -> bool:
        return self.why == self.Why.MINOR


class ReportedMessage(models.Model):
    """The one message a report is about: all that a manager ever sees of a conversation.

    It goes with its conversation, which stays as long as the report is open.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="message")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reported")
    side = models.CharField(max_length=8, choices=Message.Side.choices)
    body = EncryptedTextField(blank=True)
    # Who wrote it, if not the author of the post.
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


NOTICE_FIELDS = {
    "text": Personal(
        kind=Kind.FREE_TEXT, visibility=Visibility.MANAGER, not_exported="of the reporter", erase=Erase.REPLACE
    ),
    "reporter_email": Personal(kind=Kind.CONTACT, visibility=Visibility.MANAGER, not_exported="of the reporter"),
    "closed_by": Personal(
        kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
    ),
}

declare(
    Decision,
    subject="post__author",
    purpose="moderation",
    ground=Ground.LEGITIMATE,
    retention="post",
    technical="id post",
    source=Source.OTHERS,
    fields={
        "act": Personal(_("Besluit"), Kind.CONTENT, Visibility.MANAGER),
        "reason": Personal(_("Reden"), Kind.CONTENT, Visibility.MANAGER),
        "note": Personal(_("Uitleg"), Kind.FREE_TEXT, Visibility.MANAGER),
        "ground": Personal(_("Volgt uit"), Kind.CONTENT, Visibility.MANAGER),
        "found": Personal(_("Waarom we keken"), Kind.CONTENT, Visibility.MANAGER),
        "automatic": Personal(_("Zonder mens"), Kind.TECHNICAL, Visibility.MANAGER),
        "decided_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "decided_at": Personal(_("Besloten op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
declare(
    Report,
    purpose="reports",
    ground=Ground.LAW,
    retention="report",
    clock="closed_at",
    technical="id post organisation of_talk of_photo photo why made_at closed_at form_key",
    holds="random",
    fields=NOTICE_FIELDS,
)


declare(
    ReportedMessage,
    # Of who wrote it.
    subjects=(
        Subject("conversation__member", only={"side": Message.Side.VISITOR}),
        Subject("conversation__post__author", only={"side": Message.Side.POSTER, "stand_in": None}),
        Subject("stand_in"),
    ),
    purpose="reports",
    ground=Ground.LAW,
    retention="thing",
    erase=Erase.REPLACE,
    technical="id report conversation side",
    fields={
        "body": Personal(_("Gemelde tekst"), Kind.FREE_TEXT, Visibility.MANAGER, erase=Erase.REPLACE),
        "stand_in": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.OWNER, not_exported="self", erase=Erase.NULL),
    },
)


@awaits(Post)
def reported_posts() -> models.QuerySet[Any]:
    """A post goes after its reports, the open ones above all: they would go with it."""
    return Report.objects.filter(post__isnull=False).values("post")


@awaits(Conversation)
def reported_talks() -> models.QuerySet[Any]:
    """A conversation stays until a manager has looked at what was reported in it."""
    return ReportedMessage.objects.filter(report__closed_at=None).values("conversation")


@managed(Report)
def managed_reports(user: Any) -> models.QuerySet[Report]:
    """Reports in somebody's neighbourhoods; nobody judges a report about the own post or in the own conversation."""
    here = Q(takes_part("post__author"), post__neighbourhood__in=scope(user).managed(Neighbourhood))
    own_talks = ReportedMessage.objects.filter(conversation__member=user).values("report")
    others = user.organisation_editorships.values("organisation")
    pages = scope(user).managed(Organisation).exclude(pk__in=others).values("pk")
    found = Report.objects.filter((here & ~Q(post__author=user)) | Q(organisation__in=pages))
    return found.exclude(pk__in=own_talks)


def desk_posts(user: Any, neighbourhood: Neighbourhood) -> PostQuerySet:
    """The posts of one neighbourhood at the desk: not of who left or is frozen (K-46), without phone and address."""
    posts = cast(PostQuerySet, scope(user).managed(Post)).filter(neighbourhood=neighbourhood)
    return posts.filter(takes_part("author")).defer("contact_phone", "contact_address")


def desk_reports(user: Any, neighbourhood: Neighbourhood) -> ReportQuerySet:
    """The reports of one neighbourhood at the desk."""
    of_page = Organisation.objects.in_neighbourhood(neighbourhood).values("pk")
    here = Q(post__neighbourhood=neighbourhood) | Q(organisation__in=of_page)
    return cast(ReportQuerySet, scope(user).managed(Report)).filter(here)


@tie
def posters(neighbourhood: Neighbourhood) -> models.QuerySet[Any]:
    """Who placed something here; a draft ties nobody to a neighbourhood."""
    return Post.objects.filter(neighbourhood=neighbourhood).exclude(status=Post.Status.DRAFT).values("author")
