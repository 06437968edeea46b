"""The same time for everybody: an answer that depends on whether an address is known leaves on a fixed beat."""

import time
from collections.abc import Callable
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

View = Callable[..., HttpResponse]
# The library's forms in which an address is typed; views of our own are marked with @same_pace.
PACED_PATHS = {
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/confirm-email/",
    "/account/email/",
}


def same_pace(view: View) -> View:
    """Marks a view whose answer must tell nothing by the time it takes (design, section 7)."""
    view.same_pace = True  # type: ignore[attr-defined]
    return view


class PaceMiddleware:
    """Holds what is sent to such a view until the next beat: one length for all that is done within it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.monotonic()
        response = self.get_response(request)
        if getattr(request, "paced", False):
            # Whether a view looked at the session must not show either: it does so on one path and not on the other.
            patch_vary_headers(response, ("Cookie",))
            time.sleep(until_next_beat(time.monotonic() - start))
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        marked = getattr(view, "same_pace", False) or request.path in PACED_PATHS
        request.paced = request.method == "POST" and marked  # type: ignore[attr-defined]


def until_next_beat(elapsed: float) -> float:
    """Seconds from now to the end of the beat this answer falls in; also a slow one leaves on a beat."""
    beat = settings.PACE_SECONDS
    return max(1, ceil(elapsed / beat)) * beat - elapsed if beat else 0.0
