"""The register of leaks at the privacy desk, and where anybody reports one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit.models import AuditEvent
from accounts.breaches import actions
from accounts.breaches.dossier import as_file, sections
from accounts.breaches.forms import BreachForm, ClosingForm, DecisionForm, InformedForm, LeakForm, ReportedForm
from accounts.breaches.models import LETTERS, Breach, home_authority, new_reference
from accounts.users.models import MemberRequest
from wijk import clock
from wijk.access import office, public, visitor
from wijk.limits import client_network, take
from wijk.views import too_many

PER_PAGE = 50
HISTORY = 100
NAV = "lekken"
SECURITY_TERM = timedelta(days=180)
REFERENCE = re.compile(rf"L-[{LETTERS}]{{3}}-[{LETTERS}]{{3}}")
HOUR = timedelta(hours=1)
either = require_http_methods(["GET", "HEAD", "POST"])


@office
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every leak, newest first; those for which the clock runs on top."""
    page = Paginator(Breach.objects.all(), PER_PAGE).get_page(request.GET.get("pagina"))
    running = Breach.objects.undecided().order_by("discovered_at")
    context = {"page": page, "running": running, "now": clock.now(), "nav": NAV}
    return render(request, "breaches/register.html", context)


@office
@either
def new(request: MemberRequest) -> HttpResponse:
    """Files a leak; the clock starts."""
    form = BreachForm(request.POST or None, initial={"discovered_at": clock.now(), "authority": home_authority()})
    if form.is_bound and form.is_valid():
        return redirect("breaches:detail", actions.file(values=form.cleaned_data, by=request.user).pk)
    return render(request, "breaches/edit.html", {"form": form, "nav": NAV}, status=422 if form.is_bound else 200)


@office
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One leak: what comes next, what is known, what was done."""
    breach = get_object_or_404(Breach, pk=pk)
    history = AuditEvent.objects.filter(about=f"{Breach._meta.label_lower}:{pk}").order_by("-at")[:HISTORY]
    context = {"breach": breach, "sections": sections(breach), "history": history, "now": clock.now(), "nav": NAV}
    return render(request, "breaches/detail.html", context)


@office
@either
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Writes down what is known by now."""
    breach = get_object_or_404(Breach, pk=pk)
    if breach.is_closed:
        return _overtaken(request, breach)
    form = BreachForm(request.POST or None, initial=BreachForm.kept(breach))
    stale = form.is_bound and request.POST.get("versie") != breach.revision
    if form.is_bound and not stale and form.is_valid():
        try:
            actions.change(breach=breach, values=form.cleaned_data, by=request.user)
        except actions.Overtaken:
            return _overtaken(request, breach)
        messages.success(request, _("Opgeslagen."))
        return redirect("breaches:detail", pk)
    context = {"form": form, "breach": breach, "stale": stale, "nav": NAV}
    return render(request, "breaches/edit.html", context, status=422 if form.is_bound else 200)


def _overtaken(request: HttpRequest, breach: Breach) -> HttpResponse:
    messages.error(request, _("Dit lek is intussen veranderd of afgesloten. Kijk eerst hoe het nu staat."))
    return redirect("breaches:detail", breach.pk)


# Steps ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step in a leak's life: its form, what it does, and its words."""

    form: Callable[..., forms.Form]
    act: Callable[..., Any]
    title: str | Promise
    intro: str | Promise
    button: str | Promise
    knows_breach: bool = False


DECIDE = Step(
    DecisionForm,
    actions.decide,
    gettext_lazy("Besluit"),
    gettext_lazy("Melden moet, tenzij er waarschijnlijk geen risico is voor de mensen om wie het gaat."),
    gettext_lazy("Besluit vastleggen"),
)
REPORTED = Step(
    ReportedForm,
    actions.reported,
    gettext_lazy("Gemeld bij de toezichthouder"),
    gettext_lazy("Vul dit in zodra de melding is verstuurd."),
    gettext_lazy("Vastleggen"),
    knows_breach=True,
)
INFORMED = Step(
    InformedForm,
    actions.informed,
    gettext_lazy("De mensen zijn ingelicht"),
    gettext_lazy("Stuur je het bericht aan alle accounts vanaf deze site? Dan komt dit er vanzelf te staan."),
    gettext_lazy("Vastleggen"),
)
CLOSE = Step(
    ClosingForm,
    actions.close,
    gettext_lazy("Lek afsluiten"),
    gettext_lazy("Daarna kun je niets meer veranderen. Het dossier blijft vijf jaar bewaard."),
    gettext_lazy("Afsluiten"),
    knows_breach=True,
)


