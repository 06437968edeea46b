"""The contact form on a post's page."""

from typing import Any

from django import template
from django.urls import reverse

from content.contact.forms import ContactForm
from content.contact.thanks import to_thank
from content.posts.models import Post

register = template.Library()


@register.inclusion_tag("contact/thanks_box.html")
def thanks_box(post: Post) -> dict[str, Any]:
    """For its author: the way to thank who helped, when there is somebody to thank."""
    return {"post": post if to_thank(post, post.author) else None}


@register.inclusion_tag("contact/form.html")
def contact_form(post: Post, form: ContactForm | None = None) -> dict[str, Any]:
    """The same empty form for every visitor, or a form that was filled in and came back."""
    return {"form": form or ContactForm(), "url": reverse("contact:send", args=[post.pk, post.slug])}
