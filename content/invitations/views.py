"""Who keeps a page or a post together, inviting another, stopping; and the page behind an invitation."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from content.invitations import actions
from content.invitations.forms import InviteForm, PageInviteForm
from content.invitations.models import Invitation, Kept, together_url
from content.organisations.editors import is_last, team_of
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.comanagers import CoManager
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import careful, member, member_here, scope, visitor
from wijk.limits import take
from wijk.pace import same_pace
from wijk.views import gone, too_many

either = require_http_methods(["GET", "HEAD", "POST"])
A_DAY = timedelta(days=1)
MOST_IN_A_DAY = 10


def _own_page(request: HttpRequest, slug: str) -> Organisation:
    return get_object_or_404(scope(request.user).own(Organisation), slug=slug)


def _own_post(request: HttpRequest, pk: int) -> Post:
    own = scope(request.user).own(Post).exclude(status=Post.Status.DRAFT).select_related("neighbourhood")
    return get_object_or_404(own.defer("neighbourhood__outline"), pk=pk)


# Together ------------------------------------------------------------------------------------------------------------


@member
@same_pace
@either
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Who edits a page, who was invited, and a form to invite one more."""
    page = _own_page(request, slug)
    form = PageInviteForm(request.POST if request.method == "POST" else None)
    people = [{"number": one.pk, "user": one.user, "since": one.since} for one in team_of(page)]
    return _together(request, page, form, {"nav": "organisaties", "organisation": page, "people": people})


@member
@same_pace
@either
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Who keeps a post of mine with me, who was invited, and a form to invite one more."""
    own = _own_post(request, pk)
    form = InviteForm(request.POST if request.method == "POST" else None)
    rows = own.co_managers.select_related("user").order_by("since", "pk")
    people = [{"number": one.pk, "user": one.user, "since": one.since} for one in rows]
    return _together(request, own, form, {"nav": "berichten", "post": own, "people": people})


def _together(request: HttpRequest, thing: Kept, form: InviteForm, context: dict[str, Any]) -> HttpResponse:
    can_invite = thing.is_live and request.user.takes_part  # type: ignore[union-attr]
    if form.is_bound and can_invite and form.is_valid():
        if not take("invitation", str(request.user.pk), limit=MOST_IN_A_DAY, per=A_DAY):
            return too_many(request, minutes=24 * 60)
        actions.invite(
            thing=thing,
            address=form.cleaned_data["email"],
            by=request.user,
            takes_over=form.cleaned_data.get("takes_over", False),
        )
        messages.success(request, _sent(form.cleaned_data["email"]))
        return redirect(together_url(thing))
    waiting = scope(request.user).own(Invitation).filter(state=Invitation.State.OPEN)
    rows = waiting.open().to(thing).select_related("invited_by")  # type: ignore[attr-defined]
    extra = {"form": form, "waiting": rows, "can_invite": can_invite}
    return render(request, "invitations/together.html", {**context, **extra})


def _sent(address: str) -> str:
    """The same, whatever is known of the address."""
    said = _("We mailen %(address)s, als daar nog geen uitnodiging ligt en niemand nee zei.")
    return said % {"address": address}


@member
@careful
@either
def remove_editor(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Takes another editor off a page; the button does it."""
    page = _own_page(request, slug)
    one = get_object_or_404(team_of(page).exclude(user=request.user.pk), pk=number)
    return _remove(request, page, one)


