"""Several posts at once: chosen in the list, shown one by one, then each decided by itself.

Only what can be mended later: on the site, or held. Refusing and removing need a reason for each.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from content.moderation.actions import ALLOWED, decide, possible_acts
from content.moderation.forms import MotivationForm
from content.moderation.models import Decision, desk_posts
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood

Act = Decision.Act
MOST = 20
IN_BULK = (Act.APPROVE, Act.HOLD)
# What can be ticked in the list.
STATES = sorted({state for act in IN_BULK for state in ALLOWED[act]})
BUTTONS = {
    Act.APPROVE: gettext_lazy("Zet ze op de site"),
    Act.HOLD: gettext_lazy("Houd ze vast"),
}
TITLES = {
    Act.APPROVE: gettext_lazy("Deze berichten op de site zetten?"),
    Act.HOLD: gettext_lazy("Deze berichten vasthouden?"),
}


class NoReasonForm(forms.Form):
    """What goes on the site needs no reason."""


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Shows each chosen post before anything happens; sending decides them one by one."""
    asked = request.POST if request.method == "POST" else request.GET
    act, seen = asked.get("act", ""), chosen(asked.getlist("bericht"))
    posts = _found(request, neighbourhood, seen)
    problem = _problem(act, seen, posts)
    if problem:
        messages.warning(request, problem)
        return redirect("moderation:posts", wijk=neighbourhood.slug)
    make = MotivationForm if act == Act.HOLD else NoReasonForm
    form = make(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _tell(request, *_decided(posts, act, by=request.user, seen=seen, why=form.cleaned_data))
        return redirect("moderation:posts", wijk=neighbourhood.slug)
    context = {
        "act": act,
        "title": TITLES[Act(act)],
        "label": BUTTONS[Act(act)],
        "posts": [post for post in posts if act in possible_acts(post)],
        "left_out": [post for post in posts if act not in possible_acts(post)],
        "form": form,
    }
    return render(request, "moderation/together.html", desk_context(request, neighbourhood, nav="berichten", **context))


def chosen(values: list[str]) -> dict[int, datetime | None]:
    """The numbers of posts, each with the version that was on the screen: `12` in the list, `12@moment` later."""
    found: dict[int, datetime | None] = {}
    for value in values[: MOST + 1]:
        number, _at, moment = value.partition("@")
        if number.isascii() and number.isdigit() and len(number) < 19:
            found[int(number)] = _moment(moment)
    return found


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _found(request: HttpRequest, neighbourhood: Neighbourhood, seen: dict[int, Any]) -> list[Post]:
    posts = desk_posts(request.user, neighbourhood).filter(pk__in=seen)
    return list(posts.select_related("author", "organisation", "neighbourhood").order_by("submitted_at", "pk"))


def _problem(act: str, seen: dict[int, Any], posts: list[Post]) -> str:
    if act not in IN_BULK or not posts:
        return _("Kies eerst een of meer berichten.")
    if len(seen) > MOST:
        return _("Kies hooguit 20 berichten tegelijk.")
    if not any(act in possible_acts(post) for post in posts):
        return _("Dit kan nu met geen van deze berichten.")
    return ""


def _decided(
    posts: list[Post], act: str, *, by: Any, seen: dict[int, datetime | None], why: dict[str, Any]
) -> tuple[int, list[str]]:
    """How many were done, and the titles of those that had changed or were decided meanwhile."""
    done, skipped = 0, []
    for post in posts:
        # Without a moment nobody looked at it on the page before.
        moment = seen[post.pk]
        if moment and decide(post=post, act=act, by=by, seen=moment, **why):
            done += 1
        else:
            skipped.append(post.title)
    return done, skipped


def _tell(request: HttpRequest, done: int, skipped: list[str]) -> None:
    if done:
        words = ngettext(
            "%(n)s bericht is gedaan. De schrijver krijgt een mail.",
            "%(n)s berichten zijn gedaan. De schrijvers krijgen een mail.",
            done,
        )
        messages.success(request, words % {"n": done})
    if skipped:
        titles = ", ".join(f"‘{title}’" for title in skipped)
        messages.warning(
            request, _("Overgeslagen, want er was net iets veranderd of beslist: %(titles)s.") % {"titles": titles}
        )
