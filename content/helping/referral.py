"""Passing a request on to an organisation, once its poster said yes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.helping.models import TIME_TO_ANSWER
from content.organisations.models import Organisation
from content.posts.models import Post
from wijk import clock
from wijk.personal_data import Erase, Ground, Kind, Personal, Visibility, declare


class ReferralQuerySet(models.QuerySet["Referral"]):
    def answerable(self) -> Self:
        """Asked no longer ago than an answer counts, and without one."""
        return self.filter(answer=Referral.Answer.NONE, proposed_at__gt=clock.now() - TIME_TO_ANSWER)


class Referral(models.Model):
    """A manager would pass a request on to an organisation; that happens when the poster says yes, and only then."""

    class Answer(models.TextChoices):
        NONE = "none", _("nog geen antwoord")
        YES = "yes", _("ja")
        NO = "no", _("nee")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="referrals")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="referrals")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=4, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["post", "organisation"], name="referred_once")]

    @property
    def is_answerable(self) -> bool:
        return self.answer == self.Answer.NONE and self.proposed_at > clock.now() - TIME_TO_ANSWER


declare(
    Referral,
    subject="post__author",
    purpose="helping",
    ground=Ground.CONSENT,
    retention="thing",
    technical="id post",
    fields={
        "organisation": Personal(_("Doorverwezen naar"), Kind.CONTENT, Visibility.MANAGER),
        "proposed_by": Personal(
            kind=Kind.IDENTIFIER, visibility=Visibility.MANAGER, not_exported="somebody else", erase=Erase.NULL
        ),
        "proposed_at": Personal(_("Voorgesteld op"), Kind.TECHNICAL, Visibility.MANAGER),
        "answer": Personal(_("Je antwoord"), Kind.CONTENT, Visibility.MANAGER),
        "answered_at": Personal(_("Geantwoord op"), Kind.TECHNICAL, Visibility.MANAGER),
        "sent_at": Personal(_("Doorgegeven op"), Kind.TECHNICAL, Visibility.MANAGER),
    },
)
