"""Who was invited to help keep a page or a post; never at which address."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.organisations.models import Organisation
from content.posts.models import Post
from wijk import clock
from wijk.access import own, scope
from wijk.encryption import keyed_hash
from wijk.personal_data import TERMS, Erase, Ground, Kind, Personal, Source, Visibility, declare
from wijk.text import canonical_email

INVITATION_LASTS = TERMS["invitation"].span or timedelta(days=14)
# What several people can keep.
Kept = Organisation | Post


def invited_hash(email: str) -> str:
    """By which an invited mailbox is known again without reading it (W-26)."""
    return keyed_hash("invited", canonical_email(email))


def new_token() -> str:
    """An unguessable name for an invitation's link."""
    return secrets.token_urlsafe(32)


def together_url(thing: Kept) -> str:
    """The page of those who keep something together."""
    if isinstance(thing, Post):
        return reverse("invitations:post", args=[thing.pk])
    return reverse("invitations:organisation", args=[thing.slug])


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def to(self, thing: Kept) -> Self:
        """About one page or post."""
        return self.filter(post=thing) if isinstance(thing, Post) else self.filter(organisation=thing)

    def open(self) -> Self:
        """Not answered, not too old, and about something that is still there."""
        fresh = self.filter(Q(organisation__isnull=False) | Q(post__isnull=False), state=Invitation.State.OPEN)
        return fresh.filter(made_at__gt=clock.now() - INVITATION_LASTS)

    def together_with(self, invitation: "Invitation") -> Self:
        """All that one link answers: what a list named beside it went to the same mailbox in the same mail."""
        if invitation.by_hand:
            return self.filter(pk=invitation.pk)
        return self.filter(address_hash=invitation.address_hash, by_hand=False)

    def against(self, thing: Kept) -> Self:
        """Those that keep a mailbox from being asked for this: it waits for an answer, or said no."""
        about = Q(post=thing) if isinstance(thing, Post) else Q(organisation=thing)
        waits = about & Q(pk__in=Invitation.objects.open().values("pk"))
        said_no = Q(state=Invitation.State.REFUSED) | about & Q(state=Invitation.State.DECLINED)
        return self.filter(said_no | waits)


class Invitation(models.Model):
    """Whoever reads a mailbox is asked once to help keep a page or a post (W-25, W-26).

    The address itself is only in the one mail that goes out; what stays is a keyed hash.
    """

    class State(models.TextChoices):
        OPEN = "open", _("nog geen antwoord")
        ACCEPTED = "accepted", _("houdt de pagina bij")
        DECLINED = "declined", _("wil dit niet")
        REFUSED = "refused", _("wil niet")  # this, nor ever another mail
        WITHDRAWN = "withdrawn", _("ingetrokken")

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations")
    address_hash = models.CharField(max_length=64, db_index=True)
    token = models.CharField(max_length=50, unique=True, default=new_token)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Typed by somebody who keeps the thing, and not named by a list that was read in.
    by_hand = models.BooleanField(default=False)
    # Whoever accepts takes the place of who invited.
    takes_over = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    @property
    def thing(self) -> Kept | None:
        return self.organisation or self.post

    @property
    def url(self) -> str:
        return reverse("invitations:answer", args=[self.token])

    @property
    def together_url(self) -> str:
        """Where those who keep it see each other."""
        return together_url(self.thing) if self.thing else ""

    @property
    def ends_at(self) -> Any:
        return self.made_at + INVITATION_LASTS


declare(
    Invitation,
    purpose="inviting",
    ground=Ground.LEGITIMATE,
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("wie een uitnodiging kreeg of weigerde, krijgt er geen tweede; er staat een code, geen adres"),
    technical="id organisation post token by_hand takes_over made_at state answered_at",
    holds="random",
    # Somebody else typed it, of whoever reads that mailbox.
    source=Source.OTHERS,
    fields={
        "address_hash": Personal(kind=Kind.CONTACT, visibility=Visibility.NOBODY, not_exported="keyed hash"),
        "invited_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="somebody else", erase=Erase.NULL
        ),
    },
)


@own(Invitation)
def invitations_of(user: Any) -> models.QuerySet[Invitation]:
    """Those by hand to what somebody may invite others to: pages they edit, posts they placed."""
    mine = Q(organisation__in=scope(user).own(Organisation)) | Q(post__in=scope(user).own(Post))
    return Invitation.objects.filter(mine, by_hand=True)
