"""Who was helped with what, and with which consent."""

import json
import secrets
from datetime import timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Recipient, Source, Subject, Visibility, declare

TIME_TO_ANSWER = timedelta(days=14)
# Without what looks alike on paper.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def new_token() -> str:
    """An unguessable name for somebody's own link."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """What stands on the slip of paper, easy to read out."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


class OnBehalfQuerySet(models.QuerySet["OnBehalf"]):
    def unconfirmed(self) -> Self:
        """Mailed, and without an answer so far."""
        return self.filter(post=None, withdrawn_at=None)

    def confirmable(self) -> Self:
        """Mailed no longer ago than an answer counts."""
        return self.unconfirmed().filter(made_at__gt=clock.now() - TIME_TO_ANSWER)

    def overdue(self) -> Self:
        """Mailed, and never answered in time, or with a no."""
        return self.filter(post=None, made_at__lte=clock.now() - TIME_TO_ANSWER)

    def standing(self) -> Self:
        """Placed, not taken back, and looked after by somebody who helps."""
        ended = [Post.Status.WITHDRAWN, Post.Status.FULFILLED, Post.Status.REFUSED, Post.Status.REMOVED]
        placed = self.filter(post__isnull=False, withdrawn_at=None).exclude(post__status__in=ended)
        return placed.exclude(channel=OnBehalf.Channel.ACCOUNT)

    def without_keeper(self) -> Self:
        """Looked after by somebody who manages the neighbourhood no more (X-30)."""
        keepers = Appointment.objects.active().filter(
            user=models.OuterRef("post__author"), neighbourhood=models.OuterRef("neighbourhood")
        )
        operator = takes_part("post__author") & Q(post__author__is_superuser=True)
        return self.standing().exclude(operator).filter(~models.Exists(keepers))

    def named_past_end(self) -> Self:
        """Whose post is over for so long that nobody writes about it any more, and whose name is still here."""
        over = Q(post__expires_at__lte=clock.now() - TIME_TO_ANSWER) & ~Q(post__status=Post.Status.LIVE)
        return self.filter(over).exclude(first_name="", email="")

    def with_post(self) -> Self:
        """With all that pages and mails say of it."""
        related = ("post__author", "post__neighbourhood", "post__theme", "post__organisation", "entered_by")
        return self.select_related("neighbourhood", *related).defer("neighbourhood__outline")


class OnBehalf(models.Model):
    """A manager placed something for somebody who asked for it (W-55).

    Who has an account is the author from the moment of saying yes. Of who has none the manager is the author, so that
    closing, export, erasure and ending work as for every post; the next manager takes over who leaves.
    """

    class How(models.TextChoices):
        MEETING = "meeting", _("in een gesprek")
        PHONE = "phone", _("aan de telefoon")
        PAPER = "paper", _("op papier")

    class Channel(models.TextChoices):
        HELPER = "helper", _("bij de wijkbeheerder, die ze doorgeeft")
        MAIL = "mail", _("in de eigen mail")
        ACCOUNT = "account", _("in het eigen account")

    # None until somebody who is reached by mail said yes: what nobody agreed to is no post yet.
    post = models.OneToOneField(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="on_behalf")
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="helped"
    )
    first_name = EncryptedTextField(_("voornaam"), blank=True)
    name_shown = models.BooleanField(default=False)
    email = EncryptedTextField(_("e-mailadres"), blank=True)
    # What will be placed, until it is: kind, title, text and theme.
    draft = EncryptedTextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    how = models.CharField(_("hoe"), max_length=8, choices=How.choices)
    consent_on = models.DateField(_("op welke dag"))
    text_version = models.CharField(max_length=20)
    words = models.TextField()
    code = models.CharField(max_length=12, unique=True, default=new_code)
    token = models.CharField(max_length=50, unique=True, default=new_token)
    made_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = OnBehalfQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    @property
    def kind(self) -> str:
        """Request or offer, also while it waits for a yes; of what was wiped nobody knows."""
        if self.post:
            return self.post.kind
        return str(json.loads(self.draft)["kind"]) if self.draft else str(Post.Kind.REQUEST)

    @property
    def own_url(self) -> str:
        """Where who was helped says yes, looks, and takes it back, without logging in."""
        return reverse("helping:own", args=[self.token])

    @property
    def spoken_code(self) -> str:
        """The code in two groups, as it stands on the slip."""
        return f"{self.code[:4]} {self.code[4:]}"


