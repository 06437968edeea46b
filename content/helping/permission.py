"""The owner of a post lets a manager change its words for a time, and reads what was done with that (W-51)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from accounts.requests.standstill import objects_to
from content.helping import emails
from content.helping.models import EditSwitch, HelpedEdit
from content.moderation.actions import QUESTIONS
from content.posts.actions import edit
from content.posts.models import Post
from wijk import clock

ASK_AGAIN_AFTER = timedelta(days=14)
WORDS = ("title", "text", "theme")


def switch_of(post: Post) -> EditSwitch:
    """The switch of a post, off until its owner switched it on."""
    return EditSwitch.objects.filter(post=post).first() or EditSwitch(post=post)


def _locked(post: Post) -> EditSwitch:
    EditSwitch.objects.get_or_create(post=post)
    return EditSwitch.objects.select_for_update().get(post=post)


@transaction.atomic
def switch_on(*, post: Post, by: Any, days: int) -> EditSwitch:
    """The owner lets managers of the neighbourhood change the words of this post for so many days."""
    row = _locked(post)
    row.until = clock.now() + timedelta(days=days)
    row.save(update_fields=["until"])
    record("help.allow", by=by, about=post, neighbourhood=post.neighbourhood, days=days)
    return row


@transaction.atomic
def switch_off(*, post: Post, by: Any) -> None:
    """Ends it at once."""
    if EditSwitch.objects.filter(post=post, until__gt=clock.now()).update(until=None):
        record("help.disallow", by=by, about=post, neighbourhood=post.neighbourhood)


def may_ask(post: Post, by: Any) -> bool:
    """Whether a manager may ask now: not of themselves, not within two weeks, not of who wants no questions (W-98)."""
    row = switch_of(post)
    lately = row.asked_at is not None and row.asked_at > clock.now() - ASK_AGAIN_AFTER
    own = post.author_id == by.pk
    reachable = not post.author.is_guest  # the switch stands behind the log-in; a suggestion reaches everybody
    return post.editable and reachable and not (own or lately or row.is_on or objects_to(post.author, QUESTIONS.code))


@transaction.atomic
def ask(*, post: Post, by: Any) -> bool:
    """A manager asks whether they may; one mail in two weeks. False when nothing was sent."""
    row = _locked(post)
    if not may_ask(post, by):
        return False
    row.asked_at = clock.now()
    row.save(update_fields=["asked_at"])
    record("help.ask", by=by, about=post, neighbourhood=post.neighbourhood)
    emails.ask_permission(post, by)
    return True


@transaction.atomic
def change(*, post: Post, by: Any, values: dict[str, Any], seen: datetime | None) -> HelpedEdit | None:
    """A manager changes the words of a post while its owner allows it; the owner gets a mail about each change.

    None, and nothing done, when it is not allowed any more, when nothing changes, or when the owner changed it after
    the moment `seen`.
    """
    row = _locked(post)
    current = Post.objects.select_for_update(of=("self",)).select_related("theme").get(pk=post.pk)
    if not row.is_on or not current.editable or (seen and current.changed_at != seen):
        return None
    before = {name: str(getattr(current, name)) for name in WORDS}
    wanted = {name: values[name] for name in WORDS}
    if before == {name: str(value) for name, value in wanted.items()}:
        return None
    # Live it stays live, for a manager wrote these words; what waits goes on waiting.
    edit(post=current, by=by, values=wanted, was_read=True)
    made = HelpedEdit.objects.create(
        post=current,
        edited_by=by,
        edited_at=clock.now(),
        **{f"old_{name}": value for name, value in before.items()},
        **{f"new_{name}": str(value) for name, value in wanted.items()},
    )
    record("help.edit", by=by, about=current, neighbourhood=current.neighbourhood)
    emails.edited(made)
    return made
