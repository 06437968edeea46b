"""Somebody under 16: hidden at once by a report, erased as soon as a person confirms it (K-55, P-17, D-5 to D-7).

No machine decides this: the report hides one post, and a manager or the privacy desk closes the account.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.audit.models import record
from accounts.closure.actions import close
from accounts.closure.models import AccountClosure
from accounts.office.desk import Pressing, watch
from accounts.users.models import User
from content.moderation.actions import close_report, mark_closed, possible_acts
from content.moderation.models import Decision, Report, ReportQuerySet, desk_reports
from neighbourhoods.managers.desk import at_desk
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk.access import careful, office

WITHIN = timedelta(hours=24)


class MinorForm(forms.Form):
    """The one tick that stands between a report and an erased account."""

    sure = forms.BooleanField(
        label=gettext_lazy("Ik ben er zeker van dat de schrijver jonger is dan 16"),
        help_text=gettext_lazy("Het hele account wordt meteen gewist, zonder kopie. Dit kan niet terug."),
        error_messages={"required": gettext_lazy("Vink aan dat je het zeker weet, of kies iets anders.")},
    )


def may_erase(author: User) -> bool:
    """Whether a report can lead to this: who works here is for the privacy desk to look into, by another way."""
    appointed = Appointment.objects.in_term().filter(user=author).exists()
    return not (author.is_superuser or appointed or author.groups.exists())


@transaction.atomic
def erase_minor(*, report: Report, by: Any) -> AccountClosure | None:
    """A person confirms: the account is closed at once, without copy or time to undo, counted from the report.

    It answers every report about this author. None, and nothing done, when it was answered before.
    """
    held = Report.objects.open().select_for_update(of=("self",)).filter(pk=report.pk, why=Report.Why.MINOR).first()
    if held is None or not may_erase(held.judged.author):
        return None
    author = held.judged.author
    for row in Report.objects.open().filter(post__author=author).select_related("post"):
        mark_closed(row, by=by, removed=True)
    record("report.minor", by=by, about=held, neighbourhood=held.judged.neighbourhood)
    return close(user=author, by=by, received_at=held.made_at, reason=AccountClosure.Reason.MINOR)


# The neighbourhood's desk --------------------------------------------------------------------------------------------


@at_desk
@careful
@require_POST
def confirm(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """A manager confirms what a report says."""
    found = get_object_or_404(desk_reports(request.user, neighbourhood), pk=pk)
    if not _erased(request, found):
        return redirect("moderation:report_detail", wijk=neighbourhood.slug, pk=pk)
    return redirect("moderation:reports", wijk=neighbourhood.slug)


def _erased(request: HttpRequest, report: Report) -> bool:
    form = MinorForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["sure"][0]))
        return False
    if not erase_minor(report=report, by=request.user):
        messages.warning(request, _("Dit kan hier niet. De melding is al afgehandeld, of de schrijver werkt mee."))
        return False
    messages.success(request, _("Het account is van de site af en wordt nu gewist."))
    return True


# The privacy desk ----------------------------------------------------------------------------------------------------


def minor_reports() -> ReportQuerySet:
    """What is reported about a child and not answered, in every neighbourhood, oldest first."""
    found: Any = Report.objects.open().filter(why=Report.Why.MINOR, post__author__is_active=True)
    return found.select_related("post__author", "post__neighbourhood")  # type: ignore[no-any-return]


@office
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every open report about a child, with the two answers."""
    rows = [{"report": one, "may_erase": may_erase(one.judged.author)} for one in minor_reports()]
    return render(request, "moderation/minors.html", {"rows": rows, "form": MinorForm(), "nav": "overzicht"})


@office
@careful
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The privacy desk confirms, or says that it is not so and puts the post back."""
    found = get_object_or_404(minor_reports(), pk=pk)
    if "niet" in request.POST:
        act = Decision.Act.APPROVE if Decision.Act.APPROVE in possible_acts(found.judged) else ""
        close_report(report=found, by=request.user, act=act)
        messages.success(request, _("De melding is afgehandeld. Het bericht staat weer waar het stond."))
    else:
        _erased(request, found)
    return redirect("moderation:minors")


@watch
def waiting_for_a_human() -> Iterator[Pressing]:
    """What must be looked at within a day (D-6)."""
    for found in minor_reports():
        title = _("Melding over een kind in %(name)s") % {"name": found.judged.neighbourhood.name}
        yield Pressing(title, reverse("moderation:minors"), due_at=found.made_at + WITHIN, urgent=True)
