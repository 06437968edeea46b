"""Staff admin: an operator appoints managers, records their training and ends their term."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from neighbourhoods.managers import actions
from neighbourhoods.managers.forms import AppointForm, TrainingForm
from neighbourhoods.managers.models import Appointment
from wijk import clock
from wijk.access import careful, scope, staff

LONGEST_LIST = 500
View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Editors work in the same admin, and appoint nobody."""

    @wraps(view)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise Http404
        return view(request, **kwargs)

    return staff(checked)


@for_operators
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All appointments, running ones first."""
    known = scope(request.user).managed(Appointment).select_related("user", "neighbourhood")
    context = {"appointments": known.order_by("-ends_on", "neighbourhood__name")[:LONGEST_LIST], "today": clock.today()}
    return render(request, "managers/cms_index.html", context)


@for_operators
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Makes a member the manager of a neighbourhood for a time."""
    form = AppointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        appointment = actions.appoint(by=request.user, **form.values())
        messages.success(request, _("Deze persoon is aangewezen en krijgt een mail met wat er nog moet gebeuren."))
        return redirect("appointments:detail", pk=appointment.pk)
    return render(request, "managers/cms_appoint.html", {"form": form})


@for_operators
@careful(reading=False)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment: what is done, and the day of the training."""
    appointment = _appointment_or_404(request, pk)
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.record_training(appointment=appointment, by=request.user, on=form.cleaned_data["training_on"])
        messages.success(request, _("De training is vastgelegd."))
        return redirect("appointments:detail", pk=pk)
    has_ended = appointment.ends_on < clock.today()
    return render(
        request, "managers/cms_detail.html", {"appointment": appointment, "form": form, "has_ended": has_ended}
    )


@for_operators
@require_POST
@careful
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the rights away now."""
    if actions.end(appointment=_appointment_or_404(request, pk), by=request.user):
        messages.success(request, _("Het beheer is gestopt. De persoon krijgt een mail."))
    return redirect("appointments:detail", pk=pk)


def _appointment_or_404(request: HttpRequest, pk: int) -> Appointment:
    known = scope(request.user).managed(Appointment).select_related("user", "neighbourhood", "appointed_by")
    return get_object_or_404(known, pk=pk)


class OperatorsMenuItem(MenuItem):
    """Shown to operators only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


class AppointmentViewSet(ViewSet):
    """Wijkbeheerders in the staff admin."""

    name = "appointments"
    url_prefix = "wijkbeheerders"
    icon = "group"
    menu_label = gettext_lazy("Wijkbeheerders")
    menu_order = 260
    menu_item_class = OperatorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("nieuw/", appoint, name="appoint"),
            path("<int:pk>/", detail, name="detail"),
            path("<int:pk>/einde/", end, name="end"),
        ]
