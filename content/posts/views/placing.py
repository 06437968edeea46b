"""Placing a post: one question per page, each kept as a draft, nothing public before the last button."""

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from content.organisations.models import Organisation
from content.organisations.reach import home_of
from content.posts import actions, cards
from content.posts.forms import SELLS, ContactForm, LookForm, TellForm, WhereForm
from content.posts.leaks import MOVED, told_by
from content.posts.models import KIND_WORDS, Post
from wijk.access import member, scope
from wijk.limits import take
from wijk.views import too_many

A_DAY = 20  # more than anybody has to say, less than a manager can read
ORDER = ("soort", "vertel", "waar", "contact", "bekijken")
LABELS = {
    "vertel": lambda: _("Vertel"),
    "waar": lambda: _("Waar"),
    "contact": lambda: _("Contact"),
    "bekijken": lambda: _("Bekijken"),
}


@member
def place(request: HttpRequest) -> HttpResponse:
    """The doors (what do you want to place?), and behind each the first page of the form."""
    kind = KIND_WORDS.get(request.GET.get("soort", ""))
    if kind is None or not may_place(request, kind):
        return render(request, "posts/doors.html", _doors_context(request, base=request.path))
    author: Any = request.user
    if not author.takes_part:
        messages.info(request, _("Je account is bevroren. Wat je nu plaatst, ziet niemand. Doe eerst weer mee."))
        return redirect("requests:freeze")
    home = home_of(author)
    if home is None:
        return render(request, "posts/no_neighbourhood.html", {"nav": "plaatsen"}, status=404)
    blank = Post(kind=kind, neighbourhood=home, author=author)
    form = TellForm(request.POST or None, instance=blank)
    form_key = request.POST.get("form_key", "")[:60] or secrets.token_urlsafe(18)
    if request.method == "POST" and (form.is_valid() or form.moved or _goes_back(request, form)):
        post = actions.start_draft(by=request.user, kind=kind, form_key=form_key)
        return _kept(request, post, "vertel", form.cleaned_data, moved=form.moved)
    return render(request, "posts/step.html", _step_context(blank, "vertel", form, form_key=form_key))


@member
def place_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One page of placing, for a draft of one's own."""
    own = scope(request.user).own(Post).select_related("theme", "organisation", "neighbourhood")
    post = get_object_or_404(own, pk=pk)
    if step not in {*ORDER, "klaar"}:
        raise Http404
    if step == "klaar" or post.status != Post.Status.DRAFT:
        return _done(request, post, step)
    if step == "soort":
        return _kind(request, post)
    if step == "bekijken":
        return _look(request, post)
    return _form_step(request, post, step)


def _kind(request: HttpRequest, post: Post) -> HttpResponse:
    kind = KIND_WORDS.get(request.POST.get("soort", ""))
    if request.method == "POST" and kind and may_place(request, kind):
        return _kept(request, post, "soort", {"kind": kind})
    return render(request, "posts/doors.html", _doors_context(request, post=post))


def _sells(request: HttpRequest) -> bool:
    own: Any = scope(request.user).own(Organisation)
    return own.visible().exists()


def may_place(request: HttpRequest, kind: str) -> bool:
    """Whether somebody can place this kind; why not is said above the doors."""
    if kind != Post.Kind.SHOP or _sells(request):
        return True
    messages.info(request, SELLS)
    return False


def _doors_context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {"nav": "plaatsen", "sells": _sells(request), **more}


def _form_step(request: HttpRequest, post: Post, step: str) -> HttpResponse:
    form = _form(request, post, step)
    moved = form.moved if isinstance(form, TellForm) else {}
    if request.method == "POST" and (form.is_valid() or moved or _goes_back(request, form)):
        return _kept(request, post, step, form.cleaned_data, moved=moved)
    return render(request, "posts/step.html", _step_context(post, step, form))


def _form(request: HttpRequest, post: Post, step: str) -> ModelForm:
    data = request.POST if request.method == "POST" else None
    if step == "vertel":
        return TellForm(data, instance=post)
    if step == "waar":
        return WhereForm(data, instance=post, by=request.user)
    return ContactForm(data, instance=post)


