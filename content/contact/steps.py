"""What a side does in a conversation besides writing: share details or take them back, close, block."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from content.contact import actions, relay
from content.contact.blocking import Block
from content.contact.forms import DetailsForm
from content.contact.models import TALK, Message
from content.contact.seats import Seat, for_member, for_visitor
from wijk.access import member, scope

PER_PAGE = 25


def details_form(seat: Seat, data: Any = None) -> DetailsForm:
    """Filled in with what we know of this side; ticked is only what the other has already."""
    card = relay.shared_by(seat.talk, seat.side)
    given = card.values if card else {}
    return DetailsForm(data, known=_known(seat) | given, given=given, with_address=seat.side == Message.Side.POSTER)


def _known(seat: Seat) -> dict[str, str]:
    talk, post, account = seat.talk, seat.talk.about, seat.account
    name, email = (account.get_full_name(), account.email) if account else ("", "")
    if seat.side == Message.Side.VISITOR:
        return {"name": talk.visitor_name or name, "email": talk.visitor_email or email, "phone": talk.visitor_phone}
    return {
        "name": post.contact_name or name,
        "email": post.contact_email or email,
        "phone": post.get_contact_phone_display(),
        "address": post.contact_address,
    }


def _share(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Chooses which details the other gets."""
    if not seat.is_own:
        raise Http404
    form = details_form(seat, request.POST if request.method == "POST" else None)
    obstacle = relay.obstacle(seat.talk, seat.side, by=seat.account)
    if request.method == "POST" and not obstacle and form.is_valid():
        actions.share(conversation=seat.talk, side=seat.side, details=form.given, by=seat.account)
        return redirect(seat.url() + "#gedeeld")
    return _page(request, seat, "contact/share.html", form=form, obstacle=obstacle)


def _unshare(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Takes back what was shared."""
    if not seat.is_own:
        raise Http404
    if request.method == "POST":
        actions.unshare(conversation=seat.talk, side=seat.side, by=seat.account)
        return redirect(seat.url())
    return _page(request, seat, "contact/unshare.html")


def _close(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ends the conversation."""
    if request.method == "POST":
        actions.close(conversation=seat.talk, side=seat.side, by=seat.account)
        return redirect(seat.url())
    return _page(request, seat, "contact/close.html")


def _block(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ends the conversation, and keeps the other from beginning a new one."""
    if not seat.can_block:
        raise Http404
    if request.method != "POST":
        return _page(request, seat, "contact/block.html")
    actions.block(conversation=seat.talk, side=seat.side, by=seat.account)
    if seat.can_be_written_first:
        messages.success(request, _("Je hebt de ander geblokkeerd. Het gesprek is gesloten."))
    return redirect("contact:blocked" if seat.can_be_written_first else seat.url())


def _page(request: HttpRequest, seat: Seat, template: str, **context: Any) -> HttpResponse:
    who = relay.name_of(seat.talk, relay.other_side(seat.side))
    return render(request, template, {"nav": "gesprekken", "seat": seat, "back_url": seat.url(), "who": who, **context})


share, visitor_share = for_member(_share), for_visitor(_share)
unshare, visitor_unshare = for_member(_unshare), for_visitor(_unshare)
close, visitor_close = for_member(_close), for_visitor(_close)
block, visitor_block = for_member(_block), for_visitor(_block)


# Whom a member blocked -----------------------------------------------------------------------------------------------


@member
@require_GET
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom somebody blocked, by the name the other gave; never by an address."""
    found = scope(request.user).own(Block).select_related("post", "organisation", *TALK)
    page = Paginator(found.prefetch_related("conversation__shared"), PER_PAGE).get_page(request.GET.get("pagina"))
    rows = [{"block": one, "who": _who(one)} for one in page]
    return render(request, "contact/blocked.html", {"nav": "gesprekken", "rows": rows, "page": page})


def _who(block: Block) -> str:
    talk = block.conversation
    if talk is None:
        return _("Iemand die je schreef")
    poster = relay.owner_of(talk, Message.Side.POSTER)
    wrote_first = poster is not None and poster.pk != block.owner_id
    other = Message.Side.POSTER if wrote_first else Message.Side.VISITOR
    return relay.name_of(talk, other)


@member
@require_POST
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the other begin a conversation again."""
    actions.unblock(block=get_object_or_404(scope(request.user).own(Block), pk=pk), by=request.user)
    messages.success(request, _("De blokkade is opgeheven. De ander kan je weer schrijven bij een van je berichten."))
    return redirect("contact:blocked")
