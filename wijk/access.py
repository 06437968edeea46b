"""The one gate: what each view asks of its visitor, and which rows each person may touch.

Denied unless allowed: a view of ours without a declaration answers 404. A public view never learns who is looking: it
gets an empty session and an anonymous user, so that nothing personal can end up in a cached page.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

log = logging.getLogger("wijk.access")
View = Callable[..., HttpResponse]
PUBLIC_SECONDS = 60


class Access(StrEnum):
    """What a view asks of its visitor."""

    PUBLIC = "public"  # everybody, cacheable, session-less
    VISITOR = "visitor"  # everybody, never cached: forms and personal links
    MEMBER = "member"
    DESK = "desk"  # managers, of one neighbourhood
    STAFF = "staff"  # editors, privacy officers and operators, with a second factor
    DEMO = "demo"  # everybody, except in production


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Access.PUBLIC)
member = _declare(Access.MEMBER)
desk = _declare(Access.DESK)
staff = _declare(Access.STAFF)
demo_only = _declare(Access.DEMO)


def visitor(view: View) -> View:
    """Everybody may use it. Cached pages hold no token, so its forms are guarded by their origin and a signed form time."""
    return csrf_exempt(_declare(Access.VISITOR)(view))


# Views of the libraries, by the beginning of their path; they check permissions themselves as well.
LIBRARY_PATHS = (
    ("/account/", Access.VISITOR),
    ("/cms/", Access.STAFF),
    ("/static/", Access.PUBLIC),
    ("/media/", Access.PUBLIC),
)
OUR_PACKAGES = ("wijk.", "accounts.", "neighbourhoods.", "content.")


def declared_access(view: View, path: str) -> Access | None:
    """What a view asks, from its own mark or, for a library's view, from the table; None means denied."""
    access = getattr(view, "access", None)
    if access is not None:
        return access
    if getattr(view, "__module__", "").startswith(OUR_PACKAGES):
        return None
    for start, library_access in LIBRARY_PATHS:
        if path.startswith(start):
            return library_access
    # Wagtail's pages come last in the URL table and are all public.
    return Access.PUBLIC if getattr(view, "__module__", "").startswith("wagtail.") else None


class AccessMiddleware:
    """Lets a request through to its view only when the view's declaration allows it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        try:
            return self.get_response(request)
        finally:
            request.session = session  # a public view was given an empty one

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        access = declared_access(view, request.path)
        request.access = access  # type: ignore[attr-defined]
        if access is None or (access == Access.DEMO and settings.PRODUCTION):
            log.warning("denied: view %s has no declaration", getattr(view, "__qualname__", view))
            raise Http404
        if access == Access.PUBLIC:
            request.session = SessionStore()  # type: ignore[assignment]
            request.user = AnonymousUser()
            return None
        if access == Access.VISITOR and request.method == "POST" and not same_origin(request):
            raise Http404
        if access in {Access.MEMBER, Access.DESK, Access.STAFF}:
            return self._signed_in(request, access)
        return None

    def _signed_in(self, request: HttpRequest, access: Access) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if access == Access.MEMBER or is_mfa_enabled(request.user):
            return None
        if access == Access.STAFF and not request.user.has_perm("wagtailadmin.access_admin"):
            raise Http404
        return redirect("mfa_index")


def same_origin(request: HttpRequest) -> bool:
    """Whether a form came from one of our own pages; a browser too old to say so is let through as a stranger."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin in {None, "null"}:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    return url_has_allowed_host_and_scheme(str(origin), allowed_hosts={request.get_host()})


class CachePolicyMiddleware:
    """Public pages may be kept by caches for a minute and set no cookie; everything else is kept by nobody."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cacheable = getattr(request, "access", None) == Access.PUBLIC and response.status_code in {200, 301, 404, 410}
        if response.has_header("Cache-Control") or request.path.startswith("/static/"):
            return response
        if cacheable and request.method in {"GET", "HEAD"} and not response.cookies:
            chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
            patch_cache_control(response, max_age=PUBLIC_SECONDS, **({"private": True} if chosen else {"public": True}))
        else:
            patch_cache_control(response, no_store=True, private=True)
        return response


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


# Rows ----------------------------------------------------------------------------------------------------------------

Limit = Callable[[Any], QuerySet[Any]]
_OWN: dict[type[Model], Limit] = {}
_MANAGED: dict[type[Model], Limit] = {}


def own(model: type[Model]) -> Callable[[Limit], Limit]:
    """Registers the queryset of a model's rows that belong to a member."""

    def register(limit: Limit) -> Limit:
        _OWN[model] = limit
        return limit

    return register


def managed(model: type[Model]) -> Callable[[Limit], Limit]:
    """Registers the queryset of a model's rows that a manager or operator may handle at the desk."""

    def register(limit: Limit) -> Limit:
        _MANAGED[model] = limit
        return limit

    return register


class Scope:
    """What one person may touch. A model nobody registered is refused."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def own[M: Model](self, model: type[M]) -> QuerySet[M]:
        return _OWN[model](self.user) if self.user.is_authenticated else model._default_manager.none()

    def managed[M: Model](self, model: type[M]) -> QuerySet[M]:
        return _MANAGED[model](self.user) if self.user.is_authenticated else model._default_manager.none()


def scope(user: Any) -> Scope:
    """The gate for one person: every own and desk view starts its queries here (W-50, W-63)."""
    return Scope(user)
