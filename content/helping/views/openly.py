"""The pages behind a mailed link: who was helped and has no account, and who is asked about a referral."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.contact.models import Conversation
from content.contact.openly import poster_talk
from content.helping import actions
from content.helping.emails import REFERRAL_SALT
from content.helping.models import OnBehalf
from content.helping.referral import Referral
from content.helping.referring import answer
from content.posts import cards
from content.posts.models import Post
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.links import of_link
from wijk.views import gone, too_many

either = require_http_methods(["GET", "HEAD", "POST"])


# Who was helped ------------------------------------------------------------------------------------------------------


@visitor
@either
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Says yes, looks, and takes back; reading the link changes nothing, for mail programs read links too."""
    row = OnBehalf.objects.with_post().filter(token=token, withdrawn_at=None).exclude(channel="helper").first()
    if row is None or (row.post is None and not OnBehalf.objects.confirmable().filter(pk=row.pk).exists()):
        return _gone(request)
    if request.method == "POST":
        return _answered(request, row)
    if row.post is None:
        draft = actions.draft_of(row)
        context = {"row": row, "page": cards.page(draft), "manager": _helper(row)}
        return render(request, "helping/own_confirm.html", context)
    public = Post.objects.visible().filter(pk=row.post.pk).exists()
    context = {"row": row, "post": row.post, "page": cards.page(row.post), "is_public": public}
    return render(request, "helping/own.html", context)


def _helper(row: OnBehalf) -> str:
    return row.entered_by.first_name if row.entered_by else _("De wijkbeheerder")


def _answered(request: HttpRequest, row: OnBehalf) -> HttpResponse:
    word = request.POST.get("antwoord", "")
    if word == "weg" or (word == "nee" and row.post is None):
        actions.withdraw(on_behalf=row, by=None)
        return render(request, "helping/withdrawn.html", {"was_placed": row.post is not None})
    if word == "ja" and row.post is None and actions.confirm(on_behalf=row) is None:
        return render(request, "helping/not_now.html", {"row": row}, status=409)
    return redirect("helping:own", token=row.token)


@visitor
@either
def talk(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """One conversation about a post, for who was helped and reads it behind the link of their mail."""
    rows = OnBehalf.objects.filter(token=token, withdrawn_at=None, channel=OnBehalf.Channel.MAIL, post__isnull=False)
    row = rows.first()
    if row is None:
        return _gone(request)
    found = get_object_or_404(Conversation.objects.started().with_parties().filter(post=row.post_id), pk=pk)
    return poster_talk(request, found, own_url=row.own_url, template="helping/talk.html")


def _gone(request: HttpRequest) -> HttpResponse:
    return gone(
        request,
        title=_("Deze link werkt niet meer"),
        text=_("Het bericht is weggehaald, of de link is te oud. Vraag het gerust aan de wijkbeheerder."),
    )


# Who is asked about a referral ---------------------------------------------------------------------------------------


@visitor
@either
def referral(request: HttpRequest, word: str) -> HttpResponse:
    """The poster says whether an organisation may hear of the request; only a button does anything."""
    link = of_link(word, salt=REFERRAL_SALT)
    rows = Referral.objects.select_related("post__author", "post__neighbourhood", "organisation")
    found = rows.filter(pk=link.what).first() if link else None
    if found is None or (found.answer == Referral.Answer.NONE and not found.is_answerable):
        return _gone(request)
    if request.method == "POST" and found.answer == Referral.Answer.NONE:
        said = {"ja": True, "nee": False}.get(request.POST.get("antwoord", ""))
        if not take("referral-answer", client_network(request), limit=60, per=timedelta(hours=1)):
            return too_many(request)
        if said is not None:
            answer(referral=found, yes=said)
            return redirect("helping:referral", word=word)
    return render(request, "helping/referral.html", {"referral": found, "post": found.post})
