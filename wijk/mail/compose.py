"""One source, two forms: a mail's text template becomes its plain text and its HTML.

A template's first line is the subject. A blank line begins a new part. A line that begins with `> ` is somebody's own
words; `# ` a small heading; `-- ` small print. `{% mail_button url label %}` makes a button, and a quiet link in small
print. User text goes through the `quoted` filter, so that it can never look like one of our own parts.
"""

import re
from dataclasses import dataclass
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, loader
from django.utils import translation
from django.utils.translation import gettext as _

from wijk.street import strip
from wijk.text import clean_line, clean_text

# Cleaned user text holds no control characters, so nobody can type a button.
BUTTON_MARK = "\x1e"
# To Python that mark is white space as well, so what to strip is named.
BLANK = " \t\n"
# Names the street of mails about no neighbourhood, or several.
NO_PLACE = "wijk"
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True)
class Composed:
    """A mail's words, ready to send."""

    subject: str
    text: str
    html: str
    language: str = "nl"


@dataclass(frozen=True)
class Part:
    """One piece of a mail: paragraph, heading, quote, button or small print."""

    kind: str
    text: str
    url: str = ""


def compose(template: str, context: dict[str, Any], language: str) -> Composed:
    """Renders a mail template in a language."""
    return compose_in(template, Context({"base_url": settings.BASE_URL, **context}, autoescape=False), language)


def compose_in(template: str, words: Context, language: str) -> Composed:
    """The same, from a context that is made already."""
    with translation.override(language):
        rendered = loader.get_template(template).template.render(words)  # type: ignore[attr-defined]
        subject, _newline, body = rendered.strip(BLANK).partition("\n")
        return compose_text(clean_line(subject), sound(body), language, neighbourhood=_about(words))


def _about(words: Context) -> Any:
    """The neighbourhood that a mail is about, where its facts name one."""
    named = words.get("neighbourhood")
    return named if hasattr(named, "code") else getattr(words.get("post"), "neighbourhood", None)


def compose_text(subject: str, body: str, language: str, neighbourhood: Any = None) -> Composed:
    """Lays out a body that is already text; above it stand houses of the neighbourhood it is about."""
    parts = split_parts(body)
    with translation.override(language):
        context = {"subject": subject, "parts": parts, "language": language, "neighbourhood": neighbourhood}
        html = render_layout("emails/layout.html", context)
        foot = text_foot()
    return Composed(subject, "\n\n".join([*(as_text(part) for part in parts), foot]) + "\n", html, language)


def text_foot() -> str:
    """Who sends this, at the foot of the plain text; the layout has its own."""
    operator = settings.OPERATOR
    who = ", ".join(part for part in (operator["name"], operator["place"], operator["email"]) if part)
    mine = _("Mijn gegevens: %(url)s") % {"url": f"{settings.BASE_URL}/mijn/gegevens/"}
    return f"-- \n{who}\n{mine}"


def sound(text: str) -> str:
    """Text that every mail program can be given: half characters become question marks."""
    return text.encode("utf-8", "replace").decode()


def render_layout(template: str, context: dict[str, Any]) -> str:
    """A mail's HTML with its styles inside the tags, as mail programs want."""
    houses = strip(getattr(context.get("neighbourhood"), "code", "") or NO_PLACE)
    full = {"operator": settings.OPERATOR, "base_url": settings.BASE_URL, "houses": houses, **context}
    return _inliner.inline(sound(loader.render_to_string(template, full)))


def split_parts(body: str) -> list[Part]:
    """The parts of a mail's text, in order."""
    blocks = body.replace("\r\n", "\n").split("\n\n")
    return [_part(block.strip(BLANK)) for block in blocks if block.strip(BLANK)]


def _part(stripped: str) -> Part:
    if stripped.startswith((BUTTON_MARK, f"-- {BUTTON_MARK}")):
        mark, label, url = stripped.split(BUTTON_MARK)[:3]
        return Part("link" if mark else "button", label, url)
    if stripped.startswith(">"):
        return Part(
            "quote", "\n".join(line.strip().removeprefix(">").removeprefix(" ") for line in stripped.split("\n"))
        )
    for mark, kind in (("# ", "heading"), ("-- ", "small")):
        if stripped.startswith(mark):
            return Part(kind, clean_line(stripped.removeprefix(mark)))
    # A greeting to somebody who gave no name.
    return Part("paragraph", re.sub(r" ,$", ",", clean_text(stripped)))


def as_text(part: Part) -> str:
    """A part in the plain-text twin."""
    if part.kind in {"button", "link"}:
        return f"{part.text}:\n{part.url}"
    if part.kind == "quote":
        return "\n".join("> " + line for line in part.text.split("\n"))
    return part.text
