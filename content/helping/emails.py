"""Mails about help: none holds an address of somebody else, and none goes out once it is no longer asked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from content.contact import aliases
from content.contact.models import Conversation, Message
from content.contact.relay import Mailbox
from content.helping.models import TIME_TO_ANSWER, HelpedEdit, OnBehalf
from content.helping.referral import Referral
from content.moderation.emails import signature
from content.posts.models import Post
from wijk import clock
from wijk.incoming.doors import takes_mail
from wijk.links import signed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue

REFERRAL_SALT = "referral"


def _still_unconfirmed(mail: OutgoingMail) -> bool:
    return OnBehalf.objects.confirmable().filter(pk=mail.about_pk).exists()


def _still_answerable(mail: OutgoingMail) -> bool:
    rows = Referral.objects.answerable().filter(pk=mail.about_pk)
    return rows.filter(post__in=Post.objects.visible(), organisation__is_live=True).exists()


def _still_there(mail: OutgoingMail) -> bool:
    return Referral.objects.filter(pk=mail.about_pk, post__in=Post.objects.visible()).exists()


HELP_CONFIRM = mail_kind(
    "help-confirm", _("Mag je bericht op de site?"), lasts=TIME_TO_ANSWER, wanted=_still_unconfirmed
)
HELP_PLACED = mail_kind("help-placed", _("Een bewoner zei ja"))
HELP_HANDED_OVER = mail_kind("help-handed-over", _("Je houdt nu een bericht van een bewoner bij"))
HELP_STOPPED = mail_kind("help-stopped", _("Een bericht staat niet meer op de site"))
HELP_ASKED = mail_kind("help-asked", _("Mag de wijkbeheerder je helpen?"))
HELP_EDITED = mail_kind("help-edited", _("De wijkbeheerder paste je bericht aan"))
REFERRAL_ASKED = mail_kind(
    "referral-asked", _("Mag je vraag worden doorgegeven?"), lasts=TIME_TO_ANSWER, wanted=_still_answerable
)
REFERRED = mail_kind("referred", _("Een vraag uit de wijk"), wanted=_still_there)


# For somebody else ---------------------------------------------------------------------------------------------------


def ask_confirmation(row: OnBehalf) -> None:
    """Asks who was helped whether it is right, and whether the mailbox is theirs."""
    queue(
        HELP_CONFIRM,
        to=row.email,
        about=row,
        template="content/emails/help_confirm.txt",
        context={
            "first_name": row.first_name,
            "manager": row.entered_by.first_name if row.entered_by else "",
            "neighbourhood": row.neighbourhood.name,
            "url": row.own_url,
        },
        version="1",
    )


def placed(row: OnBehalf, post: Post, helper: User) -> None:
    """Tells who helped that it stands on the site now."""
    queue(
        HELP_PLACED,
        to=helper.email,
        account=helper,
        about=row,
        template="content/emails/help_placed.txt",
        context={"helper": helper.first_name, "title": post.title, "url": post.get_absolute_url()},
    )


def handed_over(row: OnBehalf, post: Post, heir: User) -> None:
    """Tells a manager that a post is looked after by them from now on; not who did so before."""
    queue(
        HELP_HANDED_OVER,
        to=heir.email,
        account=heir,
        about=row,
        template="content/emails/help_handed_over.txt",
        context={
            "heir": heir.first_name,
            "title": post.title,
            "neighbourhood": post.neighbourhood.name,
            "url": reverse("helping:on_behalf", args=[post.neighbourhood.slug, row.pk]),
        },
        version=clock.now().isoformat(),
    )


def stopped(row: OnBehalf, title: str, *, to: str, account: Any = None) -> None:
    """Tells that a post is off the site because nobody looks after it any more."""
    queue(
        HELP_STOPPED,
        to=to,
        account=account,
        about=row,
        template="content/emails/help_stopped.txt",
        context={"title": title, "neighbourhood": row.neighbourhood.name},
        version=clock.now().isoformat(),
    )


# Changing words for their owner --------------------------------------------------------------------------------------


def ask_permission(post: Post, by: Any) -> None:
    """A manager asks whether they may change the words of a post."""
    _to_author(
        HELP_ASKED,
        post,
        "help_asked",
        manager=signature(by, post),
        url=reverse("helping:switch", args=[post.pk]),
        version=clock.now().isoformat(),
    )


def edited(edit: HelpedEdit) -> None:
    """Each change is told to the owner, with how it was and how it became (W-51)."""
    _to_author(
        HELP_EDITED,
        edit.post,
        "help_edited",
        manager=signature(edit.edited_by, edit.post),
        changes=edit.changes,
        url=reverse("helping:switch", args=[edit.post_id]),
        version=str(edit.pk),
    )


# Referring -----------------------------------------------------------------------------------------------------------


def ask_referral(referral: Referral, by: Any) -> None:
    """Asks the poster whether an organisation may hear of the request."""
    _to_author(
        REFERRAL_ASKED,
        referral.post,
        "referral_asked",
        about=referral,
        manager=signature(by, referral.post),
        organisation=referral.organisation.name,
        url=reverse("helping:referral", args=[signed(referral.pk, salt=REFERRAL_SALT)]),
        version="1",
    )


def refer(referral: Referral, talk: Conversation, mailbox: Mailbox) -> None:
    """Brings a request to an organisation, with an address of ours to answer to and never the poster's."""
    by_mail = takes_mail()
    own = "contact:thread" if talk.member_id else "contact:visitor_thread"
    queue(
        REFERRED,
        **mailbox.reader,
        about=referral,
        template="content/emails/referred.txt",
        context={
            "organisation": referral.organisation.name,
            "post": referral.post,
            "by_mail": by_mail,
            "url": reverse(own, args=[talk.pk if talk.member_id else talk.token]),
            "post_url": referral.post.get_absolute_url(),
        },
        from_address=aliases.address_of(talk, Message.Side.VISITOR) if by_mail else "",
        version="1",
    )


def _to_author(kind: Any, post: Post, template: str, *, version: str, about: Any = None, **context: Any) -> None:
    queue(
        kind,
        to=post.author.email,
        account=post.author,
        about=about or post,
        template=f"content/emails/{template}.txt",
        context={"first_name": post.author.first_name, "post": post, **context},
        version=version,
    )
