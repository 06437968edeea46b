"""Who answers for a post: its author, a co-manager the author chose, or a named other with an address (W-17)."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.audit.models import record
from accounts.users.models import takes_part
from content.posts import emails
from content.posts.comanagers import CoManager, contact_of
from content.posts.models import Post
from wijk import clock
from wijk.text import canonical_email

ME, OTHER = "ik", "ander"


def is_own_address(author: Any, address: str) -> bool:
    """Whether a mailbox belongs to the account of an author."""
    known = EmailAddress.objects.filter(user=author, verified=True).values_list("email", flat=True)
    return canonical_email(address) in {canonical_email(one) for one in (author.email, *known)}


def names_another(post: Post) -> bool:
    """Whether reactions go to a mailbox the account does not have: whoever reads it must be told why."""
    return bool(post.contact_email) and not is_own_address(post.author, post.contact_email)


def eligible(post: Post) -> list[CoManager]:
    """The co-managers who can be chosen, the longest serving first."""
    if not post.pk or post.with_help:
        return []
    found = CoManager.objects.filter(takes_part("user"), post=post).select_related("user")
    return list(found.order_by("since", "pk"))


def chosen(post: Post) -> str:
    """The choice as it stands, as a value of the form."""
    found = next((one for one in eligible(post) if one.contact_since), None)
    if found:
        return str(found.pk)
    return OTHER if names_another(post) else ME


def name_of_contact(post: Post) -> str:
    """Who gets the reactions instead of the author, for the author's eyes only; empty when it is the author."""
    found = contact_of(post)
    if found:
        return str(found.user.get_full_name())
    if post.with_help or not names_another(post):
        return ""
    return ", ".join(part for part in (post.contact_name, post.contact_email) if part)


@transaction.atomic
def choose(*, post: Post, who: str, by: Any) -> None:
    """Lets a co-manager answer from now on, or nobody of them; what is no co-manager of this post changes nothing.

    Conversations that began before stay with who had them. Whoever is chosen gets a mail.
    """
    found = next((one for one in eligible(post) if str(one.pk) == who), None)
    if who not in {ME, OTHER} and found is None:
        return
    standing = CoManager.objects.filter(post=post, contact_since__isnull=False)
    if found and found.contact_since:
        return
    if not standing.update(contact_since=None) and found is None:
        return
    if found:
        found.contact_since = clock.now()
        found.save(update_fields=["contact_since"])
        emails.chosen(post, found.user)
    record("post.contact_person", by=by, about=post, neighbourhood=post.neighbourhood, chosen=bool(found))


def tell_named(post: Post) -> None:
    """Tells a named other, once for each address, that reactions to a post on the site come to them and why."""
    if post.is_live and not post.with_help and names_another(post):
        emails.named(post)