def _goes_back(request: HttpRequest, form: ModelForm) -> bool:
    """Going back asks nothing: what is there is kept, what is missing may wait; only what cannot be kept is said."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    return "terug" in request.POST and codes <= {"required"}


def _kept(
    request: HttpRequest, post: Post | None, step: str, values: dict[str, Any], *, moved: dict[str, Any] | None = None
) -> HttpResponse:
    """Keeps what was typed and goes on, or back; what was moved out of the text is looked at again first."""
    if post is None:
        raise Http404
    try:
        actions.save_draft(post=post, by=request.user, values={**values, **(moved or {})})
    except actions.StaleError:
        return _done(request, post, step)
    if moved:
        messages.success(request, MOVED)
        return redirect("posts:place_step", post.pk, step)
    return redirect("posts:place_step", post.pk, _beside(post, step, back="terug" in request.POST))


def _beside(post: Post, step: str, *, back: bool) -> str:
    """The page after, or before, this one; also for a page that this post usually skips."""
    path, here = steps_of(post), ORDER.index(step)
    if back:
        return [name for name in path if ORDER.index(name) < here][-1]
    return next(name for name in path if ORDER.index(name) > here)


def steps_of(post: Post) -> list[str]:
    """The pages for this post. A neighbour's request skips the page about where: it is their own neighbourhood."""
    light = post.kind == Post.Kind.REQUEST and hasattr(post.author, "residence")
    if light and not post.author.organisation_editorships.exists():
        return [step for step in ORDER if step != "waar"]
    return list(ORDER)


def _look(request: HttpRequest, post: Post) -> HttpResponse:
    """The preview, made by the public page's own template and values; its button places the post."""
    if not post.complete:
        messages.info(request, _("Hier ontbreekt nog iets. Of de dag is al voorbij."))
        return redirect("posts:place_step", post.pk, "waar" if _needs_seller(post) else "vertel")
    form = LookForm(request.POST if request.method == "POST" else None, instance=post)
    if form.is_valid():
        # Another click was first: then it is placed, and changed as a placed post is.
        with suppress(actions.StaleError):
            actions.save_draft(post=post, by=request.user, values=form.cleaned_data)
        if "terug" in request.POST:
            return redirect("posts:place_step", post.pk, "contact")
        if not take("placing", str(request.user.pk), limit=A_DAY, per=timedelta(days=1)):
            return too_many(request, minutes=24 * 60)
        actions.submit(post=post, by=request.user)
        return redirect("posts:place_step", post.pk, "klaar")
    context = {
        "post": post,
        "form": form,
        "page": cards.page(post),
        "contact_facts": post.contact_facts(),
        "blanks": post.contact_blanks(),
        "told": told_by(post),
        "waits": actions.needs_manager(post),
        "steps": step_list(post, "bekijken"),
        "nav": "plaatsen",
    }
    return render(request, "posts/look.html", context)


def _needs_seller(post: Post) -> bool:
    return post.kind == Post.Kind.SHOP and bool(post.title and post.text)


def _done(request: HttpRequest, post: Post, step: str) -> HttpResponse:
    if post.status == Post.Status.DRAFT:
        return redirect("posts:place_step", post.pk, "bekijken")
    if step != "klaar":
        messages.info(request, _("Dit bericht heb je al geplaatst. Je kunt het hier aanpassen."))
        return redirect("posts:mine_detail", post.pk)
    return render(request, "posts/placed.html", {"post": post, "nav": "plaatsen"})


def _step_context(post: Post, step: str, form: ModelForm, **more: Any) -> dict[str, Any]:
    return {"post": post, "step": step, "form": form, "steps": step_list(post, step), "nav": "plaatsen", **more}


def step_list(post: Post, current: str) -> list[dict[str, str]]:
    """The steps for components/steps.html. Only the preview links back: elsewhere a link would lose what was typed."""
    path = steps_of(post) if current in steps_of(post) else list(ORDER)
    path.remove("soort")  # the doors come before the first step
    here = path.index(current)
    return [
        {
            "label": LABELS[step](),
            "state": "done" if index < here else "current" if index == here else "todo",
            "url": f"../{step}/" if current == "bekijken" else "",
        }
        for index, step in enumerate(path)
    ]
