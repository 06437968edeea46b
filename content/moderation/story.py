"""What happened to a post, for its author to read: from the trail and from what was decided, without anybody's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.audit.models import AuditEvent
from content.moderation.authors import Appeal, Suggestion
from content.posts.models import Post

# What the trail calls an act, in words to its author. What stands in a table of its own is told from there.
TOLD: dict[str, Any] = {
    "post.submit": gettext_lazy("gestuurd"),
    "post.publish": gettext_lazy("op de site gezet"),
    "post.edit": gettext_lazy("aangepast"),
    "post.contact": gettext_lazy("gekozen welke gegevens mensen zien"),
    "post.remind": gettext_lazy("gevraagd of het nog klopt"),
    "post.renew": gettext_lazy("bevestigd dat het nog klopt"),
    "post.expire": gettext_lazy("van de site: de tijd was om"),
    "post.fulfilled": gettext_lazy("van de site"),
    "post.withdrawn": gettext_lazy("van de site gehaald"),
    "post.reopen": gettext_lazy("weer op de site gezet"),
    "post.question": gettext_lazy("een vraag gesteld over je bericht"),
    "post.also_ask": gettext_lazy("gevraagd voor een andere wijk"),
    "post.also_back": gettext_lazy("niet meer voor een andere wijk"),
    "post.also_approved": gettext_lazy("ook in een andere wijk gezet"),
    "post.also_refused": gettext_lazy("niet in een andere wijk gezet"),
    "post.also_stopped": gettext_lazy("uit een andere wijk gehaald"),
    "help.edit": gettext_lazy("tekst aangepast, zoals jij goed vond"),
}
ONE_ACT = timedelta(seconds=2)
LONGEST = 200


@dataclass(frozen=True)
class Step:
    """One line: when, what, by whom as a role, and where to read more."""

    at: datetime
    what: str
    who: str = ""
    why: str = ""
    url: str = ""


def story_of(post: Post) -> list[Step]:
    """All that happened since it was sent in, newest first."""
    steps = [*_from_the_trail(post), *_decisions(post), *_appeals(post)]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _from_the_trail(post: Post) -> Iterator[Step]:
    suggestions = list(Suggestion.objects.filter(post=post))
    yield from (step for one in suggestions for step in _suggested(one))
    taken_over = [one.answered_at for one in suggestions if one.answered_at and one.state == one.State.ACCEPTED]
    label = f"{post._meta.label_lower}:{post.pk}"
    for event in AuditEvent.objects.filter(about=label, action__in=TOLD).order_by("-at", "-pk")[:LONGEST]:
        # Words that were taken over are told once, as a suggestion.
        if event.action != "post.edit" or all(abs(event.at - moment) > ONE_ACT for moment in taken_over):
            yield Step(event.at, str(TOLD[event.action]), _who(event, post), _said(event))


def _who(event: AuditEvent, post: Post) -> str:
    if event.detail.get("via") == "mail":
        return _("jij, met de link in de mail")
    if event.actor_ref is None:
        return _("vanzelf")
    return _("jij") if event.actor_ref == post.author_id else _("de wijkbeheerder")


def _said(event: AuditEvent) -> str:
    """What belongs to it: how it went, or how many days were left."""
    told, days = event.detail.get("told", ""), event.detail.get("days")
    if event.action == "post.remind" and days:
        return ngettext("%(days)s dag voor het einde", "%(days)s dagen voor het einde", days) % {"days": days}
    if told in Post.Outcome:
        return str(Post.Outcome(told).label)
    return str(Post.Status.FULFILLED.label) if event.action == "post.fulfilled" else ""


def _decisions(post: Post) -> Iterator[Step]:
    """What was decided against it; that it was placed stands in the trail."""
    for one in post.decisions.all():
        if one.is_against:
            who = _("vanzelf, na een melding") if one.automatic else _("de wijkbeheerder")
            url = reverse("moderation:own_decision", args=[one.pk])
            yield Step(one.decided_at, one.get_act_display(), who, one.get_reason_display(), url)


def _suggested(one: Suggestion) -> Iterator[Step]:
    url = reverse("moderation:suggestion", args=[one.pk])
    yield Step(one.suggested_at, _("andere tekst voorgesteld"), _("de wijkbeheerder"), url=url)
    if one.answered_at:
        who = _("vanzelf") if one.state == one.State.LAPSED else _("jij")
        yield Step(one.answered_at, _("voorstel %(how)s") % {"how": one.get_state_display()}, who)


def _appeals(post: Post) -> Iterator[Step]:
    for one in Appeal.objects.filter(decision__post=post):
        url = reverse("moderation:own_decision", args=[one.decision_id])
        yield Step(one.made_at, _("bezwaar gemaakt"), _("jij"), url=url)
        if one.answered_at:
            yield Step(one.answered_at, one.get_outcome_display(), _("een andere wijkbeheerder"), url=url)
