"""The wire to Mailchimp. Without an agreement it refuses before anything reaches the network (W-53).

The library behind it gives errors in four forms and an empty 503 as a success; here, what is not plainly what was
asked for is Trouble, named by a code: the words of the other side repeat addresses, and go nowhere.
"""

import json
import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from mailchimp_marketing.api_client import ApiClient, ApiClientError

from content.mailchimp.models import Connection
from wijk import clock

HOME = "https://{server}.api.mailchimp.com/3.0"
# For reaching the other side, and for each silence after that.
TIMEOUT: tuple[float, float] = (5, 10)
LONGEST_REST = timedelta(hours=1)
API_KEY = re.compile(r"[0-9a-f]{32}-([a-z]{2}\d{1,2})")
SERVER = re.compile(r"[a-z]{2}\d{1,2}")
NUMBER = re.compile(r"[0-9a-f]{10}")
SUBSCRIBER = re.compile(r"[0-9a-f]{32}")


class Trouble(Exception):
    """A call that did not do what it should; worth trying again after a while."""

    def __init__(self, code: str, *, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait


class NoAgreement(Trouble):
    """There is no agreement for this call now; nothing reached the network."""


class NoEntry(Trouble):
    """Mailchimp does not take our key."""


class Unknown(Trouble):
    """What was asked about is not there."""


class Refusal(Trouble):
    """Mailchimp will not do this, however often it is asked."""


def server_of(api_key: str) -> str:
    """In which of Mailchimp's houses a key belongs; empty when it is no key."""
    found = API_KEY.fullmatch(api_key)
    return found[1] if found else ""


def allow(connection: Connection, *, removing: bool) -> None:
    """The choke point: looks at the agreement as it is at this moment, and lets only removals by after its end."""
    rows = Connection.objects.filter(pk=connection.pk, emptied_at=None)
    permitted = rows.in_force() | rows.emptying() if removing else rows.in_force()
    if not permitted.exists():
        raise NoAgreement("no agreement")


class Line(ApiClient):  # type: ignore[misc]
    """The library's client with its way out replaced: our time-outs, no redirects, and an answer that is looked at."""

    def __init__(self, connection: Connection, *, removing: bool) -> None:
        super().__init__()
        if not SERVER.fullmatch(connection.server) or server_of(connection.api_key) != connection.server:
            raise NoEntry("no key")
        self.host = HOME.format(server=connection.server)
        # The library would replace the word "server" anywhere in the address.
        self.server = ""
        self.connection, self.removing = connection, removing
        self.session = requests.Session()

    def request(
        self, method: str, url: str, query_params: Any = None, headers: Any = None, body: Any = None
    ) -> requests.Response:
        allow(self.connection, removing=self.removing and _only_removes(method, url))
        answer = self.session.request(
            method,
            url,
            params=query_params,
            headers=headers,
            data=None if body is None else json.dumps(body),
            auth=("wijk", self.connection.api_key),
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        _look_at(answer)
        return answer


def _only_removes(method: str, url: str) -> bool:
    """Whether a call looks, takes somebody off a list, or erases: what may still be asked after the agreement."""
    return method in {"GET", "PATCH"} or url.endswith("/actions/delete-permanent")


def _look_at(answer: requests.Response) -> None:
    """Raises what an answer means; silent when it is a success."""
    status = answer.status_code
    if status == 204 or (status == 200 and _json(answer) is not None):
        return
    if status in {401, 403}:
        raise NoEntry(f"http {status}")
    if status == 404:
        raise Unknown("http 404")
    if status == 429 or status >= 500:
        raise Trouble(f"http {status}", wait=retry_after(answer.headers.get("Retry-After", "")))
    if 400 <= status < 500:
        found = _json(answer)
        title = str(found.get("title", "")) if isinstance(found, dict) else ""
        raise Refusal(f"http {status} {re.sub('[^A-Za-z ]', '', title)}"[:80].strip())
    raise Trouble(f"http {status}, not an answer of the service")


def _json(answer: requests.Response) -> dict[str, Any] | list[Any] | None:
    if "json" not in answer.headers.get("Content-Type", ""):
        return None
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict | list) and found else None


def retry_after(value: str) -> timedelta | None:
    """How long we are asked to wait, in seconds or until a date; never longer than an hour."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        wait = timedelta(seconds=int(value))
    else:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - clock.now()
    return min(max(wait, timedelta(0)), LONGEST_REST)


def call(operation: Any, *values: Any, **options: Any) -> Any:
    """Runs a call of the library; raises Trouble for whatever is no plain success."""
    try:
        found = operation(*values, **options)
    except ApiClientError as problem:
        inner = problem.text
        # Nothing of the failed call hangs on what is raised: it holds the key.
        raise (inner if isinstance(inner, Trouble) else Trouble(type(inner).__name__)) from None
    if isinstance(found, requests.Response):
        if found.status_code == 204:
            return {}
        raise Trouble("no answer in the answer")
    if not isinstance(found, dict | list):
        raise Trouble("not an answer of the service")
    return found


def part(found: Any, name: str, kind: type) -> Any:
    """Something that must be in an answer."""
    inner = found.get(name) if isinstance(found, dict) else None
    if not isinstance(inner, kind):
        raise Trouble(f"no {name} in the answer")
    return inner


def checked(form: re.Pattern[str], value: str) -> str:
    """A value that goes into an address; the library would let a slash through."""
    if not form.fullmatch(value):
        raise Refusal("no such number")
    return value
