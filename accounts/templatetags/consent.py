"""`{% open_announcement as change %}`: the change of a legal text the member has not answered yet."""

from typing import Any

from django import template

from accounts.consent.models import Announcement

register = template.Library()


@register.simple_tag(takes_context=True)
def open_announcement(context: dict[str, Any]) -> Announcement | None:
    """One query for who is logged in, none for anybody else (W-91)."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return Announcement.objects.unanswered(user).first() if user is not None and user.is_authenticated else None
