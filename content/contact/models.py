"""Conversations between a visitor and a poster, or an organisation."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from content.contact.reach import answering, asked, stands_in
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.comanagers import CoManager
from content.posts.models import Post
from wijk import clock
from wijk.access import own
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Erase, Ground, Kind, Personal, Subject, Visibility, declare
from wijk.text import canonical_email

# All of a conversation that says who the two sides are.
TALK = (
    "conversation__member",
    "conversation__post__author",
    "conversation__post__organisation",
    "conversation__organisation",
)
TIME_TO_CONFIRM = timedelta(hours=24)
ALIAS_LASTS = timedelta(days=60)


def visitor_hash(email: str) -> str:
    """By which the conversations of one mailbox are found without reading it."""
    return keyed_hash("visitor", canonical_email(email))


def new_token() -> str:
    """An unguessable name for a visitor's own links."""
    return secrets.token_urlsafe(32)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def started(self) -> Self:
        """Confirmed by the visitor, so that the poster knows of it."""
        return self.exclude(state=Conversation.State.UNCONFIRMED)

    def of_poster(self, user: Any) -> Self:
        return self.filter(post__author=user).started()

    def unconfirmed(self) -> Self:
        """Waiting for their visitor to confirm, whether or not the time for it has passed."""
        return self.filter(state=Conversation.State.UNCONFIRMED)

    def confirmable(self) -> Self:
        return self.unconfirmed().filter(started_at__gt=clock.now() - TIME_TO_CONFIRM)

    def overdue(self) -> Self:
        return self.unconfirmed().filter(started_at__lte=clock.now() - TIME_TO_CONFIRM)

    def with_parties(self) -> Self:
        """With all that names, routes and reasons need: one query, one for what the two share, few for who answers."""
        parties = ("member", "post__author", "post__organisation", "post__neighbourhood", "post__theme", "organisation")
        return self.select_related(*parties).prefetch_related("shared", *answering())

    def running(self) -> Self:
        """Not ended by anybody, though it may stand still while a manager looks at it."""
        return self.filter(state__in=Conversation.RUNNING)

    def with_last_message(self) -> Self:
        """Annotated with the number of the newest message, for a list that shows its beginning."""
        newest = Message.objects.filter(conversation=models.OuterRef("pk")).order_by("-written_at", "-pk")
        return self.annotate(last_message_pk=models.Subquery(newest.values("pk")[:1]))


class Conversation(models.Model):
    """One visitor and one post or organisation; each knows the other only by what it gave on purpose (W-29…W-31)."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("nog niet bevestigd")
        OPEN = "open", _("open")
        FROZEN = "frozen", _("staat stil")
        CLOSED = "closed", _("gesloten")

    RUNNING = (State.OPEN, State.FROZEN)

    # What it is about: one of the two.
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="conversations")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="conversations"
    )
    # A member who writes; a visitor without an account has none.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    visitor_name = EncryptedTextField(blank=True)
    visitor_email = EncryptedTextField(blank=True)
    visitor_phone = EncryptedTextField(blank=True)
    visitor_hash = models.CharField(max_length=64, db_index=True)
    visitor_language = models.CharField(max_length=8, default="nl")
    token = models.CharField(max_length=50, unique=True, default=new_token)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    started_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(default=clock.now)
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, organisation=None)
                | models.Q(post=None, organisation__isnull=False),
                name="conversation_about_one_thing",
            )
        ]

    @property
    def about(self) -> Post | Organisation:
        """What it is about, and so what name and contact card the poster's side has."""
        thing = self.post or self.organisation
        assert thing is not None  # noqa: S101  the database sees to it
        return thing

    @property
    def asked_at(self) -> datetime | None:
        """When the visitor began it with a form; None of what the poster began, which is the author's own."""
        return self.started_at if self.form_key else None

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return self.about.title if isinstance(self.about, Post) else self.about.name

    def side_of(self, user: Any) -> str:
        """On which side a member of this conversation is; who stands in for the poster is on the poster's."""
        return Message.Side.VISITOR if self.member_id == user.pk else Message.Side.POSTER


class AliasQuerySet(models.QuerySet["Alias"]):
    def usable(self) -> Self:
        """Not revoked or run out, and of a side that takes part; asked in one query, whatever the answer."""
        alive = self.filter(revoked_at=None, used_at__gt=clock.now() - ALIAS_LASTS)
        reached = takes_part("conversation__post__author") | stands_in("conversation__post__")
        poster = models.Q(reached | models.Q(asked("conversation__")), side=Message.Side.POSTER)
        member = models.Q(conversation__member=None) | takes_part("conversation__member")
        return alive.filter(poster | models.Q(member, side=Message.Side.VISITOR))

    def with_talk(self) -> Self:
        return self.select_related(*TALK).prefetch_related(*answering("conversation__"))


