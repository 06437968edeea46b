"""Who signed up for an activity."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from content.contact.models import Conversation
from content.posts.models import Post
from content.series.models import Turn
from wijk import clock
from wijk.access import own
from wijk.encryption import EncryptedTextField, keyed_hash
from wijk.personal_data import Erase, Kind, Personal, Recipient, Visibility, declare
from wijk.text import canonical_email

TIME_TO_CONFIRM = timedelta(hours=24)
MOST_PEOPLE = 6
# So many times of a series people can choose from.
MOST_TURNS = 8


def mailbox_hash(email: str) -> str:
    """By which the sign-up of one mailbox is found without reading it."""
    return keyed_hash("sign-up", canonical_email(email))


def new_token() -> str:
    """An unguessable name for somebody's own link."""
    return secrets.token_urlsafe(32)


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def present(self) -> Self:
        """Of visitors, and of members who take part: whom the organiser sees and the site mails."""
        return self.filter(Q(member=None) | takes_part("member"))

    def active(self) -> Self:
        """Going or waiting, whether or not their account is frozen: a place is kept meanwhile."""
        return self.filter(state__in=[SignUp.State.GOING, SignUp.State.WAITING])

    def of(self, post: Post, day: date | None) -> Self:
        """Of one time that an activity takes place."""
        return self.filter(post=post, day=day)

    def in_order(self) -> Self:
        """First come, first served."""
        return self.order_by("joined_at", "pk")

    def unconfirmed(self) -> Self:
        return self.filter(state=SignUp.State.UNCONFIRMED)

    def confirmable(self) -> Self:
        return self.unconfirmed().filter(made_at__gt=clock.now() - TIME_TO_CONFIRM)

    def overdue(self) -> Self:
        return self.unconfirmed().filter(made_at__lte=clock.now() - TIME_TO_CONFIRM)

    def people(self) -> int:
        """How many people these are together."""
        return self.aggregate(all=Sum("people"))["all"] or 0

    def with_post(self) -> Self:
        """With all that mails and pages say of the activity, in the same query."""
        return self.select_related("member", "post__author", "post__organisation", "post__neighbourhood").defer(
            "post__neighbourhood__outline"
        )


class SignUp(models.Model):
    """One mailbox that signed up for one activity, for itself and those it brings (W-96)."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("nog niet bevestigd")
        GOING = "going", _("doet mee")
        WAITING = "waiting", _("op de wachtlijst")
        OFF = "off", _("afgemeld")
        REMOVED = "removed", _("van de lijst gehaald")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="sign_ups")
    # For which time of what comes back; none for what takes place once.
    day = models.DateField(null=True, blank=True)
    # A visitor without an account has none.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="sign_ups"
    )
    # Where the organiser and this person write to each other, once the organiser did.
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = EncryptedTextField(blank=True)
    # Of visitors only; a member is reached at the account.
    email = EncryptedTextField(blank=True)
    mailbox_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, default="nl")
    people = models.PositiveSmallIntegerField(default=1)
    remark = EncryptedTextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    token = models.CharField(max_length=50, unique=True, default=new_token)
    made_at = models.DateTimeField(default=clock.now)
    joined_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # What this person last heard of when and where the activity is, as a code.
    told = models.CharField(max_length=40, blank=True)
    # When the activity is over; moved along with it by the clock.
    activity_ends_at = models.DateTimeField()
    form_key = models.CharField(max_length=40, unique=True, null=True, blank=True)  # noqa: DJ001  NULLs do not collide

    objects = SignUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "mailbox_hash"],
                condition=Q(state__in=["going", "waiting"], day=None),
                name="sign_up_once",
            ),
            models.UniqueConstraint(
                fields=["post", "day", "mailbox_hash"],
                condition=Q(state__in=["going", "waiting"]),
                name="sign_up_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["post", "state", "joined_at"], name="sign_up_order")]

    @property
    def is_active(self) -> bool:
        return self.state in {self.State.GOING, self.State.WAITING}

    @property
    def turn(self) -> Turn | None:
        """The time it is for; None when it is no more on that day."""
        return self.post.turn_on(self.day)

    @property
    def own_url(self) -> str:
        """Where this person sees how it stands, and signs off, without logging in."""
        return reverse("signups:own", args=[self.token])

    @property
    def list_url(self) -> str:
        """The organiser's list that this person stands on."""
        address = reverse("signups:of_post", args=[self.post_id])
        return f"{address}?dag={self.day}" if self.day else address


def open_until(post: Post, turn: Turn | None) -> datetime | None:
    """Until when people can sign up for one time; None when they cannot at all.

    The last moment that an organiser set lies as long before each time of a series.
    """
    taken = post.kind == Post.Kind.ACTIVITY and post.signup_on
    if not taken or turn is None or turn.is_off or post.starts_at is None:
        return None
    ahead = post.starts_at - post.signup_until if post.signup_until else timedelta()
    return turn.starts_at - max(ahead, timedelta())


def is_open(post: Post, turn: Turn | None) -> bool:
    """Whether people can sign up for one time now, if they can see it."""
    until = open_until(post, turn)
    return until is not None and clock.now() < until


def open_turns(post: Post) -> list[Turn]:
    """For which times people can sign up now, soonest first."""
    return [turn for turn in post.turns_to_come() if is_open(post, turn)][:MOST_TURNS]


def next_open(post: Post) -> Turn | None:
    """The soonest of them."""
    return next(iter(open_turns(post)), None)


def day_of(post: Post, turn: Turn | None) -> date | None:
    """How a sign-up names a time."""
    return turn.day if turn and post.series_rule else None


def settle(post: Post) -> None:
    """What came once may come back now, or the other way round: its sign-ups go along. The caller holds the post."""
    first = post.turn_on(None)
    if first is not None:
        was, is_now = (None, first.day) if post.series_rule else (first.day, None)
        post.sign_ups.filter(day=was).update(day=is_now)


declare(
    SignUp,
    subject="member",
    purpose="signups",
    retention="signup",
    clock="activity_ends_at",
    technical="id conversation language token form_key told activity_ends_at reminded_at",
    holds="random tokens and codes",
    fields={
        "post": Personal(_("Activiteit"), Kind.CONTENT, Visibility.SIDES),
        "day": Personal(_("Voor welke dag"), Kind.CONTENT, Visibility.SIDES),
        "member": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.OWNER, not_exported="self", erase=Erase.NULL),
        "name": Personal(_("Je naam"), Kind.IDENTIFIER, Visibility.SIDES),
        "email": Personal(
            _("Je e-mailadres"),
            Kind.CONTACT,
            Visibility.OWNER,
            handed_to=(Recipient.HOST, Recipient.MAIL),
        ),
        "mailbox_hash": Personal(kind=Kind.IDENTIFIER, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "people": Personal(_("Met hoeveel mensen"), Kind.CONTENT, Visibility.SIDES),
        "remark": Personal(_("Opmerking"), Kind.FREE_TEXT, Visibility.SIDES),
        "state": Personal(_("Hoe het staat"), Kind.CONTENT, Visibility.SIDES),
        "made_at": Personal(_("Aangemeld op"), Kind.TECHNICAL, Visibility.SIDES),
        "joined_at": Personal(_("Op de lijst sinds"), Kind.TECHNICAL, Visibility.SIDES),
    },
)


@own(SignUp)
def sign_ups_of(user: Any) -> models.QuerySet[SignUp]:
    """What somebody signed up for as a member."""
    return SignUp.objects.filter(member=user).exclude(state=SignUp.State.UNCONFIRMED)
