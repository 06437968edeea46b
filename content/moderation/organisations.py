"""The desk's pages about organisations: a manager switches a page on once it is in order."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.users.models import takes_part
from content.moderation.forms import OrganisationOffForm
from content.organisations import actions
from content.organisations.models import Organisation
from content.organisations.opening import in_words
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import scope

LONGEST_LIST = 200
# No hidden contact detail is even read for the desk.
UNREAD = ("contact_name", "contact_email", "contact_phone", "contact_address")


def desk_organisations(user: Any, neighbourhood: Neighbourhood) -> QuerySet[Organisation]:
    """The organisations of one neighbourhood at the desk, those that wait first."""
    here = scope(user).managed(Organisation).filter(neighbourhoods=neighbourhood)
    return here.defer(*UNREAD).order_by("is_live", "name")


@at_desk
@require_GET
def index(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Every organisation with a page in this neighbourhood."""
    found = desk_organisations(request.user, neighbourhood)[:LONGEST_LIST]
    context = desk_context(request, neighbourhood, nav="organisaties", organisations=found)
    return render(request, "moderation/organisations.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One organisation's page as visitors will read it, and its switch."""
    found = get_object_or_404(desk_organisations(request.user, neighbourhood), pk=pk)
    if request.method == "POST" and request.POST.get("live") in {"1", "0"}:
        live = request.POST["live"] == "1"
        form = OrganisationOffForm(request.POST)
        if not live and not form.is_valid():
            return _page(request, neighbourhood, found, form)
        why = {} if live else form.cleaned_data
        actions.set_live(organisation=found, by=request.user, live=live, **why)
        on, off = _("De organisatie staat op de site."), _("De organisatie is van de site.")
        messages.success(request, on if live else off)
        return redirect("moderation:organisations", wijk=neighbourhood.slug)
    return _page(request, neighbourhood, found, OrganisationOffForm())


def _page(
    request: HttpRequest, neighbourhood: Neighbourhood, found: Organisation, form: OrganisationOffForm
) -> HttpResponse:
    editors = found.editors.filter(takes_part("user"))
    context = {
        "organisation": found,
        "off": form,
        "hours": in_words(found.hours),
        "editors": editors.values("user__first_name", "user__last_name", "user__email"),
        "elsewhere": found.neighbourhoods.exclude(pk=neighbourhood.pk).values_list("name", flat=True),
    }
    context = desk_context(request, neighbourhood, nav="organisaties", **context)
    return render(request, "moderation/organisation.html", context)
