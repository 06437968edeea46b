"""The news and newsletters of the demo town."""

from typing import Any

from content.demo_timeline import Town, texts
from content.newsletters import actions, sending
from content.newsletters.models import Newsletter
from content.pages.actions import write_news
from content.pages.models import NewsPage
from wijk import clock


def plan_news(town: Town) -> int:
    """Plans what the managers wrote on the news pages."""
    rows = texts("news")
    for row in rows:
        town.at(town.ago(row["days"]), lambda row=row: publish(town, row))  # type: ignore[misc]
    return len(rows)


def publish(town: Town, row: dict[str, Any]) -> None:
    """A manager writes news, and the page tree believes the day."""
    words = {"title": row["title"], "summary": row["summary"], "published_on": clock.today()}
    item = write_news(neighbourhood=town.places[row["in"]], words=words, text=row["text"], by=town.people[row["by"]])
    now = clock.now()
    NewsPage.objects.filter(pk=item.pk).update(
        first_published_at=now, last_published_at=now, latest_revision_created_at=now
    )


def plan_newsletters(town: Town) -> int:
    """Plans the issues that went out and the one that is being written."""
    rows = texts("newsletters")
    for row in rows:
        town.at(town.ago(row["days"]), lambda row=row: compose(town, row))  # type: ignore[misc]
    return len(rows)


def compose(town: Town, row: dict[str, Any]) -> None:
    """A manager writes the welcome, looks at a test, and sends it the same day or keeps it as a draft."""
    manager = town.people[row["by"]]
    issue = actions.create(neighbourhood=town.places[row["in"]], by=manager)
    welcome, *others = issue.blocks
    actions.save(
        newsletter=issue, subject=row["subject"], blocks=[{**welcome, "text": row["welcome"]}, *others], by=manager
    )
    actions.send_test(newsletter=issue, by=manager)
    if row["send"]:
        town.at(town.hours_later(1, 3), lambda: send(issue, row, town))


def send(issue: Newsletter, row: dict[str, Any], town: Town) -> None:
    """Off it goes; a moment later the clock's job brings it to the readers."""
    issue.refresh_from_db()
    sending.start(newsletter=issue, by=town.people[row["by"]])
    town.at(clock.now() + clock.MINUTE, sending.send_due)
