"""Mails to the author of a post."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.posts.mailed import link_of
from content.posts.models import Post
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue


def _still(status: Post.Status) -> Callable[[OutgoingMail], bool]:
    """Whether the post a mail is about is still in the state the mail speaks of."""

    def wanted(mail: OutgoingMail) -> bool:
        return Post.objects.filter(pk=mail.about_pk, status=status).exists()

    return wanted


POST_WAITING = mail_kind("post-waiting", _("Je bericht wacht"), wanted=_still(Post.Status.WAITING))
POST_LIVE = mail_kind("post-live", _("Je bericht staat op de site"), wanted=_still(Post.Status.LIVE))
POST_EXPIRING = mail_kind("post-expiring", _("Je bericht loopt af"), wanted=_still(Post.Status.LIVE))
POST_EXPIRED = mail_kind("post-expired", _("Je bericht is verlopen"), wanted=_still(Post.Status.EXPIRED))
POST_CHOSEN = mail_kind("post-chosen", _("Je beantwoordt reacties op een bericht"))
POST_NAMED = mail_kind("post-named", _("Je bent contactpersoon bij een bericht"), wanted=_still(Post.Status.LIVE))
POST_HANDED_OVER = mail_kind("post-handed-over", _("Een bericht is nu van jou"))
POST_LET_GO = mail_kind("post-let-go", _("Je houdt een bericht niet meer bij"))


def waiting(post: Post) -> None:
    """It was placed and a manager looks first."""
    _queue(POST_WAITING, post, "post_waiting", reverse("posts:mine_detail", args=[post.pk]), post.submitted_at)


def live(post: Post) -> None:
    """Everybody can read it now."""
    _queue(POST_LIVE, post, "post_live", post.get_absolute_url(), post.confirmed_at)


def expiring(post: Post, days: int) -> None:
    """It ends in so many days, unless its author says that it still holds."""
    links = {"done_url": link_of(post, "gelukt"), "away_url": link_of(post, "weg")}
    _queue(POST_EXPIRING, post, "post_expiring", link_of(post), f"{post.expires_at}-{days}", days=days, **links)


def expired(post: Post) -> None:
    """It has left the site, and can come back with one click."""
    done_url = link_of(post, "gelukt")
    _queue(POST_EXPIRED, post, "post_expired", link_of(post), post.expires_at, done_url=done_url)


def _queue(kind: MailKind, post: Post, template: str, url: str, version: object, **context: object) -> None:
    queue(
        kind,
        to=post.author.email,
        account=post.author,
        about=post,
        template=f"content/emails/{template}.txt",
        context={
            "first_name": post.author.first_name,
            "title": post.title,
            "neighbourhood": post.neighbourhood.name,
            "is_request": post.kind == Post.Kind.REQUEST,
            "is_activity": post.kind == Post.Kind.ACTIVITY,
            "is_standing": post.is_standing,
            "hidden": not post.shown_contact(),
            "url": url,
            "mine_url": reverse("posts:mine_detail", args=[post.pk]),
            **context,
        },
        version=str(version),
    )


def handed_over(post: Post) -> None:
    """Who placed it stops; a co-manager goes on with it. The mail does not say who that was."""
    _queue(POST_HANDED_OVER, post, "post_handed_over", reverse("posts:mine_detail", args=[post.pk]), clock.now())


def let_go(post: Post, user: Any) -> None:
    """Its author keeps it without this co-manager from now on."""
    queue(
        POST_LET_GO,
        to=user.email,
        account=user,
        about=post,
        template="content/emails/post_let_go.txt",
        context={"first_name": user.first_name, "title": post.title},
        version=str(clock.now()),
    )


def chosen(post: Post, user: Any) -> None:
    """Its author chose this co-manager to answer whoever reacts from now on."""
    queue(
        POST_CHOSEN,
        to=user.email,
        account=user,
        about=post,
        template="content/emails/post_chosen.txt",
        context={
            "first_name": user.first_name,
            "title": post.title,
            "url": reverse("posts:mine_detail", args=[post.pk]),
        },
        version=str(clock.now()),
    )


def named(post: Post) -> None:
    """To the address of somebody named as contact person, once; it does not say who did, nor anything else of them."""
    queue(
        POST_NAMED,
        to=post.contact_email,
        about=post,
        template="content/emails/post_named.txt",
        context={"title": post.title, "url": post.get_absolute_url(), "help_address": settings.OPERATOR["email"]},
        version="1",
    )
