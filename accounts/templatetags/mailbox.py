"""`{% why_not_mailed as reason %}`: why the member's mailbox gets no mail, if it does not."""

from typing import Any

from django import template

from wijk.mail import bounces

register = template.Library()


@register.simple_tag(takes_context=True)
def why_not_mailed(context: dict[str, Any]) -> str:
    """One query for who is logged in, none for anybody else."""
    user = getattr(context.get("request"), "user", None)
    return bounces.why_not_mailed(user.email) if user is not None and user.is_authenticated else ""
