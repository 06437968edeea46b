"""What managers and the clock decide about posts, and what becomes of reports."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.audit.models import record
from accounts.requests.rights import interest
from accounts.requests.standstill import objects_to
from accounts.users.models import takes_part
from content.contact import actions as contact
from content.contact.about import place_of
from content.contact.models import Conversation, Message
from content.moderation import emails
from content.moderation.models import AGAINST, Decision, Reason, Report, ReportedMessage
from content.posts.actions import publish
from content.posts.models import Post
from content.posts.placements import touch
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import keyed_hash

log = logging.getLogger("wijk.moderation")
Act, Found, Status = Decision.Act, Decision.Found, Post.Status
CLOCK_BATCH = 500

QUESTIONS = interest(
    "questions",
    purpose="moderation",
    label=gettext_lazy("Vragen en tips van de wijkbeheerder over je berichten"),
    why=gettext_lazy("Zo helpt de wijkbeheerder je bericht duidelijker te maken."),
    stops=gettext_lazy("De wijkbeheerder kan je dan niet meer schrijven. Een besluit over je bericht hoor je wel."),
)
interest(
    "moderation",
    purpose="moderation",
    label=gettext_lazy("Wat een wijkbeheerder besloot over je berichten"),
    why=gettext_lazy("Zo blijft de site veilig voor iedereen en weet jij waarom iets weg is."),
    goes_on=gettext_lazy("Zonder dit kan niemand ingrijpen. Daarom gaat dit door terwijl we je bezwaar bekijken."),
)

# Which act fits which state. What was public once is removed; what never was is refused.
ALLOWED: dict[str, tuple[str, ...]] = {
    Act.APPROVE: (Status.WAITING, Status.CHANGES, Status.HELD),
    Act.ASK_CHANGE: (Status.WAITING, Status.HELD, Status.LIVE),
    Act.HOLD: (Status.WAITING, Status.CHANGES, Status.LIVE),
    Act.REFUSE: (Status.WAITING, Status.CHANGES, Status.HELD),
    Act.REMOVE: (Status.LIVE, Status.CHANGES, Status.HELD),
    Act.RESTORE: (Status.REMOVED, Status.REFUSED),
}


def possible_acts(post: Post) -> list[str]:
    """What a manager may do with a post as it stands now."""
    left_out = Act.REFUSE if post.published_at else Act.REMOVE
    return [act for act, states in ALLOWED.items() if post.status in states and act != left_out]


@transaction.atomic
def decide(
    *,
    post: Post,
    act: str,
    by: Any,
    reason: str = "",
    note: str = "",
    seen: datetime | None = None,
    found: str = Found.OWN,
    tell: bool = True,
) -> Decision | None:
    """Carries out what somebody decided about a post and tells its author why (M-4, L-4).

    None, and nothing done, when it does not fit any more: a second click, a colleague who was first, or an author who
    changed the text after the moment `seen`. Without `tell` the caller writes to the author itself.
    """
    if by is None and act != Act.HOLD:
        raise ValueError("a person decides; without one a post can only wait")
    current = Post.objects.select_for_update(of=("self",)).filter(pk=post.pk).first()
    if current is None or act not in possible_acts(current) or (seen and current.changed_at != seen):
        return None
    EFFECTS[act](current, by)
    return recorded(current, act, by=by, found=found, tell=tell, reason=reason, note=note)


def recorded(post: Post, act: str, *, by: Any, found: str, tell: bool = True, **why: str) -> Decision:
    """What every decision leaves behind: its row, the audit record, fresh caches and a mail to the author."""
    reason = why.get("reason", "")
    decision = Decision.objects.create(
        post=post,
        act=act,
        ground=ground_of(act, reason),
        found=found,
        automatic=by is None,
        decided_by=by,
        decided_at=clock.now(),
        **why,
    )
    record(f"post.{act}", by=by, about=post, neighbourhood=post.neighbourhood, reason=reason)
    touch(post)
    if tell:
        emails.tell_author(decision)
    return decision


def ground_of(act: str, reason: str) -> str:
    """What a decision against a post rests on: the law, or what was agreed about the site."""
    if act not in AGAINST:
        return ""
    return Decision.Ground.LAW if reason == Reason.ILLEGAL else Decision.Ground.RULES


def _put_live(post: Post, by: Any) -> None:
    publish(post=post, by=by, mail=False)


def _put(status: str) -> Callable[[Post, Any], None]:
    def change(post: Post, by: Any) -> None:
        post.status = status
        # A person has it in hand: the clock leaves it alone.
        post.publish_by = None
        if status in {Status.REFUSED, Status.REMOVED}:
            post.expires_at = clock.now()
        post.save(update_fields=["status", "publish_by", "expires_at"])

    return change


EFFECTS: dict[str, Callable[[Post, Any], None]] = {
    Act.APPROVE: _put_live,
    Act.RESTORE: _put_live,
    Act.ASK_CHANGE: _put(Status.CHANGES),
    Act.HOLD: _put(Status.HELD),
    Act.REFUSE: _put(Status.REFUSED),
    Act.REMOVE: _put(Status.REMOVED),
}


def publish_overdue() -> int:
    """Publishes what waited its 48 hours without a manager's word; returns how many. What somebody holds stays."""
    due = Post.objects.waiting().filter(publish_by__lte=clock.now(), neighbourhood__is_on=True)
    published = 0
    for pk in list(due.values_list("pk", flat=True)[:CLOCK_BATCH]):
        try:
            published += _publish_by_clock(pk)
        except Exception:
            # One post that cannot be published must not keep all later ones waiting.
            log.exception("post %s could not be published by the clock", pk)
    remind_managers()
    return published


