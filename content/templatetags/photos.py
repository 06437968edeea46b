"""Photos on the pages of a post."""

from typing import Any

from django import template

from content.photos.models import Photo
from content.photos.showing import shown
from content.posts.models import Post

register = template.Library()


@register.inclusion_tag("photos/gallery.html")
def gallery(post: Post) -> dict[str, Any]:
    """On the public page of a visible post, with the way out for who is on one."""
    photos = Photo.objects.standing().filter(post=post)
    return {"photos": [shown(photo, "photos:file") for photo in photos], "removal": True}


@register.inclusion_tag("photos/gallery.html")
def own_gallery(post: Post) -> dict[str, Any]:
    """The same to its author, also while the post waits."""
    photos = Photo.objects.standing().filter(post=post)
    return {"photos": [shown(photo, "photos:own_file") for photo in photos], "removal": False}


@register.inclusion_tag("photos/at_desk.html")
def photos_at_desk(post: Post, wijk: str) -> dict[str, Any]:
    """On the desk's page of a post: what readers see, what its author says about people, and the way to remove one."""
    photos = Photo.objects.whole().filter(post=post)
    return {"post": post, "wijk": wijk, "photos": [shown(photo, "photos:desk_file", wijk) for photo in photos]}


@register.inclusion_tag("photos/of_mine.html")
def photos_of_mine(post: Post) -> dict[str, Any]:
    """On the author's own page of a post: the photos small, and the way to change them."""
    photos = list(post.photos.order_by("position", "pk"))
    return {
        "post": post,
        "photos": [shown(photo, "photos:own_file") for photo in photos],
        "unfinished": any(not photo.is_whole for photo in photos),
    }
