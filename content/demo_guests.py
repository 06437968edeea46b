"""Who asked in the demo town without an account: answered, waiting for a manager, and not confirmed yet."""

from typing import Any

from content.contact import actions as contact
from content.demo_timeline import Town, texts
from content.guests import actions
from content.guests.models import PendingRequest
from content.moderation.actions import decide
from content.moderation.models import Decision
from content.posts.models import Post


def plan_guests(town: Town) -> int:
    """Plans what was asked by mail alone."""
    rows = texts("guests")
    for row in rows:
        town.at(town.ago(row["days"]), lambda row=row: ask(town, row))  # type: ignore[misc]
    return len(rows)


def ask(town: Town, row: dict[str, Any]) -> None:
    """Somebody writes a request and, unless they forget, presses the button of the mail."""
    typed = {**row, "theme": town.themes[row["theme"]], "neighbourhood": town.places[row["in"]]}
    actions.ask(typed=typed, form_key=f"demo-{row['email']}", language="nl")
    pending = PendingRequest.objects.order_by("-pk").first()
    if pending is None or row.get("unconfirmed"):
        return
    post = actions.confirm(pending=pending, sentence="")
    if post is not None and row.get("approved"):
        town.at(town.hours_later(2, 9), lambda: answered(town, post, row))


def answered(town: Town, post: Post, row: dict[str, Any]) -> None:
    """A manager lets it through, and a neighbour reacts."""
    decide(post=post, act=Decision.Act.APPROVE, by=town.manager_of(post.neighbourhood, but=post.author))
    talk = contact.start(post=post, typed=row["talk"], form_key=f"demo-{row['email']}", language="nl", by=None)
    if talk is not None:
        contact.confirm(conversation=talk, by=None)
