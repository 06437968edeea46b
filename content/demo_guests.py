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
    town.at(town.hours_later(1, 3), lambda: confirm(town, pending, row))


def confirm(town: Town, pending: PendingRequest, row: dict[str, Any]) -> None:
    """The mailbox says yes; a manager lets it through some hours later."""
    post = actions.confirm(pending=pending, sentence="")
    if post is not None and row.get("approved"):
        town.at(town.hours_later(2, 9), lambda: react(town, post, row))


def react(town: Town, post: Post, row: dict[str, Any]) -> None:
    """A manager lets it through, and a neighbour writes and confirms the own address."""
    decide(post=post, act=Decision.Act.APPROVE, by=town.manager_of(post.neighbourhood, but=post.author))
    talk = contact.start(post=post, typed=row["talk"], form_key=f"demo-{row['email']}", language="nl", by=None)
    if talk is not None:
        town.at(town.hours_later(1, 3), lambda: contact.confirm(conversation=talk, by=None))
