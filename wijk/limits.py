"""Atomic limits shared by all workers: how often one network, address or account may do something."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.http import HttpRequest

from wijk import clock
from wijk.encryption import keyed_hash
from wijk.personal_data import Ground, Kind, Personal, Visibility, declare


class Allowance(models.Model):
    """How much of one limit is used in the running window; the key is a hash, so the row names nobody."""

    key = models.CharField(max_length=64, unique=True)
    window_start = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)


declare(
    Allowance,
    purpose="security",
    ground=Ground.LEGITIMATE,
    retention="cache",
    clock="window_start",
    technical="id window_start used",
    holds="a keyed hash, which names nobody",
    fields={"key": Personal(kind=Kind.TECHNICAL, visibility=Visibility.NOBODY, not_exported="keyed hash")},
)


def take(name: str, subject: str, *, limit: int, per: timedelta) -> bool:
    """Uses one of `limit` per window for this subject; False when none is left. Correct under any number of workers."""
    key, now = keyed_hash("limit:" + name, subject), clock.now()
    rows = Allowance.objects.filter(key=key)
    if rows.filter(window_start__gt=now - per, used__lt=limit).update(used=F("used") + 1):
        return True
    if rows.filter(window_start__lte=now - per).update(window_start=now, used=1):
        return True
    try:
        with transaction.atomic():
            Allowance.objects.create(key=key, window_start=now, used=1)
    except IntegrityError:
        # Somebody else made the row in the meantime, or the window is full.
        return bool(rows.filter(window_start__gt=now - per, used__lt=limit).update(used=F("used") + 1))
    return True


def cache_key(key: str, prefix: str, version: int) -> str:
    """What an entry of the shared cache is called: a hash, so that its names say nothing of anybody."""
    return keyed_hash("cache", f"{prefix}:{version}:{key}")


FREE_TRIES = 5
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def wait_after(tries: int) -> timedelta:
    """How long the next try must wait: nothing at first, then a minute, and each time twice as long."""
    return min(timedelta(minutes=2 ** (tries - FREE_TRIES)), LONGEST_WAIT) if tries >= FREE_TRIES else timedelta(0)


def attempt(name: str, subject: str) -> timedelta:
    """Counts a try and returns zero; or, in a row of tries that went wrong, how long to wait still (C-39).

    Counted before it is known how the try ends, in one statement, so that many at once get no more than one by one.
    Who waits is not counted, or nobody would ever get in; succeeded() takes the row away.
    """
    key, now = keyed_hash("attempt:" + name, subject), clock.now()
    rows = Allowance.objects.filter(key=key)
    waited = Q(used__lt=FREE_TRIES) | Q(window_start__lte=now - LONGEST_WAIT)
    tries = FREE_TRIES
    while wait_after(tries) < LONGEST_WAIT:
        waited |= Q(used=tries, window_start__lte=now - wait_after(tries))
        tries += 1
    if rows.filter(window_start__lte=now - FORGOTTEN_AFTER).update(window_start=now, used=1):
        return timedelta(0)
    row, made = Allowance.objects.get_or_create(key=key, defaults={"window_start": now, "used": 1})
    if made or rows.filter(waited).update(window_start=now, used=F("used") + 1):
        return timedelta(0)
    return max(row.window_start + wait_after(row.used) - now, timedelta(seconds=1))


def succeeded(name: str, subject: str) -> None:
    """Forgets the tries that went wrong before."""
    Allowance.objects.filter(key=keyed_hash("attempt:" + name, subject)).delete()


def give_back(name: str, subject: str) -> None:
    """Undoes one take(): what went well does not count."""
    Allowance.objects.filter(key=keyed_hash("limit:" + name, subject), used__gt=0).update(used=F("used") - 1)


def client_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """The sender's address; proxies are believed only as far as configured."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies and len(hops) >= proxies:
        address = hops[-proxies]
    try:
        found = ip_address(address)
    except ValueError:
        return None
    # A server that listens on both kinds writes ::ffff:192.0.2.1; all such senders would share one limit.
    return getattr(found, "ipv4_mapped", None) or found


def client_network(request: HttpRequest) -> str:
    """The sender's network (/24 or /48), never a whole address."""
    found = client_address(request)
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False)) if found else "unknown"
