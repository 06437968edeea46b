"""The statement of reasons behind a decision, for the author to read and object to (Digital Services Act art. 17, 20).

Its parts are columns of the decision, so that they can be shown, exported and counted. The page opens from the own post
or, without logging in, from the mail.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.moderation import appeals
from content.moderation.authors import APPEAL_WITHIN, can_appeal
from content.moderation.emails import DECISION_SALT
from content.moderation.forms import AppealForm
from content.moderation.models import Decision
from wijk import links
from wijk.access import member, scope, visitor
from wijk.views import gone

either = require_http_methods(["GET", "HEAD", "POST"])


@visitor
@either
def decision(request: HttpRequest, word: str) -> HttpResponse:
    """One decision, for who has the link of its mail; reading changes nothing."""
    link = links.of_link(word, salt=DECISION_SALT)
    known = Decision.objects.select_related("post__author", "post__neighbourhood", "appeal")
    found = known.filter(pk=link.what, post__author__is_active=True).first() if link else None
    if found is None or not found.is_against:
        return gone(
            request, title=_("Dit besluit is er niet meer"), text=_("Het bericht waar het over ging, is gewist.")
        )
    return _statement(request, found, by=None, template="moderation/decision.html")


@member
@either
def own_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision about a post of mine."""
    own = scope(request.user).own(Decision).select_related("post__author", "post__neighbourhood", "appeal")
    found = get_object_or_404(own.filter(act__in=appeals.AGAINST), pk=pk)
    return _statement(request, found, by=request.user, template="moderation/own_decision.html")


def _statement(request: HttpRequest, found: Decision, *, by: Any, template: str) -> HttpResponse:
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_trap or not can_appeal(found):
            return redirect(request.path)
        if form.is_valid():
            appeals.appeal(decision=found, text=form.cleaned_data["text"], by=by)
            return redirect(request.path)
        form = form.refreshed()
    context = {
        "nav": "berichten",
        "decision": found,
        "post": found.post,
        "appeal": getattr(found, "appeal", None),
        "until": found.decided_at + APPEAL_WITHIN,
        "form": form if can_appeal(found) else None,
    }
    return render(request, template, context)