class Alias(models.Model):
    """The address to which one side of a conversation mails its answers; only a hash of it is stored (W-31)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="aliases")
    # Who writes to it. From anybody else it takes nothing.
    side = models.CharField(max_length=8, choices=[("visitor", "visitor"), ("poster", "poster")])
    # Raised when one is revoked: the next address is another one, and none ever comes back.
    generation = models.PositiveSmallIntegerField(default=1)
    lookup = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AliasQuerySet.as_manager()


class MessageQuerySet(models.QuerySet["Message"]):
    def with_talk(self) -> Self:
        """With the conversation and the two sides of it."""
        return self.select_related(*TALK).prefetch_related(*answering("conversation__"))


class Message(models.Model):
    """What one side wrote to the other."""

    class Side(models.TextChoices):
        VISITOR = "visitor", _("bezoeker")
        POSTER = "poster", _("plaatser")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=8, choices=Side.choices)
    body = EncryptedTextField()
    written_at = models.DateTimeField(default=clock.now)
    by_mail = models.BooleanField(default=False)
    # A word of thanks after it worked out.
    is_thanks = models.BooleanField(default=False)
    # How many attachments of a mail stayed behind.
    left_out = models.PositiveSmallIntegerField(default=0)
    # Who wrote for the poster's side and is no author: an editor of the organisation, or a chosen contact person.
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="stood_in"
    )
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(is_thanks=True), name="message_thanks_once"
            ),
        ]

    @property
    def to_side(self) -> str:
        """The side that reads it."""
        return self.Side.POSTER if self.side == self.Side.VISITOR else self.Side.VISITOR


declare(
    Conversation,
    subject="member",
    purpose="contact",
    ground=Ground.LEGITIMATE,
    retention="conversation_shell",
    clock="last_message_at",
    # The other side keeps its own words; the leaver's name and address go.
    erase=Erase.NULL,
    holds="random tokens and codes",
    technical="id post organisation state token visitor_language form_key",
    fields={
        "member": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.OWNER, not_exported="self", erase=Erase.NULL),
        "visitor_name": Personal(_("Je naam"), Kind.IDENTIFIER, Visibility.SIDES, erase=Erase.REPLACE),
        "visitor_email": Personal(_("Je e-mailadres"), Kind.CONTACT, Visibility.OWNER, erase=Erase.REPLACE),
        "visitor_phone": Personal(_("Je telefoonnummer"), Kind.CONTACT, Visibility.SIDES, erase=Erase.REPLACE),
        "visitor_hash": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash", erase=Erase.REPLACE
        ),
        "started_at": Personal(_("Begonnen op"), Kind.TECHNICAL),
        "confirmed_at": Personal(_("Bevestigd op"), Kind.TECHNICAL),
        "last_message_at": Personal(_("Laatste bericht"), Kind.TECHNICAL),
    },
)
declare(
    Alias,
    # Of who writes to it.
    subjects=(
        Subject("conversation__member", only={"side": "visitor"}),
        Subject("conversation__post__author", only={"side": "poster"}),
    ),
    purpose="contact",
    ground=Ground.LEGITIMATE,
    retention="conversation_shell",
    clock="used_at",
    technical="id conversation side generation made_at used_at revoked_at",
    holds="codes",
    fields={"lookup": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash")},
)
declare(
    Message,
    # Each side's own words are its own.
    subjects=(
        Subject("conversation__member", only={"side": Message.Side.VISITOR}),
        Subject("conversation__post__author", only={"side": Message.Side.POSTER, "stand_in": None}),
        Subject("stand_in"),
    ),
    purpose="contact",
    ground=Ground.LEGITIMATE,
    retention="conversation",
    clock="written_at",
    erase=Erase.REPLACE,
    technical="id conversation side form_key by_mail left_out is_thanks",
    holds="random",
    fields={
        "body": Personal(_("Tekst"), Kind.FREE_TEXT, Visibility.SIDES, erase=Erase.REPLACE),
        "stand_in": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.OWNER, not_exported="self", erase=Erase.NULL),
        "written_at": Personal(_("Geschreven op"), Kind.TECHNICAL, Visibility.SIDES),
    },
)


@own(Conversation)
def conversations_of(user: Any) -> models.QuerySet[Conversation]:
    """Those about somebody's posts, those somebody began as a member, and those somebody answers for others."""
    posts = models.Q(post__author=user) | stands_in("post__", user=user) | _as_contact(user)
    reached = posts | _as_editor(user)
    return Conversation.objects.filter(models.Q(reached, confirmed_at__isnull=False) | models.Q(member=user))


def _as_contact(user: Any) -> models.Q:
    """What visitors began since somebody was chosen to answer for a post; the rest stays between its two."""
    chosen = CoManager.objects.filter(takes_part("post__author"), user=user, post=models.OuterRef("post"))
    since_then = models.Exists(chosen.filter(contact_since__lte=models.OuterRef("started_at")))
    return models.Q(since_then, form_key__isnull=False)


def _as_editor(user: Any) -> models.Q:
    """Those with an organisation somebody edits, but for what was over before they came."""
    seat = OrganisationEditor.objects.filter(user=user, organisation=models.OuterRef("organisation"))
    there_then = models.Exists(seat.filter(since__lte=models.OuterRef("last_message_at")))
    return models.Q(there_then) | models.Q(models.Exists(seat), state__in=Conversation.RUNNING)
