"""Staff admin: an operator appoints managers, records their training and ends their term."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from neighbourhoods.managers import actions
from neighbourhoods.managers.forms import AppointForm, HandOverForm, ScreeningForm, TermForm, TrainingForm
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
        appointment = actions.appoint(user=form.user, by=request.user, **form.values())
        messages.success(request, _("Deze persoon is aangewezen en krijgt een mail met wat er nog moet gebeuren."))
        return redirect("appointments:detail", pk=appointment.pk)
    return render(request, "managers/cms_appoint.html", {"form": form})


@for_operators
@careful(reading=False)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment: what is done, and the forms for what an operator does about it."""
    appointment = _appointment_or_404(request, pk)
    has_ended = appointment.ends_on < clock.today()
    data = request.POST if request.method == "POST" else None
    what = next((name for name in ACTS if data is not None and name in data), "training")
    # Each form on the page is bound only when it was the one that was sent.
    forms = {name: act.form(data if name == what else None, appointment) for name, act in ACTS.items()}
    if data is not None and not has_ended and not appointment.is_deputy and forms[what].is_valid():
        messages.success(request, str(ACTS[what].done))
        made = ACTS[what].act(forms[what], appointment, request.user)
        return redirect("appointments:detail", pk=made.pk if isinstance(made, Appointment) else pk)
    context = {"appointment": appointment, "forms": forms, "has_ended": has_ended}
    return render(request, "managers/cms_detail.html", context)


@for_operators
@require_POST
@careful
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the rights away now."""
    if actions.end(appointment=_appointment_or_404(request, pk), by=request.user):
        messages.success(request, _("Het beheer is gestopt. De persoon krijgt een mail."))
    return redirect("appointments:detail", pk=pk)


@dataclass(frozen=True)
class Act:
    """One of the forms on an appointment's page: how it is made, what it does, what it says when it is done."""

    form: Callable[[Any, Appointment], Form]
    act: Callable[[Any, Appointment, Any], object]
    done: str | Promise


def _train(form: TrainingForm, appointment: Appointment, by: Any) -> None:
    actions.record_training(appointment=appointment, by=by, on=form.cleaned_data["training_on"])


def _screen(form: ScreeningForm, appointment: Appointment, by: Any) -> None:
    on, until = form.cleaned_data["screened_on"], form.cleaned_data["screened_until"]
    actions.record_screening(appointment=appointment, by=by, on=on, until=until)


def _renew(form: TermForm, appointment: Appointment, by: Any) -> None:
    actions.renew(appointment=appointment, by=by, ends_on=form.cleaned_data["ends_on"])


def _hand_over(form: HandOverForm, appointment: Appointment, by: Any) -> Appointment | None:
    return actions.hand_over(appointment=appointment, to=form.user, by=by, **form.values())


ACTS = {
    "training": Act(lambda data, _one: TrainingForm(data), _train, gettext_lazy("De training is vastgelegd.")),
    "screening": Act(lambda data, _one: ScreeningForm(data), _screen, gettext_lazy("De screening is vastgelegd.")),
    "renewal": Act(lambda data, _one: TermForm(data, prefix="renewal"), _renew, gettext_lazy("De tijd is verlengd.")),
    "succession": Act(
        lambda data, one: HandOverForm(data, prefix="succession", appointment=one),
        _hand_over,
        gettext_lazy("De wijk is overgedragen. Iedereen krijgt een mail."),
    ),
}


def _appointment_or_404(request: HttpRequest, pk: int) -> Appointment:
    known = (
        scope(request.user)
        .managed(Appointment)
        .select_related("user", "neighbourhood", "appointed_by", "stands_in_for")
    )
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
