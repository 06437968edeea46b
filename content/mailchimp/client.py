"""What we ask of Mailchimp, one function a call; each may be repeated."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import md5
from typing import Any, NamedTuple, Self

from mailchimp_marketing.api.campaigns_api import CampaignsApi
from mailchimp_marketing.api.lists_api import ListsApi
from mailchimp_marketing.api.ping_api import PingApi

from content.mailchimp.line import NUMBER, SUBSCRIBER, Line, Trouble, Unknown, allow, call, checked, part
from content.mailchimp.models import Connection

PAGE = 500


def subscriber_of(address: str) -> str:
    """What Mailchimp calls the reader with this address."""
    return md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


class Member(NamedTuple):
    """One reader there: what Mailchimp calls them, how they stand, and since when."""

    number: str
    status: str
    changed: datetime | None

    @classmethod
    def read(cls, found: Any) -> Self:
        try:
            changed = datetime.fromisoformat(str(part(found, "last_changed", str)))
        except (ValueError, Trouble):
            changed = None
        if changed is not None and changed.tzinfo is None:
            changed = changed.replace(tzinfo=UTC)
        return cls(str(part(found, "id", str)), str(part(found, "status", str)), changed)


class Service:
    """Mailchimp, as one connection may use it. `removing` is for taking people away, also after the agreement."""

    def __init__(self, connection: Connection, *, removing: bool = False) -> None:
        allow(connection, removing=removing)
        self.audience = checked(NUMBER, connection.audience)
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
        call(PingApi(self.line).get)

    def size(self) -> int:
        """How many people the audience mails."""
        found = call(self.lists.get_list, self.audience, fields=["id", "stats.member_count"])
        return int(part(part(found, "stats", dict), "member_count", int))

    def put(self, address: str, first_name: str) -> None:
        """Makes a reader as we know them: an address and a first name, and nothing more (W-52)."""
        member = {
            "email_address": address,
            "status_if_new": "subscribed",
            "status": "subscribed",
            "merge_fields": {"FNAME": first_name},
        }
        call(self.lists.set_list_member, self.audience, subscriber_of(address), member, skip_merge_validation="true")

    def stop(self, subscriber: str) -> None:
        """Takes a reader off the list; who is not there needs nothing."""
        try:
            number = checked(SUBSCRIBER, subscriber)
            call(self.lists.update_list_member, self.audience, number, {"status": "unsubscribed"})
        except Unknown:
            return

    def forget(self, subscriber: str) -> None:
        """Erases a reader for good, and looks that it is so."""
        number = checked(SUBSCRIBER, subscriber)
        try:
            call(self.lists.delete_list_member_permanent, self.audience, number)
            call(self.lists.get_list_member, self.audience, number, fields=["id"])
        except Unknown:
            return
        raise Trouble("still there")

    def members(self, *, status: str = "", since: datetime | None = None) -> list[Member]:
        """What Mailchimp calls its readers, and how each stands; no address comes over."""
        asked: dict[str, Any] = {"status": status} if status else {}
        if since is not None:
            asked["since_last_changed"] = since.astimezone(UTC).isoformat(timespec="seconds")
        fields = ["members.id", "members.status", "members.last_changed", "total_items"]
        found: list[Member] = []
        total = 1
        while len(found) < total:
            page = call(
                self.lists.get_list_members_info, self.audience, fields=fields, count=PAGE, offset=len(found), **asked
            )
            total = int(part(page, "total_items", int))
            members = part(page, "members", list)
            found += [Member.read(one) for one in members]
            if not members:
                break
        return found

    # Campaigns -------------------------------------------------------------------------------------------------------

    def find_campaign(self, marks: Iterable[str]) -> str:
        """The number of the campaign with one of these marks in its title; what went out already comes first."""
        fields = ["campaigns.id", "campaigns.status", "campaigns.settings.title", "total_items"]
        page = call(
            self.campaigns.list,
            fields=fields,
            count=PAGE,
            list_id=self.audience,
            sort_field="create_time",
            sort_dir="DESC",
        )
        titled = [(one, str(one.get("settings", {}).get("title", ""))) for one in part(page, "campaigns", list)]
        ours = [one for one, title in titled if any(mark in title for mark in marks)]
        ours.sort(key=lambda one: one.get("status") == "save")
        return checked(NUMBER, str(ours[0].get("id"))) if ours else ""

    def make_campaign(self, settings: dict[str, Any]) -> str:
        """A campaign for the whole audience that counts no opens and no clicks."""
        tracking = dict.fromkeys(["opens", "html_clicks", "text_clicks", "goal_tracking", "ecomm360"], False)
        body = {
            "type": "regular",
            "recipients": {"list_id": self.audience},
            "settings": settings,
            "tracking": tracking,
        }
        return checked(NUMBER, str(part(call(self.campaigns.create, body), "id", str)))

    def fill_campaign(self, number: str, *, html: str, text: str) -> None:
        """Gives a campaign its words."""
        call(self.campaigns.set_content, checked(NUMBER, number), {"html": html, "plain_text": text})

    def send_campaign(self, number: str) -> None:
        """Asks to send; a campaign can only go once."""
        call(self.campaigns.send, checked(NUMBER, number))

    def campaign_status(self, number: str) -> tuple[str, int]:
        """How far a campaign is, and to how many it went; no figure per person."""
        found = call(self.campaigns.get, checked(NUMBER, number), fields=["id", "status", "emails_sent"])
        return str(part(found, "status", str)), int(found.get("emails_sent") or 0)
