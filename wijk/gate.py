"""The site stays shut while its database is one that must not be shown: older than what was erased since."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils.module_loading import import_string

# Answers why nothing may be served or done; the floor knows it by name only.
SHUT = "accounts.archive.ledger.must_not_serve"
PAGE = Path(__file__).with_name("templates") / "503.html"
# Health says what is wrong, and the page needs its styles.
ALWAYS = ("/healthz", "/readyz", "/static/")
LOOK_AGAIN_SECONDS = 5.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def shut_because() -> str:
    """Why the site must not serve and no worker may run; empty when they may."""
    try:
        return str(import_string(SHUT)())
    except DatabaseError:
        # A connection that broke must not be what the next look finds.
        close_old_connections()
        return "The database does not answer, or is not migrated."


class Gate:
    """Stands before the application until it was once seen that the site may serve; from then on it costs nothing."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.is_open = False
        self.looked_at = float("-inf")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.is_open or environ.get("PATH_INFO", "").startswith(ALWAYS) or self._opens():
            return self.application(environ, start_response)
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Retry-After", "60"), ("Cache-Control", "no-store")]
        start_response("503 Service Unavailable", headers)
        return [PAGE.read_bytes().partition(b"#}")[2]]

    def _opens(self) -> bool:
        if time.monotonic() - self.looked_at > LOOK_AGAIN_SECONDS:
            self.looked_at = time.monotonic()
            self.is_open = not shut_because()
        return self.is_open
