"""Signing up, on the pages of an activity."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from content.posts.models import Post
from content.signups import seats
from content.signups.models import SignUp, open_until

register = template.Library()


@register.inclusion_tag("signups/box.html")
def signup_box(post: Post) -> dict[str, Any]:
    """On the public page: whether there is room, and the way to the form. Never who comes."""
    until = open_until(post)
    if until is None:
        return {"post": None}
    ends = timezone.localtime(until) if post.signup_until else None
    return {"post": post, "room": seats.room(post), "until": date_format(ends, "l j F, H.i") if ends else ""}


@register.inclusion_tag("signups/summary.html")
def signups_of(post: Post) -> dict[str, Any]:
    """On the author's own page: how many come, and the way to the list."""
    if post.kind != Post.Kind.ACTIVITY:
        return {"post": None}
    active = SignUp.objects.active().present().filter(post=post)
    going = list(active.filter(state=SignUp.State.GOING).in_order().only("people", "state"))
    waiting = active.filter(state=SignUp.State.WAITING).people()
    if not post.signup_on and not going and not waiting:
        return {"post": None}
    people = sum(one.people for one in going)
    return {"post": post, "people": people, "waiting": waiting, "beyond": seats.beyond(post, going)}
