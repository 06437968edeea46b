"""The conversations and reports of the demo town."""

from datetime import timedelta
from typing import Any

from content.contact import actions, relay
from content.contact.models import Conversation, Message
from content.demo_timeline import Town, texts
from content.moderation.actions import close_report, report
from content.moderation.models import Decision
from content.posts.models import Post
from wijk import clock

A_WHILE = timedelta(hours=2)
CONFIRMED_AFTER = (0.1, 0.6)
ANSWERED_AFTER = (1.5, 8.0)


def plan_conversations(town: Town) -> int:
    """Plans who wrote to whom."""
    rows = texts("conversations")
    for number, row in enumerate(rows):
        town.at(town.ago(row["days"]), lambda row=row, number=number: begin(town, row, number))  # type: ignore[misc]
    return len(rows)


def begin(town: Town, row: dict[str, Any], number: int) -> None:
    """A member or a visitor writes once what it is about is there; a visitor then confirms the address, or does not."""
    about: dict[str, Any] = {"organisation": town.organisations.get(row.get("organisation", ""))}
    if "post" in row:
        post = town.posts[row["post"]]
        post.refresh_from_db()
        if post.status == Post.Status.WAITING and clock.now() + A_WHILE < town.now:
            town.at(clock.now() + A_WHILE, lambda: begin(town, row, number))
            return
        about = {"post": post}
    sender = row["from"]
    member = town.people.get(sender.get("member", ""))
    typed = {"name": "", "email": "", "phone": "", **sender, **row}
    talk = actions.start(**about, typed=typed, form_key=f"demo-{number}", language="nl", by=member)
    if talk is None or row.get("unconfirmed"):
        return
    if member is None:
        town.at(town.hours_later(*CONFIRMED_AFTER), lambda: confirm(town, talk, row))
    else:
        go_on(town, talk, row, 0)


def confirm(town: Town, talk: Conversation, row: dict[str, Any]) -> None:
    """The visitor presses the button of the mail."""
    actions.confirm(conversation=talk, by=None)
    go_on(town, talk, row, 0)


def go_on(town: Town, talk: Conversation, row: dict[str, Any], turn: int) -> None:
    """Plans the next answer, or the end."""
    if turn < len(row["answers"]):
        town.at(town.hours_later(*ANSWERED_AFTER), lambda: answer(town, talk, row, turn))
    elif row.get("closed"):
        author = relay.owner_of(talk, Message.Side.POSTER)
        side = Message.Side.POSTER
        town.at(town.hours_later(*ANSWERED_AFTER), lambda: actions.close(conversation=talk, side=side, by=author))
    elif "thanks" in row:
        town.at(town.ago(row["thanks"]["days"]), lambda: thank(talk, row["thanks"]["text"]))


def thank(talk: Conversation, words: str) -> None:
    """It worked out, and whoever asked sends a word of thanks."""
    talk.refresh_from_db()
    side, author = Message.Side.POSTER, relay.owner_of(talk, Message.Side.POSTER)
    actions.answer(conversation=talk, side=side, body=words, form_key="", by=author, is_thanks=True)


def answer(town: Town, talk: Conversation, row: dict[str, Any], turn: int) -> None:
    """One side writes back."""
    side, body = row["answers"][turn]
    talk.refresh_from_db()
    by = next(iter(relay.accounts_of(talk, side)), None)
    actions.answer(conversation=talk, side=side, body=body, form_key=f"demo-{turn}", by=by)
    go_on(town, talk, row, turn + 1)


def plan_reports(town: Town) -> int:
    """Plans what was reported, and what was done about it."""
    rows = texts("reports")
    for number, row in enumerate(rows):
        town.at(town.ago(row["days"]), lambda row=row, number=number: complain(town, row, number))  # type: ignore[misc]
    return len(rows)


def complain(town: Town, row: dict[str, Any], number: int) -> None:
    """Somebody reports a post; a manager answers within a day, or has not yet."""
    post = town.posts[row["post"]]
    post.refresh_from_db()
    made = report(post=post, why=row["why"], text=row["text"], email=row["email"], form_key=f"demo-{number}")
    if "close" not in row:
        return
    manager = town.manager_of(post.neighbourhood, but=post.author) or town.people["otto"]
    act = Decision.Act.REMOVE if row["close"] == "remove" else ""
    reason = row.get("reason", "")
    town.at(
        town.hours_later(2, 20),
        lambda: close_report(report=made, by=manager, act=act, reason=reason, note=row.get("note", "")),
    )
