"""A member's requests: the quicker ways first, then asking, and how each one stands."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import actions, stopping
from accounts.requests.forms import AskForm
from accounts.requests.models import RightsRequest
from accounts.requests.rights import COLUMNS, INTERESTS, WAYS, Right, matrix
from accounts.requests.standstill import Objection
from accounts.users.models import MemberRequest
from wijk.access import member, scope
from wijk.limits import take
from wijk.views import too_many

A_DAY = 10
NAV = "gegevens"
DIRECT = {way.right: way for way in WAYS}


@member
@require_GET
def index(request: MemberRequest) -> HttpResponse:
    """What I can ask, what I can do at once, and how my requests stand (K-28, K-62)."""
    context = {
        "requests": scope(request.user).own(RightsRequest).order_by("-received_at", "-pk"),
        "choices": [(right, DIRECT.get(right)) for right in Right],
        "columns": [label for _right, label in COLUMNS],
        "matrix": matrix(),
        "nav": NAV,
    }
    return render(request, "requests/mine.html", context)


@member
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    """One request; logged in is identified, so nothing is asked to prove who this is (K-27)."""
    if request.GET.get("recht") not in Right.values:
        return redirect("requests:mine")
    chosen = Right(request.GET["recht"])
    start = {"form_key": secrets.token_urlsafe(18), "purpose": request.GET.get("waarover", "")}
    form = AskForm(request.POST if request.method == "POST" else None, right=chosen, initial=start)
    if form.is_bound and form.is_valid():
        if not take("rights-ask", str(request.user.pk), limit=A_DAY, per=timedelta(days=1)):
            return too_many(request, minutes=24 * 60)
        made = actions.ask(user=request.user, by=request.user, **form.asked(request.user))
        messages.success(request, _("Je verzoek is binnen. Je krijgt een mail."))
        return redirect("requests:mine_detail", made.pk)
    context = {"form": form, "right": chosen, "way": DIRECT.get(chosen), "nav": NAV}
    return render(request, "requests/ask.html", context, status=422 if form.is_bound else 200)


@member
@require_GET
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One of my requests, with its clock and the answer."""
    found = get_object_or_404(scope(request.user).own(RightsRequest), pk=pk)
    return render(request, "requests/mine_detail.html", {"asked": found, "operator": settings.OPERATOR, "nav": NAV})


@member
@require_POST
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    """I drop it."""
    found = get_object_or_404(scope(request.user).own(RightsRequest), pk=pk)
    try:
        actions.take_back(request=found, by=request.user)
        messages.success(request, _("Je verzoek is ingetrokken."))
    except actions.Overtaken:
        messages.info(request, _("Dit verzoek was al beantwoord."))
    return redirect("requests:mine_detail", pk)


@member
@require_GET
def objections(request: MemberRequest) -> HttpResponse:
    """What we do because of a good interest, and a way to stop each (K-43, W-14)."""
    mine = {one.purpose: one for one in Objection.objects.in_force().filter(user=request.user)}
    stoppable_first = sorted(INTERESTS.values(), key=lambda found: (not found.marketing, bool(found.goes_on)))
    rows = [{"interest": found, "objection": mine.get(found.code)} for found in stoppable_first]
    return render(request, "requests/objections.html", {"rows": rows, "nav": NAV})


@member
@require_POST
def end_objection(request: MemberRequest) -> HttpResponse:
    """I take an objection back."""
    code = request.POST.get("waarover", "")
    if code not in INTERESTS:
        raise Http404
    stopping.end_objection(user=request.user, code=code, by=request.user)
    messages.success(request, _("Je bezwaar is ingetrokken."))
    return redirect("requests:objections")
