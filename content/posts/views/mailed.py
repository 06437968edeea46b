"""The page behind the link of a reminder: an author says how a post stands, without logging in."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.posts import cards
from content.posts.actions import StaleError
from content.posts.choosing import CHOICES, choose, done_words, offered
from content.posts.mailed import post_of
from content.posts.models import Post
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.views import gone, too_many


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: HttpRequest, word: str) -> HttpResponse:
    """Only a button does anything: programs that read mail open links too."""
    post = post_of(word)
    if post is None:
        return _dead_link(request)
    if request.method == "POST":
        if not take("post-link", client_network(request), limit=60, per=timedelta(hours=1)):
            return too_many(request)
        return redirect(f"{request.path}?klaar={_chosen(post, request.POST.get('hoe', ''))}")
    return render(request, "posts/mailed.html", _context(request, post))


def _chosen(post: Post, word: str) -> str:
    """Carries it out; says whether that was possible."""
    if word not in CHOICES:
        return ""
    try:
        choose(post=post, word=word, by=None, via="mail")
    except StaleError:
        return "nee"
    return "ja"


def _context(request: HttpRequest, post: Post) -> dict[str, object]:
    done = request.GET.get("klaar", "")
    own = cards.own_card(post)
    # The page everybody reads, or else the one behind the log-in. A guest is mailed the way: this link opens less.
    behind = reverse("guests:link") if post.author.is_guest else own["url"]
    return {
        "post": post,
        "own": {**own, "url": post.get_absolute_url() if post.is_live else behind},
        "done": done_words(post) if done == "ja" else "",
        "too_late": done == "nee",
        "first": request.GET.get("keuze", ""),
        "action": request.path,
        **offered(post),
    }


def _dead_link(request: HttpRequest) -> HttpResponse:
    # A link that never was, one that ran out and one of an account that is gone look alike.
    return gone(
        request,
        title=_("Deze link werkt niet meer"),
        text=_("Log in en kijk bij Mijn berichten. Daar zie je hoe je bericht ervoor staat en wat je kunt doen."),
    )
