"""What answers say beside their page: who may keep them, what to forget, what the editors' admin may run."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.csp import CSP

from wijk.access import Access

log = logging.getLogger("wijk.access")
View = Callable[..., HttpResponse]
PUBLIC_SECONDS = 60


class CachePolicyMiddleware:
    """Public pages may be kept by caches for a minute and set no cookie; everything else is kept by nobody."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        access = getattr(request, "access", None)
        if access == Access.PUBLIC and response.cookies:
            log.error("a public view tried to set a cookie at %s", request.path)
            response.cookies.clear()
        if access in {Access.VISITOR, Access.MEMBER, Access.DESK, Access.OFFICE}:
            patch_cache_control(response, no_store=True, private=True)
        elif not response.has_header("Cache-Control") and not request.path.startswith("/static/"):
            self._set(request, response, may_keep=access == Access.PUBLIC)
        return response

    def _set(self, request: HttpRequest, response: HttpResponse, *, may_keep: bool) -> None:
        if may_keep and response.status_code in {200, 301, 404, 410} and request.method in {"GET", "HEAD"}:
            chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
            patch_cache_control(response, max_age=PUBLIC_SECONDS, **({"private": True} if chosen else {"public": True}))
        else:
            patch_cache_control(response, no_store=True, private=True)


class AdminPolicyMiddleware:
    """Wagtail's admin ships inline scripts; only there the content policy allows them."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/cms/"):
            response._csp_config = {  # type: ignore[attr-defined]
                **settings.SECURE_CSP,
                "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
                "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
                "img-src": [CSP.SELF, "data:", "blob:"],
                "frame-src": [CSP.SELF],
                "frame-ancestors": [CSP.SELF],
            }
        return response


@receiver(user_logged_out)
def note_log_out(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.logged_out = True  # type: ignore[attr-defined]


class ForgetMiddleware:
    """After logging out the next person at this screen finds nothing: not with the back button, not in any store.

    Cookies stay out of it: the server ends its own, and the language that was chosen is nobody's secret.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "logged_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