class EditSwitch(models.Model):
    """Whether a manager may change the words of a post for its owner, until when, and when that was last asked."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="edit_switch")
    until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)

    @property
    def is_on(self) -> bool:
        return self.until is not None and self.until > clock.now()


class Change(NamedTuple):
    """What is called what, how it was and how it became."""

    label: Any
    old: str
    new: str


class HelpedEdit(models.Model):
    """One change by a manager of the words of somebody's post, as its owner reads it (W-51)."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="helped_edits")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(default=clock.now)
    old_title = models.CharField(max_length=90)
    old_text = models.TextField(max_length=3000)
    old_theme = models.CharField(max_length=60)
    new_title = models.CharField(max_length=90)
    new_text = models.TextField(max_length=3000)
    new_theme = models.CharField(max_length=60)

    class Meta:
        ordering = ["-edited_at", "-pk"]

    @property
    def changes(self) -> "list[Change]":
        """Only what changed."""
        names = (("title", _("Titel")), ("text", _("Tekst")), ("theme", _("Thema")))
        pairs = [Change(label, getattr(self, f"old_{name}"), getattr(self, f"new_{name}")) for name, label in names]
        return [change for change in pairs if change.old != change.new]


# Somebody who was helped gave these; where the manager is the author, they are not the manager's to take along.
_HELPED = "of who was helped"
declare(
    OnBehalf,
    # Of who is the author: the person, or the manager who placed it for somebody without an account.
    subjects=(Subject("post__author"), Subject("entered_by", only={"post": None})),
    purpose="helping",
    ground=Ground.CONSENT,
    retention="thing",
    technical="id post neighbourhood code token text_version form_key",
    holds="random tokens and codes, and which text",
    source=Source.OTHERS,
    fields={
        "entered_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="somebody else", erase=Erase.NULL
        ),
        "first_name": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported=_HELPED),
        "email": Personal(
            kind=Kind.CONTACT,
            visibility=Visibility.MANAGER,
            not_exported=_HELPED,
            handed_to=(Recipient.HOST, Recipient.MAIL),
        ),
        "draft": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.MANAGER, not_exported=_HELPED),
        "name_shown": Personal(_("Voornaam mag op de site"), Kind.CONTENT, Visibility.MANAGER),
        "channel": Personal(_("Waar reacties binnenkomen"), Kind.CONTENT, Visibility.MANAGER),
        "how": Personal(_("Hoe je toestemming gaf"), Kind.CONTENT, Visibility.MANAGER),
        "consent_on": Personal(_("Toestemming gegeven op"), Kind.CONTENT, Visibility.MANAGER),
        "words": Personal(_("Wat er is voorgelezen"), Kind.CONTENT, Visibility.MANAGER),
        "made_at": Personal(_("Ingevoerd op"), Kind.TECHNICAL, Visibility.MANAGER),
        "confirmed_at": Personal(_("Bevestigd op"), Kind.TECHNICAL, Visibility.MANAGER),
        "withdrawn_at": Personal(_("Ingetrokken op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
declare(
    EditSwitch,
    subject="post__author",
    purpose="helping",
    ground=Ground.CONSENT,
    retention="thing",
    technical="id post",
    fields={
        "until": Personal(_("De wijkbeheerder mag helpen tot"), Kind.CONTENT, Visibility.MANAGER),
        "asked_at": Personal(_("De wijkbeheerder vroeg of het mag op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
declare(
    HelpedEdit,
    subject="post__author",
    purpose="helping",
    ground=Ground.CONSENT,
    retention="thing",
    technical="id post",
    source=Source.OTHERS,
    fields={
        "edited_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="somebody else", erase=Erase.NULL
        ),
        "edited_at": Personal(_("Aangepast door de wijkbeheerder op"), Kind.TECHNICAL, Visibility.MANAGER),
        "old_title": Personal(_("Titel ervoor"), Kind.FREE_TEXT, Visibility.MANAGER),
        "old_text": Personal(_("Tekst ervoor"), Kind.FREE_TEXT, Visibility.MANAGER),
        "old_theme": Personal(_("Thema ervoor"), Kind.CONTENT, Visibility.MANAGER),
        "new_title": Personal(_("Titel erna"), Kind.FREE_TEXT, Visibility.MANAGER),
        "new_text": Personal(_("Tekst erna"), Kind.FREE_TEXT, Visibility.MANAGER),
        "new_theme": Personal(_("Thema erna"), Kind.CONTENT, Visibility.MANAGER),
    },
)


@managed(OnBehalf)
def managed_on_behalf(user: Any) -> models.QuerySet[OnBehalf]:
    """What was placed for somebody in the neighbourhoods somebody manages; of who has an account, only that it was."""
    return OnBehalf.objects.filter(neighbourhood__in=scope(user).managed(Neighbourhood))
