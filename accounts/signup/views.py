"""The way back for who is not mailed any more: a mail to try it, and its link."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signup import actions
from accounts.users.models import MemberRequest
from wijk.access import member
from wijk.limits import take
from wijk.mail.bounces import why_not_mailed
from wijk.views import gone, too_many

TRIES_AN_HOUR = 3


@member
@require_POST
def test_address(request: MemberRequest) -> HttpResponse:
    """Mails somebody whose mail came back, to see whether it arrives again."""
    user = request.user
    if why_not_mailed(user.email):
        if not take("address-test", str(user.pk), limit=TRIES_AN_HOUR, per=timedelta(hours=1)):
            return too_many(request)
        actions.test_address(user=user, by=user)
        sent = _("We sturen nu een mail naar %(address)s. Druk op de knop in die mail.")
        messages.info(request, sent % {"address": user.email})
    return redirect("users:security")


@member
@require_http_methods(["GET", "HEAD", "POST"])
def address_works(request: MemberRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing, for mail programs read links too; the button does."""
    link = actions.link_of(request.user, token)
    if link is None:
        raise Http404
    if link.age > actions.LASTS:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De link in onze mail werkt een dag. Vraag gerust een nieuwe proefmail."),
            back_url="/mijn/beveiliging/",
            back_label=_("Naar Beveiliging"),
        )
    if request.method == "POST":
        actions.address_works(user=request.user, by=request.user)
        messages.success(request, _("Fijn, onze mail komt weer aan. Je krijgt weer mail van ons."))
        return redirect("users:security")
    return render(request, "signup/address_works.html", {"nav": "beveiliging"})
