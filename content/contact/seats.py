"""Where somebody sits in a conversation: a member behind the log-in, a visitor behind the personal link."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from content.contact.models import Conversation, ConversationQuerySet, Message
from wijk.access import member, scope, visitor

either = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Seat:
    """One side of a conversation, as somebody opened it; a visitor has no account."""

    talk: Conversation
    side: str
    account: Any = None

    def url(self, page: str = "thread") -> str:
        """The address of a page of this conversation for who sits here."""
        if self.account:
            return reverse(f"contact:{page}", args=[self.talk.pk])
        return reverse(f"contact:visitor_{page}", args=[self.talk.token])

    @property
    def is_own(self) -> bool:
        """Whether this is the person the side is about, and not who stands in: a stand-in has nothing to give away."""
        post = self.talk.post
        return self.side == Message.Side.VISITOR or (post is not None and post.author_id == self.account.pk)

    @property
    def can_block(self) -> bool:
        """Whether who sits here may shut the other out; an editor does so for the organisation."""
        return self.is_own or self.talk.post is None

    @property
    def can_be_written_first(self) -> bool:
        """Whether the other could begin anew, which a block would stop: an organisation writes to nobody."""
        return self.account is not None and (self.talk.post is not None or self.side == Message.Side.POSTER)


type AtTable = Callable[[HttpRequest, Seat], HttpResponse]


def own_talks(request: HttpRequest) -> ConversationQuerySet:
    return cast(ConversationQuerySet, scope(request.user).own(Conversation)).with_parties()


def for_member(view: AtTable) -> Callable[..., HttpResponse]:
    """The view for a member who is in the conversation of that number."""

    @member
    @either
    @wraps(view)
    def seen(request: HttpRequest, pk: int) -> HttpResponse:
        talk = get_object_or_404(own_talks(request), pk=pk)
        return view(request, Seat(talk, talk.side_of(request.user), request.user))

    return seen


def for_visitor(view: AtTable) -> Callable[..., HttpResponse]:
    """The view for a visitor with the personal link; a member's conversation opens by logging in only."""

    @visitor
    @either
    @wraps(view)
    def seen(request: HttpRequest, token: str) -> HttpResponse:
        talk = get_object_or_404(Conversation.objects.started().with_parties(), token=token, member=None)
        return view(request, Seat(talk, Message.Side.VISITOR))

    return seen
