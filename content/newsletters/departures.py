"""Pages of the desk on which an issue goes: agreeing, sending, planning, holding up, and showing it on the site."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from content.newsletters import actions, brakes, sending
from content.newsletters.desk_forms import PlanForm
from content.newsletters.letter import sections
from content.newsletters.models import Newsletter
from content.newsletters.views import NAV, issue_of, readers_here, to
from content.newsletters.ways import ways_of
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import careful

READERS_SHOWN = 5


@at_desk
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """How many people get it, a few of them by name, and the buttons that send it now or plan it (P-31)."""
    newsletter = issue_of(request, neighbourhood, pk)
    if not newsletter.is_draft:
        messages.info(request, _("Deze nieuwsbrief is al verstuurd of ingepland. Hij gaat geen tweede keer."))
        return to("preview", newsletter)
    if newsletter.asks_second_look and sending.needs_agreement(newsletter, request.user):
        messages.info(request, _("Eerst moet een andere beheerder de nieuwsbrief lezen en akkoord geven."))
        return to("preview", newsletter)
    readers = readers_here(request, newsletter)
    audience = readers.count()
    planning = request.method == "POST" and "plan" in request.POST
    form = PlanForm(request.POST if planning else None)
    if request.method == "POST" and audience and (not planning or form.is_valid()):
        return _planned(request, newsletter, form) if planning else _sent(request, newsletter)
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        newsletter=newsletter,
        audience=audience,
        sample=readers.order_by("-confirmed_at", "-pk")[:READERS_SHOWN],
        empty=not sections(newsletter),
        form=form,
        ways=ways_of(newsletter),
        step=3,
    )
    return render(request, "newsletters/send.html", context)


def _as_shown(request: HttpRequest, newsletter: Newsletter) -> bool:
    return request.POST.get("versie") == newsletter.revision


def _changed(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    messages.error(request, _("De nieuwsbrief is intussen veranderd. Kijk hem nog een keer na."))
    return to("preview", newsletter)


def _sent(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    shown = _as_shown(request, newsletter)
    count = sending.start(newsletter=newsletter, by=request.user) if shown else None
    if count is None:
        return _changed(request, newsletter)
    told = ngettext(
        "De nieuwsbrief gaat nu naar %(count)s lezer.", "De nieuwsbrief gaat nu naar %(count)s lezers.", count
    )
    messages.success(request, told % {"count": count})
    return redirect("newsletters:issues", newsletter.neighbourhood.slug)


def _planned(request: HttpRequest, newsletter: Newsletter, form: PlanForm) -> HttpResponse:
    at = form.cleaned_data["at"]
    shown = _as_shown(request, newsletter)
    if not (shown and sending.schedule(newsletter=newsletter, at=at, by=request.user)):
        return _changed(request, newsletter)
    told = _("De nieuwsbrief gaat weg op %(day)s om %(time)s uur.")
    local = localtime(at)
    messages.success(request, told % {"day": date_format(local, "l j F"), "time": date_format(local, "H.i")})
    return to("preview", newsletter)


@at_desk
@require_POST
def agree(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """A second pair of eyes: I read it, and it may go."""
    newsletter = issue_of(request, neighbourhood, pk)
    if newsletter.changed_by_id == request.user.pk:
        messages.error(request, _("Dit zijn je eigen woorden. Vraag een andere beheerder om te kijken."))
        return to("preview", newsletter)
    if not (_as_shown(request, newsletter) and actions.agree(newsletter=newsletter, by=request.user)):
        return _changed(request, newsletter)
    messages.success(request, _("Akkoord. De nieuwsbrief mag weg."))
    return to("preview", newsletter)


Act = Callable[..., Any]


def _act(name: str, act: Act, done: Callable[[], str], too_late: Callable[[], str]) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
        newsletter = issue_of(request, neighbourhood, pk)
        if act(newsletter=newsletter, by=request.user):
            messages.success(request, done())
        else:
            messages.info(request, too_late())
        return to("preview", newsletter)

    view.__name__ = view.__qualname__ = name
    return at_desk(view)


unschedule = _act(
    "unschedule",
    sending.unschedule,
    lambda: _("De nieuwsbrief is weer een concept."),
    lambda: _("Deze nieuwsbrief staat niet in de planning."),
)
pause = _act(
    "pause",
    brakes.pause,
    lambda: _("De nieuwsbrief staat stil. Wat al onderweg was, komt nog aan."),
    lambda: _("Alles is al weg. Er valt niets meer stil te zetten."),
)
go_on = _act("go_on", brakes.go_on, lambda: _("De rest gaat nu weg."), lambda: _("Deze nieuwsbrief staat niet stil."))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Sends the rest to nobody, after asking: there is no way back."""
    newsletter = issue_of(request, neighbourhood, pk)
    if request.method == "POST":
        if brakes.stop(newsletter=newsletter, by=request.user):
            messages.success(request, _("Gestopt. De rest van de lezers krijgt deze nieuwsbrief niet."))
        else:
            messages.info(request, _("Alles is al weg. Er valt niets meer te stoppen."))
        return to("preview", newsletter)
    return render(request, "newsletters/stop.html", desk_context(request, neighbourhood, NAV, newsletter=newsletter))


@at_desk
@require_POST
def on_site(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Shows a sent issue on the site, or takes it off."""
    newsletter, shown = issue_of(request, neighbourhood, pk), request.POST.get("tonen") == "1"
    actions.show_on_site(newsletter=newsletter, shown=shown, by=request.user)
    messages.success(
        request, _("Deze nieuwsbrief staat op de site.") if shown else _("Deze nieuwsbrief staat niet meer op de site.")
    )
    return to("preview", newsletter)
