"""The open form: for who has no account, or cannot log in."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import actions
from accounts.requests.forms import OpenRequestForm
from accounts.requests.models import RightsRequest
from accounts.requests.rights import WHOLE_ACCOUNT
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.text import canonical_email
from wijk.views import gone, too_many

HOUR = timedelta(hours=1)
PER_NETWORK, PER_ADDRESS = 6, 3


@visitor
@same_pace
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A request without log-in: the same answer, in the same time, whether or not we know the address."""
    form = OpenRequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trap:
        return redirect("requests:sent")
    if not form.is_bound or not form.is_valid():
        context = {"form": form.refreshed(), "operator": settings.OPERATOR}
        return render(request, "requests/ask_openly.html", context, status=422 if form.is_bound else 200)
    if not take("rights-network", client_network(request), limit=PER_NETWORK, per=HOUR):
        return too_many(request)
    asked = form.asked()
    # Beyond this a mailbox gets no more mail, and who types it learns nothing of that.
    if take("rights-address", canonical_email(asked["email"]), limit=PER_ADDRESS, per=24 * HOUR):
        actions.ask_openly(language=get_language() or settings.LANGUAGE_CODE, **asked)
    return redirect("requests:sent")


@visitor
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Look in your mail."""
    return render(request, "requests/sent.html", {"operator": settings.OPERATOR})


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: opening it changes nothing, the button does."""
    if request.method == "POST" and (confirmed := actions.confirm(token=token)):
        return render(request, "requests/confirmed.html", {"asked": confirmed})
    found = RightsRequest.objects.asked_with(token)
    if found is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De link is te oud, of je hebt hem al gebruikt. Je kunt een nieuw verzoek doen."),
            back_url="/privacy/verzoek/",
            back_label=_("Nieuw verzoek"),
        )
    context = {"asked": found, "whole": found.purpose == WHOLE_ACCOUNT}
    return render(request, "requests/confirm.html", context)
