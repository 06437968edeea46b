"""Signing up and off: for visitors by the links in their mail, for members on a page of their own."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from content.posts.cards import span_words
from content.posts.models import Post
from content.series.models import series_words
from content.signups import actions, seats
from content.signups.emails import when_of
from content.signups.forms import SignUpForm
from content.signups.models import SignUp, mailbox_hash, next_open
from wijk import clock
from wijk.access import member, member_here, scope, visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.views import gone, too_many

HOUR = timedelta(hours=1)
LIST_LENGTH = 200
either = require_http_methods(["GET", "HEAD", "POST"])


# Signing up ----------------------------------------------------------------------------------------------------------


@visitor
@same_pace
@either
def sign_up(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The form of an activity that takes sign-ups; of anything else, its own page says what there is."""
    posts = Post.objects.visible().select_related("author", "organisation", "neighbourhood", "theme")
    post = posts.defer("neighbourhood__outline").filter(pk=pk).first()
    if post is None or not post.signup_on:
        return redirect("posts:detail_by_number", pk)
    someone = member_here(request)
    if someone is not None and someone.pk == post.author_id:
        return redirect("signups:of_post", post.pk)
    form = SignUpForm(request.POST if request.method == "POST" else None, post=post, member=someone)
    if form.is_bound and form.is_trap:
        return redirect("signups:sent")
    if not next_open(post) or not form.is_bound or not form.is_valid():
        return _form(request, post, form)
    return _take_in(request, post, form, someone)


def _form(request: HttpRequest, post: Post, form: SignUpForm) -> HttpResponse:
    turn = next_open(post)
    when = series_words(post) or span_words(post)
    room = seats.room(post, turn or post.turn_now())
    context = {"post": post, "form": form.refreshed(), "room": room, "when": when, "is_series": bool(post.series_rule)}
    return render(request, "signups/sign_up.html", context)


def _take_in(request: HttpRequest, post: Post, form: SignUpForm, someone: Any) -> HttpResponse:
    email = someone.email if someone else form.cleaned_data["email"]
    if not _may_sign_up(request, post, email):
        return too_many(request, 60)
    language = get_language() or "nl"
    try:
        actions.sign_up(post=post, typed=form.cleaned_data, form_key=form.form_key, language=language, by=someone)
    except actions.ShutError:
        # It filled its last moment while the form was read; the page says so.
        return _form(request, post, form)
    return redirect("signups:mine") if someone else redirect("signups:sent")


def _may_sign_up(request: HttpRequest, post: Post, email: str) -> bool:
    return (
        take("signup-network", client_network(request), limit=20, per=HOUR)
        and take("signup-address", mailbox_hash(email), limit=5, per=HOUR)
        and take("signup-post", str(post.pk), limit=100, per=HOUR)
    )


@visitor
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Says to look in the mailbox; the same for everybody, also for a robot and an address we know."""
    return render(request, "signups/sent.html")


# The links in a mail -------------------------------------------------------------------------------------------------


@visitor
@either
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing, for mail programs read links too; the button signs up."""
    one = SignUp.objects.with_post().filter(token=token).first()
    if one is not None and one.state != SignUp.State.UNCONFIRMED:
        return redirect("signups:own", token)
    if one is None or not SignUp.objects.confirmable().filter(pk=one.pk).exists():
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De link in onze mail werkt 24 uur. Meld je gerust opnieuw aan, dan sturen we een nieuwe link."),
        )
    if request.method == "POST":
        return _confirmed(request, one)
    return render(request, "signups/confirm.html", _about(one))


def _confirmed(request: HttpRequest, one: SignUp) -> HttpResponse:
    try:
        stands = actions.confirm(sign_up=one)
    except actions.ShutError:
        stands = None
    if stands is None:
        return gone(
            request,
            title=_("Aanmelden kan niet meer"),
            text=_("De activiteit is begonnen, gaat niet door, of neemt geen aanmeldingen meer aan."),
        )
    return redirect("signups:own", stands.token)


@visitor
@either
def own(request: HttpRequest, token: str) -> HttpResponse:
    """How one sign-up stands, and the button to sign off; nobody needs to log in for it."""
    one = SignUp.objects.with_post().filter(token=token).exclude(state=SignUp.State.UNCONFIRMED).first()
    if one is None:
        return gone(
            request, title=_("Deze aanmelding is er niet meer"), text=_("Na de activiteit wissen we aanmeldingen.")
        )
    if request.method == "POST":
        actions.sign_off(sign_up=one, by=None)
        return redirect("signups:own", token)
    return render(request, "signups/own.html", _about(one))


def _about(one: SignUp) -> dict[str, Any]:
    turn = one.turn
    return {
        "one": one,
        "post": one.post,
        "when": when_of(one),
        "is_off": turn is None or turn.is_off,
        "is_public": Post.objects.visible().filter(pk=one.post_id).exists(),
        "is_over": turn is not None and turn.starts_at <= clock.now(),
    }


# A member's own page -------------------------------------------------------------------------------------------------


@member
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I signed up for, soonest first."""
    signed_up: Any = scope(request.user).own(SignUp)
    soonest_first = signed_up.with_post().order_by("activity_ends_at", "pk")[:LIST_LENGTH]
    rows = [(one, when_of(one)) for one in soonest_first]
    return render(request, "signups/mine.html", {"nav": "aanmeldingen", "rows": rows})


@member
@either
def mine_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sign-up of mine, and the button to sign off."""
    signed_up: Any = scope(request.user).own(SignUp)
    one = get_object_or_404(signed_up.with_post(), pk=pk)
    if request.method == "POST":
        actions.sign_off(sign_up=one, by=request.user)
        messages.success(request, _("Je bent afgemeld."))
        return redirect("signups:mine")
    return render(request, "signups/mine_detail.html", {"nav": "aanmeldingen", **_about(one)})
