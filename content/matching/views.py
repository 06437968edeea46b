"""Saying that something does not fit, and how often one hears that something does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from content.matching import actions
from content.matching.emails import of_stop_link
from content.matching.forms import MailForm
from content.matching.models import Match, MatchMail
from content.posts.models import Post
from wijk.access import member, scope, visitor
from wijk.views import gone

either = require_http_methods(["GET", "HEAD", "POST"])


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
