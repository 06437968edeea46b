"""The contact form of a post, a visitor's own links, and a member's conversations."""

from datetime import timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from content.contact import actions, relay
from content.contact.forms import AnswerForm, ContactForm
from content.contact.models import Conversation, ConversationQuerySet, Message, visitor_hash
from content.posts.models import Post, Tombstone
from wijk.access import member, same_origin, scope, visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.views import gone, too_many

HOUR = timedelta(hours=1)
PER_PAGE = 25
Side = Message.Side
either = require_http_methods(["GET", "HEAD", "POST"])


# Writing to a poster -------------------------------------------------------------------------------------------------


@visitor
@same_pace
@either
def send(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Takes the form of a post's page; shows it again on a page of its own when something is wrong."""
    posts = Post.objects.visible().select_related("author", "neighbourhood", "organisation", "theme")
    post = posts.filter(pk=pk).first()
    if post is None:
        return _gone_post(request, pk)
    writer = _writer(request)
    form = ContactForm(request.POST if request.method == "POST" else None, member=writer)
    if form.is_bound and form.is_trap:
        return redirect("contact:sent")
    if writer is not None and writer.pk == post.author_id:
        return render(request, "contact/own_post.html", {"post": post})
    if not form.is_bound or not form.is_valid():
        return render(request, "contact/send.html", {"post": post, "form": form.refreshed()})
    return _start(request, post, form, writer)


def _start(request: HttpRequest, post: Post, form: ContactForm, writer: Any) -> HttpResponse:
    typed = form.cleaned_data
    # A member who types another address is a stranger under that address, who confirms it.
    if writer is not None and typed["email"] and visitor_hash(typed["email"]) != visitor_hash(writer.email):
        writer = None
    if not actions.sent_before(post=post, form_key=form.form_key):
        if not _may_start(request, post, writer.email if writer else typed["email"]):
            return too_many(request, 60)
        talk = actions.start(post=post, typed=typed, form_key=form.form_key, language=get_language() or "nl", by=writer)
        if talk is not None and writer is not None:
            return redirect("contact:thread", pk=talk.pk)
    return redirect("contact:mine") if writer else redirect("contact:sent")


def _may_start(request: HttpRequest, post: Post, email: str) -> bool:
    return (
        take("contact-network", client_network(request), limit=20, per=HOUR)
        and take("contact-address", visitor_hash(email), limit=5, per=HOUR)
        and take("contact-post", str(post.pk), limit=60, per=HOUR)
    )


def _writer(request: HttpRequest) -> Any:
    """The member who sends this form, when the browser itself says that it comes from one of our pages."""
    user = request.user
    if not user.is_authenticated or not user.takes_part:
        return None
    named = request.headers.get("Origin") or request.headers.get("Referer")
    proven = request.headers.get("Sec-Fetch-Site") == "same-origin" or named not in {None, "null"}
    return user if request.method != "POST" or (proven and same_origin(request)) else None


def _gone_post(request: HttpRequest, pk: int) -> HttpResponse:
    was_public = Post.objects.filter(pk=pk, published_at__isnull=False).exists()
    if was_public or Tombstone.objects.filter(post_ref=pk).exists():
        return gone(request)
    raise Http404


@visitor
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Says to look in the mailbox; the same for everybody, also for a robot."""
    return render(request, "contact/sent.html")


# A visitor's own links -----------------------------------------------------------------------------------------------


@visitor
@either
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing, for mail programs read links too; the button sends the message."""
    talk = Conversation.objects.with_parties().filter(token=token).first()
    if talk is not None and talk.state != Conversation.State.UNCONFIRMED:
        return redirect("contact:visitor_thread", token=token)
    if talk is None or not Conversation.objects.confirmable().filter(pk=talk.pk).exists():
        return _dead_link(request)
    if not Post.objects.visible().filter(pk=talk.post_id).exists():
        return gone(request)
    if request.method == "POST" and actions.confirm(conversation=talk, by=talk.member):
        return redirect("contact:visitor_thread", token=token)
    message = talk.messages.first()
    return render(request, "contact/confirm.html", {"talk": talk, "post": talk.post, "message": message})


def _dead_link(request: HttpRequest) -> HttpResponse:
    # An unknown link and one whose words are wiped look alike, because after a day they are.
    return gone(
        request,
        title=_("Deze link werkt niet meer"),
        text=_("De link in onze mail werkt 24 uur. Schrijf je bericht gerust opnieuw, dan sturen we een nieuwe link."),
    )


@visitor
@either
def visitor_thread(request: HttpRequest, token: str) -> HttpResponse:
    """The whole conversation for a visitor, behind the link of the mail."""
    talk = Conversation.objects.started().with_parties().filter(token=token).first()
    if talk is None:
        return gone(
            request,
            title=_("Dit gesprek is er niet meer"),
            text=_("Het is gewist, of de ander doet niet meer mee op Wijk."),
        )
    # A member's thread lives behind the log-in.
    if talk.member_id:
        return redirect("contact:thread", pk=talk.pk)
    return _thread(request, talk, Side.VISITOR, "contact/visitor_thread.html")


@visitor
@either
def visitor_close(request: HttpRequest, token: str) -> HttpResponse:
    """A visitor ends the conversation."""
    talk = get_object_or_404(Conversation.objects.started().with_parties(), token=token, member=None)
    return _close(request, talk, Side.VISITOR, "contact/visitor_close.html")


# A member's conversations --------------------------------------------------------------------------------------------


@member
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """All conversations about somebody's posts and those they began, newest first."""
    talks = _own(request).with_last_message()
    page = Paginator(talks, PER_PAGE).get_page(request.GET.get("pagina"))
    numbers = {talk.pk: getattr(talk, "last_message_pk", None) for talk in page}
    newest = Message.objects.in_bulk([number for number in numbers.values() if number])
    rows = [_row(talk, talk.side_of(request.user), newest.get(numbers[talk.pk])) for talk in page]
    return render(request, "contact/mine.html", {"nav": "gesprekken", "rows": rows, "page": page})


def _row(talk: Conversation, side: str, last: Message | None) -> dict[str, Any]:
    other = Side.VISITOR if side == Side.POSTER else Side.POSTER
    return {
        "talk": talk,
        "who": relay.name_of(talk, other),
        "last": last,
        "yours": last is not None and last.side == side,
        "waits": last is not None and last.side != side and talk.state == Conversation.State.OPEN,
    }


@member
@either
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation, for the poster or for the member who began it."""
    talk = get_object_or_404(_own(request), pk=pk)
    return _thread(request, talk, talk.side_of(request.user), "contact/thread.html")


@member
@either
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """A member ends a conversation."""
    talk = get_object_or_404(_own(request), pk=pk)
    return _close(request, talk, talk.side_of(request.user), "contact/close.html")


def _own(request: HttpRequest) -> ConversationQuerySet:
    return cast(ConversationQuerySet, scope(request.user).own(Conversation)).with_parties()


# Both sides ----------------------------------------------------------------------------------------------------------


def _thread(request: HttpRequest, talk: Conversation, side: str, template: str) -> HttpResponse:
    obstacle = relay.obstacle(talk, side)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and not obstacle and form.is_valid():
        if take("contact-answer", f"{talk.pk} {side}", limit=20, per=HOUR):
            return _answer(request, talk, side, form)
        form.add_error(
            None, _("Je stuurde net al veel berichten. Probeer het over een uur nog eens, je tekst staat er nog.")
        )
        status = 429
    talked = list(talk.messages.all())
    context = {
        "nav": "gesprekken",
        "talk": talk,
        "post": talk.post,
        "side": side,
        "who": relay.name_of(talk, Side.VISITOR if side == Side.POSTER else Side.POSTER),
        "messages_sent": [(message, message.side == side) for message in talked],
        "just_sent": bool(talked) and talked[-1].side == side,
        "form": form,
        "obstacle": obstacle,
        # What was typed when answering had become impossible: nobody's words are thrown away.
        "unsent": form["body"].value() if obstacle and form.is_bound else "",
        "post_is_public": Post.objects.visible().filter(pk=talk.post_id).exists(),
    }
    return render(request, template, context, status=status)


def _answer(request: HttpRequest, talk: Conversation, side: str, form: AnswerForm) -> HttpResponse:
    by = request.user if talk.member_id or side == Side.POSTER else None
    actions.answer(conversation=talk, side=side, by=by, **form.cleaned_data)
    return redirect(_address(talk, by) + "#laatste")


def _close(request: HttpRequest, talk: Conversation, side: str, template: str) -> HttpResponse:
    by = request.user if talk.member_id or side == Side.POSTER else None
    if request.method == "POST":
        actions.close(conversation=talk, side=side, by=by)
        return redirect(_address(talk, by))
    return render(request, template, {"nav": "gesprekken", "talk": talk, "back_url": _address(talk, by)})


def _address(talk: Conversation, by: Any) -> str:
    """Where this side reads the conversation."""
    return reverse("contact:thread", args=[talk.pk]) if by else reverse("contact:visitor_thread", args=[talk.token])
