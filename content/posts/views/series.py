"""The dates of a series, on its author's own page: call one off, or on again."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.posts import cards
from content.posts.actions import StaleError
from content.posts.dates import LASTING, LastTimeError, call
from content.posts.models import Post
from content.series.models import series_words
from wijk.access import member, scope


@member
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """All coming times, each with its button."""
    own = scope(request.user).own(Post).exclude(series_rule="").select_related("neighbourhood")
    post = get_object_or_404(own.defer("neighbourhood__outline"), pk=pk)
    if request.method == "POST":
        return _called(request, post)
    context = {
        "nav": "berichten",
        "post": post,
        "repeats": series_words(post),
        "dates": cards.dates(post),
        "can_call": post.status in LASTING,
    }
    return render(request, "posts/dates.html", context)


def _called(request: HttpRequest, post: Post) -> HttpResponse:
    off = request.POST.get("gaat") == "niet"
    try:
        call(post=post, day=_day(request.POST.get("dag", "")), off=off, by=request.user)
    except StaleError:
        messages.warning(request, _("Dat kan niet meer. Hier zie je hoe het er nu voor staat."))
    except LastTimeError:
        messages.warning(request, _("Dit is de enige keer die er nog is. Haal dan het hele bericht van de site."))
    else:
        off_words = _("Deze keer gaat niet door. Wie zich aanmeldde, krijgt een mail.")
        messages.success(
            request, off_words if off else _("Deze keer gaat toch door. Wie zich aanmeldde, krijgt een mail.")
        )
    return redirect("posts:dates", post.pk)


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day
