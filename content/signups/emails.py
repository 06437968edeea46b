"""The mails of signing up. None to the organiser holds an address; each to who signed up holds a link to sign off."""

from collections.abc import Callable
from datetime import UTC, date
from typing import Any

from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from content.contact.relay import poster_mailbox
from content.posts.cards import date_words, turn_words
from content.posts.models import Post
from content.signups.models import SignUp
from wijk import clock
from wijk.clock import MINUTE
from wijk.encryption import keyed_hash
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue

State, Status = SignUp.State, Post.Status
DAY = 24 * 60 * MINUTE
# An author or a manager ended it; a post that is held or waits may still come back, and nobody is told anything.
CALLED_OFF = {Status.WITHDRAWN, Status.REMOVED, Status.FULFILLED}
OFF = "off"


def word_of(post: Post, day: date | None) -> str:
    """A code for what who signed up should know: when and where it is, or that it is off; empty while nobody knows."""
    if whole_is_off(post):
        return OFF
    if post.status != Status.LIVE or post.author.restricted_at:
        return ""
    turn = post.turn_on(day)
    if turn is None or turn.is_off:
        return OFF
    starts_at, ends_at = (moment and moment.astimezone(UTC) for moment in (turn.starts_at, turn.ends_at))
    return keyed_hash("activity", f"{starts_at}\n{ends_at}\n{post.venue}")[:32]


def whole_is_off(post: Post) -> bool:
    """Whether nothing of it takes place any more, where one time of a series may be off alone."""
    return not post.author.is_active or post.status in CALLED_OFF


def when_of(one: SignUp) -> str:
    """When the time is that somebody signed up for; only its day when it is no more on that day."""
    turn = one.turn
    return turn_words(turn) if turn else date_words(clock.midnight(one.day)) if one.day else ""


def _of(mail: OutgoingMail) -> SignUp | None:
    return SignUp.objects.present().with_post().filter(pk=mail.about_pk).first()


def _still(*states: SignUp.State) -> Callable[[OutgoingMail], bool]:
    """Whether a sign-up is still in the state its mail speaks of, and the activity still takes place."""

    def wanted(mail: OutgoingMail) -> bool:
        one = _of(mail)
        return one is not None and one.state in states and word_of(one.post, one.day) != OFF

    return wanted


def _still_unconfirmed(mail: OutgoingMail) -> bool:
    one = _of(mail)
    visible = one is not None and Post.objects.visible().filter(pk=one.post_id).exists()
    return visible and one is not None and one.state == State.UNCONFIRMED


def _still_called_off(mail: OutgoingMail) -> bool:
    """Also when the whole activity was erased meanwhile, and the sign-ups with it."""
    one = _of(mail)
    if one is None:
        return not SignUp.objects.filter(pk=mail.about_pk).exists()
    return one.is_active and word_of(one.post, one.day) == OFF


GOING_OR_WAITING = _still(State.GOING, State.WAITING)
SIGNUP_CONFIRM = mail_kind("signup-confirm", _("Bevestig je aanmelding"), lasts=DAY, wanted=_still_unconfirmed)
SIGNUP_GOING = mail_kind("signup-going", _("Je doet mee"), wanted=_still(State.GOING))
SIGNUP_WAITING = mail_kind("signup-waiting", _("Je staat op de wachtlijst"), wanted=_still(State.WAITING))
SIGNUP_ALREADY = mail_kind("signup-already", _("Je was al aangemeld"), wanted=GOING_OR_WAITING)
SIGNUP_MOVED_UP = mail_kind("signup-moved-up", _("Er is een plek voor je"), wanted=_still(State.GOING))
SIGNUP_CHANGED = mail_kind("signup-changed", _("Een activiteit verandert"), wanted=GOING_OR_WAITING)
SIGNUP_CALLED_OFF = mail_kind("signup-called-off", _("Een activiteit gaat niet door"), wanted=_still_called_off)
SIGNUP_REMINDER = mail_kind("signup-reminder", _("Morgen is de activiteit"), lasts=DAY, wanted=_still(State.GOING))
SIGNUP_REMOVED = mail_kind("signup-removed", _("Je staat niet meer op de lijst"))
SIGNUP_NEW = mail_kind("signup-new", _("Iemand meldt zich aan"), wanted=GOING_OR_WAITING)
SIGNUP_OFF = mail_kind("signup-off", _("Iemand meldt zich af"))


