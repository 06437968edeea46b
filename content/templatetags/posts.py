"""Posts on pages of features that know nothing of posts."""

from typing import Any

from django import template

from content.organisations.models import Organisation
from content.posts.cards import cards
from content.posts.models import Post

register = template.Library()
LENGTH = 24


@register.inclusion_tag("posts/of_organisation.html")
def posts_of(organisation: Organisation) -> dict[str, Any]:
    """The newest posts in the name of an organisation."""
    posts = list(Post.objects.visible().filter(organisation=organisation).newest().for_cards()[:LENGTH])
    sold = [post for post in posts if post.kind == Post.Kind.SHOP]
    has_agenda = any(post.kind == Post.Kind.ACTIVITY for post in posts)
    shared = [post for post in posts if post not in sold]
    return {
        "cards": cards(shared, with_place=True),
        "sold": cards(sold, with_place=True),
        "has_agenda": has_agenda,
        "slug": organisation.slug,
    }
