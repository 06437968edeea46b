"""Freezing an account: a member's own page, and at the privacy desk what is frozen and who may look."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit.models import record
from accounts.closure.forms import OwnPasswordForm
from accounts.closure.views import has_no_password, may_try
from accounts.requests import stopping
from accounts.requests.forms import LookForm, MailAgainForm, ReasonForm, StandForm
from accounts.requests.models import RightsRequest
from accounts.requests.standstill import Restriction, frozen_accounts
from accounts.users.frozen import name_ground
from accounts.users.holdings import holdings
from accounts.users.models import MemberRequest
from wijk.access import member, office
from wijk.views import too_many

NAV = "bevroren"
either = require_http_methods(["GET", "HEAD", "POST"])


@member
@reauthentication_required(enabled=has_no_password)
def freeze(request: MemberRequest) -> HttpResponse:
    """Keeps everything and hides it, and stops mail: the third way beside the two of closing (K-41)."""
    posted = request.method == "POST"
    if posted and not may_try(request):
        return too_many(request, minutes=15)
    form = OwnPasswordForm(request.POST if posted else None, user=request.user)
    if posted and form.is_valid():
        stopping.restrict(user=request.user, reason=Restriction.Reason.OWN_WISH, by=request.user)
        return redirect("requests:freeze")
    in_force = Restriction.objects.in_force().filter(user=request.user).order_by("since")
    context = {"form": form, "in_force": in_force, "nav": "beveiliging"}
    return render(request, "requests/freeze.html", context)


@member
@require_POST
def thaw(request: MemberRequest) -> HttpResponse:
    """Back to how it was: whatever the reason was, it is the person's own protection to give up."""
    if stopping.lift(user=request.user, by=request.user):
        messages.success(request, _("Je account doet weer mee. Alles staat weer zoals het stond."))
    return redirect("requests:freeze")


# The privacy desk ----------------------------------------------------------------------------------------------------


@office
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who is frozen and why, by number: a name is seen only by naming a ground."""
    return _frozen(request, MailAgainForm())


def _frozen(request: HttpRequest, form: MailAgainForm, status: int = 200) -> HttpResponse:
    rows = Restriction.objects.in_force().filter(user__is_active=True).order_by("since", "pk")
    return render(request, "requests/frozen.html", {"rows": rows, "form": form, "nav": NAV}, status=status)


@office
@either
def look(request: MemberRequest, pk: int) -> HttpResponse:
    """What is held of somebody who is frozen, only for one of the four grounds, and written in the trail (K-47)."""
    account = get_object_or_404(frozen_accounts(), pk=pk)
    form = LookForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "number": account.pk, "nav": NAV}
    if form.is_bound and form.is_valid():
        record("account.look_frozen", by=request.user, about=account, ground=form.cleaned_data["ground"])
        name_ground(request, account)
        after = {"toestemmingen": "consent:person", "apart": "holds:place"}.get(request.GET.get("daarna", ""))
        if after:
            return redirect(after, pk=pk)
        context |= {"account": account, "holdings": holdings(account)}
    return render(request, "requests/look.html", context)


@office
@require_POST
def restrict(request: MemberRequest, pk: int) -> HttpResponse:
    """Freezes the account of who asked, for one of the four reasons of the law (K-46)."""
    found = get_object_or_404(RightsRequest.objects.open(), pk=pk, user__isnull=False, identified_at__isnull=False)
    form = ReasonForm(request.POST)
    if form.is_valid() and found.user:
        stopping.restrict(user=found.user, reason=form.cleaned_data["reason"], by=request.user, request=found)
        messages.success(request, _("Het account is bevroren. De persoon krijgt een mail."))
    else:
        messages.error(request, _("Kies waarom dit account bevroren wordt."))
    return redirect("requests:detail", pk)


@office
@require_POST
def stand(request: MemberRequest, pk: int) -> HttpResponse:
    """Stops one thing for who objected by mail or letter, or lets it go on again (K-43)."""
    found = get_object_or_404(RightsRequest, pk=pk, user__isnull=False, identified_at__isnull=False)
    form = StandForm(request.POST)
    if form.is_valid() and found.user:
        code = form.cleaned_data["purpose"]
        if "aan" in request.POST:
            stopping.end_objection(user=found.user, code=code, by=request.user)
        elif found.is_open:
            stopping.object_to(user=found.user, code=code, by=request.user, request=found)
        messages.success(request, _("Gedaan."))
    else:
        messages.error(request, _("Kies waartegen deze persoon bezwaar maakt."))
    return redirect("requests:detail", pk)


@office
@require_POST
def lift(request: MemberRequest, pk: int) -> HttpResponse:
    """Announces that a restriction ends; the person has three days to say no."""
    form = ReasonForm(request.POST)
    rows = Restriction.objects.holding().filter(user=pk)
    found = rows.filter(reason=form.cleaned_data["reason"]).first() if form.is_valid() else None
    if found and stopping.announce_lift(restriction=found, by=request.user):
        messages.success(request, _("Aangekondigd. Over drie dagen doet dit account weer mee."))
    return redirect("requests:frozen")


@office
@require_POST
def no_mail(request: MemberRequest) -> HttpResponse:
    """Takes an address off the list of who gets no mail, because its owner asks it (C-2)."""
    form = MailAgainForm(request.POST)
    if form.is_valid():
        known = stopping.mail_again(address=form.cleaned_data["email"], by=request.user)
        said = _("Dit adres krijgt weer mail.") if known else _("Dit adres stond niet op de lijst.")
        messages.success(request, said)
        return redirect("requests:frozen")
    return _frozen(request, form, status=422)
