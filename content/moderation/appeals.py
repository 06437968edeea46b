"""Objecting to a decision: once, within half a year; answered by somebody else than who decided (L-4).

No answer is ever given by the site itself, and undoing a decision is a decision like any other.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit.models import record
from content.moderation import emails
from content.moderation.actions import decide
from content.moderation.authors import Appeal, can_appeal, desk_appeals
from content.moderation.forms import AppealAnswerForm
from content.moderation.history import history_of
from content.moderation.models import AGAINST, Decision
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

__all__ = ["AGAINST", "answer", "appeal"]
Act, Status = Decision.Act, Post.Status
LONGEST_LIST = 100
# What puts a post back, by where the decision left it.
UNDO = {
    Status.CHANGES: Act.APPROVE,
    Status.HELD: Act.APPROVE,
    Status.REFUSED: Act.RESTORE,
    Status.REMOVED: Act.RESTORE,
}


@transaction.atomic
def appeal(*, decision: Decision, text: str, by: Any) -> Appeal | None:
    """Takes an author's objection and asks somebody else to look; None when there was one, or it is too late.

    `by` is None for who came with the link of the mail.
    """
    Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not can_appeal(decision):
        return None
    made = Appeal.objects.create(decision=decision, text=text, made_at=clock.now())
    record("appeal.make", by=by, about=made, neighbourhood=decision.post.neighbourhood, act=decision.act)
    emails.appeal_made(made)
    return made


def may_answer(appeal: Appeal, user: Any) -> bool:
    """Whether this is neither who decided nor who objects; the desk knows whose neighbourhood it is."""
    return user.pk not in {appeal.decision.decided_by_id, appeal.decision.post.author_id}


@transaction.atomic
def answer(*, appeal: Appeal, by: Any, undone: bool, text: str) -> bool:
    """Says whether the decision stands and why; undoing puts the post back, unless something else was decided since.

    False, and nothing done, for who decided it, and when somebody answered before.
    """
    held = Appeal.objects.select_for_update(of=("self",)).select_related("decision__post__author").get(pk=appeal.pk)
    if not held.is_open or not may_answer(held, by):
        return False
    held.outcome = Appeal.Outcome.UNDONE if undone else Appeal.Outcome.UPHELD
    held.answer, held.answered_by, held.answered_at = text, by, clock.now()
    held.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    post = held.decision.post
    record("appeal.answer", by=by, about=held, neighbourhood=post.neighbourhood, outcome=str(held.outcome))
    if undone:
        _undo(held.decision, by)
        post.refresh_from_db(fields=["status"])
    emails.appeal_answered(held)
    return True


def _undo(decision: Decision, by: Any) -> None:
    newest = decision.post.decisions.first()
    act = UNDO.get(Status(decision.post.status))
    # A photo is gone for good: its author may put it there again.
    if act and newest == decision and decision.act != Act.PHOTO:
        decide(post=decision.post, act=act, by=by, found=Decision.Found.APPEAL, tell=False)


# The desk ------------------------------------------------------------------------------------------------------------


def _listed(request: HttpRequest, neighbourhood: Neighbourhood) -> QuerySet[Appeal]:
    return desk_appeals(request.user, neighbourhood).select_related("decision__post__author", "decision__decided_by")


@at_desk
@require_GET
def index(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """What authors object to: what is open, oldest first, and what was answered lately."""
    found = _listed(request, neighbourhood)
    waiting = list(found.filter(answered_at=None).order_by("made_at", "pk")[:LONGEST_LIST])
    context = {
        "to_answer": [one for one in waiting if may_answer(one, request.user)],
        "for_others": [one for one in waiting if not may_answer(one, request.user)],
        "answered": found.exclude(answered_at=None).order_by("-answered_at", "-pk")[:LONGEST_LIST],
    }
    return render(request, "moderation/appeals.html", desk_context(request, neighbourhood, nav="bezwaren", **context))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One objection with the decision it is about; who decided reads it, and somebody else answers."""
    found = get_object_or_404(_listed(request, neighbourhood), pk=pk)
    form = AppealAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = {"undone": form.cleaned_data["outcome"] == Appeal.Outcome.UNDONE, "text": form.cleaned_data["answer"]}
        if answer(appeal=found, by=request.user, **outcome):
            messages.success(request, _("Het bezwaar is beantwoord. De schrijver krijgt een mail."))
        else:
            messages.warning(request, _("Dit bezwaar kun jij niet beantwoorden, of iemand anders deed het al."))
        return redirect("moderation:appeals", wijk=neighbourhood.slug)
    context = {
        "appeal": found,
        "decision": found.decision,
        "post": found.decision.post,
        "history": history_of(found.decision.post),
        "form": form if found.is_open and may_answer(found, request.user) else None,
    }
    return render(request, "moderation/appeal.html", desk_context(request, neighbourhood, nav="bezwaren", **context))
