"""`{% street code %}`: a neighbourhood's own row of houses."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from wijk.street import street as drawing

register = template.Library()


@register.simple_tag
def street(code: object, size: str = "wide") -> SafeString:
    """The street of an official code; the drawing holds numbers and fixed names only, never the code itself."""
    return mark_safe(drawing(str(code), size))  # noqa: S308
