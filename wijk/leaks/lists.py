"""The lists of words in lists.txt, and a pattern for each."""

import re
from pathlib import Path


def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    entries: list[str] = []
    for line in (Path(__file__).parent / "lists.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            entries = lists.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            entries.append(line)
    return lists


def any_of(entries: list[str]) -> str:
    """A pattern for whole words; the longest entry first."""
    joined = "|".join(re.escape(entry) for entry in sorted(entries, key=len, reverse=True))
    return (
        rf"(?<![\w-])(?:{joined})(?!\w)".replace(r"\*", r"\w{0,20}")
        .replace(r"\ ", r"[^\S\n]{1,3}")
        .replace("'", "['’]")
    )


LISTS = _lists()
