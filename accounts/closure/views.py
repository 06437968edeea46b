"""The page that closes an account, and the one that takes it back."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.closure import actions
from accounts.closure.emails import kept
from accounts.closure.forms import ClosingForm
from accounts.closure.models import AccountClosure
from accounts.users.models import MemberRequest
from wijk.access import member, visitor
from wijk.limits import take
from wijk.views import gone, too_many

TRIES = 10
TRY_WINDOW = timedelta(minutes=15)


@member
def close(request: MemberRequest) -> HttpResponse:
    """Account opzeggen, one act from "Help nodig?" (W-74)."""
    posted = request.method == "POST"
    if posted and not take("closing-password", str(request.user.pk), limit=TRIES, per=TRY_WINDOW):
        return too_many(request, minutes=15)
    form = ClosingForm(request.POST if posted else None, user=request.user)
    if posted and form.is_valid():
        actions.close(user=request.user, by=request.user)
        logout(request)
        return redirect("closure:closed")
    return render(request, "closure/close.html", {"form": form, "kept": kept(), "nav": "beveiliging"})


@visitor
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """What happens now; the same words for everybody."""
    return render(request, "closure/closed.html")


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