def remind_managers() -> None:
    """Tells the managers of each neighbourhood once a day that posts wait for them."""
    waiting = Post.objects.waiting().filter(neighbourhood__is_on=True)
    counts = dict(waiting.order_by().values_list("neighbourhood").annotate(Count("pk")))
    told = emails.told_since(clock.now() - timedelta(days=1)) if counts else set()
    for neighbourhood in Neighbourhood.objects.filter(pk__in=set(counts) - told).defer("outline"):
        emails.remind(neighbourhood, counts[neighbourhood.pk])


@transaction.atomic
def _publish_by_clock(pk: int) -> bool:
    post = Post.objects.select_for_update(of=("self",)).filter(takes_part("author"), pk=pk).first()
    due = post and post.status == Status.WAITING and post.publish_by and post.publish_by <= clock.now()
    if not post or not due:
        return False
    publish(post=post, by=None, mail=False)
    recorded(post, Act.CLOCK, by=None, found=Found.CLOCK)
    return True


@transaction.atomic
def ask_author(*, post: Post, question: str, by: Any) -> bool:
    """Sends a manager's question to the contact person of a post; False when it was sent before (W-28).

    Also False when the author wants no questions or advice (W-98).
    """
    if objects_to(post.author, QUESTIONS.code) or not emails.ask_author(post, question, by):
        return False
    record("post.question", by=by, about=post, neighbourhood=post.neighbourhood)
    return True


@transaction.atomic
def report(*, post: Post, why: str, text: str, email: str, form_key: str) -> Report:
    """Takes a report about a post and tells the managers; one about a child hides the post at once (L-4, D-6)."""
    made, is_new = Report.objects.get_or_create(
        form_key=form_key,
        defaults={"post": post, "why": why, "text": text, "reporter_email": email, "made_at": clock.now()},
    )
    if is_new:
        record("report.make", by=None, about=made, neighbourhood=post.neighbourhood, why=why)
        if why == Report.Why.MINOR and not _judged_before(post):
            hide_for_minor(post)
        emails.confirm_report(made, title=post.title)
        emails.tell_managers(made)
    return made


