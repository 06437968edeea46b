"""The pages of one's own copy, to come back with it or to destroy it, and the privacy desk's page of all copies."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.archive import actions, comeback, keeping
from accounts.archive.forms import AskForm, ReturnForm
from accounts.archive.models import SealedCopy
from wijk.access import careful, office, visitor
from wijk.limits import client_network, take
from wijk.pace import same_pace
from wijk.views import gone, too_many

PER_PAGE = 50
PER_NETWORK, TRIES = 20, 10
HOUR = timedelta(hours=1)

__all__ = ["keeping"]  # what waits at the desk


@visitor
@same_pace
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the address of then; answers the same whether there is a copy or not (W-80)."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_trap:
        return render(request, "archive/ask.html", {"sent": True})
    if form.is_bound and form.is_valid():
        if not take("comeback-ask", client_network(request), limit=PER_NETWORK, per=HOUR):
            return too_many(request)
        language = get_language() or settings.LANGUAGE_CODE
        comeback.ask(email=form.cleaned_data["email"], language=language, form_key=form.form_key)
        return render(request, "archive/ask.html", {"sent": True})
    return render(request, "archive/ask.html", {"form": form.refreshed() if form.is_bound else form})


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: the code and a new password make the account again (W-80)."""
    copy = comeback.copy_of_link(token)
    if copy is None:
        return gone(
            request,
            title=_("Deze link werkt niet meer"),
            text=_("De link in onze mail werkt een dag, en één keer. Vraag gerust een nieuwe."),
            back_url=reverse("archive:ask"),
            back_label=_("Vraag een nieuwe link"),
        )
    posted = request.method == "POST"
    if posted and not take("comeback-code", copy.name, limit=TRIES, per=HOUR):
        return too_many(request)
    form = ReturnForm(request.POST if posted else None, copy=copy)
    if posted and not form.is_trap and form.is_valid():
        try:
            comeback.come_back(copy=copy, contents=form.contents, password=form.cleaned_data["password"])
        except comeback.Taken:
            return render(request, "archive/taken.html", {"copy": copy, "refusal": actions.refusal_path(copy)})
        messages.success(request, _("Welkom terug. Log in. Je berichten staan klaar als concept."))
        return redirect("account_login")
    return render(request, "archive/return.html", {"form": form.refreshed() if form.is_bound else form})


@visitor
def refuse(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a receipt: opening it changes nothing, the button destroys the copy (W-81)."""
    copy = actions.copy_of_token(token)
    if request.method == "POST" and copy is not None:
        actions.destroy(copy=copy, why="refused")
        return render(request, "archive/refused.html")
    if copy is None:
        return gone(
            request,
            title=_("Deze kopie is er niet meer"),
            text=_("Je hebt hem al gewist, of de tijd is om. We bewaren niets meer van je account."),
            back_url="/",
            back_label=_("Naar het begin"),
        )
    return render(request, "archive/refuse.html", {"copy": copy})


@office
@require_GET
def copies(request: HttpRequest) -> HttpResponse:
    """Every copy by its number, never by a name: there is none to show (W-79)."""
    rows = SealedCopy.objects.filter(destroyed_at=None).order_by("-created_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "archive/copies.html", {"page": page, "nav": "kopieen"})


@office
@require_POST
@careful
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Destroys a copy because its person asked the desk to (W-81)."""
    actions.destroy(copy=get_object_or_404(SealedCopy, pk=pk), why="asked", by=request.user)
    messages.success(request, _("Kopie %d is gewist. Niemand kan hem nog openen.") % pk)
    return redirect("archive:copies")
