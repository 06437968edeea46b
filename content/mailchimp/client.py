"""The one way to Mailchimp. Without an agreement it refuses before anything reaches the network (W-53).

The library behind it gives errors in four forms and an empty 503 as a success; here, what is not plainly what was
asked for is Trouble, named by a code: the words of the other side repeat addresses, and go nowhere.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import md5
from typing import Any, Self

import requests
from mailchimp_marketing.api.campaigns_api import CampaignsApi
from mailchimp_marketing.api.lists_api import ListsApi
from mailchimp_marketing.api.ping_api import PingApi
from mailchimp_marketing.api_client import ApiClient, ApiClientError

from content.mailchimp.models import Connection
from wijk import clock

HOME = "https://{server}.api.mailchimp.com/3.0"
# For reaching the other side, and for each silence after that.
TIMEOUT: tuple[float, float] = (5, 10)
LONGEST_REST = timedelta(hours=1)
PAGE = 500
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


def subscriber_of(address: str) -> str:
    """What Mailchimp calls the reader with this address."""
    return md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


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
        allow(self.connection, removing=self.removing)
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


class Service:
    """Mailchimp, as one connection may use it. `removing` is for taking people away, also after the agreement."""

    def __init__(self, connection: Connection, *, removing: bool = False) -> None:
        allow(connection, removing=removing)
        self.audience = _checked(NUMBER, connection.audience)
        self.line = Line(connection, removing=removing)
        self.lists, self.campaigns = ListsApi(self.line), CampaignsApi(self.line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self.close()

    def close(self) -> None:
        self.line.session.close()

    # The audience ----------------------------------------------------------------------------------------------------

    def ping(self) -> None:
        """Whether the key works."""
        _call(PingApi(self.line).get)

    def size(self) -> int:
        """How many people the audience mails."""
        found = _call(self.lists.get_list, self.audience, fields=["id", "stats.member_count"])
        return int(_part(_part(found, "stats", dict), "member_count", int))

    def put(self, address: str, first_name: str) -> None:
        """Makes a reader as we know them: an address and a first name, and nothing more (W-52)."""
        member = {
            "email_address": address,
            "status_if_new": "subscribed",
            "status": "subscribed",
            "merge_fields": {"FNAME": first_name},
        }
        _call(self.lists.set_list_member, self.audience, subscriber_of(address), member, skip_merge_validation="true")

    def stop(self, subscriber: str) -> None:
        """Takes a reader off the list; who is not there needs nothing."""
        try:
            number = _checked(SUBSCRIBER, subscriber)
            _call(self.lists.update_list_member, self.audience, number, {"status": "unsubscribed"})
        except Unknown:
            return

    def forget(self, subscriber: str) -> None:
        """Erases a reader for good, and looks that it is so."""
        number = _checked(SUBSCRIBER, subscriber)
        try:
            _call(self.lists.delete_list_member_permanent, self.audience, number)
            _call(self.lists.get_list_member, self.audience, number, fields=["id"])
        except Unknown:
            return
        raise Trouble("still there")

    def members(self, *, status: str = "", since: datetime | None = None) -> list[tuple[str, str]]:
        """What Mailchimp calls its readers, and how each stands; no address comes over."""
        asked: dict[str, Any] = {"status": status} if status else {}
        if since is not None:
            asked["since_last_changed"] = since.astimezone(UTC).isoformat(timespec="seconds")
        fields = ["members.id", "members.status", "total_items"]
        found: list[tuple[str, str]] = []
        total = 1
        while len(found) < total:
            page = _call(
                self.lists.get_list_members_info, self.audience, fields=fields, count=PAGE, offset=len(found), **asked
            )
            total = int(_part(page, "total_items", int))
            members = _part(page, "members", list)
            found += [(str(one.get("id")), str(one.get("status"))) for one in members if isinstance(one, dict)]
            if not members:
                break
        return found

    # Campaigns -------------------------------------------------------------------------------------------------------

    def find_campaign(self, mark: str) -> str:
        """The number of the campaign with this mark in its title; what went out already comes first."""
        fields = ["campaigns.id", "campaigns.status", "campaigns.settings.title", "total_items"]
        page = _call(
            self.campaigns.list,
            fields=fields,
            count=PAGE,
            list_id=self.audience,
            sort_field="create_time",
            sort_dir="DESC",
        )
        ours = [one for one in _part(page, "campaigns", list) if mark in str(one.get("settings", {}).get("title", ""))]
        ours.sort(key=lambda one: one.get("status") == "save")
        return _checked(NUMBER, str(ours[0].get("id"))) if ours else ""

    def make_campaign(self, settings: dict[str, Any]) -> str:
        """A campaign for the whole audience that counts no opens and no clicks."""
        tracking = dict.fromkeys(["opens", "html_clicks", "text_clicks", "goal_tracking", "ecomm360"], False)
        body = {
            "type": "regular",
            "recipients": {"list_id": self.audience},
            "settings": settings,
            "tracking": tracking,
        }
        return _checked(NUMBER, str(_part(_call(self.campaigns.create, body), "id", str)))

    def fill_campaign(self, number: str, *, html: str, text: str) -> None:
        """Gives a campaign its words."""
        _call(self.campaigns.set_content, _checked(NUMBER, number), {"html": html, "plain_text": text})

    def send_campaign(self, number: str) -> None:
        """Asks to send; a campaign can only go once."""
        _call(self.campaigns.send, _checked(NUMBER, number))

    def campaign_status(self, number: str) -> tuple[str, int]:
        """How far a campaign is, and to how many it went; no figure per person."""
        found = _call(self.campaigns.get, _checked(NUMBER, number), fields=["id", "status", "emails_sent"])
        return str(_part(found, "status", str)), int(found.get("emails_sent") or 0)


def _call(operation: Any, *values: Any, **options: Any) -> Any:
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


def _part(found: Any, name: str, kind: type) -> Any:
    part = found.get(name) if isinstance(found, dict) else None
    if not isinstance(part, kind):
        raise Trouble(f"no {name} in the answer")
    return part


def _checked(form: re.Pattern[str], value: str) -> str:
    """A value that goes into an address; the library would let a slash through."""
    if not form.fullmatch(value):
        raise Refusal("no such number")
    return value