def _judged_before(post: Post) -> bool:
    """Whether a manager looked into such a report before and left the post where it was."""
    return post.reports.filter(why=Report.Why.MINOR, closed_at__isnull=False).exists()


def hide_for_minor(post: Post) -> Decision | None:
    """Takes a post that may be of or about a child off the site until a manager has looked."""
    with override(post.author.language):
        note = _("Iemand meldt dat dit bericht van of over een kind onder de 16 is. De wijkbeheerder kijkt er nu naar.")
    return decide(post=post, act=Act.HOLD, by=None, reason=Reason.OTHER, note=note, found=Found.REPORT)


@transaction.atomic
def close_report(*, report: Report, by: Any, act: str = "", reason: str = "", note: str = "") -> bool:
    """Closes a report, with or without an act on its post, and tells the reporter who left an address (L-4).

    An act that removes the post answers all open reports about it. False when somebody closed it before.
    """
    removes = act in {Act.REMOVE, Act.REFUSE}
    closing = Report.objects.open().filter(of_talk=False)
    closing = closing.filter(post=report.judged) if removes else closing
    rows = list(closing.select_for_update().filter(**({} if removes else {"pk": report.pk})))
    if report.pk not in {row.pk for row in rows}:
        return False
    if act:
        decide(post=report.judged, act=act, by=by, reason=reason, note=note, found=Found.REPORT)
    for row in rows:
        mark_closed(row, by=by, removed=removes)
        record("report.close", by=by, about=row, neighbourhood=row.judged.neighbourhood, act=act)
    return True


def mark_closed(report: Report, *, by: Any, removed: bool) -> None:
    """Writes on one report that it is answered, and tells the reporter who left an address."""
    report.closed_at, report.closed_by = clock.now(), by
    report.save(update_fields=["closed_at", "closed_by"])
    emails.tell_reporter(report, title=report.title, removed=removed, is_live=report.about.is_live)


# Messages in a conversation ------------------------------------------------------------------------------------------


def report_key(message: Message) -> str:
    """One message is reported once: who wants the other to be silent cannot stop a conversation again and again."""
    return keyed_hash("report-message", str(message.pk))[:40]


@transaction.atomic
def report_message(*, message: Message, why: str, text: str) -> Report:
    """Takes a report about one message: the conversation stands still, and only this message goes to the manager."""
    talk = message.conversation
    made, is_new = Report.objects.get_or_create(
        form_key=report_key(message),
        defaults={
            "post": talk.post,
            "organisation": talk.organisation,
            "of_talk": True,
            "why": why,
            "text": text,
            "made_at": clock.now(),
        },
    )
    if is_new:
        ReportedMessage.objects.create(
            report=made, conversation=talk, side=message.side, body=message.body, stand_in=message.stand_in
        )
        record("report.make", by=None, about=made, neighbourhood=place_of(talk.about), why=why)
        contact.freeze(conversation=talk)
        emails.tell_managers(made)
    return made


@transaction.atomic
def close_message_report(*, report: Report, by: Any, ends: bool, reason: str = "", note: str = "") -> bool:
    """Lets a conversation go on, or ends it with a reason to both; False when somebody decided before.

    An end answers all open reports from the conversation, and it goes on only when none is left.
    """
    talk = Conversation.objects.select_for_update(of=("self",)).get(reported__report=report)
    waiting = Report.objects.open().filter(message__conversation=talk)
    rows = list(waiting if ends else waiting.filter(pk=report.pk))
    if report.pk not in {row.pk for row in rows}:
        return False
    for row in rows:
        mark_closed(row, by=by, removed=ends)
        record("report.close", by=by, about=row, neighbourhood=place_of(row.about), act="end" if ends else "go_on")
    if ends:
        contact.end(conversation=talk, by=by, reason=Reason(reason).label, note=note)
    elif not waiting.all().exists():
        contact.thaw(conversation=talk, by=by)
    return True
