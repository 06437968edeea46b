"""Reading the environment: one variable's text becomes what the settings need, or a sentence about what is wrong."""

import secrets
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from os import environ
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PRODUCTION = environ.get("WIJK_ENV") == "production"


def required(name: str, fallback: str) -> str:
    """The variable, or the fallback outside production; production starts only when it is fully configured."""
    value = environ.get(name, "")
    if not value and PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set. Production needs it; see .env.example.")
    return value or fallback


def local_secret(path: Path) -> str:
    """A key made once for a demo or test site and kept out of the repository."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        # Two processes may start at once: the first to link wins, and nobody reads half a key.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")


def clock_offset(text: str) -> timedelta:
    """`+49h`, `-2d` or `90m` as a time span; a rehearsal's shift of the one clock (wijk/clock.py)."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    try:
        return timedelta(**{units[text[-1]]: float(text[:-1])})
    except (KeyError, ValueError, IndexError):
        raise ImproperlyConfigured(f"WIJK_CLOCK_OFFSET is {text!r}; write for example +49h.") from None


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    """`192.0.2.0/24 2001:db8::/32` as networks."""
    try:
        return [ip_network(piece) for piece in text.split()]
    except ValueError as problem:
        raise ImproperlyConfigured(f"OFFICE_NETWORKS: {problem}; write for example 192.0.2.0/24.") from None


def mailer(url: str) -> dict[str, object]:
    """Django's MAILERS entry for MAIL_URL: smtp://user:password@host:port, smtps://, file:///folder or outbox:."""
    parts = urlsplit(url)
    if parts.scheme == "outbox":
        return {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if parts.scheme == "file":
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": parts.path}}
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(f"MAIL_URL begins with {parts.scheme!r}; use smtp, smtps, file or outbox.")
    implicit = parts.scheme == "smtps"
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    options = {
        "host": parts.hostname,
        "port": parts.port or (465 if implicit else 25 if local else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": implicit,
        # Mail never leaves this machine in the clear (W-32).
        "use_tls": not implicit and not local,
        "timeout": 20,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
