"""The page of what I agreed to."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.consent import actions
from accounts.consent.models import ConsentEvent
from accounts.consent.texts import MATTERS
from accounts.users.models import MemberRequest
from wijk.access import member


@member
def mine(request: MemberRequest) -> HttpResponse:
    """What I said yes or no to; what is optional changes with one click, both ways (K-40)."""
    if request.method == "POST":
        return _changed(request)
    history = list(ConsentEvent.objects.of(request.user))
    last = {event.key: event for event in reversed(history)}
    matters = [{"matter": matter, "last": last.get(matter.key)} for matter in MATTERS.values()]
    return render(request, "consent/mine.html", {"matters": matters, "history": history, "nav": "toestemmingen"})


def _changed(request: MemberRequest) -> HttpResponse:
    matter = MATTERS.get(request.POST.get("key", ""))
    if matter is None or not matter.optional:
        raise Http404
    if request.POST.get("given") == "yes":
        actions.agree(user=request.user, key=matter.key, by=request.user)
        messages.success(request, _("Genoteerd: dat mag."))
    else:
        actions.withdraw(user=request.user, key=matter.key, by=request.user)
        messages.success(request, _("Genoteerd: dat mag niet meer."))
    return redirect("consent:mine")
