"""What the people of the demo town answer to their managers: other words for a post, and an appeal."""

from typing import Any

from content.demo_timeline import Town, texts
from content.moderation.appeals import appeal
from content.moderation.suggestions import suggest


def plan_answers(town: Town) -> int:
    """Plans a suggestion that waits for its author, and an appeal that waits for somebody else than who decided."""
    rows = texts("desk")
    for row in rows:
        act = advise if "title" in row else object_to_it
        town.at(town.ago(row["days"]), lambda act=act, row=row: act(town, row))  # type: ignore[misc]
    return len(rows)


def advise(town: Town, row: dict[str, Any]) -> None:
    """A manager writes a clearer text."""
    post = town.posts[row["post"]]
    post.refresh_from_db()
    manager = town.manager_of(post.neighbourhood, but=post.author)
    words = {name: row[name] for name in ("title", "text", "remark")}
    suggest(post=post, seen=post.changed_at, by=manager, **words)


def object_to_it(town: Town, row: dict[str, Any]) -> None:
    """An author does not agree."""
    post = town.posts[row["post"]]
    decision = post.decisions.first()
    if decision:
        appeal(decision=decision, text=row["appeal"], by=post.author)
