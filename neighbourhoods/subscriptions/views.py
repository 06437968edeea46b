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
from neighbourhoods.subscriptions.forms import DigestForm, LeaveForm, SubscribeForm
from neighbourhoods.subscriptions.lists import (
    Digest,
    MailingList,
    consent_key,
    consent_words,
    letter_label,
    with_additions,
)
from neighbourhoods.subscriptions.models import Subscription
from wijk.access import member, scope, visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.text import clean_line
from wijk.views import gone, too_many

PER_NETWORK = 20


@visitor
@same_pace
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, slug: str, mailing: str = MailingList.NEWS) -> HttpResponse:
    """Asks for an address for one list; answers the same whether it is known or not."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), slug=slug)
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_trap:
        return redirect("subscriptions:asked", slug=slug)
    status = 200
    if form.is_bound and form.is_valid():
        if take("newsletter-ask", client_network(request), limit=PER_NETWORK, per=timedelta(hours=1)):
            return _asked(request, neighbourhood, mailing, form)
        form.add_error(None, _("Er zijn net heel veel aanmeldingen gedaan. Probeer het over een uur nog eens."))
        status = 429
    shown = form.refreshed() if form.is_bound else form
    context = {
        "neighbourhood": neighbourhood,
        "form": shown,
        "mailing": mailing,
        "title": letter_label(neighbourhood.name, mailing),
    }
    return render(request, "subscriptions/subscribe.html", context, status=status)


def _asked(request: HttpRequest, neighbourhood: Neighbourhood, mailing: str, form: SubscribeForm) -> HttpResponse:
    actions.ask(
        neighbourhood=neighbourhood,
        email=form.cleaned_data["email"],
        first_name=form.cleaned_data["first_name"],
        language=get_language() or "nl",
        by=request.user,
        mailing=mailing,
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
        return _no_subscription(request)
    context: dict[str, Any] = {"subscription": subscription, "way_back": ""}
    way_back = request.POST.get("terug", "")
    if request.method == "POST" and way_back:
        context["too_late"] = not actions.undo_stop(subscription=subscription, way_back=way_back, by=request.user)
    elif request.method == "POST":
        context["way_back"] = actions.stop(subscription=subscription, by=request.user)
    subscription.refresh_from_db()
    return render(request, "subscriptions/unsubscribe.html", context)


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """How often its reader is mailed, from a link in the mail; opening it changes nothing."""
    subscription = Subscription.objects.select_related("neighbourhood").chosen_with(token)
    if subscription is None or subscription.is_professional:
        return _no_subscription(request)
    form = DigestForm(request.POST or None, initial={"digest": subscription.digest})
    saved = form.is_bound and form.is_valid()
    if saved:
        actions.choose_digest(subscription=subscription, digest=form.cleaned_data["digest"], by=request.user)
        subscription.refresh_from_db()
    context = {"subscription": subscription, "form": form, "saved": saved}
    return render(request, "subscriptions/choose.html", context)


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest, token: str) -> HttpResponse:
    """Stops the digest of a mailbox by a button or by the one-click POST of a mail program (L-3), and nothing else."""
    found = Subscription.objects.digests_of(token)
    running = found.exclude(digest=Digest.NONE)
    if not found.exists():
        return _no_subscription(request)
    if request.method == "POST":
        actions.stop_digests(subscriptions=running, by=request.user)
    context = {"running": running.select_related("neighbourhood"), "others": found.confirmed()}
    return render(request, "subscriptions/digest.html", context)


def _no_subscription(request: HttpRequest) -> HttpResponse:
    return gone(
        request,
        title=_("Je staat niet op de lijst"),
        text=_("We kennen deze aanmelding niet meer. Je krijgt via deze link geen nieuwsbrief."),
    )


@member
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A member's newsletters: one click on, one click off."""
    if request.method == "POST":
        return _switched(request)
    rows = newsletter_choices(request.user)
    return render(request, "subscriptions/mine.html", {"nav": "toestemmingen", "rows": rows})


def newsletter_choices(user: Any) -> list[dict[str, Any]]:
    """The newsletters around somebody's home, the one for organisations there, and those somebody gets elsewhere."""
    home = set(Residence.objects.filter(user=user).values_list("neighbourhood", flat=True))
    subscribed = {(found.neighbourhood_id, found.list): found for found in _subscriptions_of(user)}
    elsewhere = [place for place, _mailing in subscribed]
    nearby = Neighbourhood.objects.on().filter(Q(pk__in=home) | Q(neighbours__in=home) | Q(pk__in=elsewhere))
    return [
        _choice(one, mailing, subscribed.get((one.pk, mailing)))
        for one in nearby.distinct().defer("outline").annotate(**with_additions())
        for mailing in MailingList
        if mailing == MailingList.NEWS or one.pk in home or (one.pk, mailing) in subscribed
    ]


def _choice(neighbourhood: Neighbourhood, mailing: MailingList, found: Subscription | None) -> dict[str, Any]:
    return {
        "neighbourhood": neighbourhood,
        "mailing": mailing,
        "label": letter_label(neighbourhood.name, mailing),
        "on": bool(found and found.is_confirmed),
        "again": bool(found and found.asks_again),
        "subscription": found,
    }


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
            key=consent_key(row["neighbourhood"], row["mailing"]),
            label=row["label"],
            text=consent_words(row["neighbourhood"], row["mailing"]),
            on=row["on"],
            note=again if row["again"] else "",
        )
        for row in newsletter_choices(user)
    ]
    intro = _("Je krijgt alleen nieuwsbrieven waar je zelf om vroeg. Per wijk zet je ze aan of uit.")
    return Section("nieuwsbrieven", _("Nieuwsbrieven"), intro, rows, "/wijken/", _("Zoek een andere wijk"))


def _switched(request: HttpRequest) -> HttpResponse:
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), slug=clean_line(request.POST.get("wijk", "")))
    mailing = request.POST.get("lijst", "")
    mailing = mailing if mailing in MailingList.values else MailingList.NEWS
    on, name = request.POST.get("aan") == "1", {"name": letter_label(neighbourhood.name, mailing)}
    if not actions.switch(user=request.user, neighbourhood=neighbourhood, on=on, by=request.user, mailing=mailing):
        messages.error(request, _("Bevestig eerst je e-mailadres. Daarna kun je de nieuwsbrief aanzetten."))
    elif on:
        messages.success(request, _("%(name)s: vanaf nu krijg je hem.") % name)
    else:
        messages.success(request, _("%(name)s: je krijgt hem niet meer.") % name)
    return redirect("subscriptions:mine")
