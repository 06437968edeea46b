"""A manager suggests other words for a post, and its author takes them over or not (W-51, M-4)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit.models import record
from accounts.requests.standstill import objects_to
from content.legal.comparing import compare_lines
from content.moderation import emails
from content.moderation.actions import QUESTIONS
from content.moderation.authors import SUGGESTABLE, SUGGESTION_LASTS, Suggestion
from content.moderation.models import desk_posts
from content.moderation.wording import SuggestionAnswerForm, SuggestionForm, gives_away
from content.posts import actions as posts
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import member, scope
from wijk.limits import take
from wijk.views import too_many

State = Suggestion.State
BATCH = 500
either = require_http_methods(["GET", "HEAD", "POST"])


def may_suggest(post: Post, by: Any) -> bool:
    """Whether its author can be helped with other words: not their own manager, and they did not object (W-98)."""
    return (
        post.status in SUGGESTABLE
        and post.author_id != by.pk
        and post.author.takes_part
        and not objects_to(post.author, QUESTIONS.code)
    )


def standing(post: Post) -> Suggestion | None:
    """The suggestion that waits for the author of a post."""
    found = Suggestion.objects.filter(post=post, state=State.OPEN).select_related("post").first()
    return found if found and found.stands else None


@transaction.atomic
def suggest(*, post: Post, title: str, text: str, remark: str, seen: Any, by: Any) -> Suggestion | None:
    """Mails an author other words for their post. Nothing changes until they take them over.

    None when another suggestion waits, the author wants none, or the text is another one than at `seen`. A suggestion
    that gives away more than the post itself is an error: the form must have refused it.
    """
    current = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=post.pk)
    if not may_suggest(current, by) or current.changed_at != seen or standing(current):
        return None
    if gives_away(current, title, text):
        raise ValueError("nobody puts private details in somebody else's post")
    _lapse(Suggestion.objects.filter(post=current))
    made = Suggestion.objects.create(
        post=current,
        title=title,
        text=text,
        remark=remark,
        of_version=current.changed_at,
        suggested_by=by,
        suggested_at=clock.now(),
    )
    record("suggestion.make", by=by, about=made, neighbourhood=current.neighbourhood)
    emails.suggest(made)
    return made


@transaction.atomic
def accept(*, suggestion: Suggestion, by: Any) -> bool:
    """Its author takes the words over, and the post goes on by its usual rules. False when it does not stand any more.

    Words that a manager wrote need no manager to read them: a post that is on the site stays there.
    """
    held = _held(suggestion)
    if held is None or held.post.author_id != by.pk:
        return False
    _answered(held, State.ACCEPTED, by=by)
    posts.edit(post=held.post, by=by, values={"title": held.title, "text": held.text}, was_read=True)
    emails.tell_suggester(held)
    return True


@transaction.atomic
def decline(*, suggestion: Suggestion, by: Any, answer: str) -> bool:
    """Its author leaves the post as it is. False when it does not stand any more."""
    held = _held(suggestion)
    if held is None or held.post.author_id != by.pk:
        return False
    held.answer = answer
    _answered(held, State.DECLINED, by=by)
    emails.tell_suggester(held)
    return True


def _held(suggestion: Suggestion) -> Suggestion | None:
    """The suggestion, while nobody else changes it or its post; None when it does not stand any more."""
    Post.objects.select_for_update(of=("self",)).filter(pk=suggestion.post_id).first()
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("post__author", "post__neighbourhood")
    found = rows.filter(pk=suggestion.pk).first()
    return found if found and found.stands else None


def _answered(suggestion: Suggestion, state: str, *, by: Any) -> None:
    suggestion.state, suggestion.answered_at = state, clock.now()
    suggestion.save(update_fields=["state", "answered_at", "answer"])
    record(f"suggestion.{state}", by=by, about=suggestion, neighbourhood=suggestion.post.neighbourhood)


def lapse_due() -> int:
    """Run by the clock: ends what was not answered in time, or is about other words than those of now."""
    late = Q(suggested_at__lte=clock.now() - SUGGESTION_LASTS)
    return _lapse(Suggestion.objects.filter(late | ~Q(of_version=F("post__changed_at"))))


def _lapse(suggestions: Any) -> int:
    found = suggestions.filter(state=State.OPEN).values_list("pk", flat=True)
    return int(
        Suggestion.objects.filter(pk__in=list(found), state=State.OPEN).update(
            state=State.LAPSED, answered_at=clock.now()
        )
    )


def old_and_new(suggestion: Suggestion) -> dict[str, Any]:
    """The title and the text, each with what goes and comes marked."""
    post = suggestion.post
    return {
        "title": compare_lines([post.title], [suggestion.title]),
        "text": compare_lines(_lines(post.text), _lines(suggestion.text)),
    }


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


# The desk ------------------------------------------------------------------------------------------------------------


@at_desk
@either
def suggest_page(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Where a manager writes other words beside those of the post."""
    found = desk_posts(request.user, neighbourhood).select_related("author", "neighbourhood")
    post = get_object_or_404(found, pk=pk)
    back = redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    if not may_suggest(post, request.user) or standing(post):
        messages.warning(request, _("Voor dit bericht kun je nu geen tekst voorstellen."))
        return back
    form = SuggestionForm(request.POST if request.method == "POST" else None, post=post)
    if request.method == "POST" and form.is_valid():
        if not take("suggestion", str(request.user.pk), limit=30, per=timedelta(days=1)):
            return too_many(request)
        if _sent(post, form, request.user):
            messages.success(request, _("Je voorstel is verstuurd. De schrijver beslist."))
        else:
            messages.warning(request, _("De schrijver heeft het bericht net aangepast. Lees het nog een keer."))
        return back
    context = desk_context(request, neighbourhood, nav="berichten", post=post, form=form)
    return render(request, "moderation/suggest.html", context)


def _sent(post: Post, form: SuggestionForm, by: Any) -> Suggestion | None:
    try:
        return suggest(post=post, by=by, **form.cleaned_data)
    except IntegrityError:
        # Two clicks at one moment.
        return standing(post)


# The author ----------------------------------------------------------------------------------------------------------


@member
@either
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Old and new side by side, and two buttons."""
    own = scope(request.user).own(Suggestion).select_related("post__author", "post__neighbourhood")
    found = get_object_or_404(own, pk=pk)
    form = SuggestionAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        take_answer(request, found, form, by=request.user)
        return redirect("posts:mine_detail", found.post_id)
    context = {
        "nav": "berichten",
        "suggestion": found,
        "post": found.post,
        "difference": old_and_new(found),
        "until": found.suggested_at + SUGGESTION_LASTS,
        "form": form,
        "back_url": reverse("posts:mine_detail", args=[found.post_id]),
    }
    return render(request, "moderation/suggestion.html", context)


def take_answer(request: HttpRequest, found: Suggestion, form: SuggestionAnswerForm, *, by: Any) -> None:
    """Does what the author chose, and says so on the next page."""
    if form.cleaned_data["choice"] == form.ACCEPT:
        done, said = accept(suggestion=found, by=by), _("De nieuwe tekst staat nu in je bericht.")
    else:
        done = decline(suggestion=found, by=by, answer=form.cleaned_data["answer"])
        said = _("Je bericht blijft zoals het was.")
    if done:
        messages.success(request, said)
    else:
        messages.warning(request, _("Dit voorstel geldt niet meer. Je bericht blijft zoals het is."))
