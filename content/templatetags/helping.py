"""Help, on the pages of posts: for their owner, and at the desk."""

from typing import Any

from django import template

from content.helping import permission, referring
from content.helping.models import HelpedEdit, OnBehalf
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood

register = template.Library()


@register.inclusion_tag("helping/box.html")
def help_box(post: Post) -> dict[str, Any]:
    """On the owner's own page: whether a manager may change the words, until when, and whether that was done."""
    edited = HelpedEdit.objects.filter(post=post).exists()
    if not post.editable and not edited:
        return {"post": None}
    return {"post": post, "switch": permission.switch_of(post), "edited": edited}


@register.inclusion_tag("helping/desk_box.html", takes_context=True)
def desk_help(context: dict[str, Any], post: Post, neighbourhood: Neighbourhood) -> dict[str, Any]:
    """At the desk: for whom it was placed, and what a manager may do to help."""
    by = context["request"].user
    switch = permission.switch_of(post)
    return {
        "post": post,
        "neighbourhood": neighbourhood,
        "csrf_token": context.get("csrf_token"),
        "row": OnBehalf.objects.filter(post=post).first() if post.with_help else None,
        "switch": switch,
        "may_edit": switch.is_on and post.editable,
        "may_ask": permission.may_ask(post, by),
        "may_refer": referring.may_propose(post),
        "edits": HelpedEdit.objects.filter(post=post).select_related("edited_by")[:5],
        "referrals": post.referrals.select_related("organisation") if post.kind == Post.Kind.REQUEST else [],
    }