# To who signed up -----------------------------------------------------------------------------------------------------


def ask_confirmation(one: SignUp) -> None:
    """Asks whether the address is theirs. Holds no typed word: it may reach somebody who asked for nothing."""
    _tell(SIGNUP_CONFIRM, one, "signup_confirm", url=reverse("signups:confirm", args=[one.token]))


def joined(one: SignUp) -> None:
    """On the list: with a place, or waiting for one."""
    if one.state == State.GOING:
        _tell(SIGNUP_GOING, one, "signup_going")
    else:
        _tell(SIGNUP_WAITING, one, "signup_waiting")


def already(one: SignUp) -> None:
    """Signed up again with an address that is on the list: says so to that address only, once a day."""
    _tell(SIGNUP_ALREADY, one, "signup_already", version=str(clock.today()))


def moved_up(one: SignUp) -> None:
    """From the waiting list to a place."""
    _tell(SIGNUP_MOVED_UP, one, "signup_moved_up")


def changed(one: SignUp) -> None:
    """Another time or place; or on again after it was off."""
    _tell(SIGNUP_CHANGED, one, "signup_changed", version=_anew(), was_off=one.told == OFF)


def called_off(one: SignUp) -> None:
    """It does not take place, or is no longer on the site."""
    _tell(SIGNUP_CALLED_OFF, one, "signup_called_off", version=_anew(), only_this=not whole_is_off(one.post))


def _anew() -> str:
    """It may change back and forth: what each was told last, beside it, keeps a mail from going twice."""
    return str(clock.now())


def reminder(one: SignUp) -> None:
    """The day before."""
    _tell(SIGNUP_REMINDER, one, "signup_reminder", version=str(one.turn.starts_at if one.turn else ""))


def removed(one: SignUp, reason: str) -> None:
    """The organiser took them off the list, with the reason in the organiser's words."""
    _tell(SIGNUP_REMOVED, one, "signup_removed", reason=reason)


def _tell(kind: MailKind, one: SignUp, template: str, *, version: str = "1", **context: Any) -> None:
    member, post = one.member, one.post
    to = member.email if member else one.email
    if not to or (member and not member.takes_part):
        return
    queue(
        kind,
        to=to,
        account=member,
        language=member.language if member else one.language,
        about=one,
        template=f"content/emails/{template}.txt",
        context={"one": one, "post": post, "when": lazystr(_When(one)), "url": one.own_url, **context},
        version=version,
    )


class _When:
    """When it is, in the language of whoever reads it."""

    def __init__(self, one: SignUp) -> None:
        self.one = one

    def __str__(self) -> str:
        return when_of(self.one)


# To the organiser -----------------------------------------------------------------------------------------------------


def tell_organiser(one: SignUp) -> None:
    """Somebody signed up: who, with how many, and what they typed with it."""
    _tell_organiser(SIGNUP_NEW, one, "signup_new")


def tell_organiser_off(one: SignUp) -> None:
    """Somebody comes no more."""
    _tell_organiser(SIGNUP_OFF, one, "signup_off")


def _tell_organiser(kind: MailKind, one: SignUp, template: str) -> None:
    mailbox = poster_mailbox(one.post)
    if mailbox is None:
        return
    queue(
        kind,
        **mailbox.reader,
        about=one,
        template=f"content/emails/{template}.txt",
        context={"one": one, "post": one.post, "when": lazystr(_When(one)), "url": one.list_url},
        version="1",
    )
