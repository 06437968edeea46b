"""What fits a post, on its pages."""

from typing import Any

from django import template
from django.template import RequestContext

from content.matching.words import SHOWN_TO_VISITORS, matches_for, suggestions_for
from content.posts.models import Post

register = template.Library()


@register.inclusion_tag("matching/suggestions.html")
def suggestions_of(post: Post) -> dict[str, Any]:
    """In the last step of placing: what is there already that fits."""
    return {"post": post, "found": suggestions_for(post)}


@register.inclusion_tag("matching/own.html", takes_context=True)
def matches_of_mine(context: RequestContext, post: Post) -> dict[str, Any]:
    """On the author's own page: what fits, why, and the button to say that it does not."""
    return {"post": post, "found": matches_for(post) if post.is_live else [], "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("matching/public.html")
def matches_here(post: Post) -> dict[str, Any]:
    """On the public page: a few that fit, the same for every visitor."""
    return {"post": post, "found": matches_for(post, most=SHOWN_TO_VISITORS)}
