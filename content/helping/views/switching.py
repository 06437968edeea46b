"""The owner's switch, and the desk's page to change words while it is on."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from content.helping import permission
from content.helping.forms import SwitchForm, WordsForm
from content.helping.models import HelpedEdit
from content.moderation.models import desk_posts
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import member, scope
from wijk.limits import take
from wijk.views import too_many

LONGEST_HISTORY = 50
either = require_http_methods(["GET", "HEAD", "POST"])


@member
@either
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets managers change the words of my post for a time, or stops that; and shows what they changed."""
    own = scope(request.user).own(Post).exclude(status=Post.Status.DRAFT).select_related("neighbourhood")
    post = get_object_or_404(own.defer("neighbourhood__outline"), pk=pk)
    form = SwitchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "uit" in request.POST:
        permission.switch_off(post=post, by=request.user)
        messages.success(request, _("Uit. Alleen jij kunt het bericht nog aanpassen."))
        return redirect("helping:switch", pk)
    if form.is_bound and post.editable and form.is_valid():
        permission.switch_on(post=post, by=request.user, days=form.cleaned_data["days"])
        messages.success(request, _("Aan. Je krijgt een mail bij elke aanpassing."))
        return redirect("helping:switch", pk)
    edits = HelpedEdit.objects.filter(post=post).select_related("edited_by")[:LONGEST_HISTORY]
    context = {"post": post, "form": form, "switch": permission.switch_of(post), "edits": edits}
    return render(request, "helping/switch.html", {"nav": "berichten", **context})


def _desk_post(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> Post:
    found = desk_posts(request.user, neighbourhood).select_related("author", "theme", "neighbourhood", "organisation")
    return get_object_or_404(found, pk=pk)


@at_desk
@require_POST
def ask(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Asks the owner whether the manager may help."""
    post = _desk_post(request, neighbourhood, pk)
    if not take("help-ask", str(request.user.pk), limit=30, per=timedelta(days=1)):
        return too_many(request, minutes=24 * 60)
    if permission.ask(post=post, by=request.user):
        messages.success(request, _("De schrijver krijgt een mail met je vraag."))
    else:
        messages.warning(request, _("Er is niets verstuurd. Je vroeg het al, of de schrijver wil geen vragen."))
    return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)


@at_desk
@either
def edit(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Changes title, text and theme of a post whose owner allows it; without that there is no such page (W-51)."""
    post = _desk_post(request, neighbourhood, pk)
    row = permission.switch_of(post)
    if not row.is_on or not post.editable:
        if request.method == "POST":
            messages.warning(request, _("De schrijver staat dit niet meer toe. Er is niets veranderd."))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    seen, old_title = post.changed_at, post.title
    form = WordsForm(request.POST if request.method == "POST" else None, instance=post)
    if form.is_bound and form.is_valid():
        return _changed(request, neighbourhood, post, form)
    context = {"post": post, "title": old_title, "form": form, "switch": row, "seen_at": seen}
    return render(request, "helping/edit.html", desk_context(request, neighbourhood, nav="berichten", **context))


def _changed(request: HttpRequest, neighbourhood: Neighbourhood, post: Post, form: WordsForm) -> HttpResponse:
    try:
        seen = parse_datetime(request.POST.get("seen_at", "")[:40])
    except ValueError:
        raise Http404 from None
    made = permission.change(post=post, by=request.user, values=form.cleaned_data, seen=seen)
    if made:
        messages.success(request, _("Aangepast. De schrijver krijgt een mail met wat er anders is."))
    else:
        messages.warning(request, _("Er is niets veranderd. De schrijver paste het net zelf aan, of zette dit uit."))
    return redirect("moderation:post", wijk=neighbourhood.slug, pk=post.pk)
