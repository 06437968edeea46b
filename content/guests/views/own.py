"""A guest's own page: what was asked and how it stands, changing and ending it, and the conversations about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users.models import User
from content.contact.models import Conversation
from content.contact.openly import poster_talk
from content.guests.doors import for_guest
from content.guests.forms import OwnWordsForm
from content.matching.words import matches_for
from content.moderation.authors import SUGGESTION_LASTS, Suggestion
from content.moderation.suggestions import old_and_new
from content.moderation.suggestions import take_answer as answer_suggestion
from content.moderation.wording import SuggestionAnswerForm
from content.posts import actions, cards
from content.posts.choosing import CHOICES, choose, done_words, offered
from content.posts.models import Post

MOST = 50


@for_guest
def own(request: HttpRequest, guest: User, word: str) -> HttpResponse:
    """All that this guest asked, newest first, with who reacted."""
    posts = list(_own_posts(guest).order_by("-created_at", "-pk")[:MOST])
    talks: dict[int, list[Conversation]] = {post.pk: [] for post in posts}
    for one in Conversation.objects.started().with_parties().filter(post__in=posts)[: 10 * MOST]:
        talks[one.about.pk].append(one)
    context = {"guest": guest, "word": word, "rows": [_row(post, talks[post.pk]) for post in posts]}
    return render(request, "guests/own.html", context)


def _own_posts(guest: User) -> Any:
    related = ("theme", "organisation", "neighbourhood", "author")
    return Post.objects.filter(author=guest).select_related(*related).defer("neighbourhood__outline")


def _row(post: Post, talks: list[Conversation]) -> dict[str, Any]:
    return {
        "post": post,
        "own": cards.own_card(post),
        "page": cards.page(post),
        "talks": talks,
        "suggestion": Suggestion.objects.filter(post=post, state=Suggestion.State.OPEN).first(),
        "matches": matches_for(post) if post.is_live else [],
        **offered(post),
    }


@for_guest
def edit(request: HttpRequest, guest: User, word: str, pk: int) -> HttpResponse:
    """Changes the words of a request; new ones go past a manager again, as for every new author."""
    post = get_object_or_404(_own_posts(guest), pk=pk)
    if not post.editable:
        messages.warning(request, _("Dit bericht kun je nu niet aanpassen."))
        return redirect("guests:own", word=word)
    form = OwnWordsForm(request.POST if request.method == "POST" else None, instance=post)
    if form.is_bound and form.is_valid():
        was_live = Post.objects.filter(pk=pk, status=Post.Status.LIVE).exists()
        try:
            changed = actions.edit(post=post, by=guest, values=form.cleaned_data)
        except actions.StaleError:
            form.add_error(None, _("Dit bericht is intussen veranderd. Je tekst staat hier nog."))
            return render(request, "guests/edit.html", {"form": form, "post": post, "word": word}, status=409)
        read_first = _("Aangepast. Een wijkbeheerder leest het eerst even mee, daarna staat het weer op de site.")
        messages.success(request, read_first if was_live and not changed.is_live else _("Aangepast."))
        return redirect("guests:own", word=word)
    return render(request, "guests/edit.html", {"form": form, "post": post, "word": word})


@for_guest
def end(request: HttpRequest, guest: User, word: str, pk: int) -> HttpResponse:
    """How it went, or that it stays; only a button does anything."""
    post = get_object_or_404(_own_posts(guest), pk=pk)
    how = request.POST.get("hoe", "") if request.method == "POST" else ""
    if how not in CHOICES:
        context = {"post": post, "own": cards.own_card(post), "word": word, "action": request.path}
        return render(request, "guests/end.html", {**context, **offered(post)})
    try:
        choose(post=post, word=how, by=guest)
        messages.success(request, done_words(post))
    except actions.StaleError:
        messages.warning(request, _("Dat kan niet meer. Hier zie je hoe het er nu voor staat."))
    return redirect("guests:own", word=word)


@for_guest
def talk(request: HttpRequest, guest: User, word: str, pk: int) -> HttpResponse:
    """One conversation about an own request."""
    found = get_object_or_404(Conversation.objects.of_poster(guest).with_parties(), pk=pk)
    own_url = reverse("guests:own", args=[word])
    return poster_talk(request, found, own_url=own_url, template="guests/talk.html", can_block=True)


@for_guest
def suggestion(request: HttpRequest, guest: User, word: str, pk: int) -> HttpResponse:
    """Other words that a manager suggests, beside those of now; the guest decides."""
    mine = Suggestion.objects.filter(post__author=guest).select_related("post__author", "post__neighbourhood")
    found = get_object_or_404(mine, pk=pk)
    form = SuggestionAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        answer_suggestion(request, found, form, by=guest)
        return redirect("guests:own", word=word)
    context = {
        "suggestion": found,
        "post": found.post,
        "difference": old_and_new(found),
        "until": found.suggested_at + SUGGESTION_LASTS,
        "form": form,
        "back_url": reverse("guests:own", args=[word]),
    }
    return render(request, "guests/suggestion.html", context)
