"""A word of thanks to who helped, after it worked out via Wijk: passed on like any message, and seen by nobody else."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from content.contact import actions, relay
from content.contact.about import is_talked_about
from content.contact.forms import ThanksForm
from content.contact.models import Conversation, Message
from content.contact.seats import either
from content.posts.models import Post
from wijk.access import member, scope
from wijk.limits import take
from wijk.views import too_many

MOST = 50
A_DAY = 20


def to_thank(post: Post, by: Any) -> list[Conversation]:
    """With whom its author talked about a request that worked out, and can still thank, each once.

    Who closed the conversation, blocked the author or left is not among them.
    """
    done = post.status == Post.Status.FULFILLED and post.outcome == Post.Outcome.VIA_WIJK
    if not done or post.kind != Post.Kind.REQUEST or post.with_help or not is_talked_about(post):
        return []
    talks = Conversation.objects.started().with_parties().filter(post=post, state=Conversation.State.OPEN)
    waiting = talks.exclude(messages__is_thanks=True)[:MOST]
    return [talk for talk in waiting if not relay.obstacle(talk, Message.Side.POSTER, by=by)]


@member
@either
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses whom to thank, and writes one short note."""
    by: Any = request.user
    post = get_object_or_404(scope(by).own(Post).select_related("author", "organisation"), pk=pk)
    talks = {talk.pk: talk for talk in to_thank(post, by)}
    if not talks:
        messages.info(request, _("Bij dit bericht kun je nu niemand bedanken."))
        return redirect("posts:mine_detail", pk)
    names = [(number, relay.name_of(talk, Message.Side.VISITOR), talk.started_at) for number, talk in talks.items()]
    form = ThanksForm(request.POST if request.method == "POST" else None, people=names)
    if form.is_bound and form.is_valid():
        if not take("thanks", str(by.pk), limit=A_DAY, per=timedelta(days=1)):
            return too_many(request, 24 * 60)
        chosen = [talks[int(number)] for number in form.cleaned_data["people"]]
        _send(request, chosen, form.cleaned_data["body"], by)
        return redirect("posts:mine_detail", pk)
    return render(request, "contact/thank.html", {"nav": "berichten", "post": post, "form": form})


def _send(request: HttpRequest, talks: list[Conversation], body: str, by: Any) -> None:
    side = Message.Side.POSTER
    sent = [
        actions.answer(conversation=talk, side=side, body=body, form_key="", by=by, is_thanks=True) for talk in talks
    ]
    if any(sent):
        messages.success(request, _("Je bedankje is onderweg."))
    else:
        messages.warning(request, _("Je bedankje ging niet weg. Het gesprek is intussen gesloten."))
