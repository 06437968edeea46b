"""The shop window of a neighbourhood: what entrepreneurs sell, apart from what neighbours ask and give."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.posts import cards
from content.posts.models import Post
from content.posts.views.public import PAGE, after, cursor_of, open_neighbourhood
from wijk.access import public


@public
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it, newest first."""
    neighbourhood = open_neighbourhood(slug)
    offered = Post.objects.visible().in_neighbourhood(neighbourhood).filter(kind=Post.Kind.SHOP)
    shown = list(after(offered, request.GET.get("na", "")).newest().for_cards()[: PAGE + 1])
    context = {
        "neighbourhood": neighbourhood,
        "cards": cards.cards(shown[:PAGE]),
        "more": f"?na={cursor_of(shown[PAGE - 1])}" if len(shown) > PAGE else "",
        "later": bool(request.GET.get("na")),
    }
    return render(request, "posts/shop.html", context)
