"""The organisations and posts of the demo town, from draft to whatever became of them."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from content.demo_photos import hang
from content.demo_timeline import Town, texts
from content.moderation.actions import decide
from content.moderation.models import Decision
from content.organisations import actions as organisations
from content.organisations.models import ContactCard, Organisation
from content.organisations.opening import DAYS, HoursField
from content.posts import actions
from content.posts.dates import call
from content.posts.models import Post
from content.series.rules import Repeat, rule_of
from content.signups.actions import sign_up
from content.signups.models import day_of, next_open
from wijk import clock
from wijk.mail.worker import deliver

FILES = ("posts_klarendal", "posts_presikhaaf", "posts_town")
# No street of Arnhem is called like this.
STREETS = (
    "Kwikstaartsteeg", "Dotterbloemgang", "Zilverschoonpad", "Wolfsmelkplein",
    "Egelantierhof", "Pimpernelgang", "Hondsrooshof", "Kamperfoeliesteeg",
)  # fmt: skip
DECIDED = {"changes": Decision.Act.ASK_CHANGE, "held": Decision.Act.HOLD, "refused": Decision.Act.REFUSE}
ENDED = {"fulfilled": actions.fulfil, "withdrawn": actions.withdraw}


def plan_organisations(town: Town) -> int:
    """Plans how the organisations came to the site; the last one waits for a manager."""
    rows = texts("organisations")
    for number, row in enumerate(rows):
        town.at(town.ago(row["days"]), lambda row=row, number=number: found(town, row, number))  # type: ignore[misc]
    return len(rows)


def found(town: Town, row: dict[str, Any], number: int) -> None:
    """An editor makes the page; a day later a manager switches it on."""
    editor = town.people[row["by"]]
    values = {
        "name": row["name"],
        "summary": row["summary"],
        "text": row["text"],
        "website": row.get("website", ""),
        "hours": week(row.get("hours", {})),
        "hours_note": row.get("note", ""),
        "contact_function": row.get("function", ""),
        "locations": [
            {"name": name, "street": street, "postal_code": code, "town": "Arnhem"}
            for name, street, code in row.get("at", [])
        ],
        "themes": [town.themes[slug] for slug in row["themes"]],
        "neighbourhoods": [town.places[slug] for slug in row["in"]],
        **card(editor.first_name, editor.last_name, row["show"], number, phone=f"+3126123{4500 + number}"),
    }
    organisation = organisations.create(by=editor, values=values)
    town.organisations[row["name"]] = organisation
    if not row.get("waits"):
        town.at(town.hours_later(3, 20), lambda: switch_on(town, organisation))


def week(typed: dict[str, str]) -> list[Any]:
    """The opening hours of seven days, from the times of some."""
    return [HoursField(required=False).clean(typed.get(str(day), "")) for day in DAYS] if typed else []


def switch_on(town: Town, organisation: Organisation) -> None:
    """By a manager of one of its neighbourhoods, or else by the operator."""
    otto = town.people["otto"]
    managers = (town.manager_of(place, but=otto) for place in organisation.neighbourhoods.all())
    organisations.set_live(organisation=organisation, by=next(filter(None, managers), otto))


def plan_posts(town: Town) -> int:
    """Plans when each post was placed; what followed is planned by then."""
    rows = numbered()
    for number, row in rows:
        town.at(town.ago(row["days"]), lambda row=row, number=number: place(town, row, number))  # type: ignore[misc]
    return len(rows)


def renew_agenda(town: Town) -> int:
    """Places the activities again, from today on, once none lie ahead any more; returns how many."""
    if Post.objects.visible().agenda().filter(author__in=town.people.values()).exists():
        return 0
    rows = [row for row in numbered() if row[1].get("starts", [0])[0] > 0 and "fate" not in row[1]]
    rows = [(number, row) for number, row in rows if row["by"] in town.people]
    for number, row in rows:
        place(town, row, number, again=clock.today().isoformat())
    deliver()
    return len(rows)


def numbered() -> list[tuple[int, dict[str, Any]]]:
    """All posts of the demo's texts, each with its own number."""
    return list(enumerate((row for name in FILES for row in texts(name)), start=100))


def place(town: Town, row: dict[str, Any], number: int, again: str = "") -> None:
    """Somebody writes a post and, unless it stays a draft, places it."""
    author, fate = town.people[row["by"]], row.get("fate", "")
    post = actions.start_draft(by=author, kind=row["kind"], form_key=f"demo-{number}{again}")
    if post is None:
        raise LookupError("the demo town has no neighbourhoods")
    town.posts[row["title"]] = town.posts[row.get("key", row["title"])] = post
    actions.save_draft(post=post, by=author, values=values_of(town, row, number))
    hang(post, author)
    if fate == "draft":
        return
    actions.submit(post=post, by=author)
    live(town, post, row)


