"""Proposing to pass a request on, and doing so after the poster's yes and never before."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.audit.models import record
from accounts.requests.standstill import objects_to
from accounts.users.models import takes_part
from content.contact.blocking import is_blocked
from content.contact.models import Conversation, Message, visitor_hash
from content.contact.relay import Mailbox
from content.helping import emails
from content.helping.referral import Referral
from content.moderation.actions import QUESTIONS
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

Answer = Referral.Answer


def possible(neighbourhood: Neighbourhood, post: Post) -> QuerySet[Organisation]:
    """The organisations of there that can be reached, are not the poster's own and were not proposed before."""
    editors = OrganisationEditor.objects.filter(takes_part("user"), organisation=OuterRef("pk"))
    found = Organisation.objects.visible().in_neighbourhood(neighbourhood)
    reached = found.filter(~Q(contact_email="") | Exists(editors))
    own = OrganisationEditor.objects.filter(user=post.author_id).values("organisation")
    return reached.exclude(pk__in=own).exclude(pk__in=post.referrals.values("organisation"))


def may_propose(post: Post) -> bool:
    """Only a request on the site, of somebody who wants to be asked (W-98), and one question at a time."""
    fits = post.kind == Post.Kind.REQUEST and Post.objects.visible().filter(pk=post.pk).exists()
    waiting = Referral.objects.answerable().filter(post=post).exists()
    return fits and not waiting and not objects_to(post.author, QUESTIONS.code)


def mailbox_of(organisation: Organisation) -> Mailbox | None:
    """Where an organisation is reached: its own address, else who keeps its page longest."""
    if organisation.contact_email:
        return Mailbox(organisation.contact_email, None, "")
    editors = organisation.editors.filter(takes_part("user")).select_related("user").order_by("since", "pk")
    first = editors.first()
    return Mailbox(first.user.email, first.user, first.user.language) if first else None


@transaction.atomic
def propose(*, post: Post, organisation: Organisation, by: Any) -> Referral | None:
    """Asks the poster; the organisation hears nothing. None when it was proposed before, or cannot be now."""
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if not may_propose(locked) or not possible(locked.neighbourhood, locked).filter(pk=organisation.pk).exists():
        return None
    made = Referral.objects.create(post=locked, organisation=organisation, proposed_by=by, proposed_at=clock.now())
    record("referral.propose", by=by, about=made, neighbourhood=post.neighbourhood)
    emails.ask_referral(made, by)
    return made


@transaction.atomic
def answer(*, referral: Referral, yes: bool) -> bool:
    """The poster answers by the link of the mail. After a yes the request goes on, once; after a no nothing ever does.

    False when it was answered before, or can go nowhere any more.
    """
    rows = Referral.objects.answerable().select_for_update(of=("self",)).filter(pk=referral.pk)
    row = rows.select_related("post__author", "post__neighbourhood", "organisation").first()
    if row is None:
        return False
    row.answer, row.answered_at = Answer.YES if yes else Answer.NO, clock.now()
    row.save(update_fields=["answer", "answered_at"])
    word = "yes" if yes else "no"
    record(f"referral.{word}", by=row.post.author, about=row, neighbourhood=row.post.neighbourhood)
    return not yes or _pass_on(row)


def _pass_on(row: Referral) -> bool:
    """The public words of the request, in a conversation that hides both addresses from each other."""
    post, organisation = row.post, row.organisation
    mailbox = mailbox_of(organisation)
    there = Post.objects.visible().filter(pk=post.pk).exists()
    if not there or not organisation.is_live or mailbox is None:
        return False
    if is_blocked(post, account=mailbox.account, email=mailbox.address):
        return False
    emails.refer(row, _talk(row, mailbox), mailbox)
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    record("referral.send", by=None, about=row, neighbourhood=post.neighbourhood)
    return True


def _talk(row: Referral, mailbox: Mailbox) -> Conversation:
    now = clock.now()
    talk = Conversation.objects.create(
        post=row.post,
        member=mailbox.account,
        visitor_name=row.organisation.name[:60],
        visitor_email=mailbox.address,
        visitor_hash=visitor_hash(mailbox.address),
        visitor_language=mailbox.language or "nl",
        state=Conversation.State.OPEN,
        started_at=now,
        confirmed_at=now,
        last_message_at=now,
    )
    words = f"{row.post.title}\n\n{row.post.text}"
    Message.objects.create(conversation=talk, side=Message.Side.POSTER, body=words, written_at=now)
    return talk
