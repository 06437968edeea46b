"""My data, my security, help, and the language."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_sessions as end_devices
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.models import AuditEvent
from accounts.users import actions
from accounts.users.forms import DetailsForm
from accounts.users.holdings import everything_for, holdings, overview
from accounts.users.models import MemberRequest
from accounts.users.switches import switchable
from wijk.access import member, public, visitor
from wijk.devices import device_of
from wijk.views import bad_request

LOGINS_SHOWN = 10
NUMBER = re.compile(r"[0-9]{1,18}")


@member
def data(request: MemberRequest) -> HttpResponse:
    """Every stored field about me, who sees it and until when; name and language change right here (W-61, W-72)."""
    user = request.user
    if request.method == "GET" and "doel" in request.GET:
        return _purpose(request, request.GET["doel"])
    kept = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        actions.change_details(user=user, by=user, **form.cleaned_data)
        with override(user.language):
            messages.success(request, _("Je gegevens zijn opgeslagen."))
        response = redirect("users:data")
        actions.remember_language(response, user.language)
        return response
    user.refresh_from_db()
    context = {
        "form": form,
        "holdings": holdings(user),
        "overview": overview(user, request.GET.get("pagina")),
        "addresses": _addresses(request),
        "nav": "gegevens",
    }
    return render(request, "users/data.html", context)


def _purpose(request: MemberRequest, code: str) -> HttpResponse:
    """All that is stored for one purpose, page by page, where the page of everything shows the newest."""
    found = everything_for(request.user, code, request.GET.get("pagina"))
    if found is None:
        raise Http404
    holding, page = found
    return render(request, "users/purpose.html", {"holding": holding, "page": page, "nav": "gegevens"})


@member
@require_POST
def switch(request: MemberRequest) -> HttpResponse:
    """One switch of one detail: shows or hides it at once; a home address asks twice (W-34, W-87, W-88)."""
    name, shown = request.POST.get("gegeven", ""), request.POST.get("aan") == "ja"
    kind, pk = switchable(request.POST.get("soort", ""), name), request.POST.get("nummer", "")
    row = kind.own(request.user).filter(pk=pk).first() if kind and NUMBER.fullmatch(pk) else None
    if kind is None or row is None:
        raise Http404
    if shown and "zeker" not in request.POST and hasattr(row, "asks_twice") and row.asks_twice(name):
        return render(request, "users/show_twice.html", {"sent": request.POST.dict(), "row": row, "nav": "gegevens"})
    actions.switch_detail(kind=kind, name=name, pk=row.pk, by=request.user, shown=shown)
    messages.success(request, _("Iedereen ziet dit nu.") if shown else _("Dit is nu verborgen."))
    return redirect(_safe(request.POST.get("terug", ""), request, otherwise=reverse("users:data")))


def _addresses(request: MemberRequest) -> list[EmailAddress]:
    return list(EmailAddress.objects.filter(user=request.user).order_by("-primary", "email"))


@member
@require_POST
def hide(request: MemberRequest) -> HttpResponse:
    """Hides every contact detail at once."""
    actions.hide_everything(user=request.user, by=request.user)
    messages.success(request, _("Al je contactgegevens zijn nu verborgen."))
    return redirect("users:data")


@member
@require_GET
def security(request: MemberRequest) -> HttpResponse:
    """How I log in, and every log-in of a year, also those that failed (C-10)."""
    logins = Paginator(AuditEvent.objects.log_ins(request.user.pk), LOGINS_SHOWN)
    context = {
        "addresses": _addresses(request),
        "two_steps": is_mfa_enabled(request.user),
        "devices": len(UserSession.objects.purge_and_list(request.user)),
        "logins": logins.get_page(request.GET.get("pagina")),
        "nav": "beveiliging",
    }
    return render(request, "users/security.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: MemberRequest) -> HttpResponse:
    """Where I am logged in: each device, when it was last used, and the way out of one or of all others (C-9)."""
    sessions = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        chosen = request.POST.get("apparaat", "")
        ended = [one for one in sessions if not one.is_current() and chosen in {"alle", str(one.pk)}]
        end_devices(request, ended)
        if ended:
            messages.success(request, _("Daar ben je nu uitgelogd."))
        return redirect("users:devices")
    rows = [Device.of(one) for one in sorted(sessions, key=lambda one: one.last_seen_at, reverse=True)]
    rows.sort(key=lambda one: not one.is_this)
    return render(request, "users/devices.html", {"devices": rows, "nav": "beveiliging"})


@dataclass(frozen=True)
class Device:
    """One log-in that still holds, in words its owner knows it by."""

    pk: int
    name: str
    network: str
    since: datetime
    last_seen: datetime
    is_this: bool

    @classmethod
    def of(cls, session: UserSession) -> Self:
        # What is stored is the first address of a network: its end says nothing.
        network = session.ip.removesuffix(".0").removesuffix("::")
        name = device_of(session.user_agent)
        return cls(session.pk, name, network, session.created_at, session.last_seen_at, session.is_current())


@public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Help, with closing the account as a direct option (W-74) and who to write to."""
    return render(request, "users/help.html", {"operator": settings.OPERATOR})


@visitor
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Shows the site in another language from here on; a member's mail follows."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return bad_request(request)
    if request.user.is_authenticated and request.user.language != chosen:
        actions.choose_language(user=request.user, by=request.user, language=chosen)
    response = redirect(_safe(request.POST.get("next", ""), request))
    actions.remember_language(response, chosen)
    return response


def _safe(path: str, request: HttpRequest, otherwise: str = "/") -> str:
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if ours else otherwise
