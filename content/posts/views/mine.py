"""The author's own list: what stands where, what a visitor sees, and the buttons to change, show, hide and end."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from content.posts import actions, cards
from content.posts.choosing import CHOICES, choose, done_words, offered
from content.posts.comanagers import contact_of, kept_by
from content.posts.contact_person import name_of_contact
from content.posts.forms import EditForm, SharedEditForm, TellForm
from content.posts.leaks import MOVED
from content.posts.models import Post
from content.posts.placements import Placement, asked_of
from content.posts.placements import take_back as take_back_from
from wijk.access import member, scope

LIST_LENGTH = 200
ENDED = {Post.Status.REFUSED, Post.Status.REMOVED, Post.Status.WITHDRAWN, Post.Status.FULFILLED, Post.Status.EXPIRED}


def _own_post(request: HttpRequest, pk: int) -> Post:
    return _one(scope(request.user).own(Post), pk)


def _kept_post(request: HttpRequest, pk: int) -> Post:
    """One of mine, or one that I keep with its author."""
    return _one(kept_by(request.user), pk)


def _one(posts: QuerySet[Post], pk: int) -> Post:
    found = posts.select_related("theme", "organisation", "neighbourhood")
    return get_object_or_404(found.defer("neighbourhood__outline"), pk=pk)


def _is_mine(request: HttpRequest, post: Post) -> bool:
    return post.author_id == request.user.pk


@member
def mine(request: HttpRequest) -> HttpResponse:
    """All my posts: what asks for me first, then what stands, what I keep with somebody, then what is over."""
    kept = kept_by(request.user).for_cards().order_by("-changed_at", "-pk")[:LIST_LENGTH]
    posts = [post for post in kept if _is_mine(request, post)]
    shared = [post for post in kept if not _is_mine(request, post)]
    drafts = [post for post in posts if post.status == Post.Status.DRAFT]
    ended = [post for post in posts if post.status in ENDED]
    running = [post for post in posts if post not in drafts and post not in ended]
    context = {
        "nav": "berichten",
        "drafts": [cards.own_card(post) for post in drafts],
        "running": [cards.own_card(post) for post in running],
        "ended": [cards.own_card(post) for post in ended],
        "shared": [cards.own_card(post) for post in shared if post.renewable or post.status not in ENDED],
    }
    return render(request, "posts/mine.html", context)


@member
def mine_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my posts: where it stands, what a visitor sees, what I can do with it."""
    post = _kept_post(request, pk)
    if not _is_mine(request, post):
        return render(request, "posts/shared_detail.html", _shared_context(request, post))
    if post.status == Post.Status.DRAFT:
        return redirect("posts:place_step", post.pk, "bekijken")
    return render(request, "posts/mine_detail.html", _detail_context(post))


def _shared_context(request: HttpRequest, post: Post) -> dict[str, Any]:
    """What somebody who keeps it with its author may see: what a visitor reads, where it stands, and no more."""
    contact = contact_of(post)
    return {
        "nav": "berichten",
        "post": post,
        "own": cards.own_card(post),
        "page": cards.page(post),
        "is_contact": contact is not None and contact.user_id == request.user.pk,
        "can_renew": post.renewable and post.is_live,
        "can_return": post.renewable and not post.is_live,
    }


@member
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """My post exactly as a visitor gets it, by the public page's own template and values, and what of me it shows."""
    post = _own_post(request, pk)
    return render(request, "posts/preview.html", {**_detail_context(post), "blanks": post.contact_blanks()})


def _detail_context(post: Post) -> dict[str, Any]:
    return {
        "nav": "berichten",
        "post": post,
        "own": cards.own_card(post),
        "page": cards.page(post),
        "contact_facts": post.contact_facts(),
        "placements": asked_of(post),
        "contact_person": name_of_contact(post),
        **offered(post),
    }


@member
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes the words of a placed post; its contact card is its author's alone."""
    post = _kept_post(request, pk)
    if not post.editable:
        messages.warning(request, _("Dit bericht kun je nu niet aanpassen."))
        return redirect("posts:mine_detail", post.pk)
    form = (EditForm if _is_mine(request, post) else SharedEditForm)(request.POST or None, instance=post)
    if request.method == "POST" and form.is_valid():
        return _edited(request, post, form)
    if isinstance(form, EditForm) and form.moved:
        messages.success(request, MOVED)
        form = _moved(request, pk, form)
    return render(request, "posts/edit.html", {"nav": "berichten", "post": post, "form": form})


