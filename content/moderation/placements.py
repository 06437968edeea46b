"""Posts from elsewhere that ask to stand in this neighbourhood too: its own manager decides, and never the clock.

About the post itself the neighbourhood that it comes from decides. Whatever is off the site there is off it here.
"""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit.models import record
from content.moderation import placement_emails
from content.posts import cards
from content.posts.models import Post
from content.posts.placements import Placement, PlacementQuerySet
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import scope
from wijk.text import TextField

State = Placement.State
LONGEST_LIST = 100
# What can be answered, and to which state.
ANSWERS = {State.APPROVED: State.ASKED, State.REFUSED: State.ASKED, State.STOPPED: State.APPROVED}
DONE = {
    State.APPROVED: gettext_lazy("Het bericht staat nu ook in jouw wijk. De schrijver krijgt een mail."),
    State.REFUSED: gettext_lazy("Het bericht komt niet in jouw wijk. De schrijver krijgt een mail met je uitleg."),
    State.STOPPED: gettext_lazy("Het bericht staat niet meer in jouw wijk. De schrijver krijgt een mail."),
}
either = require_http_methods(["GET", "HEAD", "POST"])


@transaction.atomic
def answer(*, placement: Placement, state: str, by: Any, note: str = "") -> bool:
    """Lets a post in, says no, or takes it off again here, and tells its author once.

    False when somebody answered before, its author took it back, or the post has left the site.
    """
    post = Post.objects.select_for_update(of=("self",)).filter(pk=placement.post_id).first()
    row = Placement.objects.select_related("post__author", "neighbourhood").filter(pk=placement.pk).first()
    if post is None or row is None or row.state != ANSWERS[State(state)]:
        return False
    if not Post.objects.visible().filter(pk=post.pk).exists():
        return False
    row.state, row.note, row.decided_at, row.decided_by, row.reworded = State(state), note, clock.now(), by, False
    row.save()
    Neighbourhood.objects.filter(pk__in=[post.neighbourhood_id, row.neighbourhood_id]).touch()
    record(f"post.also_{row.state}", by=by, about=post, neighbourhood=row.neighbourhood)
    placement_emails.tell_author(row)
    return True


def desk_placements(user: Any, neighbourhood: Neighbourhood) -> PlacementQuerySet:
    """What is asked of one neighbourhood, or stands there from elsewhere."""
    return cast(PlacementQuerySet, scope(user).managed(Placement)).filter(neighbourhood=neighbourhood)


class AnswerForm(forms.Form):
    """Why not, or not any more; its author reads it."""

    note = TextField(
        label=gettext_lazy("Uitleg voor de schrijver"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("De schrijver krijgt deze tekst per mail."),
        error_messages={"required": gettext_lazy("Schrijf op waarom niet. De schrijver heeft daar recht op.")},
    )


@at_desk
@require_GET
def index(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """What waits for a yes, oldest first, and what stands here from elsewhere."""
    rows = with_posts(desk_placements(request.user, neighbourhood))
    context = {
        "asked": rows.asked()[:LONGEST_LIST],
        "standing": rows.approved().order_by("-decided_at", "-pk")[:LONGEST_LIST],
    }
    return render(
        request, "moderation/placements.html", desk_context(request, neighbourhood, nav="wachtrij", **context)
    )


def with_posts(rows: PlacementQuerySet) -> PlacementQuerySet:
    """With what a line of the list shows: of the post only what everybody can read."""
    hidden = ("text", "contact_email", "contact_phone", "contact_address", "neighbourhood__outline")
    related = rows.select_related("post__neighbourhood", "post__organisation", "post__theme")
    return related.defer(*(f"post__{name}" for name in hidden))


@at_desk
@either
def placement(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One of them as every visitor reads it, with the buttons."""
    rows = desk_placements(request.user, neighbourhood).select_related(
        "post__neighbourhood", "post__organisation", "post__theme"
    )
    row = get_object_or_404(rows.defer("post__neighbourhood__outline"), pk=pk)
    state = request.POST.get("besluit", "")
    form = AnswerForm(request.POST if request.method == "POST" and state != State.APPROVED else None)
    if state in ANSWERS and (state == State.APPROVED or form.is_valid()):
        note = form.cleaned_data["note"] if form.is_bound else ""
        if answer(placement=row, state=state, by=request.user, note=note):
            messages.success(request, str(DONE[State(state)]))
        else:
            messages.warning(request, _("Hierover is al beslist, of het bericht is weg. Er is niets veranderd."))
        return redirect("moderation:placements", wijk=neighbourhood.slug)
    context = {"row": row, "page": cards.page(row.post), "form": form}
    return render(request, "moderation/placement.html", desk_context(request, neighbourhood, nav="wachtrij", **context))
