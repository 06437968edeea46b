"""Sign-up and its confirmation, one-click stop, and a member's own switches."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.consent.texts import Row, Section, section
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.residents.models import Residence
from neighbourhoods.subscriptions import actions
from neighbourhoods.subscriptions.forms import LeaveForm, SubscribeForm
from neighbourhoods.subscriptions.models import Subscription, consent_key, consent_words
from wijk.access import member, scope, visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.text import clean_line
from wijk.views import gone, too_many

PER_NETWORK = 20


@visitor
@same_pace
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for an address; answers the same whether it is known or not."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), slug=slug)
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_trap:
        return redirect("subscriptions:asked", slug=slug)
    status = 200
    if form.is_bound and form.is_valid():
        if take("newsletter-ask", client_network(request), limit=PER_NETWORK, per=timedelta(hours=1)):
            return _asked(request, neighbourhood, form)
        form.add_error(None, _("Er zijn net heel veel aanmeldingen gedaan. Probeer het over een uur nog eens."))
        status = 429
    shown = form.refreshed() if form.is_bound else form
    return render(
        request, "subscriptions/subscribe.html", {"neighbourhood": neighbourhood, "form": shown}, status=status
    )


def _asked(request: HttpRequest, neighbourhood: Neighbourhood, form: SubscribeForm) -> HttpResponse:
    actions.ask(
        neighbourhood=neighbourhood,
        email=form.cleaned_data["email"],
        first_name=form.cleaned_data["first_name"],
        language=get_language() or "nl",
        by=request.user,
        form_key=form.form_key,
    )
    return redirect("subscriptions:asked", slug=neighbourhood.slug)


@visitor
@require_safe
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Says to look in the mailbox."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), slug=slug)
    return render(request, "subscriptions/asked.html", {"neighbourhood": neighbourhood})


@visitor
@same_pace
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """For who has no newsletter at hand to stop with: mails the links, and answers everybody the same."""
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_trap:
        return render(request, "subscriptions/leave.html", {"sent": True})
    if form.is_bound and form.is_valid():
        if not take("newsletter-leave-ask", client_network(request), limit=PER_NETWORK, per=timedelta(hours=1)):
            return too_many(request)
        email, language = form.cleaned_data["email"], get_language() or "nl"
        actions.mail_way_out(email=email, language=language, by=request.user, form_key=form.form_key)
        return render(request, "subscriptions/leave.html", {"sent": True})
    return render(request, "subscriptions/leave.html", {"form": form.refreshed() if form.is_bound else form})


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing, for mail programs read links too; the button does."""
    subscription = Subscription.objects.select_related("neighbourhood").asked_with(token)
    if subscription is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De link in onze mail werkt een dag. Meld je gerust nog een keer aan."),
            back_url="/wijken/",
            back_label=_("Zoek je wijk"),
        )
    if request.method == "POST":
        actions.confirm(subscription=subscription, by=request.user)
        return redirect(request.path)
    return render(request, "subscriptions/confirm.html", {"subscription": subscription})


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stops by a button, or by the one-click POST of a mail program, which has no session and no token (L-3)."""
    subscription = Subscription.objects.select_related("neighbourhood").filter(token=clean_line(token)).first()
    if subscription is None:
        return gone(
            request,
            title=_("Je staat niet op de lijst"),
            text=_("We kennen deze aanmelding niet meer. Je krijgt via deze link geen nieuwsbrief."),
        )
    context: dict[str, Any] = {"subscription": subscription, "way_back": ""}
    way_back = request.POST.get("terug", "")
    if request.method == "POST" and way_back:
        context["too_late"] = not actions.undo_stop(subscription=subscription, way_back=way_back, by=request.user)
    elif request.method == "POST":
        context["way_back"] = actions.stop(subscription=subscription, by=request.user)
    subscription.refresh_from_db()
    return render(request, "subscriptions/unsubscribe.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A member's newsletters: one click on, one click off."""
    if request.method == "POST":
        return _switched(request)
    rows = newsletter_choices(request.user)
    return render(request, "subscriptions/mine.html", {"nav": "toestemmingen", "rows": rows})


def newsletter_choices(user: Any) -> list[dict[str, Any]]:
    """The newsletters around somebody's home, and those somebody gets from elsewhere."""
    home = Residence.objects.filter(user=user).values("neighbourhood")
    subscribed = {subscription.neighbourhood_id: subscription for subscription in _subscriptions_of(user)}
    nearby = Neighbourhood.objects.on().filter(Q(pk__in=home) | Q(neighbours__in=home) | Q(pk__in=list(subscribed)))
    return [
        {"neighbourhood": one, "on": bool(found and found.is_confirmed), "again": bool(found and found.asks_again)}
        for one in nearby.distinct().defer("outline")
        for found in [subscribed.get(one.pk)]
    ]


def _subscriptions_of(user: Any) -> Any:
    """What this member said yes to, also what the same mailbox asked for without logging in."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    found = scope(user).own(Subscription)
    for address in addresses:
        found = found | Subscription.objects.of_address(address)
    return found.filter(confirmed_at__isnull=False, stopped_at=None)


@section(order=10)
def newsletters_of(user: Any) -> Section:
    """The newsletters on the page of consents: one switch each (C-25)."""
    again = _("Waar deze nieuwsbrief voor is, veranderde. Daarom staat hij uit tot je opnieuw ja zegt.")
    rows = [
        Row(
            key=consent_key(row["neighbourhood"]),
            label=_("Nieuwsbrief van %(name)s") % {"name": row["neighbourhood"].name},
            text=consent_words(row["neighbourhood"]),
            on=row["on"],
            note=again if row["again"] else "",
        )
        for row in newsletter_choices(user)
    ]
    intro = _("Je krijgt alleen nieuwsbrieven waar je zelf om vroeg. Per wijk zet je ze aan of uit.")
    return Section("nieuwsbrieven", _("Nieuwsbrieven"), intro, rows, "/wijken/", _("Zoek een andere wijk"))


def _switched(request: HttpRequest) -> HttpResponse:
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), slug=clean_line(request.POST.get("wijk", "")))
    on = request.POST.get("aan") == "1"
    if not actions.switch(user=request.user, neighbourhood=neighbourhood, on=on, by=request.user):
        messages.error(request, _("Bevestig eerst je e-mailadres. Daarna kun je de nieuwsbrief aanzetten."))
    elif on:
        messages.success(request, _("Je krijgt nu de nieuwsbrief van %(name)s.") % {"name": neighbourhood.name})
    else:
        messages.success(request, _("Je krijgt de nieuwsbrief van %(name)s niet meer.") % {"name": neighbourhood.name})
    return redirect("subscriptions:mine")
