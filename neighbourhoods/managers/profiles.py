"""What visitors read of a manager, and where the manager writes it (C-20)."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from neighbourhoods.managers import actions
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.managers.forms import ProfileForm
from neighbourhoods.managers.models import Appointment, AppointmentQuerySet
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public, scope
from wijk.published import published

FIELDS = ("public_name", "function", "introduction")


@public
@require_safe
def profile(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who looks after this neighbourhood, in their own words; never an address."""
    found = get_object_or_404(Appointment.objects.public(), pk=pk, neighbourhood__slug=slug)
    elsewhere = Appointment.objects.public().filter(user=found.user_id).exclude(neighbourhood=found.neighbourhood_id)
    context = {
        "manager": shown(found),
        "appointment": found,
        "neighbourhood": found.neighbourhood,
        "elsewhere": elsewhere.order_by("neighbourhood__name"),
        "nav": "wijken",
    }
    return render(request, "managers/profile.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """A manager writes what visitors read; beside the form stands what they read now."""
    mine = cast(AppointmentQuerySet, scope(request.user).own(Appointment)).active()
    appointment = mine.filter(neighbourhood=neighbourhood).order_by("-ends_on").first()
    if appointment is None:
        messages.info(request, _("Je bent zelf geen beheerder van deze wijk. Daarom heb je hier geen profiel."))
        return redirect("moderation:queue", wijk=neighbourhood.slug)
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, initial={name: getattr(appointment, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        actions.change_profile(appointment=appointment, by=request.user, **form.cleaned_data)
        messages.success(request, _("Je profiel is aangepast. Bezoekers zien het zo."))
        return redirect("managers:edit_profile", wijk=neighbourhood.slug)
    more = {"form": form, "manager": shown(appointment), "appointment": appointment}
    return render(request, "managers/edit_profile.html", desk_context(request, neighbourhood, nav="profiel", **more))


def shown(appointment: Appointment) -> dict[str, Any]:
    """All that a visitor reads of a manager."""
    row = published(appointment)
    return {
        "public_name": row.public_name,
        "is_deputy": row.role == Appointment.Role.DEPUTY,
        "function": row.function,
        "on_behalf_of": row.on_behalf_of,
        "introduction": row.introduction,
    }
