"""What happens to a post, from draft to end. Each act is audited and marks its neighbourhood's pages as changed."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from content.organisations.models import ContactCard
from content.organisations.reach import home_of
from content.posts import contact_person, emails, placements
from content.posts.models import REOPENABLE, Post
from content.posts.placements import touch
from content.series.models import SERIES_FIELDS
from content.themes.models import Theme
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.text import excerpt

PATIENCE = timedelta(hours=48)
SUMMARY_LENGTH = 190
# What a reader judges a post by: a change of these is a new post to a manager.
JUDGED = ("title", "text", "venue")
SIGN_UP_FIELDS = {"signup_on", "signup_places", "signup_until"}
DRAFT_FIELDS = frozenset(
    {"kind", "title", "text", "theme", "neighbourhood", "organisation", "starts_at", "ends_at", "venue", "standing"}
    | SIGN_UP_FIELDS
    | set(SERIES_FIELDS)
    | {f"{part}_{name}" for name in ContactCard.CONTACT_FIELDS for part in ("contact", "show")}
)
EDIT_FIELDS = DRAFT_FIELDS - {"kind", "neighbourhood", "organisation"}
# From where a manager or the clock may put a post on the site; never what its author ended.
PUBLISHABLE = {Post.Status.WAITING, Post.Status.CHANGES, Post.Status.HELD, Post.Status.REFUSED, Post.Status.REMOVED}
WITHDRAWABLE = {*PUBLISHABLE, Post.Status.LIVE} - {Post.Status.REFUSED, Post.Status.REMOVED}
FULFILLABLE = {Post.Status.LIVE, Post.Status.EXPIRED}


class StaleError(Exception):
    """The post is no longer in the state the page showed."""


@transaction.atomic
def start_draft(*, by: Any, kind: str, form_key: str) -> Post | None:
    """Begins a post. A form sent twice finds its own draft again; None where no neighbourhood takes part yet."""
    neighbourhood = home_of(by)
    if neighbourhood is None:
        return None
    post, made = Post.objects.get_or_create(
        form_key=keyed_hash("place", f"{by.pk}:{form_key}")[:40],
        defaults={
            "author": by,
            "kind": kind,
            "neighbourhood": neighbourhood,
            "theme": Theme.objects.catch_all(),
        },
    )
    if made:
        record("post.start", by=by, about=post, neighbourhood=neighbourhood)
    elif post.status == Post.Status.DRAFT and post.kind != kind:
        save_draft(post=post, by=by, values={"kind": kind})
    return post


@transaction.atomic
def save_draft(*, post: Post, by: Any, values: dict[str, Any]) -> Post:
    """Keeps what was typed in one step of placing; a draft is nobody's business but its author's."""
    _lock(post)
    if post.status != Post.Status.DRAFT:
        raise StaleError
    _fill(post, values, DRAFT_FIELDS)
    _place(post, values, by)
    record("post.draft", by=by, about=post, neighbourhood=post.neighbourhood)
    return post


@transaction.atomic
def submit(*, post: Post, by: Any, mail: bool = True) -> Post:
    """Places a finished post: a known author's at once, a first post and every request after a manager or 48 hours.

    Who places a whole list at once gets no mail about each.
    """
    _lock(post)
    if post.status not in {Post.Status.DRAFT, Post.Status.CHANGES}:
        return post
    if not post.complete:
        raise StaleError
    record("post.submit", by=by, about=post, neighbourhood=post.neighbourhood)
    if post.kind != Post.Kind.ACTIVITY:
        # Typed before the author chose another kind, and kept until now in case they chose again.
        post.starts_at, post.ends_at, post.venue = None, None, ""
        post.signup_on, post.signup_places, post.signup_until = False, None, None
        post.series_rule, post.series_from, post.series_skips, post.series_off = "", None, "", ""
        post.save(update_fields=["starts_at", "ends_at", "venue", *SIGN_UP_FIELDS, *SERIES_FIELDS])
    if needs_manager(post):
        return _wait(post, mail=mail)
    post.submitted_at = clock.now()
    _go_live(post, by)
    if mail:
        emails.live(post)
    return post


def needs_manager(post: Post) -> bool:
    """Whether somebody reads it before everybody can: every request, and the first post of an author."""
    return post.kind == Post.Kind.REQUEST or not _is_known(post)


@transaction.atomic
def publish(*, post: Post, by: Any, mail: bool = True) -> Post:
    """Puts a post on the site, by a manager or by the clock (`by` None). One that its author ended stays as it is.

    A decision that tells the author itself asks for no mail.
    """
    _lock(post)
    if post.status in PUBLISHABLE:
        _go_live(post, by)
        if mail:
            emails.live(post)
    return post


@transaction.atomic
def edit(*, post: Post, by: Any, values: dict[str, Any], was_read: bool = False, judged: bool = False) -> Post:
    """Changes a post. New words of an author who is not known yet go past a manager again; so does an asked change.

    Words that a manager wrote were read (`was_read`), and leave a post on the site where it is. What readers judge it
    by and is no field of it, as a photo, the caller says is new (`judged`).
    """
    _lock(post)
    if not post.editable:
        raise StaleError
    before = [getattr(post, name) for name in JUDGED]
    was_standing = post.standing
    was_live, was_asked = post.is_live, post.status == Post.Status.CHANGES
    _fill(post, values, EDIT_FIELDS)
    _place(post, values, by)
    if values.get("contact_who"):
        contact_person.choose(post=post, who=values["contact_who"], by=by)
    record("post.edit", by=by, about=post, neighbourhood=post.neighbourhood)
    reworded = judged or before != [getattr(post, name) for name in JUDGED]
    if reworded:
        placements.note_new_words(post)
    if was_asked or (was_live and reworded and not was_read and not _is_known(post)):
        _wait(post)
    elif was_live and post.kind == Post.Kind.ACTIVITY:
        post.expires_at = post.natural_end(clock.now())
        post.save(update_fields=["expires_at"])
    elif was_live and post.standing != was_standing:
        # Who says how long it may stay says that it holds.
        post.confirmed_at, post.expires_at, post.reminders = clock.now(), post.natural_end(clock.now()), 0
        post.save(update_fields=["confirmed_at", "expires_at", "reminders"])
    contact_person.tell_named(post)
    touch(post)
    return post


@transaction.atomic
def withdraw(*, post: Post, by: Any, outcome: str = "", **codes: Any) -> None:
    """Takes a post back; a draft is thrown away. The codes go into the trail."""
    _lock(post)
    if post.status == Post.Status.DRAFT:
        record("post.discard", by=by, about=post)
        post.delete()
        return
    _end(post, by, Post.Status.WITHDRAWN, allowed=WITHDRAWABLE, outcome=outcome, **codes)


@transaction.atomic
def fulfil(*, post: Post, by: Any, outcome: str = "", **codes: Any) -> None:
    """It worked out: the post leaves the site with thanks."""
    _lock(post)
    _end(post, by, Post.Status.FULFILLED, allowed=FULFILLABLE, outcome=outcome, **codes)


@transaction.atomic
def renew(*, post: Post, by: Any, outcome: str = "", **codes: Any) -> Post:
    """Its author says it still holds, or puts it back after its end: a new term (C-1).

    What comes back was public with these words, and so needs no manager a second time.
    """
    _lock(post)
    if not post.renewable:
        raise StaleError
    act, now = "post.renew" if post.is_live else "post.reopen", clock.now()
    post.outcome = outcome or (post.outcome if post.is_live else "")
    post.status, post.reopen_until, post.reminders = Post.Status.LIVE, None, 0
    post.confirmed_at, post.expires_at = now, post.natural_end(now)
    post.save(update_fields=["status", "outcome", "reopen_until", "confirmed_at", "expires_at", "reminders"])
    record(act, by=by, about=post, neighbourhood=post.neighbourhood, told=outcome, **codes)
    touch(post)
    return post


@transaction.atomic
def show_contact(*, post: Post, by: Any, shown: set[str]) -> None:
    """Shows exactly these contact details and hides the others; only the author may (W-87)."""
    _lock(post)
    if post.author_id != by.pk:
        raise StaleError
    for name in Post.CONTACT_FIELDS:
        setattr(post, f"show_{name}", name in shown and bool(getattr(post, f"contact_{name}")))
    post.save(update_fields=[f"show_{name}" for name in Post.CONTACT_FIELDS])
    codes = sorted(name for name in Post.CONTACT_FIELDS if getattr(post, f"show_{name}"))
    record("post.contact", by=by, about=post, neighbourhood=post.neighbourhood, shown=codes)
    touch(post)


def _lock(post: Post) -> None:
    """Waits for whoever is changing this post, and reads it again."""
    try:
        post.refresh_from_db(from_queryset=Post.objects.select_for_update(of=("self",)))
    except Post.DoesNotExist:
        raise StaleError from None


def _fill(post: Post, values: dict[str, Any], allowed: frozenset[str]) -> None:
    kept = {name: value for name, value in values.items() if name in allowed}
    for name, value in kept.items():
        setattr(post, name, value)
    post.summary = excerpt(post.text, SUMMARY_LENGTH)
    post.changed_at = clock.now()
    post.save(update_fields=[*kept, "summary", "changed_at"])


def _place(post: Post, values: dict[str, Any], by: Any) -> None:
    """In which other neighbourhoods its author wants it too, where the form asked for that."""
    if "also" in values and not placements.choose(post=post, by=by, wanted=values["also"]):
        raise StaleError


def _is_known(post: Post) -> bool:
    """Whether its author placed something else before that was not taken away."""
    return Post.objects.came_through().filter(author=post.author_id).exclude(pk=post.pk).exists()


def _wait(post: Post, *, mail: bool = True) -> Post:
    now = clock.now()
    post.status, post.submitted_at, post.publish_by = Post.Status.WAITING, now, now + PATIENCE
    post.save(update_fields=["status", "publish_by", "submitted_at"])
    if mail:
        emails.waiting(post)
    return post


def _go_live(post: Post, by: Any) -> Post:
    now = clock.now()
    post.status, post.publish_by, post.reminders = Post.Status.LIVE, None, 0
    # Looked at again, it keeps its place among the others.
    post.published_at = post.published_at or now
    post.confirmed_at, post.expires_at = now, post.natural_end(now)
    post.save(
        update_fields=[
            "status", "publish_by", "reminders", "submitted_at", "published_at", "confirmed_at", "expires_at"
        ]
    )  # fmt: skip
    record("post.publish", by=by, about=post, neighbourhood=post.neighbourhood)
    contact_person.tell_named(post)
    touch(post)
    return post


def _end(post: Post, by: Any, status: str, *, allowed: set[Post.Status], outcome: str, **codes: Any) -> None:
    if post.status == status:
        return
    if post.status not in allowed:
        raise StaleError
    now = clock.now()
    # What a manager was still to judge must not come back past them, nor what somebody had placed for them.
    comes_back = post.status in FULFILLABLE and not post.with_help
    post.reopen_until = now + REOPENABLE if comes_back else None
    # From here on its year runs, after which retention takes it (C-48).
    post.status, post.publish_by, post.changed_at, post.expires_at = Post.Status(status), None, now, now
    post.outcome = outcome
    post.save(update_fields=["status", "publish_by", "changed_at", "expires_at", "reopen_until", "outcome"])
    record(f"post.{status}", by=by, about=post, neighbourhood=post.neighbourhood, told=outcome, **codes)
    touch(post)
