"""Asking to be told when a neighbourhood begins, and the page behind the mailed link."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.starting import actions
from neighbourhoods.starting.forms import NoticeForm
from neighbourhoods.starting.models import StartNotice
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.text import canonical_email
from wijk.views import gone, too_many

either = require_http_methods(["GET", "HEAD", "POST"])
PER_NETWORK, PER_MAILBOX = 20, 5


@visitor
@same_pace
@either
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes an address; answers the same whether it is known or not. What has begun already opens."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.defer("outline"), slug=slug)
    if neighbourhood.is_on:
        return redirect(neighbourhood)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trap:
        return redirect("starting:asked")
    if not form.is_bound or not form.is_valid():
        return render(request, "starting/ask.html", {"form": form.refreshed(), "neighbourhood": neighbourhood})
    email = form.cleaned_data["email"]
    if not take("start-network", client_network(request), limit=PER_NETWORK, per=timedelta(hours=1)):
        return too_many(request)
    if not take("start-mailbox", canonical_email(email), limit=PER_MAILBOX, per=timedelta(days=1)):
        return too_many(request, minutes=24 * 60)
    actions.ask(neighbourhood=neighbourhood, email=email, language=get_language() or "nl")
    return redirect("starting:asked")


@visitor
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Says to look in the mailbox; the same for everybody."""
    return render(request, "starting/asked.html")


@visitor
@either
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Says yes, or stops it; reading the link changes nothing, for mail programs read links too."""
    rows = StartNotice.objects.select_related("neighbourhood").exclude(email="")
    found = rows.filter(token=token).exclude(pk__in=StartNotice.objects.overdue().values("pk")).first()
    if found is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("Je staat niet meer op de lijst, of je wijk is al begonnen."),
            back_url="/wijken/",
            back_label=_("Zoek je wijk"),
        )
    answer = request.POST.get("antwoord", "") if request.method == "POST" else ""
    if answer == "nee":
        actions.stop(notice=found)
        return render(request, "starting/stopped.html")
    if answer == "ja":
        actions.confirm(notice=found)
        return redirect("starting:notice", token=token)
    return render(request, "starting/notice.html", {"notice": found})
