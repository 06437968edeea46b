"""The one gate: what each view asks of its visitor, and which rows each person may touch.

Denied unless allowed: a view of ours without a declaration answers 404. A public view never learns who is looking: it
gets an empty session and an anonymous user, so that nothing personal can end up in a cached page.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from wijk.limits import client_address
from wijk.sessions import too_old

log = logging.getLogger("wijk.access")
View = Callable[..., HttpResponse]
# Whoever has this permission works at the privacy desk (C-60); the group that has it is made by accounts/office.
PRIVACY_PERMISSION = "accounts.handle_privacy"
# What counts as a second step; codes on paper alone are only the way back to one.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Access(StrEnum):
    """What a view asks of its visitor."""

    PUBLIC = "public"  # everybody, cacheable, session-less
    VISITOR = "visitor"  # everybody, never cached: forms and personal links
    MEMBER = "member"
    DESK = "desk"  # managers, of one neighbourhood
    STAFF = "staff"  # editors and operators, with a second factor
    OFFICE = "office"  # privacy officers and operators, with a second factor
    DEMO = "demo"  # everybody, except in production


SIGNED_IN = {Access.MEMBER, Access.DESK, Access.STAFF, Access.OFFICE}


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Access.PUBLIC)
member = _declare(Access.MEMBER)
desk = _declare(Access.DESK)
staff = _declare(Access.STAFF)
office = _declare(Access.OFFICE)
demo_only = _declare(Access.DEMO)


def visitor(view: View) -> View:
    """Everybody may use it. Cached pages hold no token: its forms are guarded by their origin and a signed time."""
    return csrf_exempt(_declare(Access.VISITOR)(view))


def careful(view: View | None = None, *, reading: bool = True) -> Any:
    """Marks a dangerous act: who logged in longer than a quarter of an hour ago shows first who they are.

    What was sent meanwhile is kept and done afterwards, so nothing typed is lost. Without `reading`, only sending asks.
    """
    if view is None:
        return partial(careful, reading=reading)
    ask = reauthentication_required(view, allow_get=not reading)

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = getattr(asked, "access", None)
        if access is not None and getattr(request, "access", None) != access:
            # Kept by the log-in page and done from there: it comes past the gate here, for rights may have ended.
            refusal = refused(request, access)
            if refusal is not None:
                return refusal
        answer: HttpResponse = ask(request, *args, **kwargs)
        return answer

    asked.careful = True  # type: ignore[attr-defined]
    return asked


# Views of the libraries, by the beginning of their path; they check permissions themselves as well.
LIBRARY_PATHS = (
    ("/account/", Access.VISITOR),
    ("/cms/", Access.STAFF),
    ("/static/", Access.PUBLIC),
    ("/media/", Access.PUBLIC),
)
# Dangerous acts in views of the libraries that do not ask by themselves; views of our own are marked with @careful.
STEP_UP_PATHS = ("/cms/users/", "/cms/groups/", "/account/password/set/")
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
    # Wagtail's pages come last in the URL table and are all public; the log-in forms it adds there stay shut.
    is_page = (getattr(view, "__module__", ""), getattr(view, "__name__", "")) == ("wagtail.views", "serve")
    return Access.PUBLIC if is_page else None


class AccessMiddleware:
    """Lets a request through to its view only when the view's declaration allows it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session, cookies = request.session, request.COOKIES
        try:
            # Before the layers below look at the session: what they read or note must not depend on who visits.
            if asks_public(request):
                forget_visitor(request)
            return self.get_response(request)
        finally:
            request.session, request.COOKIES = session, cookies

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        for name, value in kwargs.items():
            if isinstance(value, str):  # no address of ours has a zero byte, and PostgreSQL fails when it looks for one
                kwargs[name] = value.replace("\x00", "\ufffd")
        access = declared_access(view, request.path)
        request.access = access  # type: ignore[attr-defined]
        if access is None or (access == Access.DEMO and settings.PRODUCTION):
            log.warning("denied: view %s has no declaration", getattr(view, "__qualname__", view))
            raise Http404
        return refused(request, access)


def refused(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Where somebody goes who may not pass; None for who may."""
    if access in {Access.STAFF, Access.OFFICE} and not from_the_office(request):
        raise Http404
    if access == Access.VISITOR and request.method not in SAFE_METHODS and not same_origin(request):
        raise PermissionDenied
    refusal = _signed_in(request, access) if access in SIGNED_IN else None
    if refusal is None and request.path.startswith(STEP_UP_PATHS) and request.user.is_authenticated:
        return step_up(request)
    return refusal


def _signed_in(request: HttpRequest, access: Access) -> HttpResponse | None:
    user: Any = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if too_old(request, at_work=access != Access.MEMBER):
        logout(request)
        messages.info(request, _("Je was een tijd niet bezig. Log opnieuw in, dan ga je verder."))
        return redirect_to_login(request.get_full_path())
    if access == Access.STAFF and not user.is_staff:
        raise Http404
    if access == Access.OFFICE and not user.has_perm(PRIVACY_PERMISSION):
        raise Http404
    if access == Access.MEMBER or is_mfa_enabled(user, SECOND_FACTORS):
        return None
    messages.info(
        request, _("Voor het beheer van een wijk of van de site heb je een tweede stap nodig bij het inloggen.")
    )
    return redirect("mfa_index")


def step_up(request: HttpRequest) -> HttpResponse | None:
    """Asks for the password or passkey once more, unless it was shown in the last quarter of an hour."""
    try:
        reauthentication_required(lambda shown: None)(request)
    except ReauthenticationRequired:
        way = get_adapter().get_reauthentication_methods(request.user)[0]
        return suspend_request(request, way["url"])
    return None


def asks_public(request: HttpRequest) -> bool:
    """Whether this address belongs to a public view."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return declared_access(view, request.path) == Access.PUBLIC


def from_the_office(request: HttpRequest) -> bool:
    """Whether the sender is in one of the networks from which the site is run; without a list, everywhere is (C-35)."""
    networks = settings.OFFICE_NETWORKS
    sender = client_address(request) if networks else None
    return not networks or (sender is not None and any(sender in network for network in networks))


def forget_visitor(request: HttpRequest) -> None:
    """Leaves nothing of who is looking: no session, no account, no message, no form token; only the chosen language."""
    request.session = SessionStore()  # type: ignore[assignment]
    request.user = AnonymousUser()
    language = settings.LANGUAGE_COOKIE_NAME
    request.COOKIES = {language: request.COOKIES[language]} if language in request.COOKIES else {}
    request.META.pop("CSRF_COOKIE", None)


def same_origin(request: HttpRequest) -> bool:
    """Whether a form came from one of our own pages; a sender that says nothing, as a mail program, is a stranger."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return True
    try:
        origin = urlsplit(source)
    except ValueError:
        return False
    return f"{origin.scheme}://{origin.netloc}" in {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}


def member_here(request: HttpRequest) -> Any:
    """The member who looks at a page that everybody shares, or sends its form; None for a visitor.

    Such a page holds no token, so a session counts for sending only when the browser itself says that the form is ours.
    """
    user: Any = request.user
    if not user.is_authenticated or not user.takes_part:
        return None
    named = request.headers.get("Origin") or request.headers.get("Referer")
    proven = request.headers.get("Sec-Fetch-Site") == "same-origin" or named not in {None, "null"}
    return user if request.method in SAFE_METHODS or (proven and same_origin(request)) else None


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
