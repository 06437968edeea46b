"""The managers' desk for newsletters: list, composer, preview, test; sending is in departures.py."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.newsletters import actions
from content.newsletters.brakes import under_way
from content.newsletters.desk_forms import SettingsForm, StopForm
from content.newsletters.figures import figures_of
from content.newsletters.forms import Composer
from content.newsletters.letter import compose, example_stop_url, greeting, on_site_url
from content.newsletters.models import Newsletter
from content.newsletters.ways import asked_along, pages_of, ways_of
from content.newsletters.weekly import ready_draft
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.actions import stop_for
from neighbourhoods.subscriptions.lists import MailingList
from neighbourhoods.subscriptions.models import Subscription
from wijk.access import scope
from wijk.limits import take
from wijk.published import FEWEST
from wijk.views import too_many

NAV = "nieuwsbrieven"
ISSUES_SHOWN = 24
TESTS_AN_HOUR = 20
VIEWS = {
    "mail": gettext_lazy("Als mail"),
    "telefoon": gettext_lazy("Op een telefoon"),
    "donker": gettext_lazy("Donker"),
    "tekst": gettext_lazy("Zonder opmaak"),
}
# A name as most have, none at all, and something that is no name.
EXAMPLE_NAMES = ("Fatima", "", "Gratis! www.voorbeeld.nl")
DARK = "@media (prefers-color-scheme: dark)"


def issue_of(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> Newsletter:
    """An issue of this neighbourhood, through the gate."""
    found = scope(request.user).managed(Newsletter).filter(neighbourhood=neighbourhood)
    return get_object_or_404(found.select_related("neighbourhood__letter_settings").annotate(**asked_along()), pk=pk)


def readers_here(request: HttpRequest, newsletter: Newsletter) -> Any:
    """Who would get this issue now, through the gate."""
    subscriptions: Any = scope(request.user).managed(Subscription)
    return subscriptions.confirmed().filter(neighbourhood=newsletter.neighbourhood).on_list(newsletter.list)


def to(name: str, newsletter: Newsletter) -> HttpResponse:
    """On to another page of the same issue."""
    return redirect(f"newsletters:{name}", newsletter.neighbourhood.slug, newsletter.pk)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def issues(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """All issues of a neighbourhood; the form takes somebody off the list who asked for that by mail."""
    form = StopForm(request.POST or None)
    if form.is_bound and form.is_valid():
        stop_for(neighbourhood=neighbourhood, email=form.cleaned_data["email"], by=request.user)
        messages.success(request, _("Dit adres krijgt de nieuwsbrief niet meer."))
        return redirect("newsletters:issues", neighbourhood.slug)
    found: Any = scope(request.user).managed(Newsletter).filter(neighbourhood=neighbourhood)
    readers: Any = scope(request.user).managed(Subscription)
    on_lists = readers.confirmed().filter(neighbourhood=neighbourhood).values_list("list").annotate(Count("pk"))
    readers_of_list = dict(on_lists.order_by())
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        issues=found.with_counts()[:ISSUES_SHOWN],
        audience=readers_of_list.get(MailingList.NEWS, 0),
        organisations=readers_of_list.get(MailingList.PROFESSIONAL, 0),
        ready=ready_draft(neighbourhood),
        pages=pages_of(neighbourhood),
        form=form,
    )
    return render(request, "newsletters/issues.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Makes a draft that is ready to read; reading this address makes nothing."""
    if request.method != "POST":
        return redirect("newsletters:issues", neighbourhood.slug)
    return to("edit", actions.create(neighbourhood=neighbourhood, by=request.user))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The composer: each button keeps all that was typed, moves a block, or goes on to the preview."""
    newsletter = issue_of(request, neighbourhood, pk)
    if newsletter.is_scheduled:
        messages.info(request, _("Deze nieuwsbrief is ingepland. Haal hem eerst uit de planning."))
        return to("preview", newsletter)
    if not newsletter.is_draft:
        messages.info(request, _("Deze nieuwsbrief is al verstuurd. Je kunt hem niet meer aanpassen."))
        return to("preview", newsletter)
    if request.method == "POST":
        return _edited(request, newsletter)
    return _composer_page(request, Composer(newsletter, request.user))


def _edited(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    composer = Composer(newsletter, request.user, request.POST, request.FILES)
    command = request.POST.get("doe", "")
    key = composer.obey(command)
    for form in composer.uploads():
        values = form.cleaned_data
        form.take_in(actions.add_picture(upload=values["upload"], alt=values.get("alt", ""), by=request.user))
    composer.stale = request.POST.get("versie") != newsletter.revision
    if composer.stale or not composer.is_valid():
        return _composer_page(request, composer)
    typed = {"subject": composer.subject.cleaned_data["subject"], "mailing": composer.subject.cleaned_data["list"]}
    if not actions.save(newsletter=newsletter, blocks=composer.values(), by=request.user, **typed):
        composer.stale = True
        return _composer_page(request, composer)
    return _after(request, newsletter, command, composer, key)


def _after(request: HttpRequest, newsletter: Newsletter, command: str, composer: Composer, key: str) -> HttpResponse:
    if command == "verder":
        return to("preview", newsletter)
    place = next((place for place, form in enumerate(composer.blocks) if form.key == key), None)
    if place is None:
        messages.success(request, _("Bewaard."))
    address = reverse("newsletters:edit", args=[newsletter.neighbourhood.slug, newsletter.pk])
    return redirect(address if place is None else f"{address}#blok-{place}")


def _composer_page(request: HttpRequest, composer: Composer) -> HttpResponse:
    newsletter = composer.newsletter
    context = desk_context(request, newsletter.neighbourhood, NAV, composer=composer, newsletter=newsletter, step=1)
    return render(request, "newsletters/edit.html", context)


@at_desk
@csp_override({**settings.SECURE_CSP, "frame-src": ["'self'"]})
@require_safe
def preview(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The issue as its readers will see it, and how far it is (M-5)."""
    newsletter = issue_of(request, neighbourhood, pk)
    view = request.GET.get("als", "")
    view = view if view in VIEWS else "mail"
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        newsletter=newsletter,
        view=view,
        tabs=[{"label": label, "url": f"?als={name}", "current": name == view} for name, label in VIEWS.items()],
        text=_example(request, newsletter)[1] if view == "tekst" else "",
        ways=ways_of(newsletter),
        step=2,
        **(_draft(request, newsletter) if newsletter.is_draft else _sent_or_planned(newsletter)),
    )
    return render(request, "newsletters/preview.html", context)


