from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.users.models import User
from neighbourhoods.managers import actions
from neighbourhoods.managers.deputies import deputies_of, name_deputy
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.managers.forms import ConfidentialityForm, DeputyForm, QuestionForm
from neighbourhoods.managers.models import Appointment, AppointmentQuerySet
from neighbourhoods.managers.people import LONGEST_SEARCH, note_reading, people_of
from neighbourhoods.places.models import Neighbourhood
from wijk.access import careful, desk, public, scope, visitor
from wijk.limits import client_network, take
from wijk.text import clean_line
from wijk.views import too_many

PEOPLE_PER_PAGE = 50
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@desk
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """To one's own desk; a choice for who has several, the preparation for who is not ready yet."""
    ready = list(scope(request.user).managed(Neighbourhood).order_by("name"))
    unready = _in_term(request).exclude(neighbourhood__in=ready)
    if ready:
        # A reserve who is prepared has nothing to do before somebody asks.
        unready = unready.exclude(pk__in=Appointment.objects.ready(), role=Appointment.Role.RESERVE)
    if not ready and not unready:
        raise Http404
    if len(ready) == 1 and not unready:
        return redirect("moderation:queue", wijk=ready[0].slug)
    if not ready and len(unready) == 1:
        return redirect("managers:confidentiality", wijk=unready[0].neighbourhood.slug)
    return render(request, "managers/choose.html", {"ready": ready, "unready": unready, "nav": "mijn"})


@at_desk
@require_GET
def people(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """First name, last name and e-mail address of who lives or placed something here (W-52)."""
    words = clean_line(request.GET.get("q", ""))[:LONGEST_SEARCH]
    note_reading(by=request.user, neighbourhood=neighbourhood, searched=bool(words))
    page = Paginator(people_of(neighbourhood, words), PEOPLE_PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request, "managers/people.html", desk_context(request, neighbourhood, nav="mensen", page=page, words=words)
    )


@desk
def confidentiality(request: HttpRequest, wijk: str) -> HttpResponse:
    """What a manager does before the desk opens; reachable without the rights it gives."""
    appointment = _in_term(request).filter(neighbourhood__slug=wijk).order_by("-ends_on").first()
    if appointment is None:
        raise Http404
    form = ConfidentialityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if actions.sign_confidentiality(appointment=appointment, by=request.user):
            messages.success(request, _("Je belofte is vastgelegd."))
        return redirect("managers:confidentiality", wijk=wijk)
    context = {
        "appointment": appointment,
        "form": form,
        "is_open": scope(request.user).managed(Neighbourhood).filter(slug=wijk).exists(),
        "is_ready": Appointment.objects.ready().filter(pk=appointment.pk).exists(),
        "nav": "mijn",
    }
    return render(request, "managers/confidentiality.html", context)


@at_desk
@careful(reading=False)
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Who stands in here, and the form by which a manager names somebody."""
    mine = _own_term(request, neighbourhood)
    form = DeputyForm(request.POST if request.method == "POST" else None, appointment=mine) if mine else None
    if request.method == "POST" and mine is None:
        messages.warning(request, _("Alleen een wijkbeheerder van deze wijk wijst zelf een vervanger aan."))
        return redirect("managers:deputies", wijk=neighbourhood.slug)
    if request.method == "POST" and not take("deputy", str(request.user.pk), limit=30, per=DAY):
        return too_many(request)
    if form and mine and form.is_valid() and form.ready:
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        name_deputy(appointment=mine, ready=form.ready, by=request.user, **days)
        messages.success(request, _("Je vervanger is aangewezen. Jullie krijgen allebei een mail."))
        return redirect("managers:deputies", wijk=neighbourhood.slug)
    rows = [(one, _may_stop(request, one)) for one in deputies_of(neighbourhood)]
    context = desk_context(request, neighbourhood, nav="vervanging", form=form, rows=rows)
    return render(request, "managers/deputies.html", context)


@at_desk
@require_POST
def end_deputy(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Standing in ends now, by the manager, by who stands in, or by an operator."""
    deputy = next((one for one in deputies_of(neighbourhood) if one.pk == pk and _may_stop(request, one)), None)
    if deputy is None:
        raise Http404
    actions.end(appointment=deputy, by=request.user)
    messages.success(request, _("De vervanging is gestopt."))
    # Who stood in has no desk here any more.
    user = cast(User, request.user)
    still = user.is_superuser or neighbourhood.appointments.able().filter(user=user).exists()
    return redirect("managers:deputies", wijk=neighbourhood.slug) if still else redirect("home:overview")


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A visitor asks a manager something; their address goes along on purpose."""
    appointment = get_object_or_404(Appointment.objects.public(), pk=pk, neighbourhood__slug=slug)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_trap:
            return redirect("managers:asked", slug=slug)
        if form.is_valid():
            if not _may_ask(request, appointment):
                return too_many(request)
            typed = {name: form.cleaned_data[name] for name in ("name", "email", "text")}
            actions.ask(appointment=appointment, form_key=form.form_key, **typed)
            return redirect("managers:asked", slug=slug)
        form = form.refreshed()
    return render(request, "managers/ask.html", {"form": form, "appointment": appointment, "nav": "wijken"})


@public
@require_GET
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """The question is on its way."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on().defer("outline"), slug=slug)
    return render(request, "managers/asked.html", {"neighbourhood": neighbourhood, "nav": "wijken"})


def _in_term(request: HttpRequest) -> AppointmentQuerySet:
    mine = cast(AppointmentQuerySet, scope(request.user).own(Appointment))
    # Who stands in prepares for the appointment of their own.
    return mine.in_term().filter(neighbourhood__is_on=True).exclude(role=Appointment.Role.DEPUTY)


def _own_term(request: HttpRequest, neighbourhood: Neighbourhood) -> Appointment | None:
    mine = cast(AppointmentQuerySet, scope(request.user).own(Appointment)).active()
    return mine.filter(neighbourhood=neighbourhood, role=Appointment.Role.MANAGER).order_by("-ends_on").first()


def _may_stop(request: HttpRequest, deputy: Appointment) -> bool:
    manager = deputy.stands_in_for
    sides = {deputy.user_id, manager.user_id if manager else None}
    return request.user.pk in sides or bool(request.user.is_superuser)


def _may_ask(request: HttpRequest, appointment: Appointment) -> bool:
    from_here = take("manager-question", client_network(request), limit=5, per=HOUR)
    return from_here and take("manager-mailbox", str(appointment.pk), limit=30, per=DAY)
