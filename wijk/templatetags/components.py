"""`{% icon "lock" %}`: one drawing of our own sprite."""

import html
import re

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags

register = template.Library()


@register.inclusion_tag("components/icon.html")
def icon(name: str, label: str = "") -> dict[str, str]:
    """An icon beside words is decoration; with a label it has a name of its own."""
    return {"name": name, "label": label}


@register.simple_tag
def operator() -> dict[str, str]:
    """Who runs this site (W-7)."""
    return settings.OPERATOR


@register.simple_block_tag
def side_menu(content: str, label: str) -> str:
    """The menu beside a page, from its list items; on a phone it is folded, under the name of where one is."""
    here = re.search(r'aria-current="page">(.*?)</a>', content, re.DOTALL)
    current = html.unescape(strip_tags(here[1])).strip() if here else ""
    return render_to_string("components/side_menu.html", {"label": label, "items": content, "current": current})
