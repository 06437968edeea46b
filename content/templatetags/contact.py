"""The contact form on a post's page."""

from typing import Any

from django import template
from django.urls import reverse

from content.contact.about import Thing, box, can_be_asked
from content.contact.forms import ContactForm
from content.contact.thanks import to_thank
from content.organisations.models import Organisation
from content.posts.models import Post

register = template.Library()


@register.inclusion_tag("contact/thanks_box.html")
def thanks_box(post: Post) -> dict[str, Any]:
    """For its author: the way to thank who helped, when there is somebody to thank."""
    return {"post": post if to_thank(post, post.author) else None}


@register.inclusion_tag("contact/form.html")
def contact_form(about: Thing, form: ContactForm | None = None) -> dict[str, Any]:
    """The same empty form for every visitor, or a form that was filled in and came back."""
    if isinstance(about, Post):
        url = reverse("contact:send", args=[about.pk, about.slug])
    else:
        url = reverse("contact:ask", args=[about.slug])
    return {"form": form or ContactForm(), "url": url}


@register.inclusion_tag("contact/about.html")
def about_box(about: Thing, is_public: bool = True) -> dict[str, Any]:
    """What a conversation is about."""
    return {"about": box(about), "is_public": is_public}


@register.inclusion_tag("contact/ask_box.html")
def ask_box(organisation: Organisation) -> dict[str, Any]:
    """On an organisation's page: the form, or that nobody reads here and what else there is."""
    return {
        "organisation": organisation,
        "asked": can_be_asked(organisation),
        "elsewhere": bool(organisation.shown_contact() or organisation.website),
    }
