"""The text of an HTML mail as lines, with a mark where the writer's program put what others wrote before.

One pass over the tags with a few counters: nothing is nested, so depth costs nothing.
"""

import re
from html.parser import HTMLParser

from wijk.incoming.decoding import visible
from wijk.incoming.letter import Unreadable

# No mail can write these signs: decoding.as_text takes them out.
QUOTED = "\x0e"  # something quoted stood here
HISTORY = "\x0f"  # from here on it is history

MOST_TAGS = 50_000

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSHOWN = {"title", "style", "script", "template", "object", "select", "textarea", "svg", "math"}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p"),
    *("pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
# Around these the reader sees a blank line.
APART = {"p", "pre", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table"}

# How mail programs mark what is no new text; see the corpus of the tests for the programs.
_HISTORY_ID = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|zwchr|mail-editor-reference-message-container|isForwardContent"
    r"|isReplyContent|OLK_SRC_BODY_SECTION|yahoo_quoted_\d+|mailcontent_quoted)",
    re.I,
)
_HISTORY_CLASS = re.compile(
    r"(?:^|[\s_])(?:yahoo_quoted|moz-forward-container|OutlookMessageHeader|zmail_extra|gmx_quote|WPQuote)(?:\s|$)",
    re.I,
)
_HISTORY_STYLE = re.compile(r"border-top:\s*solid\s+(?:#e1e1e1|#b5c4df|rgb\(181, ?196, ?223\))", re.I)
_SIGNATURE_ID = re.compile(
    r"(?:x_)*(?:signature|AppleMailSignature|ms-outlook-mobile-signature|ms-outlook-mobile-body-separator-line"
    r"|composer_signature|ymail_android_signature|Zm-_Id_-Sgn|reply-signature)",
    re.I,
)
_SIGNATURE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_signature|moz-signature|protonmail_signature_block|k9mail-signature|tutanota_signature"
    r"|signature|yahoo-signature|fairemail_signature)(?:\s|$)",
    re.I,
)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all", re.I)
_SPACES = re.compile(r"[ \t\n\r\f\v\xa0]+")


def text_of_html(markup: str) -> str:
    """The visible text, a line for each block; raises Unreadable."""
    if markup.count("<") > MOST_TAGS:
        raise Unreadable("size")
    reader = _Reader()
    # Without close(): what is left at the end is a tag that never ended.
    reader.feed(_without_declarations(markup) + "\n")
    return reader.text()


def _without_declarations(markup: str) -> str:
    """Without comments and declarations, on which the parser of Python stumbles; without an end they go on."""
    out, at = [], 0
    while (start := markup.find("<", at)) >= 0:
        following = markup[start + 1 : start + 4]
        if following[:1] not in ("!", "?"):
            out.append(markup[at : start + 1])
            at = start + 1
            continue
        out.append(markup[at:start])
        end = "-->" if following == "!--" else ">"
        stop = markup.find(end, start + 2)
        if stop < 0:
            return "".join(out)
        at = stop + len(end)
    return "".join([*out, markup[at:]])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.preformatted = 0
        # The tag whose content is left out, and how many of that name are open in it.
        self.left_out = ""
        self.open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.left_out:
            self.open += tag == self.left_out
            return
        given = {name: value or "" for name, value in attrs}
        if tag in BLOCKS:
            self._end_line(apart=tag in APART and given.get("class") != "MsoNormal")
        if _begins_history(tag, given):
            self.lines.append(HISTORY)
        if tag == "blockquote":
            self.lines.append(QUOTED)
        if tag not in VOID and _is_left_out(tag, given):
            self.left_out, self.open = tag, 1
        else:
            self._show(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Only in XML does a slash end a tag.
        self.handle_starttag(tag, attrs)

    def _show(self, tag: str) -> None:
        if tag == "br":
            self._end_line(always=True)
        elif tag == "li":
            self.pieces.append("- ")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "pre":
            self.preformatted += 1

    def handle_endtag(self, tag: str) -> None:
        if self.left_out:
            self.open -= tag == self.left_out
            self.left_out = self.left_out if self.open else ""
            return
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag in BLOCKS:
            self._end_line(apart=tag in APART)

    def handle_data(self, data: str) -> None:
        if self.left_out:
            return
        data = visible(data)
        if not self.preformatted:
            self.pieces.append(_SPACES.sub(" ", data))
            return
        first, *others = data.split("\n")
        self.pieces.append(first)
        for line in others:
            self._end_line(always=True)
            self.pieces.append(line)

    def _end_line(self, *, always: bool = False, apart: bool = False) -> None:
        line = "".join(self.pieces)
        line = line.rstrip() if self.preformatted else _SPACES.sub(" ", line).strip()
        self.pieces = []
        if line or always:
            self.lines.append(line)
        if apart and self.lines and self.lines[-1]:
            self.lines.append("")

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines)


def _begins_history(tag: str, given: dict[str, str]) -> bool:
    if tag == "hr":
        return given.get("tabindex") == "-1" or bool(_HISTORY_ID.fullmatch(given.get("id", "")))
    return bool(
        _HISTORY_ID.fullmatch(given.get("id", ""))
        or _HISTORY_CLASS.search(given.get("class", ""))
        or _HISTORY_STYLE.search(given.get("style", ""))
    )


def _is_left_out(tag: str, given: dict[str, str]) -> bool:
    return bool(
        tag in UNSHOWN
        or tag == "blockquote"
        or _SIGNATURE_ID.fullmatch(given.get("id", ""))
        or _SIGNATURE_CLASS.search(given.get("class", ""))
        or _HIDDEN.search(given.get("style", ""))
    )
