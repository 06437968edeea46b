"""What becomes of posts for others when who looks after them leaves, and when their time is over.

They go to another manager of the neighbourhood; where there is none, they leave the site.
"""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.signals import account_closing
from accounts.users.models import User
from content.contact.passing_on import pass_talks
from content.helping import emails
from content.helping.actions import forget, successor, withdraw
from content.helping.models import OnBehalf
from content.posts.models import Post
from content.posts.placements import touch

log = logging.getLogger("wijk.helping")
BATCH = 100


def look_after() -> int:
    """Run by the clock: hands over, forgets names whose post is over, and what nobody answered; returns how many."""
    gone, _per_model = OnBehalf.objects.overdue().delete()
    for row in OnBehalf.objects.named_past_end()[:BATCH]:
        forget(row)
    for pk in list(OnBehalf.objects.without_keeper().values_list("pk", flat=True)[:BATCH]):
        try:
            gone += hand_over(pk)
        except Exception as problem:
            # One in trouble must not keep the others without a keeper.
            log.exception("post for somebody else %s was not handed over: %s", pk, type(problem).__name__)
    return gone


@transaction.atomic
def hand_over(pk: int) -> bool:
    """Gives one post to the next manager, or takes it off the site; False when neither is needed any more."""
    row = OnBehalf.objects.standing().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or row.post is None:
        return False
    post, before = row.post, row.post.author
    heir = successor(row.neighbourhood, besides=before)
    if heir is None:
        _stop(row, post)
    else:
        _give(row, post, before, heir)
    return True


def _give(row: OnBehalf, post: Post, before: User, heir: User) -> None:
    pass_talks(post, before)
    # What the one before had filled in about themselves stays theirs.
    post.hide_contact()
    post.contact_email = post.contact_phone = post.contact_address = ""
    post.contact_name = row.first_name if row.name_shown else ""
    post.show_name = bool(post.contact_name)
    post.author = heir
    post.save()
    record("help.hand_over", by=None, about=row, neighbourhood=row.neighbourhood)
    touch(post)
    emails.handed_over(row, post, heir)


def _stop(row: OnBehalf, post: Post) -> None:
    mailbox = row.email
    withdraw(on_behalf=row, by=None)
    if mailbox:
        emails.stopped(row, post.title, to=mailbox)
    if post.author.takes_part:
        emails.stopped(row, post.title, to=post.author.email, account=post.author)


@receiver(account_closing)
def hand_over_all(user: Any, **_: Any) -> None:
    """Who leaves looks after nothing any more from this moment on."""
    for pk in list(OnBehalf.objects.standing().filter(post__author=user).values_list("pk", flat=True)):
        hand_over(pk)
    for row in OnBehalf.objects.unconfirmed().filter(entered_by=user).select_related("neighbourhood"):
        row.entered_by = successor(row.neighbourhood, besides=user) or row.entered_by
        row.save(update_fields=["entered_by"])
