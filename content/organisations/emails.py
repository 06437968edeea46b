"""Mails to the editors of an organisation."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User, takes_part
from content.organisations.models import Organisation
from neighbourhoods.managers.models import Appointment
from wijk import clock
from wijk.mail.outbox import MailKind, mail_kind, queue

ORGANISATION_LIVE = mail_kind("organisation-live", _("Jullie pagina staat op de site"))
ORGANISATION_OFF = mail_kind("organisation-off", _("Jullie pagina is van de site"))
HANDED_OVER = mail_kind("organisation-handed-over", _("Je houdt nu een organisatie bij"))
LET_GO = mail_kind("organisation-let-go", _("Je houdt een organisatie niet meer bij"))
LEFT_ALONE = mail_kind("organisation-left-alone", _("Niemand houdt een organisatie in je wijk nog bij"))


def handed_over(organisation: Organisation, heir: User) -> None:
    """Who kept the page stops, and passed it on; the mail does not say who that was."""
    queue(
        HANDED_OVER,
        to=heir.email,
        account=heir,
        about=organisation,
        template="content/emails/organisation_handed_over.txt",
        context={
            "first_name": heir.first_name,
            "name": organisation.name,
            "url": reverse("organisations:edit", args=[organisation.slug]),
        },
    )


def let_go(organisation: Organisation, user: User) -> None:
    """Another editor took them off; the mail does not say who that was."""
    queue(
        LET_GO,
        to=user.email,
        account=user,
        about=organisation,
        template="content/emails/organisation_let_go.txt",
        context={
            "first_name": user.first_name,
            "name": organisation.name,
            "help_address": settings.OPERATOR["email"],
        },
        version=str(clock.now()),
    )


def left_alone(organisation: Organisation, *, at: datetime) -> None:
    """Tells the managers of its neighbourhoods that the last editor stopped, so that somebody else can be found."""
    here = organisation.neighbourhoods.on().values("pk")  # type: ignore[attr-defined]
    for one in Appointment.objects.active().filter(neighbourhood__in=here).select_related("user", "neighbourhood"):
        desk = reverse("moderation:organisation", kwargs={"wijk": one.neighbourhood.slug, "pk": organisation.pk})
        queue(
            LEFT_ALONE,
            to=one.user.email,
            account=one.user,
            about=organisation,
            template="content/emails/organisation_left_alone.txt",
            context={"first_name": one.user.first_name, "name": organisation.name, "url": desk},
            version=str(at),
        )


def live(organisation: Organisation, *, at: datetime) -> None:
    """A manager switched the page on."""
    _to_editors(ORGANISATION_LIVE, organisation, "organisation_live", at, url=organisation.get_absolute_url())


def off(organisation: Organisation, *, reason: str | Promise, note: str, at: datetime) -> None:
    """A manager switched the page off, and why."""
    context = {"reason": reason, "note": note, "url": organisation.edit_url, "help_address": settings.OPERATOR["email"]}
    _to_editors(ORGANISATION_OFF, organisation, "organisation_off", at, **context)


def _to_editors(kind: MailKind, organisation: Organisation, template: str, at: datetime, **context: Any) -> None:
    for editor in organisation.editors.select_related("user").filter(takes_part("user")):
        queue(
            kind,
            to=editor.user.email,
            account=editor.user,
            about=organisation,
            template=f"content/emails/{template}.txt",
            context={"first_name": editor.user.first_name, "name": organisation.name, **context},
            version=str(at),
        )
