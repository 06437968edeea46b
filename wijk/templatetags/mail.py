"""What mail templates need: buttons, and user text that cannot pose as ours."""

from django import template
from django.conf import settings

from wijk.mail.compose import BUTTON_MARK
from wijk.text import clean_line, clean_text

register = template.Library()


@register.simple_tag
def mail_button(url: str, label: str) -> str:
    """A button on a line of its own; a path becomes a full address."""
    address = url if url.startswith("http") else settings.BASE_URL + url
    return f"{BUTTON_MARK}{clean_line(str(label))}{BUTTON_MARK}{address}{BUTTON_MARK}"


@register.filter
def quoted(text: str) -> str:
    """Somebody's own words, each line marked as a quotation."""
    return "\n".join(f"> {line}" for line in clean_text(text).split("\n"))


@register.filter
def inline(text: object) -> str:
    """Somebody's own words inside one of our sentences: one line, no marks at its beginning."""
    return clean_line(str(text)).lstrip(">#- ")
