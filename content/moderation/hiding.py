"""Off the site at once: one button on the desk's pages of a live post, and the reasons right after (M-4, L-4).

The post is held by the click itself. The mail to its author waits a little, so that one mail says why; when the manager
writes no more, it goes out by itself with the reason that stands by default.
"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit.models import record
from content.moderation import emails
from content.moderation.actions import decide, ground_of
from content.moderation.forms import MotivationForm
from content.moderation.models import Decision, Reason, desk_posts
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.mail.models import OutgoingMail

DEFAULT_REASON = Reason.UNCLEAR
TIME_TO_WRITE = timedelta(minutes=15)


@transaction.atomic
def hide_now(*, post: Post, by: Any) -> Decision | None:
    """Holds a live post at once, whatever its author did to it meanwhile; None when it was not live any more."""
    if not Post.objects.filter(pk=post.pk, status=Post.Status.LIVE).exists():
        return None
    decision = decide(post=post, act=Decision.Act.HOLD, by=by, reason=DEFAULT_REASON, tell=False)
    if decision:
        emails.tell_author(decision, due_at=clock.now() + TIME_TO_WRITE)
    return decision


def unexplained(post: Post, by: Any) -> Decision | None:
    """The decision by which this person took the post off, as long as nothing was written about it."""
    newest = post.decisions.first()
    wanted = newest and newest.act == Decision.Act.HOLD and newest.decided_by_id == by.pk and not newest.note
    return newest if wanted and post.status == Post.Status.HELD else None


@transaction.atomic
def explain(*, decision: Decision, reason: str, note: str, by: Any) -> bool:
    """Adds the reasons, and mails them instead of the mail that waits. False when there were reasons already."""
    held = Decision.objects.select_for_update(of=("self",)).select_related("post__author").get(pk=decision.pk)
    if unexplained(held.post, by) != held:
        return False
    held.reason, held.note, held.ground = reason, note, ground_of(held.act, reason)
    held.save(update_fields=["reason", "note", "ground"])
    record("post.explain", by=by, about=held.post, neighbourhood=held.post.neighbourhood, reason=reason)
    _waiting_mail(held.post).cancel()
    emails.tell_author(held, version="-explained")
    return True


def _waiting_mail(post: Post) -> Any:
    label = f"{post._meta.label_lower}:{post.pk}"
    return OutgoingMail.objects.filter(about=label, kind=emails.DECIDED[emails.Act.HOLD].name).unsent()


def _post_or_404(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> Post:
    return get_object_or_404(desk_posts(request.user, neighbourhood).select_related("author", "neighbourhood"), pk=pk)


@at_desk
@require_POST
def hide(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The button: gone first, reasons after."""
    post = _post_or_404(request, neighbourhood, pk)
    if hide_now(post=post, by=request.user) is None:
        messages.warning(request, _("Dit bericht stond al niet meer op de site."))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    messages.success(request, _("Het bericht is van de site."))
    return redirect("moderation:explain", wijk=neighbourhood.slug, pk=pk)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def explain_page(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Why it is off the site, for its author."""
    post = _post_or_404(request, neighbourhood, pk)
    decision = unexplained(post, request.user)
    if decision is None:
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    form = MotivationForm(request.POST if request.method == "POST" else None, initial={"reason": decision.reason})
    if request.method == "POST" and form.is_valid():
        explain(decision=decision, by=request.user, **form.cleaned_data)
        messages.success(request, _("De schrijver krijgt een mail met je uitleg."))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    context = desk_context(request, neighbourhood, nav="berichten", post=post, form=form)
    return render(request, "moderation/explain.html", context)
