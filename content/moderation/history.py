"""What happened to a post at the desk, newest first: decisions, and questions to its author (W-28)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from accounts.audit.models import AuditEvent
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
    return sorted([*decisions, *_questions(post), *_came_back(post)], key=lambda event: event.at, reverse=True)


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