def _moved(request: HttpRequest, pk: int, form: EditForm) -> EditForm:
    """The same form with a piece of its text in the contact details; nothing is saved yet."""
    typed = request.POST.copy()
    for name, value in form.moved.items():
        if value is False:
            typed.pop(name, None)
        else:
            typed[name] = value
    return EditForm(typed, instance=_own_post(request, pk))


def _edited(request: HttpRequest, post: Post, form: TellForm) -> HttpResponse:
    was_live = _kept_post(request, post.pk).is_live
    try:
        actions.edit(post=post, by=request.user, values=form.cleaned_data)
    except actions.StaleError:
        form.add_error(
            None, _("Dit bericht is intussen veranderd. Je tekst staat hier nog; bekijk eerst hoe het ervoor staat.")
        )
        return render(request, "posts/edit.html", {"nav": "berichten", "post": post, "form": form})
    if was_live and not post.is_live:
        messages.info(
            request, _("Aangepast. Een wijkbeheerder leest het eerst even mee, daarna staat het weer op de site.")
        )
    else:
        messages.success(request, _("Aangepast."))
    return redirect("posts:mine_detail", post.pk)


@member
@require_POST
def contact_switches(request: HttpRequest, pk: int) -> HttpResponse:
    """One switch: shows or hides one detail, or hides them all (W-88)."""
    post = _own_post(request, pk)
    name, on = request.POST.get("gegeven", ""), request.POST.get("aan") == "ja"
    shown = set(post.shown_contact())
    if name == "alles":
        shown = set()
    elif name not in Post.CONTACT_FIELDS:
        raise Http404
    elif on and name == "address" and not post.organisation_id and "zeker" not in request.POST:
        return render(request, "posts/show_address.html", {"nav": "berichten", "post": post})
    else:
        shown = shown | {name} if on else shown - {name}
    actions.show_contact(post=post, by=request.user, shown=shown)
    messages.success(request, _("Iedereen ziet dit nu.") if on else _("Dit is nu verborgen."))
    return redirect("posts:mine_detail", post.pk)


@member
@require_POST
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One other neighbourhood less."""
    rows = scope(request.user).own(Placement).select_related("neighbourhood", "post")
    row = get_object_or_404(rows.defer("neighbourhood__outline"), pk=number, post=pk)
    if take_back_from(placement=row, by=request.user):
        messages.success(request, _("Gedaan. %(name)s hoort er niet meer bij.") % {"name": row.neighbourhood.name})
    else:
        messages.warning(request, _("Dat kan niet meer. Hier zie je hoe het er nu voor staat."))
    return redirect("posts:mine_detail", pk)


@member
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """How it went: it worked out, partly or elsewhere, or it is taken back. A draft is thrown away."""
    return _asked(request, _own_post(request, pk), request.POST.get("hoe", ""), first="weg")


@member
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another term, also for what ended not long ago, or how it went instead. Only a button does anything."""
    post = _kept_post(request, pk)
    if request.method != "POST" and not _is_mine(request, post):
        return redirect("posts:mine_detail", post.pk)
    return _asked(request, post, "verlengen", first="verlengen")


def _asked(request: HttpRequest, post: Post, word: str, *, first: str) -> HttpResponse:
    if request.method != "POST" or word not in CHOICES:
        action = reverse("posts:end", args=[post.pk])
        context = {**_detail_context(post), "renewing": first == "verlengen", "first": first, "action": action}
        return render(request, "posts/clock.html", context)
    was_draft = post.status == Post.Status.DRAFT
    try:
        choose(post=post, word=word, by=request.user)
        messages.success(request, _("Het concept is weg.") if was_draft else done_words(post))
    except actions.StaleError:
        messages.warning(request, _("Dat kan niet meer. Hier zie je hoe het er nu voor staat."))
    return redirect("posts:mine") if was_draft else redirect("posts:mine_detail", post.pk)
