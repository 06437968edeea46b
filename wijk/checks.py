"""System checks for what must never be misconfigured."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.checks import CheckMessage, Error, Warning, register

# Not every operator has to have one (GDPR art. 37).
MAY_BE_EMPTY = {"data_protection_officer"}
LIBRARY_LOGIN = "account_login"


@register()
def one_door(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The editors' log-in is the same as everybody's, with its limits and second factor."""
    if settings.WAGTAILADMIN_LOGIN_URL != LIBRARY_LOGIN:
        return [Error("WAGTAILADMIN_LOGIN_URL opens a second door without limits.", id="wijk.E001")]
    return []


@register()
def nothing_leaves(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No setting may make pages or the admin call another host (W-57, W-66)."""
    calls = {
        "WAGTAIL_GRAVATAR_PROVIDER_URL": settings.WAGTAIL_GRAVATAR_PROVIDER_URL,
        "WAGTAIL_ENABLE_UPDATE_CHECK": settings.WAGTAIL_ENABLE_UPDATE_CHECK,
        "WAGTAIL_ENABLE_WHATS_NEW_BANNER": settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER,
    }
    return [Error(f"{name} would call another host.", id="wijk.E002") for name, value in calls.items() if value]


@register(deploy=True)
def operator_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Visitors must be able to see who runs the site (W-7)."""
    empty = [name for name, value in settings.OPERATOR.items() if not value and name not in MAY_BE_EMPTY]
    return [Warning(f"OPERATOR_{name.upper()} is empty.", id="wijk.W001") for name in empty]


@register(deploy=True)
def pace_hides_hashing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Hashing a password must fit well inside the beat on which log-in and sign-up answer."""
    start = time.monotonic()
    make_password("een wachtwoord om te meten")
    if (time.monotonic() - start) * 2 > settings.PACE_SECONDS:
        return [Warning("WIJK_PACE_SECONDS is too short for this machine.", id="wijk.W002")]
    return []
