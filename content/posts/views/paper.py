"""What is made to be printed and hung up; public, as everything on it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from content.posts import paper
from content.posts.views.public import gone_post, open_neighbourhood, visible_post
from wijk.access import public


@public
@require_safe
def notice(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One post on a sheet of A4, with strips to tear off."""
    post = visible_post(pk)
    if post is None:
        return gone_post(request, pk)
    if slug != post.slug:
        return redirect("posts:notice", post.pk, post.slug, permanent=True)
    return render(request, "posts/notice.html", {"post": post, **paper.notice(post)})


@public
@require_safe
def week_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """What is new and what is on this week, for the notice board in the hall."""
    return render(request, "posts/week_sheet.html", paper.week_sheet(open_neighbourhood(slug)))
