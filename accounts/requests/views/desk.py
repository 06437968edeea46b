"""The privacy desk: every request, first due on top, and each step of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit.models import AuditEvent
from accounts.holds.actions import told
from accounts.holds.models import LegalHold
from accounts.requests import actions
from accounts.requests.forms import CloseAccountForm, DecideForm, EnterForm, ExtendForm, NoteForm, TakeUpForm, stoppable
from accounts.requests.models import RightsRequest
from accounts.requests.standstill import Objection, Restriction
from accounts.users.models import MemberRequest
from wijk import clock
from wijk.access import careful, office

PER_PAGE = 50
HISTORY = 100
NAV = "verzoeken"
either = require_http_methods(["GET", "HEAD", "POST"])


@office
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is open, first due on top; and what was answered."""
    answered = RightsRequest.objects.exclude(state__in=[*RightsRequest.OPEN, RightsRequest.State.UNCONFIRMED])
    context = {
        "open": RightsRequest.objects.open().select_related("user"),
        "page": Paginator(answered.order_by("-ended_at", "-pk"), PER_PAGE).get_page(request.GET.get("pagina")),
        "now": clock.now(),
        "nav": NAV,
    }
    return render(request, "requests/desk.html", context)


@office
@either
def enter(request: MemberRequest) -> HttpResponse:
    """Writes down what came by mail, letter or phone, with the day it came."""
    form = EnterForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = actions.enter(by=request.user, **form.cleaned_data)
        messages.success(request, _("Opgeschreven. De termijn loopt."))
        return redirect("requests:detail", made.pk)
    return render(request, "requests/enter.html", {"form": form, "nav": NAV}, status=422 if form.is_bound else 200)


@office
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what comes next, what was asked, what was done."""
    found = _found(pk)
    history = AuditEvent.objects.filter(about=f"{RightsRequest._meta.label_lower}:{pk}").order_by("-at")[:HISTORY]
    standing = Objection.objects.in_force().filter(user=found.user)
    stopped = set(standing.values_list("purpose", flat=True))
    context = {
        "asked": found,
        "objections": Objection.objects.filter(Q(request=found) | Q(pk__in=standing.values("pk"))),
        "can_stop": [pair for pair in stoppable() if pair[0] not in stopped],
        "restrictions": Restriction.objects.in_force().filter(user=found.user) if found.user else [],
        "holds": LegalHold.objects.filter(user=found.user) if found.user else [],
        "history": history,
        "now": clock.now(),
        "nav": NAV,
    }
    return render(request, "requests/detail.html", context)


@office
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer on paper, or to read out, for who wants no mail (K-31)."""
    found = get_object_or_404(RightsRequest, pk=pk, state=RightsRequest.State.DECIDED)
    holds = told(found.user_id) if found.user_id else []
    return render(request, "requests/letter.html", {"asked": found, "holds": holds, "operator": settings.OPERATOR})


def _found(pk: int) -> RightsRequest:
    """A request at the desk; what nobody confirmed is not there yet."""
    rows = RightsRequest.objects.exclude(state=RightsRequest.State.UNCONFIRMED).select_related("user")
    return get_object_or_404(rows, pk=pk)


# Steps ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step: its form, what it does, its words, and what the form is given of the request."""

    form: Callable[..., forms.Form]
    act: Callable[..., Any]
    title: str | Promise
    intro: str | Promise
    button: str | Promise
    done: str | Promise
    given: Callable[[RightsRequest], dict[str, Any]] = lambda asked: {}


TAKE_UP = Step(
    TakeUpForm,
    lambda sure, **rest: actions.take_up(**rest),
    gettext_lazy("Verzoek oppakken"),
    gettext_lazy("Een verzoek telt pas als je zeker weet wie het vraagt."),
    gettext_lazy("Ik pak het op"),
    gettext_lazy("Je hebt dit verzoek opgepakt."),
)
NOTE = Step(
    NoteForm,
    actions.note,
    gettext_lazy("Aantekening"),
    gettext_lazy("Voor jou en je collega's."),
    gettext_lazy("Bewaren"),
    gettext_lazy("Opgeslagen."),
    given=lambda asked: {"initial": {"text": asked.note}},
)
EXTEND = Step(
    ExtendForm,
    actions.extend,
    gettext_lazy("Termijn verlengen"),
    gettext_lazy("De termijn wordt 60 dagen langer. De persoon krijgt een mail met de reden."),
    gettext_lazy("Verleng met 60 dagen"),
    gettext_lazy("Verlengd. De mail is onderweg."),
)
DECIDE = Step(
    DecideForm,
    actions.decide,
    gettext_lazy("Besluit"),
    gettext_lazy("Antwoorden kost niemand iets. Bij het antwoord staat waar iemand kan klagen."),
    gettext_lazy("Besluit vastleggen"),
    gettext_lazy("Het besluit is vastgelegd."),
    given=lambda asked: {"identified": asked.identified_at is not None},
)


def _step(request: MemberRequest, pk: int, step: Step) -> HttpResponse:
    found = _found(pk)
    if not found.is_open:
        return _overtaken(request, pk)
    form = step.form(request.POST if request.method == "POST" else None, **step.given(found))
    if form.is_bound and form.is_valid():
        try:
            step.act(request=found, by=request.user, **form.cleaned_data)
        except actions.Overtaken:
            return _overtaken(request, pk)
        messages.success(request, str(step.done))
        return redirect("requests:detail", pk)
    context = {"form": form, "asked": found, "step": step, "nav": NAV}
    return render(request, "requests/step.html", context, status=422 if form.is_bound else 200)


def _overtaken(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, _("Dit kan nu niet meer. Kijk hoe het verzoek er nu voor staat."))
    return redirect("requests:detail", pk)


@office
@either
def take_up(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody works on it."""
    return _step(request, pk, TAKE_UP)


@office
@either
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """What the desk writes down for itself."""
    return _step(request, pk, NOTE)


@office
@either
def extend(request: MemberRequest, pk: int) -> HttpResponse:
    """It takes longer, once (K-29)."""
    return _step(request, pk, EXTEND)


@office
@either
def decide(request: MemberRequest, pk: int) -> HttpResponse:
    """The answer."""
    return _step(request, pk, DECIDE)


@office
@require_POST
def send_link(request: MemberRequest, pk: int) -> HttpResponse:
    """A link to the known address instead of a copy of an ID (K-30)."""
    try:
        actions.send_link(request=_found(pk), by=request.user)
    except actions.Overtaken:
        return _overtaken(request, pk)
    messages.success(request, _("De link is verstuurd. Klikt de persoon erop, dan weten we dat het klopt."))
    return redirect("requests:detail", pk)


@office
@either
@careful
def close_account(request: MemberRequest, pk: int) -> HttpResponse:
    """Erases the whole account, by the closing every account has; at once for who is under 16 (K-38, K-55)."""
    found = _found(pk)
    if not found.is_open or found.user is None:
        return _overtaken(request, pk)
    form = CloseAccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        minor = form.cleaned_data["how"] == "minor"
        if actions.close_account(request=found, by=request.user, minor=minor):
            messages.success(request, _("Het account is van de site af en wordt gewist."))
            return redirect("closure:desk")
        form.add_error(None, _("We weten nog niet zeker wie dit vraagt. Stuur eerst de link."))
    context = {"form": form, "asked": found, "nav": NAV}
    return render(request, "requests/close_account.html", context, status=422 if form.is_bound else 200)
