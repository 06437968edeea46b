"""The phone number of who placed something: for operators only, after a mail failed or with a reason (W-37, X-4)."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import record
from content.posts.models import Post
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.mail.bounces import why_not_mailed
from wijk.mail.models import OutgoingMail
from wijk.personal_data import Erase, Ground, Kind, Personal, Source, Visibility, declare


class PhoneLook(models.Model):
    """An operator read the phone number of a post; its author finds this among their data."""

    class Why(models.TextChoices):
        MAIL_FAILED = "mail", _("mail kwam niet aan")
        REASON = "reason", _("met een reden")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="phone_looks")
    why = models.CharField(max_length=6, choices=Why.choices)
    explanation = EncryptedTextField(blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="phone_looks"
    )
    looked_at = models.DateTimeField(default=clock.now)


declare(
    PhoneLook,
    subject="post__author",
    purpose="moderation",
    ground=Ground.LEGITIMATE,
    retention="year",
    clock="looked_at",
    technical="id",
    source=Source.OTHERS,
    fields={
        "post": Personal(_("Je telefoonnummer bekeken bij"), Kind.CONTENT, Visibility.STAFF),
        "why": Personal(_("Waarom"), Kind.CONTENT, Visibility.STAFF),
        "explanation": Personal(_("Reden"), Kind.FREE_TEXT, Visibility.STAFF),
        "looked_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="somebody else", erase=Erase.NULL
        ),
        "looked_at": Personal(_("Bekeken op"), Kind.TECHNICAL, Visibility.STAFF),
    },
)


def mail_failed(post: Post) -> bool:
    """Whether mail to this author did not arrive: to any address of theirs we write to, or about this post."""
    addresses = {post.author.email, post.contact_email} - {""}
    about = OutgoingMail.objects.filter(about=f"{post._meta.label_lower}:{post.pk}", account_ref=post.author_id)
    return any(why_not_mailed(address) for address in addresses) or about.did_not_arrive().exists()


@transaction.atomic
def look(*, post: Post, by: Any, reason: str) -> str:
    """The number, and a record that it was read; PermissionError without a failed mail or a reason."""
    failed = mail_failed(post)
    if not by.is_superuser or not (failed or reason):
        raise PermissionError
    why = PhoneLook.Why.MAIL_FAILED if failed else PhoneLook.Why.REASON
    PhoneLook.objects.create(post=post, why=why, explanation=reason, looked_by=by, looked_at=clock.now())
    record("post.phone", by=by, about=post, neighbourhood=post.neighbourhood, why=why)
    return post.get_contact_phone_display()
