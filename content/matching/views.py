"""Tips while somebody types, saying that something does not fit, and how often one hears that something does."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from content.matching import actions
from content.matching.emails import of_stop_link
from content.matching.forms import MailForm, TypingForm
from content.matching.models import Match, MatchMail
from content.matching.words import suggestions_for
from content.organisations.reach import home_of
from content.posts.models import Post
from content.themes.models import Theme
from wijk.access import member, scope, visitor
from wijk.limits import take
from wijk.views import gone

either = require_http_methods(["GET", "HEAD", "POST"])
TIPS_AN_HOUR = 300  # who types all hour long and often stops to think


@member
@require_POST
def tips(request: HttpRequest) -> HttpResponse:
    """What fits the words that are being typed, as a piece of a page; empty when there is nothing to say.

    The words come in the body of the request, so that they stand in no address and no log, and are kept nowhere.
    """
    form = TypingForm(request.POST, by=request.user)
    if not form.is_valid():
        return HttpResponse()
    if not take("tips", str(request.user.pk), limit=TIPS_AN_HOUR, per=timedelta(hours=1)):
        return HttpResponse(status=429)
    post = _typed(request.user, form.cleaned_data)
    found = suggestions_for(post) if post else []
    return render(request, "matching/suggestions.html", {"post": post, "found": found, "typing": True})


def _typed(author: Any, values: dict[str, Any]) -> Post | None:
    """The post as it would be, made for this answer alone."""
    draft = values["draft"]
    place = draft.neighbourhood if draft else home_of(author)
    if place is None:
        return None
    theme = values["theme"] or Theme()
    organisation_id = draft.organisation_id if draft else None
    words = {name: values[name] for name in ("kind", "title", "text")}
    return Post(author=author, neighbourhood=place, theme=theme, organisation_id=organisation_id, **words)


@member
@require_POST
def misfit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """This one does not fit my post: only this pair goes, for both sides."""
    post = get_object_or_404(scope(request.user).own(Post), pk=pk)
    match = get_object_or_404(Match.objects.of(post).select_related("request", "offer"), pk=number)
    actions.call_misfit(match=match, post=post, by=request.user)
    messages.success(request, _("Dit laten we niet meer zien bij je bericht."))
    return redirect("posts:mine_detail", post.pk)


@member
@either
def mail(request: HttpRequest) -> HttpResponse:
    """How often I hear by mail that something fits."""
    choice = MatchMail.objects.filter(user=request.user.pk).first() or MatchMail(user=request.user)  # type: ignore[misc]
    form = MailForm(request.POST or None, instance=choice)
    if request.method == "POST" and form.is_valid():
        actions.choose_mail(user=request.user, how=form.cleaned_data["how"], by=request.user)
        messages.success(request, _("Bewaard."))
        return redirect("matching:mail")
    return render(request, "matching/mail.html", {"nav": "berichten", "form": form})


@visitor
@either
def stop(request: HttpRequest, word: str) -> HttpResponse:
    """Where the link in a mail leads: a button stops these mails, without logging in (L-3)."""
    reader = of_stop_link(word)
    if reader is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("Log in om te kiezen hoe vaak je mail krijgt als er iets past."),
        )
    if request.method == "POST":
        actions.choose_mail(user=reader, how=MatchMail.How.NEVER, by=reader)
    return render(request, "matching/stop.html", {"stopped": request.method == "POST"})
