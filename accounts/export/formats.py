"""The same bundle in three forms: JSON and XML for programs, one HTML page for people.

XML: the root `<export>` and below it one element for each value, named as in the JSON. A table has a child for each of
its names, a list an `<item>` for each of its things. `type` says what is no text: `table`, `list`, `number`, `yes-no`,
`nothing`; `encoding="base64"` marks UTF-8 text with signs that XML cannot hold. `read_xml` turns it back into the
very values of the JSON.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts.users.holdings import CIRCLES
from wijk import clock
from wijk.personal_data import Visibility

# What a reader of XML would refuse, or quietly change into something else.
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_NAME = re.compile(r"[a-z_][a-z0-9_.]*", re.IGNORECASE)


@dataclass(frozen=True)
class Format:
    """One form of the file."""

    name: str
    content_type: str
    write: Callable[[dict[str, Any]], str]


def as_json(bundle: dict[str, Any]) -> str:
    """JSON, with the letters of every language as they are."""
    return json.dumps(_sound(bundle), indent=2, ensure_ascii=False)


def _sound(value: Any) -> Any:
    """Half characters, which no file in UTF-8 can hold, become question marks."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_sound(name): _sound(one) for name, one in value.items()}
    return [_sound(one) for one in value] if isinstance(value, list) else value


def as_xml(bundle: dict[str, Any]) -> str:
    """XML, as described above."""
    root = Element("export")
    _fill(root, _sound(bundle))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        element.set("type", "table")
        for name, one in value.items():
            known = _XML_NAME.fullmatch(name)
            child = SubElement(element, name if known else "entry", {} if known else {"name": name})
            _fill(child, one)
    elif isinstance(value, list):
        element.set("type", "list")
        for one in value:
            _fill(SubElement(element, "item"), one)
    elif isinstance(value, str):
        _fill_text(element, value)
    else:
        kinds = {bool: "yes-no", type(None): "nothing"}
        element.set("type", kinds.get(type(value), "number"))
        element.text = json.dumps(value) if value is not None else None


def _fill_text(element: Element, text: str) -> None:
    if _NOT_IN_XML.search(text):
        element.set("encoding", "base64")
        text = base64.b64encode(text.encode()).decode("ascii")
    element.text = text


def read_xml(element: Element) -> Any:
    """The values an element of our XML stands for, as in the JSON."""
    kind, text = element.get("type"), element.text or ""
    if kind == "table":
        return {child.get("name") or child.tag: read_xml(child) for child in element}
    if kind == "list":
        return [read_xml(child) for child in element]
    if kind in {"number", "yes-no"}:
        return json.loads(text)
    if kind == "nothing":
        return None
    return base64.b64decode(text).decode() if element.get("encoding") == "base64" else text


def as_html(bundle: dict[str, Any]) -> str:
    """One page that needs nothing else: its styles are inside, it runs nothing and it prints well."""
    with open(str(finders.find("css/export.css")), encoding="utf-8") as sheet:
        style = format_html("<style>{}</style>", mark_safe(sheet.read()))
    when = formats.date_format(timezone.localtime(clock.now()), "j F Y, H:i")
    words = {
        **bundle,
        "style": style,
        "when": when,
        "groups": _groups(bundle),
        "empty": [],
        "only_you": str(CIRCLES[Visibility.OWNER]),
    }
    return str(_sound(render_to_string("export/file.html", words)))


def _groups(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The data by purpose, as people know it from the page."""
    groups: dict[str, dict[str, Any]] = {}
    whys = {one["purpose"]: one["why"] for one in bundle["purposes"]}
    for held in bundle["data"].values():
        name = held["purpose"]
        group = groups.setdefault(name, {"name": name, "why": whys.get(name, ""), "parts": []})
        group["parts"].append(held)
    return list(groups.values())


FORMATS = {
    "json": Format("json", "application/json", as_json),
    "xml": Format("xml", "application/xml; charset=utf-8", as_xml),
    "html": Format("html", "text/html; charset=utf-8", as_html),
}
