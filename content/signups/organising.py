"""The organiser's list: who comes, who waits, writing to one of them, taking somebody off."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from content.posts.cards import date_words, turn_words
from content.posts.models import Post
from content.signups import actions, seats
from content.signups.forms import FirstMessageForm, ReasonForm
from content.signups.models import SignUp
from wijk import clock
from wijk.access import member, scope
from wijk.limits import take

HOUR = timedelta(hours=1)
LIST_LENGTH = 1000
either = require_http_methods(["GET", "HEAD", "POST"])
State = SignUp.State


def _own_activity(request: HttpRequest, pk: int) -> Post:
    own: Any = scope(request.user).own(Post)
    found = own.filter(kind=Post.Kind.ACTIVITY).select_related("neighbourhood").defer("neighbourhood__outline")
    return get_object_or_404(found, pk=pk)


def _one_of(post: Post, number: int) -> SignUp:
    """Somebody on the list now. Who signed off, or is frozen, is nobody's business any more."""
    one = SignUp.objects.active().present().filter(post=post, pk=number).with_post().first()
    if one is None:
        raise Http404
    return one


@member
@require_GET
def of_post(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of one activity: names and remarks, no addresses."""
    post = _own_activity(request, pk)
    active = SignUp.objects.active().present()
    day, turns = _chosen(request, post, set(active.filter(post=post).values_list("day", flat=True)))
    turn = post.turn_on(day)
    listed = list(active.of(post, day).in_order()[:LIST_LENGTH])
    going = [one for one in listed if one.state == State.GOING]
    context = {
        "nav": "berichten",
        "post": post,
        "when": turn_words(turn) if turn else date_words(clock.midnight(day)) if day else "",
        "turns": turns,
        "room": seats.room(post, turn),
        "going": going,
        "waiting": [one for one in listed if one.state == State.WAITING],
        "people": sum(one.people for one in going),
        "beyond": seats.beyond(post, going),
    }
    return render(request, "signups/of_post.html", context)


def _chosen(request: HttpRequest, post: Post, listed: set[date | None]) -> tuple[date | None, list[dict[str, Any]]]:
    """Which time of a series the list is of, and the others that people are listed for, or soon may be."""
    now = post.turn_now()
    if not post.series_rule or now is None:
        return None, []
    days = sorted({now.day, *(day for day in listed if day)})
    word = request.GET.get("dag", "")
    chosen = next((day for day in days if str(day) == word), now.day)
    turns = [{"label": date_words(clock.midnight(day)), "url": f"?dag={day}", "current": day == chosen} for day in days]
    return chosen, turns if len(turns) > 1 else []


@member
@either
def write(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A first message to one person on the list; from then on the two have a conversation."""
    post = _own_activity(request, pk)
    one = _one_of(post, number)
    if one.conversation_id and request.method != "POST":
        return redirect("contact:thread", one.conversation_id)
    form = FirstMessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        talk = _write(request, one, form)
        if talk is not None:
            return redirect("contact:thread", talk.pk)
    return render(request, "signups/write.html", {"nav": "berichten", "post": post, "one": one, "form": form})


def _write(request: HttpRequest, one: SignUp, form: FirstMessageForm) -> Any:
    if not take("contact-answer", f"signup {one.pk}", limit=20, per=HOUR):
        form.add_error(None, _("Je stuurde net al veel berichten. Probeer het over een uur nog eens."))
        return None
    talk = actions.write(sign_up=one, by=request.user, **form.cleaned_data)
    if talk is None:
        form.add_error(None, _("Dit bericht kunnen we nu niet doorsturen. Je tekst staat er nog."))
    return talk


@member
@either
def remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Takes somebody off the list, with a reason that is mailed."""
    post = _own_activity(request, pk)
    one = _one_of(post, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.remove(sign_up=one, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Van de lijst gehaald. We mailen je reden."))
        return redirect(one.list_url)
    return render(request, "signups/remove.html", {"nav": "berichten", "post": post, "one": one, "form": form})
