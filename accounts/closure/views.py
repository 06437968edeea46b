"""The pages that close an account, take that back, and show the privacy desk how far closings are."""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.archive.actions import available, new_code
from accounts.closure import actions
from accounts.closure.emails import answer, kept
from accounts.closure.forms import ClosingForm, FilingForm
from accounts.closure.models import AccountClosure, ExternalErasure
from accounts.office.desk import Pressing, watch
from accounts.users.models import MemberRequest
from wijk import clock
from wijk.access import careful, member, office, visitor
from wijk.limits import take
from wijk.views import gone, too_many

TRIES = 10
TRY_WINDOW = timedelta(minutes=15)
RECENT = 25


def has_no_password(request: MemberRequest) -> bool:
    """Who logs in with a passkey shows who it is with that, at allauth's own page."""
    return not request.user.has_usable_password()


def may_try(request: MemberRequest) -> bool:
    """Counts a try at one's own password; closing and freezing share the limit."""
    return take("closing-password", str(request.user.pk), limit=TRIES, per=TRY_WINDOW)


@member
@reauthentication_required(enabled=has_no_password)
def close(request: MemberRequest) -> HttpResponse:
    """Account opzeggen, one act from "Help nodig?" (W-74)."""
    posted = request.method == "POST"
    if posted and not may_try(request):
        return too_many(request, minutes=15)
    can_copy = available()
    form = ClosingForm(request.POST if posted else None, user=request.user, can_copy=can_copy)
    if not posted or not form.is_valid():
        context = {"form": form, "kept": kept(), "nav": "beveiliging", "can_copy": can_copy}
        return render(request, "closure/close.html", context)
    code = new_code() if form.wants_copy else None
    closure = actions.close(
        user=request.user,
        by=request.user,
        copy=form.wants_copy,
        code_key=code.public_key if code else "",
        at_once=form.cleaned_data["at_once"],
        to=form.to,
        continues=form.cleaned_data.get("continues", False),
    )
    logout(request)
    # The answer itself, not a page to go to: a code shown once is kept in no session and no address.
    return render(request, "closure/closed.html", {"closure": closure, "code": code.text if code else ""})


@visitor
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: opening it changes nothing, the button does."""
    if request.method == "POST" and actions.undo(token=token):
        messages.success(request, _("Je account is weer open. Log opnieuw in."))
        return redirect("account_login")
    closure = AccountClosure.objects.undoable(token).first()
    if closure is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De tijd om je opzegging terug te draaien is voorbij, of je hebt de link al gebruikt."),
            back_url="/hulp/",
            back_label=_("Naar hulp"),
        )
    return render(request, "closure/undo.html", {"until": closure.erase_after})


# The privacy desk ----------------------------------------------------------------------------------------------------


@office
@careful(reading=False)
def desk(request: MemberRequest) -> HttpResponse:
    """What is open and when it must be done, what ended lately, and a form for a letter or mail (W-75)."""
    filed, said = request.method == "POST", ""
    form = FilingForm(request.POST if filed else None)
    if filed and form.is_valid():
        closure = actions.file(
            email=form.cleaned_data["email"],
            by=request.user,
            received_at=form.cleaned_data["received_at"],
            kind=form.cleaned_data["kind"],
        )
        said = _("De opzegging loopt.") if closure else _("Er is geen account met dit adres. Er is niets veranderd.")
        form = FilingForm()
    context = {
        "form": form,
        "said": said,
        "answer": answer() if said else "",
        "open": AccountClosure.objects.open().order_by("received_at", "pk"),
        "recent": AccountClosure.objects.exclude(done_at=None).order_by("-done_at")[:RECENT],
        "elsewhere": ExternalErasure.objects.waiting().exclude(attempts=0).select_related("closure"),
        "now": clock.now(),
        "nav": "opzeggingen",
    }
    return render(request, "closure/desk.html", context)


@office
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One closing with its ledger: which step is done, and which one holds it up."""
    closure = get_object_or_404(AccountClosure, pk=pk)
    ledger = list(closure.ledger.all())
    context = {
        "closure": closure,
        "ledger": ledger,
        "done": sum(1 for line in ledger if line.done_at),
        "elsewhere": closure.elsewhere.all(),
        "nav": "opzeggingen",
    }
    return render(request, "closure/detail.html", context)


@watch
def late_closings() -> Iterator[Pressing]:
    """What is late, for the front page of the desk."""
    for closure in AccountClosure.objects.late(timedelta(hours=36)).order_by("received_at"):
        title = _("Opzegging %d is nog niet klaar") % closure.pk
        yield Pressing(title, reverse("closure:detail", args=[closure.pk]), closure.due_at, urgent=True)