def live(town: Town, post: Post, row: dict[str, Any]) -> None:
    """What becomes of a placed post in the days after."""
    author, fate = post.author, row.get("fate", "")
    if "off" in row:
        call(post=post, day=post.turns()[row["off"]].day, off=True, by=author)
    if fate in DECIDED:
        town.at(town.now - timedelta(days=row["days"] - row["after"]), lambda: judge(town, post, DECIDED[fate], row))
    elif fate != "waiting" and post.status == Post.Status.WAITING:
        town.at(town.hours_later(2, 20), lambda: judge(town, post, Decision.Act.APPROVE, row))
    if fate in ENDED:
        town.at(
            town.ago(row["days"] - row["after"]),
            lambda: ENDED[fate](post=post, by=author, outcome=row.get("outcome", "")),
        )
    if "renews" in row:
        town.at(town.ago(row["days"] - row["renews"]), lambda: actions.renew(post=post, by=author))
    for name in row.get("joins", []):
        town.at(town.hours_later(24, 90), lambda name=name: join(post, town.people[name]))  # type: ignore[misc]


def join(post: Post, person: Any) -> None:
    """A neighbour signs up for an activity."""
    turn = next_open(post)
    typed = {"name": person.first_name, "people": 1, "remark": "", "day": day_of(post, turn)}
    sign_up(post=post, typed=typed, form_key=f"demo-{post.pk}-{person.pk}", language="nl", by=person)


def judge(town: Town, post: Post, act: str, row: dict[str, Any]) -> None:
    """A manager decides; where there is none the clock publishes after 48 hours, and only the operator stops a post."""
    manager = town.manager_of(post.neighbourhood, but=post.author)
    if manager is None and act != Decision.Act.APPROVE:
        manager = town.people["otto"]
    if manager:
        decide(post=post, act=act, by=manager, reason=row.get("reason", ""), note=row.get("note", ""))


def values_of(town: Town, row: dict[str, Any], number: int) -> dict[str, Any]:
    """What its author filled in."""
    author = town.people[row["by"]]
    starts_at, ends_at = hours(town, row.get("starts"))
    return {
        "title": row["title"],
        "text": row["text"],
        "theme": town.themes[row["theme"]],
        "neighbourhood": neighbourhood_of(town, row),
        "organisation": town.organisations.get(row.get("org", "")),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "venue": row.get("venue", ""),
        "standing": row.get("standing", False),
        **weekly(starts_at, row.get("weekly", 0)),
        "signup_on": "places" in row,
        "signup_places": row.get("places"),
        **card(author.first_name, author.last_name, row.get("show", []), number, phone=f"+31612345{number:03}"),
    }


def neighbourhood_of(town: Town, row: dict[str, Any]) -> Any:
    """Where it is said to be, else at its organisation, else at its author's home."""
    if "in" in row:
        return town.places[row["in"]]
    return town.homes[town.people[row["by"]].pk]


def hours(town: Town, starts: list[Any] | None) -> tuple[datetime | None, datetime | None]:
    """The begin and end of an activity, so many days from the day the town is built."""
    if starts is None:
        return None, None
    day = timezone.localdate(town.now) + timedelta(days=starts[0])
    begin, end = (timezone.make_aware(datetime.combine(day, time.fromisoformat(hour))) for hour in starts[1:])
    return begin, end


def weekly(starts_at: datetime | None, times: int) -> dict[str, Any]:
    """The rule of what comes back so many weeks."""
    if starts_at is None or not times:
        return {}
    first = timezone.localdate(starts_at)
    rule = rule_of(Repeat.WEEKLY, first, [], first + timedelta(weeks=times - 1))
    return {"series_rule": rule, "series_from": starts_at}


def card(first_name: str, last_name: str, shown: list[str], number: int, *, phone: str) -> dict[str, Any]:
    """A contact card with everything in it; only what its owner chose is shown, and of a name then only the first."""
    street = STREETS[number % len(STREETS)]
    details = {
        "name": first_name if "name" in shown else f"{first_name} {last_name}",
        "email": f"contact.{number}@demo.wijk",
        "phone": phone,
        "address": f"{street} {number + 3}, Arnhem",
    }
    return {
        **{f"contact_{name}": details[name] for name in ContactCard.CONTACT_FIELDS},
        **{f"show_{name}": name in shown for name in ContactCard.CONTACT_FIELDS},
    }
