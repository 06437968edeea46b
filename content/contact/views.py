"""The contact form of a post, a visitor's own links, and a member's conversations."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from content.contact import actions, conduct, relay
from content.contact.about import Thing, can_be_asked, ends_at, is_on_site
from content.contact.blocking import is_blocked
from content.contact.forms import AnswerForm, ContactForm
from content.contact.models import Conversation, Message, visitor_hash
from content.contact.seats import Seat, either, for_member, own_talks
from content.contact.steps import details_form
from content.organisations.models import Organisation
from content.posts.models import Post
from content.posts.tombstones import Tombstone
from wijk.access import member, member_here, visitor
from wijk.limits import client_network, take
from wijk.mail.models import delivery_of
from wijk.pace import same_pace
from wijk.views import gone, too_many

HOUR = timedelta(hours=1)
PER_PAGE = 25
Side = Message.Side


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
    writer = member_here(request)
    return _write(request, post, writer, is_own=writer is not None and writer.pk == post.author_id)


@visitor
@same_pace
@either
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the form of an organisation's page, in the same way."""
    organisation = get_object_or_404(Organisation.objects.visible(), slug=slug)
    if not can_be_asked(organisation):
        return redirect(organisation)
    writer = member_here(request)
    edits = writer is not None and organisation.editors.filter(user=writer).exists()
    return _write(request, organisation, writer, is_own=edits)


def _write(request: HttpRequest, about: Thing, writer: Any, *, is_own: bool) -> HttpResponse:
    form = ContactForm(request.POST if request.method == "POST" else None, member=writer)
    if form.is_bound and form.is_trap:
        return redirect("contact:sent")
    if is_own:
        return render(request, "contact/own_post.html", {"about": about})
    if not form.is_bound or not form.is_valid():
        return render(request, "contact/send.html", {"about": about, "form": form.refreshed()})
    return _start(request, about, form, writer)


def _start(request: HttpRequest, about: Thing, form: ContactForm, writer: Any) -> HttpResponse:
    typed = form.cleaned_data
    # A member who types another address is a stranger under that address, who confirms it.
    if writer is not None and typed["email"] and visitor_hash(typed["email"]) != visitor_hash(writer.email):
        writer = None
    if not actions.sent_before(about=about, form_key=form.form_key):
        refusal = _refusal(request, about, writer, writer.email, typed["message"]) if writer is not None else None
        if refusal is not None:
            return refusal
        if not _may_start(request, about, writer.email if writer else typed["email"]):
            return too_many(request, 60)
        whole = {"typed": typed, "form_key": form.form_key, "language": get_language() or "nl", "by": writer}
        thing = {"post": about} if isinstance(about, Post) else {"organisation": about}
        talk = actions.start(**thing, **whole)
        if talk is not None and writer is not None:
            return redirect("contact:thread", pk=talk.pk)
    return redirect("contact:mine") if writer else redirect("contact:sent")


def _refusal(request: HttpRequest, about: Thing, account: Any, email: str, words: str) -> HttpResponse | None:
    """Why a message does not go to its poster, with the words back; None when it may.

    Said only to who proved to have the mailbox, so that nobody learns it about somebody else.
    """
    if is_blocked(about, account=account, email=email):
        why, status = _("De ander wil geen berichten van jou ontvangen."), 200
    else:
        why, status = conduct.why_not_now(sender=visitor_hash(email), words=words), 429
    if not why:
        return None
    return render(request, "contact/refused.html", {"about": about, "why": why, "unsent": words}, status=status)


def _may_start(request: HttpRequest, about: Thing, email: str) -> bool:
    key = str(about.pk) if isinstance(about, Post) else f"organisation {about.pk}"
    return (
        take("contact-network", client_network(request), limit=20, per=HOUR)
        and take("contact-address", visitor_hash(email), limit=5, per=HOUR)
        and take("contact-post", key, limit=60, per=HOUR)
    )


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
    if not is_on_site(talk):
        return gone(request)
    message = talk.messages.first()
    if request.method == "POST":
        refusal = _refusal(request, talk.about, talk.member, talk.visitor_email, message.body if message else "")
        if refusal is not None:
            return refusal
        if actions.confirm(conversation=talk, by=talk.member):
            return redirect("contact:visitor_thread", token=token)
    return render(request, "contact/confirm.html", {"talk": talk, "about": talk.about, "message": message})


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
    return _thread(request, Seat(talk, Side.VISITOR))