@office
@either
def decide(request: MemberRequest, pk: int) -> HttpResponse:
    """Whether the authority must hear of it."""
    return _step(request, pk, DECIDE)


@office
@either
def reported(request: MemberRequest, pk: int) -> HttpResponse:
    """That the authority has it."""
    return _step(request, pk, REPORTED)


@office
@either
def informed(request: MemberRequest, pk: int) -> HttpResponse:
    """That the people know."""
    return _step(request, pk, INFORMED)


@office
@either
def close(request: MemberRequest, pk: int) -> HttpResponse:
    """Closes the file."""
    return _step(request, pk, CLOSE)


def _step(request: MemberRequest, pk: int, step: Step) -> HttpResponse:
    breach = get_object_or_404(Breach, pk=pk)
    if breach.is_closed or (step is CLOSE and not breach.may_close):
        return _overtaken(request, breach)
    extra = {"breach": breach} if step.knows_breach else {}
    form = step.form(request.POST or None, **extra)
    if form.is_bound and form.is_valid():
        values = {"answer": "", **form.cleaned_data} if step is CLOSE else form.cleaned_data
        try:
            step.act(breach=breach, by=request.user, **values)
        except actions.Overtaken:
            return _overtaken(request, breach)
        messages.success(request, _("Vastgelegd."))
        return redirect("breaches:detail", pk)
    context = {"form": form, "breach": breach, "step": step, "nav": NAV}
    return render(request, "breaches/step.html", context, status=422 if form.is_bound else 200)


# Paper and files -----------------------------------------------------------------------------------------------------


@office
@require_safe
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers in the order of the authority's form, to copy or to print."""
    breach = get_object_or_404(Breach, pk=pk)
    return render(request, "breaches/paper.html", {"breach": breach, "sections": sections(breach)})


@office
@require_safe
def form_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file."""
    breach = get_object_or_404(Breach, pk=pk)
    response = JsonResponse(as_file(breach), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{breach.reference}.json"'
    return response


@office
@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one leak on paper: the form, the notices, who did what and when."""
    breach = get_object_or_404(Breach, pk=pk)
    history = AuditEvent.objects.filter(about=f"{Breach._meta.label_lower}:{pk}").order_by("at")
    context = {"breach": breach, "sections": sections(breach), "history": history, "whole": True}
    return render(request, "breaches/paper.html", context)


# Anybody ---------------------------------------------------------------------------------------------------------


@visitor
@either
def report_leak(request: HttpRequest) -> HttpResponse:
    """How to tell us of a leak, for neighbours and for researchers; the form makes a draft in the register."""
    form = LeakForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trap:
        return _thanks(new_reference())
    if not form.is_bound or not form.is_valid():
        context = {"form": form.refreshed(), "operator": settings.OPERATOR}
        return render(request, "breaches/report_leak.html", context, status=422 if form.is_bound else 200)
    if not _may_report(request):
        return too_many(request, 60)
    typed = form.cleaned_data
    breach = actions.reported_by_form(
        what=typed["what"], where=typed["where"], address=typed["address"], form_key=form.form_key
    )
    return _thanks(breach.reference)


def _may_report(request: HttpRequest) -> bool:
    return take("leak-network", client_network(request), limit=6, per=HOUR) and take(
        "leak-all", "", limit=200, per=24 * HOUR
    )


def _thanks(reference: str) -> HttpResponse:
    return redirect(f"{reverse('breaches:thanks')}?{urlencode({'nummer': reference})}")


@visitor
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The number to ask about; the same words for everybody, also for a robot."""
    found = REFERENCE.fullmatch(request.GET.get("nummer", ""))
    context = {"reference": found.group() if found else "", "operator": settings.OPERATOR}
    return render(request, "breaches/thanks.html", context)


@public
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell, until when this is sure to be right."""
    expires = (clock.now() + SECURITY_TERM).replace(hour=0, minute=0, second=0, microsecond=0)
    form = settings.BASE_URL + reverse("breaches:report_leak")
    lines = [
        ("Contact", form),
        ("Contact", f"mailto:{settings.OPERATOR['email']}"),
        ("Expires", expires.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("Preferred-Languages", "nl, en"),
        ("Canonical", settings.BASE_URL + reverse("breaches:security_txt")),
        ("Policy", form),
    ]
    text = "".join(f"{name}: {value}\n" for name, value in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
