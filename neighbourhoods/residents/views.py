"""A member's home neighbourhood."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.users.models import User
from neighbourhoods.residents.actions import settle
from neighbourhoods.residents.forms import MoveForm
from neighbourhoods.residents.models import Residence
from wijk.access import member, scope


@member
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """Shows where a member lives, and lets them move."""
    home = scope(request.user).own(Residence).select_related("neighbourhood").defer("neighbourhood__outline").first()
    form = MoveForm(request.POST or None, initial={"neighbourhood": home.neighbourhood.slug if home else ""})
    if request.method == "POST" and form.is_valid():
        neighbourhood = form.cleaned_data["neighbourhood"]
        settle(user=cast(User, request.user), neighbourhood=neighbourhood, by=request.user)
        messages.success(request, _("Je wijk is nu %(name)s.") % {"name": neighbourhood.name})
        return redirect("home:overview")
    return render(request, "residents/move.html", {"form": form, "home": home, "nav": "gegevens"})