# A member's conversations --------------------------------------------------------------------------------------------


@member
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """All conversations about somebody's posts and those they began, newest first."""
    talks = own_talks(request).with_last_message()
    page = Paginator(talks, PER_PAGE).get_page(request.GET.get("pagina"))
    numbers = {talk.pk: getattr(talk, "last_message_pk", None) for talk in page}
    newest = Message.objects.in_bulk([number for number in numbers.values() if number])
    rows = [_row(Seat(talk, talk.side_of(request.user), request.user), newest.get(numbers[talk.pk])) for talk in page]
    return render(request, "contact/mine.html", {"nav": "gesprekken", "rows": rows, "page": page})


def _row(seat: Seat, last: Message | None) -> dict[str, Any]:
    yours = last is not None and last.side == seat.side
    return {
        "talk": seat.talk,
        "who": relay.name_of(seat.talk, relay.other_side(seat.side)),
        "last": last,
        "yours": yours,
        "waits": last is not None and not yours and not relay.obstacle(seat.talk, seat.side, by=seat.account),
    }


# Both sides ----------------------------------------------------------------------------------------------------------


def _thread(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One conversation, for who is in it."""
    talk, side = seat.talk, seat.side
    obstacle = relay.obstacle(talk, side, by=seat.account)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and not obstacle and form.is_valid():
        if conduct.may_answer(talk, side):
            actions.answer(conversation=talk, side=side, by=seat.account, **form.cleaned_data)
            return redirect(seat.url() + "#laatste")
        form.add_error(
            None, _("Je stuurde net al veel berichten. Probeer het over een uur nog eens, je tekst staat er nog.")
        )
        status = 429
    context = _thread_context(seat) | {
        "form": form,
        "obstacle": obstacle,
        # What was typed when answering had become impossible: nobody's words are thrown away.
        "unsent": form["body"].value() if obstacle and form.is_bound else "",
    }
    template = "contact/thread.html" if seat.account else "contact/visitor_thread.html"
    return render(request, template, context, status=status)


thread = for_member(_thread)


def _deliveries(messages: list[Message]) -> dict[int, str]:
    """What became of the mail of each message: "delivered", "underway" or "failed" (K-52)."""
    numbers = {f"{Message._meta.label_lower}:{message.pk}": message.pk for message in messages}
    found = delivery_of(numbers)
    words = {"waiting": "underway", "delayed": "underway", "sent": "delivered"}
    return {numbers[label]: words.get(code, "failed") for label, code in found.items()}


def _thread_context(seat: Seat) -> dict[str, Any]:
    talk, side = seat.talk, seat.side
    talked = list(talk.messages.all())
    deliveries = _deliveries([message for message in talked if message.side == side])
    return {
        "nav": "gesprekken",
        "seat": seat,
        "talk": talk,
        "about": talk.about,
        "side": side,
        "who": relay.name_of(talk, relay.other_side(side)),
        "lines": [_line(message, message.side == side, deliveries.get(message.pk, "")) for message in talked],
        "just_sent": bool(talked) and talked[-1].side == side,
        "card": relay.shared_with(talk, side),
        "own_card": relay.shared_by(talk, side) if seat.is_own else None,
        "details": details_form(seat) if seat.is_own else None,
        "ends_at": ends_at(talk.about),
        "is_public": is_on_site(talk),
    }


def _line(message: Message, is_mine: bool, delivery: str) -> dict[str, Any]:
    """One message on the page, with what there is to say about how it came."""
    outcomes = {"delivered": _("bezorgd"), "underway": _("onderweg"), "failed": _("niet aangekomen")}
    left_out = ngettext("%d bijlage niet doorgestuurd", "%d bijlagen niet doorgestuurd", message.left_out)
    told = [
        _("bedankje") if message.is_thanks else "",
        _("per mail") if message.by_mail else "",
        left_out % message.left_out if message.left_out else "",
        outcomes.get(delivery, "") if is_mine else "",
    ]
    return {
        "message": message,
        "is_mine": is_mine,
        "foot": ", ".join(word for word in told if word),
        "failed": is_mine and delivery == "failed",
        "report_url": "" if is_mine or not message.body else relay.report_url(message),
    }
