"""The guide and the pages of organisations, and the pages where their editors keep them."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.organisations import actions
from content.organisations.forms import OrganisationForm
from content.organisations.locations import fit, locations_form, typed_locations
from content.organisations.models import Organisation
from content.organisations.opening import in_words
from content.organisations.reach import home_of
from neighbourhoods.places.models import Neighbourhood
from wijk.access import member, public, scope
from wijk.text import paragraphs


@public
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisations of a neighbourhood, by theme if one wants."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on().defer("outline"), slug=slug)
    here = Organisation.objects.visible().in_neighbourhood(neighbourhood).for_cards()
    where = Prefetch("neighbourhoods", Neighbourhood.objects.on().defer("outline"))
    organisations = list(here.prefetch_related(where))
    wanted = request.GET.get("thema", "")
    themes = {theme.slug: theme for organisation in organisations for theme in organisation.themes.all()}
    if wanted and wanted not in themes:
        raise Http404
    context = {
        "neighbourhood": neighbourhood,
        "cards": [card(one, seen_from=neighbourhood) for one in organisations if not wanted or wanted in _slugs(one)],
        "themes": _theme_chips(organisations, themes, wanted),
    }
    return render(request, "organisations/guide.html", context)


def _slugs(organisation: Organisation) -> set[str]:
    return {theme.slug for theme in organisation.themes.all()}


def _theme_chips(organisations: list[Organisation], themes: dict[str, Any], wanted: str) -> list[dict[str, Any]]:
    ordered = sorted(themes.values(), key=lambda theme: (theme.order, theme.name))
    return [
        {"label": _("Alles"), "url": "?", "count": len(organisations), "current": not wanted},
        *(
            {
                "label": str(theme),
                "url": f"?thema={theme.slug}",
                "count": sum(theme.slug in _slugs(organisation) for organisation in organisations),
                "current": theme.slug == wanted,
            }
            for theme in ordered
        ),
    ]


def card(organisation: Organisation, *, seen_from: Neighbourhood | None = None) -> dict[str, str]:
    """What components/organisation_card.html shows (load it with for_cards()); `seen_from` adds where else it is."""
    others = [place.name for place in organisation.neighbourhoods.all() if place != seen_from] if seen_from else []
    return {
        "name": organisation.name,
        "url": organisation.get_absolute_url(),
        "excerpt": organisation.summary,
        "theme": ", ".join(str(theme) for theme in organisation.themes.all()[:2]),
        "place": _("Ook in %s") % ", ".join(others) if others else "",
    }


@public
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation. Its posts are placed on it by the posts' own tag."""
    found = Organisation.objects.visible().prefetch_related("themes", "locations")
    organisation = get_object_or_404(found, slug=slug)
    context = {
        "organisation": organisation,
        "body": paragraphs(organisation.text),
        "contact": organisation.shown_details(),
        "hours": in_words(organisation.hours),
        "neighbourhoods": organisation.neighbourhoods.on().defer("outline"),  # type: ignore[attr-defined]
    }
    return render(request, "organisations/detail.html", context)


@member
def mine(request: HttpRequest) -> HttpResponse:
    """The organisations I edit."""
    organisations = scope(request.user).own(Organisation).for_cards()  # type: ignore[attr-defined]
    return render(request, "organisations/mine.html", {"nav": "organisaties", "organisations": organisations})


@member
def create(request: HttpRequest) -> HttpResponse:
    """A new organisation, which waits for a manager."""
    home = home_of(request.user)
    if home is None:
        raise Http404
    form, places = OrganisationForm(request.POST or None, home=home), locations_form(request.POST or None, None)
    if request.method == "POST" and form.is_valid() and fit(places):
        organisation = actions.create(by=request.user, values=_values(form, places))
        messages.success(request, _("Bewaard. De wijkbeheerder zet de pagina aan. Je krijgt dan een mail."))
        return redirect("organisations:edit", organisation.slug)
    return render(request, "organisations/edit.html", {"nav": "organisaties", "form": form, "places": places})


def _values(form: OrganisationForm, places: Any) -> dict[str, Any]:
    return form.cleaned_data | typed_locations(places)


@member
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes an organisation I edit."""
    organisation = get_object_or_404(scope(request.user).own(Organisation), slug=slug)
    home = organisation.neighbourhoods.first() or home_of(request.user)
    if home is None:
        raise Http404
    form = OrganisationForm(request.POST or None, instance=organisation, home=home)
    places = locations_form(request.POST or None, organisation)
    if request.method == "POST" and form.is_valid() and fit(places):
        actions.edit(organisation=organisation, by=request.user, values=_values(form, places))
        messages.success(request, _("Bewaard."))
        return redirect("organisations:edit", organisation.slug)
    context = {
        "nav": "organisaties",
        "form": form,
        "places": places,
        "organisation": organisation,
        "contact_facts": organisation.contact_facts(),
    }
    return render(request, "organisations/edit.html", context)


@member
@require_POST
def hide_contact(request: HttpRequest, slug: str) -> HttpResponse:
    """Hides every contact detail of an organisation with one button (W-88)."""
    organisation = get_object_or_404(scope(request.user).own(Organisation), slug=slug)
    actions.hide_contact(organisation=organisation, by=request.user)
    messages.success(request, _("Alles is nu verborgen."))
    return redirect("organisations:edit", organisation.slug)
