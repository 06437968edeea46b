"""The sheets that every page needs as one file, `css/site.css`: one request in place of twelve, and no build step."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# In this order: layers are named in the first, and within a layer a later sheet goes before an earlier one.
SHEETS = (
    "tokens",
    "base",
    "layout",
    "hero",
    "menu",
    "components",
    "cards",
    "pieces",
    "lists",
    "forms",
    "fields",
    "street",
)
NAME = "css/site.css"


def site_css() -> str:
    """All sheets one after the other; print.css goes last, for paper alone."""
    read = [(settings.BASE_DIR / f"static/css/{name}.css").read_text(encoding="utf-8") for name in SHEETS]
    return "\n".join(read)


class SiteSheetFinder(BaseFinder):
    """Finds `css/site.css`, written anew when a sheet changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "stylesheet")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        found = [str(self._written())] if path == NAME else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        self._written()
        yield NAME, self.storage

    def _written(self) -> Path:
        file, words = Path(self.storage.path(NAME)), site_css()
        if not file.exists() or file.read_text(encoding="utf-8") != words:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Several processes may start at once: each writes its own and puts it in place whole.
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_text(words, encoding="utf-8")
            fresh.replace(file)
        return file
