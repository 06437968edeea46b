"""Signing up, on the pages of an activity."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from content.posts.cards import date_words
from content.posts.models import Post
from content.signups import seats
from content.signups.models import SignUp, day_of, next_open, open_until

register = template.Library()


@register.inclusion_tag("signups/box.html")
def signup_box(post: Post) -> dict[str, Any]:
    """On the public page: whether there is room, and the way to the form. Never who comes."""
    turn = next_open(post) or post.turn_now()
    until = open_until(post, turn)
    if turn is None or until is None:
        return {"post": None}
    ends = timezone.localtime(until) if post.signup_until else None
    return {
        "post": post,
        "room": seats.room(post, turn),
        "until": date_format(ends, "l j F, H.i") if ends else "",
        "next_time": date_words(turn.starts_at) if post.series_rule else "",
    }


@register.inclusion_tag("signups/summary.html")
def signups_of(post: Post) -> dict[str, Any]:
    """On the author's own page: how many come, and the way to the list."""
    if post.kind != Post.Kind.ACTIVITY:
        return {"post": None}
    turn = post.turn_now()
    active = SignUp.objects.active().present().of(post, day_of(post, turn))
    going = list(active.filter(state=SignUp.State.GOING).in_order().only("people", "state"))
    waiting = active.filter(state=SignUp.State.WAITING).people()
    if not post.signup_on and not going and not waiting and not post.series_rule:
        return {"post": None}
    return {
        "post": post,
        "people": sum(one.people for one in going),
        "waiting": waiting,
        "beyond": seats.beyond(post, going),
        "next_time": date_words(turn.starts_at) if turn and post.series_rule else "",
    }