@member
@either
def remove_co_manager(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The author keeps a post without somebody from now on."""
    own = _own_post(request, pk)
    return _remove(request, own, get_object_or_404(own.co_managers.select_related("user"), pk=number))


def _remove(request: HttpRequest, thing: Kept, one: OrganisationEditor | CoManager) -> HttpResponse:
    if request.method == "POST":
        actions.let_go(thing=thing, user=one.user, by=request.user)
        messages.success(request, _("%s doet niet meer mee.") % one.user.get_full_name())
        return redirect(together_url(thing))
    context = {"thing": thing, "who": one.user.get_full_name(), "back_url": together_url(thing)}
    return render(request, "invitations/remove.html", context)


@member
@careful
@either
def stop_editing(request: HttpRequest, slug: str) -> HttpResponse:
    """Stops editing a page; who is the last chooses between handing it over and taking it off the site."""
    page = _own_page(request, slug)
    last = is_last(page, request.user)
    if request.method == "POST" and last and request.POST.get("weg") == "ja":
        actions.leave_alone(organisation=page, by=request.user)
        messages.success(request, _("Je bent gestopt. De pagina is van de site."))
        return redirect("organisations:mine")
    if request.method == "POST" and not last:
        actions.let_go(thing=page, user=request.user, by=request.user)
        messages.success(request, _("Je bent gestopt. De anderen gaan verder."))
        return redirect("organisations:mine")
    return render(request, "invitations/stop_editing.html", {"organisation": page, "last": last})


@member
@either
def stop_co_managing(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops keeping somebody else's post."""
    place = get_object_or_404(scope(request.user).own(CoManager).select_related("post__neighbourhood"), post=pk)
    if request.method == "POST":
        actions.let_go(thing=place.post, user=request.user, by=request.user)
        messages.success(request, _("Je houdt dit bericht niet meer bij."))
        return redirect("posts:mine")
    return render(request, "invitations/stop_co_managing.html", {"post": place.post})


@member
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends an open invitation."""
    found = get_object_or_404(scope(request.user).own(Invitation).select_related("organisation", "post"), pk=pk)
    if actions.take_back(invitation=found, by=request.user):
        messages.success(request, _("De uitnodiging is ingetrokken. De link werkt niet meer."))
    else:
        messages.info(request, _("Deze uitnodiging was al beantwoord of voorbij."))
    return redirect(found.together_url)


@at_desk
@same_pace
@either
def invite_at_desk(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """A manager asks somebody to keep the page of an organisation in this neighbourhood."""
    page = get_object_or_404(scope(request.user).managed(Organisation).filter(neighbourhoods=neighbourhood), pk=pk)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not take("invitation", str(request.user.pk), limit=MOST_IN_A_DAY, per=A_DAY):
            return too_many(request, minutes=24 * 60)
        actions.invite(thing=page, address=form.cleaned_data["email"], by=request.user, as_manager=True)
        messages.success(request, _sent(form.cleaned_data["email"]))
        return redirect("moderation:organisation", wijk=neighbourhood.slug, pk=page.pk)
    context = desk_context(request, neighbourhood, nav="organisaties", organisation=page, form=form)
    return render(request, "invitations/at_desk.html", context)


# The invited ---------------------------------------------------------------------------------------------------------


@visitor
@either
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever reads the invited mailbox says yes or no; reading the link changes nothing."""
    found = Invitation.objects.select_related("organisation", "post", "invited_by").filter(token=token).first()
    rows = list(Invitation.objects.open().together_with(found).select_related("organisation", "post")) if found else []
    if found is None or not rows:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De uitnodiging is beantwoord, ingetrokken of ouder dan 14 dagen. Vraag het aan wie je uitnodigde."),
        )
    someone, word = member_here(request), request.POST.get("antwoord", "")
    if request.method == "POST" and word in {"nee", "nooit"}:
        actions.refuse(invitation=found, for_ever=word == "nooit" or not found.by_hand)
        return render(request, "invitations/refused.html", {"invitation": found, "for_ever": word == "nooit"})
    fits = someone is not None and actions.is_invited(found, someone)
    if request.method == "POST" and word == "ja" and fits:
        actions.accept(invitation=found, by=someone)
        messages.success(request, _("Je hoort er nu bij."))
        return redirect("posts:mine_detail", found.post.pk) if found.post else redirect("organisations:mine")
    context = {
        "invitation": found,
        "names": [str(row.thing) for row in rows if row.thing],
        "inviter": found.invited_by if found.by_hand else None,
        "someone": someone,
        "fits": fits,
        "after": urlencode({"next": found.url}),
    }
    return render(request, "invitations/answer.html", context)
