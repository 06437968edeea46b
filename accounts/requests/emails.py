"""The mails about a request, a restriction and their clocks; they go to who is frozen too, for they are about that."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.holds.actions import told
from accounts.office.emails import to_officers
from accounts.requests.models import RightsRequest
from accounts.requests.standstill import Restriction
from wijk import clock
from wijk.mail.outbox import MailKind, mail_kind, queue

A_WEEK, TWO_WEEKS = timedelta(days=7), timedelta(days=14)
CONFIRM = mail_kind("rights-confirm", _("Bevestig je verzoek"), lasts=timedelta(hours=24), by_law=True)
IDENTIFY = mail_kind("rights-identify", _("Ben jij het?"), lasts=A_WEEK, by_law=True)
RECEIVED = mail_kind("rights-received", _("We hebben je verzoek"), lasts=A_WEEK, by_law=True)
EXTENDED = mail_kind("rights-extended", _("Je verzoek duurt langer"), lasts=A_WEEK, by_law=True, after_closing=True)
DECIDED = mail_kind("rights-decided", _("Antwoord op je verzoek"), lasts=TWO_WEEKS, by_law=True, after_closing=True)
RESTRICTED = mail_kind("restriction", _("Je account is bevroren"), lasts=A_WEEK, by_law=True)
FILED = mail_kind("rights-new", _("Er is een verzoek"), by_law=True)
CLOCK = mail_kind("rights-clock", _("De klok van een verzoek"), lasts=timedelta(days=1), by_law=True)


def _to_requester(kind: MailKind, request: RightsRequest, template: str, version: str, **context: Any) -> None:
    if request.mail_to:
        queue(
            kind,
            to=request.mail_to,
            account=request.user,
            about=request,
            version=version,
            language="" if request.user else request.language,
            template=f"accounts/emails/rights_{template}.txt",
            context={"request": request, "operator": settings.OPERATOR, **context},
        )


def confirm(request: RightsRequest) -> None:
    """To the typed address: opening the link shows that it is theirs. The same mail for a known and an unknown one."""
    _to_requester(CONFIRM, request, "confirm", "", confirm_url=_confirm_path(request))


def identify(request: RightsRequest) -> None:
    """For what came by mail, letter or phone: a link to the known address instead of a copy of an ID (X-13)."""
    version = clock.now().isoformat()
    _to_requester(IDENTIFY, request, "identify", version, confirm_url=_confirm_path(request))


def _confirm_path(request: RightsRequest) -> str:
    return reverse("requests:confirm", args=[request.link()])


def received(request: RightsRequest) -> None:
    """That it is here, and when the answer comes at the latest."""
    _to_requester(RECEIVED, request, "received", "")


def extended(request: RightsRequest) -> None:
    """That it takes longer, and why (K-29)."""
    _to_requester(EXTENDED, request, "extended", "")


def decided(request: RightsRequest) -> None:
    """The answer with its reason, what stays, and where to complain (W-93)."""
    holds = told(request.user.pk) if request.user else []
    _to_requester(DECIDED, request, "decided", "", holds=holds)


def filed(request: RightsRequest) -> None:
    """Tells the officers that there is one; what it says stays behind the log-in."""
    to_officers(FILED, about=request, version="", template="rights_new", context={"request": request})


def reminder(request: RightsRequest, days: int) -> None:
    """Tells the officers how many days are left."""
    version, context = f"{request.answer_by.date()}:{days}", {"request": request, "days": days}
    to_officers(CLOCK, about=request, version=version, template="rights_clock", context=context)


# Freezing ------------------------------------------------------------------------------------------------------------


def paused(restriction: Restriction) -> None:
    """That an account is frozen, since when and why."""
    _about_freezing(restriction.user, "paused", restriction, f"on:{restriction.pk}")


def lifting(restriction: Restriction) -> None:
    """That it ends in some days, before it does (GDPR art. 18.3)."""
    _about_freezing(restriction.user, "lifting", restriction, f"announced:{restriction.lifts_at}")


def lifted(account: Any, *, version: str) -> None:
    """That everything is as it was."""
    _about_freezing(account, "lifted", None, f"off:{version}")


def _about_freezing(account: Any, template: str, restriction: Restriction | None, version: str) -> None:
    queue(
        RESTRICTED,
        to=account.email,
        account=account,
        about=account,
        version=version,
        template=f"accounts/emails/restriction_{template}.txt",
        context={"restriction": restriction, "operator": settings.OPERATOR},
    )
