"""The contact form on a post's page."""

from typing import Any

from django import template
from django.urls import reverse

from content.contact.forms import ContactForm
from content.posts.models import Post

register = template.Library()


@register.inclusion_tag("contact/form.html")
def contact_form(post: Post, form: ContactForm | None = None) -> dict[str, Any]:
    """The same empty form for every visitor, or a form that was filled in and came back."""
    return {"form": form or ContactForm(), "url": reverse("contact:send", args=[post.pk, post.slug])}
