"""The desk's pages about what is placed for somebody else."""

import secrets
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.models import record
from content.helping import actions
from content.helping.forms import CodeForm, OnBehalfForm
from content.helping.models import OnBehalf, OnBehalfQuerySet
from content.helping.words import consent_words
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import scope
from wijk.limits import take
from wijk.text import canonical_email
from wijk.views import too_many

A_DAY = timedelta(days=1)
MOST_A_DAY = 30
MAILS_PER_ADDRESS = 3
PER_PAGE = 30
Channel = OnBehalf.Channel


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """A manager places something for somebody who asked for it (W-55)."""
    form = OnBehalfForm(request.POST or None)
    form_key = request.POST.get("form_key", "")[:60] or secrets.token_urlsafe(18)
    if request.method == "POST" and form.is_valid():
        if not _may_enter(request, form.cleaned_data["email"]):
            return too_many(request, minutes=24 * 60)
        made = actions.enter(by=request.user, neighbourhood=neighbourhood, typed=form.cleaned_data, form_key=form_key)
        asked = made.channel != Channel.HELPER
        messages.success(
            request,
            _("De bewoner krijgt een mail. Na een ja staat het bericht op de site.")
            if asked
            else _("Het bericht staat op de site. Geef de bewoner het briefje."),
        )
        return redirect("helping:on_behalf", wijk=neighbourhood.slug, pk=made.pk)
    context = {"form": form, "form_key": form_key, "words": consent_words()}
    return render(request, "helping/enter.html", desk_context(request, neighbourhood, nav="namens", **context))


def _may_enter(request: HttpRequest, email: str) -> bool:
    if not take("on-behalf", str(request.user.pk), limit=MOST_A_DAY, per=A_DAY):
        return False
    return not email or take("on-behalf-address", canonical_email(email), limit=MAILS_PER_ADDRESS, per=A_DAY)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """What was placed for others here, newest first; a code from a slip of paper leads to one of them."""
    rows = _rows(request, neighbourhood)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = rows.filter(code=form.cleaned_data["code"]).first()
        if not take("slip-code", str(request.user.pk), limit=60, per=A_DAY):
            return too_many(request, minutes=24 * 60)
        if found:
            return redirect("helping:on_behalf", wijk=neighbourhood.slug, pk=found.pk)
        form.add_error("code", _("Deze code kennen we niet in deze wijk."))
    page = Paginator(rows.with_post(), PER_PAGE).get_page(request.GET.get("pagina"))
    context = desk_context(request, neighbourhood, nav="namens", page=page, form=form)
    return render(request, "helping/index.html", context)


@at_desk
@require_GET
def on_behalf(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One post for somebody else: how it stands, who was helped, and how they said yes."""
    row = _read(request, neighbourhood, pk)
    draft = actions.draft_of(row) if row.draft else None
    context = {
        "row": row,
        "shown": row.post or draft,
        "waits": row.post_id is None and row.withdrawn_at is None,
        "ours": row.withdrawn_at is None and row.channel != Channel.ACCOUNT,
        "is_over": row.post is not None and row.post.status not in {Post.Status.LIVE, Post.Status.WAITING},
    }
    return render(request, "helping/on_behalf.html", desk_context(request, neighbourhood, nav="namens", **context))


@at_desk
@require_GET
def slip(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The slip of paper to hand over: what was placed, and how it is taken back."""
    row = _read(request, neighbourhood, pk)
    if row.post is None or row.withdrawn_at or row.channel == Channel.ACCOUNT:
        return redirect("helping:on_behalf", wijk=neighbourhood.slug, pk=pk)
    context = desk_context(request, neighbourhood, nav="namens", row=row, post=row.post)
    return render(request, "helping/slip.html", context)


@at_desk
@require_POST
def withdraw(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Takes it off the site at once, because who was helped says so."""
    row = get_object_or_404(_rows(request, neighbourhood), pk=pk)
    if row.channel == Channel.ACCOUNT:
        # It stands in somebody's own account: theirs to take back, and the queue's to judge.
        raise Http404
    if actions.withdraw(on_behalf=row, by=request.user):
        messages.success(request, _("Het is ingetrokken. De naam van de bewoner is gewist."))
    return redirect("helping:index", wijk=neighbourhood.slug)


def _rows(request: HttpRequest, neighbourhood: Neighbourhood) -> OnBehalfQuerySet:
    rows: OnBehalfQuerySet = scope(request.user).managed(OnBehalf)  # type: ignore[assignment]
    return rows.filter(neighbourhood=neighbourhood)


def _read(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> OnBehalf:
    """One row; that somebody else than who helped reads a resident's data is written down (K-22)."""
    row = get_object_or_404(_rows(request, neighbourhood).with_post(), pk=pk)
    if row.entered_by_id != request.user.pk and row.first_name:
        record("help.read", by=request.user, about=row, neighbourhood=neighbourhood)
    return row