def _draft(request: HttpRequest, newsletter: Newsletter) -> dict[str, Any]:
    language = request.user.language  # type: ignore[union-attr]
    counts = {"audience": Count("pk"), "nameless": Count("pk", filter=Q(first_name=""))}
    return {
        **readers_here(request, newsletter).aggregate(**counts),
        "greetings": [(name, greeting(name, language)) for name in EXAMPLE_NAMES],
        "second_look": newsletter.asks_second_look,
        "own": newsletter.changed_by_id == request.user.pk,
    }


def _sent_or_planned(newsletter: Newsletter) -> dict[str, Any]:
    going = under_way().filter(pk=newsletter.pk).exists()
    figures = None if newsletter.is_scheduled or newsletter.is_held else figures_of(newsletter)
    return {
        "figures": figures if figures and figures.meant_for else None,
        "going": going,
        "fewest": FEWEST,
        "site_url": on_site_url(newsletter),
    }


def _example(request: HttpRequest, newsletter: Newsletter) -> tuple[str, str]:
    """HTML and text of the issue as it would come to this manager."""
    letter = compose(newsletter, request.user.language)  # type: ignore[union-attr]
    mail = letter.to(request.user.first_name, example_stop_url(newsletter))  # type: ignore[union-attr]
    return mail.html, mail.text


@at_desk
@xframe_options_sameorigin
@csp_override(
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
)
@require_safe
def preview_html(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The mail alone, for the frame of the preview; only its own styles and our own photos load."""
    html = _example(request, issue_of(request, neighbourhood, pk))[0]
    # The look a reader's own device would choose, shown here on any device.
    html = html.replace(DARK, "@media all" if request.GET.get("donker") else "@media not all")
    # A manager may have come in by another name of this machine; the frame loads from where it is itself.
    return HttpResponse(html.replace(f'src="{settings.BASE_URL}/', 'src="/'))


@at_desk
@require_POST
def test_send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The issue to my own mailbox."""
    newsletter = issue_of(request, neighbourhood, pk)
    if not take("newsletter-test", str(request.user.pk), limit=TESTS_AN_HOUR, per=timedelta(hours=1)):
        return too_many(request)
    actions.send_test(newsletter=newsletter, by=request.user)
    address = request.user.email  # type: ignore[union-attr]
    messages.success(request, _("De proef is onderweg naar %(address)s.") % {"address": address})
    return to("preview", newsletter)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Throws a draft away, after asking."""
    newsletter = issue_of(request, neighbourhood, pk)
    if request.method == "POST":
        if actions.remove(newsletter=newsletter, by=request.user):
            messages.success(request, _("Het concept is weg."))
        return redirect("newsletters:issues", neighbourhood.slug)
    if not newsletter.is_draft:
        return to("preview", newsletter)
    return render(request, "newsletters/remove.html", desk_context(request, neighbourhood, NAV, newsletter=newsletter))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """How the managers of this neighbourhood want to work on newsletters."""
    chosen = actions.settings_of(neighbourhood)
    typed = request.POST if request.method == "POST" else None
    form = SettingsForm(typed, instance=chosen, may_end=request.user.is_superuser)  # type: ignore[union-attr]
    if request.method == "POST" and form.is_valid():
        actions.choose_settings(neighbourhood=neighbourhood, by=request.user, **form.cleaned_data)
        messages.success(request, _("Bewaard."))
        return redirect("newsletters:issues", neighbourhood.slug)
    return render(request, "newsletters/settings.html", desk_context(request, neighbourhood, NAV, form=form))
