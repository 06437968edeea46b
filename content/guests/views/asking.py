"""Asking without an account: the form, the mailed link that places it, and a fresh link to one's own page."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.signup.guests import word_for
from content.guests import actions
from content.guests.doors import either
from content.guests.forms import AGREED, AskForm, LinkForm
from content.guests.models import PendingRequest
from content.posts import cards
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.text import canonical_email, clean_line
from wijk.views import gone, too_many

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_NETWORK, PER_MAILBOX = 20, 5


@visitor
@same_pace
@either
def ask(request: HttpRequest) -> HttpResponse:
    """What do you need? Answers the same whether the address is known or not; a member places it at home."""
    if request.user.is_authenticated:
        return redirect(reverse("posts:place") + "?soort=vraag")
    form = AskForm(request.POST if request.method == "POST" else None, initial=_asked_where(request))
    if form.is_bound and form.is_trap:
        return redirect("guests:asked")
    if not form.is_bound or not form.is_valid():
        return render(request, "guests/ask.html", {"form": form.refreshed()})
    if not _may_mail(request, "guest-ask", form.cleaned_data["email"]):
        form.add_error(None, _("Er zijn net veel vragen gesteld. Probeer het later nog eens, je tekst staat er nog."))
        return render(request, "guests/ask.html", {"form": form}, status=429)
    actions.ask(typed=form.cleaned_data, form_key=form.form_key, language=get_language() or "nl")
    return redirect("guests:asked")


def _asked_where(request: HttpRequest) -> dict[str, str]:
    return {"neighbourhood": clean_line(request.GET.get("wijk", ""))[:120]}


def _may_mail(request: HttpRequest, what: str, email: str) -> bool:
    """Nobody fills a stranger's mailbox through us."""
    return take(f"{what}-network", client_network(request), limit=PER_NETWORK, per=HOUR) and take(
        f"{what}-mailbox", canonical_email(email), limit=PER_MAILBOX, per=DAY
    )


@visitor
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Says to look in the mailbox; the same for everybody, also for a robot."""
    return render(request, "guests/asked.html")


@visitor
@either
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing, for mail programs read links too; a button does."""
    row = PendingRequest.objects.confirmable().select_related("neighbourhood").filter(token=token).first()
    if row is None:
        return _dead_link(request)
    if request.method == "POST" and request.POST.get("antwoord") == "nee":
        actions.discard(pending=row)
        return render(request, "guests/discarded.html")
    if request.method == "POST":
        return _confirmed(request, row)
    account = actions.proven_account(row.email)
    context = {"row": row, "page": cards.page(actions.post_of(row)), "member": account and not account.is_guest}
    return render(request, "guests/confirm.html", context)


def _confirmed(request: HttpRequest, row: PendingRequest) -> HttpResponse:
    try:
        post = actions.confirm(pending=row, sentence=str(AGREED))
    except actions.NotNowError:
        return render(request, "guests/not_now.html", status=409)
    if post is None:
        return _dead_link(request)
    own_url = reverse("guests:own", args=[word_for(post.author)]) if post.author.is_guest else ""
    return render(request, "guests/confirmed.html", {"post": post, "own_url": own_url})


def _dead_link(request: HttpRequest) -> HttpResponse:
    # One that was used, one that is unknown and one whose words are wiped look alike.
    return gone(
        request,
        title=_("Deze link werkt niet meer"),
        text=_(
            "De link in onze mail werkt 48 uur en één keer. Bevestigde je je vraag al? Dan kreeg je een mail met een "
            "nieuwe link. Anders stel je hem gerust opnieuw."
        ),
        back_url=reverse("guests:ask"),
        back_label=_("Stel je vraag"),
    )


@visitor
@same_pace
@either
def link(request: HttpRequest) -> HttpResponse:
    """Mails a fresh link, and answers everybody the same."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trap:
        return render(request, "guests/link.html", {"sent": True})
    if not form.is_bound or not form.is_valid():
        return render(request, "guests/link.html", {"form": form.refreshed()})
    if not _may_mail(request, "guest-link", form.cleaned_data["email"]):
        return too_many(request)
    actions.send_link(email=form.cleaned_data["email"])
    return render(request, "guests/link.html", {"sent": True})
