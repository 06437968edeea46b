"""`{% icon "lock" %}`: one drawing of our own sprite."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/icon.html")
def icon(name: str, label: str = "") -> dict[str, str]:
    """An icon beside words is decoration; with a label it has a name of its own."""
    return {"name": name, "label": label}


@register.simple_tag
def operator() -> dict[str, str]:
    """Who runs this site (W-7)."""
    return settings.OPERATOR
