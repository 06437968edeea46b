"""What happened to a post at the desk, newest first: decisions, and questions to its author (W-28)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from accounts.audit.models import AuditEvent
from content.moderation.authors import Appeal
from content.moderation.models import Decision
from content.posts.models import Post
from wijk.mail.models import OutgoingMail


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    at: datetime
    what: str
    who: str
    reason: str = ""
    note: str = ""


def history_of(post: Post) -> list[Event]:
    """All that managers, the clock and reports did about a post."""
    decisions = [_decided(one) for one in post.decisions.select_related("decided_by")]
    more = [*_suggestions(post), *_appeals(post), *_questions(post), *_came_back(post)]
    return sorted([*decisions, *more], key=lambda event: event.at, reverse=True)


def _decided(decision: Decision) -> Event:
    nobody = _("de klok") if decision.act == Decision.Act.CLOCK else _("na een melding")
    return Event(
        at=decision.decided_at,
        what=decision.get_act_display(),
        who=str(decision.decided_by or nobody),
        reason=decision.get_reason_display(),
        note=decision.note,
    )


def _came_back(post: Post) -> list[Event]:
    """Mails about a post that did not reach its author (K-52)."""
    mails = OutgoingMail.objects.filter(about=f"{post._meta.label_lower}:{post.pk}").did_not_arrive()
    return [
        Event(at=mail.sent_at or mail.created_at, what=_("mail aan de schrijver kwam niet aan"), who="")
        for mail in mails
    ]


def _questions(post: Post) -> list[Event]:
    asked = list(AuditEvent.objects.filter(action="post.question", about=f"{post._meta.label_lower}:{post.pk}"))
    people = get_user_model()._default_manager.in_bulk([one.actor_ref for one in asked]) if asked else {}
    return [Event(at=one.at, what=_("vraag gesteld"), who=str(people.get(one.actor_ref, ""))) for one in asked]


def _suggestions(post: Post) -> list[Event]:
    """Other words a manager wrote, and what the author did with them."""
    found = []
    for one in post.suggestions.select_related("suggested_by"):
        title = _("voorgestelde titel: %(title)s") % {"title": one.title}
        found.append(
            Event(one.suggested_at, _("andere tekst voorgesteld"), str(one.suggested_by or ""), title, one.remark)
        )
        if one.answered_at:
            what = _("voorstel %(how)s") % {"how": one.get_state_display()}
            found.append(Event(one.answered_at, what, "", note=one.answer))
    return found


def _appeals(post: Post) -> list[Event]:
    found = []
    for one in Appeal.objects.filter(decision__post=post).select_related("answered_by"):
        found.append(Event(one.made_at, _("bezwaar gemaakt"), _("de schrijver")))
        if one.answered_at:
            found.append(Event(one.answered_at, one.get_outcome_display(), str(one.answered_by or ""), note=one.answer))
    return found
