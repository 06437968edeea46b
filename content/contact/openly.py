"""A conversation as the poster's side sees it behind a mailed link, for features whose posters have no log-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from content.contact import actions, conduct, relay
from content.contact.about import is_on_site
from content.contact.forms import AnswerForm
from content.contact.models import Conversation, Message
from wijk.views import too_many

Side = Message.Side


def poster_talk(
    request: HttpRequest, found: Conversation, *, own_url: str, template: str, can_block: bool = False
) -> HttpResponse:
    """Reads, answers and stops; the caller has shown that whoever looks is on the poster's side.

    `can_block` says that this is the poster, who may also block the other.
    """
    if request.method == "POST" and "stop" in request.POST:
        actions.close(conversation=found, side=Side.POSTER, by=None)
        return redirect(request.path)
    if request.method == "POST" and "block" in request.POST and can_block:
        actions.block(conversation=found, side=Side.POSTER, by=None)
        return redirect(request.path)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    obstacle = relay.obstacle(found, Side.POSTER)
    if form.is_bound and not obstacle and form.is_valid():
        if not conduct.may_answer(found, Side.POSTER):
            return too_many(request)
        actions.answer(conversation=found, side=Side.POSTER, by=relay.owner_of(found, Side.POSTER), **form.cleaned_data)
        return redirect(request.path)
    return render(request, template, {**_context(found), "form": form, "obstacle": obstacle, "own_url": own_url})


def _context(found: Conversation) -> dict[str, Any]:
    return {
        "talk": found,
        "about": found.about,
        "is_public": is_on_site(found),
        "who": relay.name_of(found, Side.VISITOR),
        "card": relay.shared_with(found, Side.POSTER),
        "lines": [
            {"message": one, "is_mine": one.side == Side.POSTER, "report_url": _report_url(one)}
            for one in found.messages.all()
        ],
    }


def _report_url(message: Message) -> str:
    return relay.report_url(message) if message.side == Side.VISITOR and message.body else ""
