"""The managers' desk for newsletters: list, composer, preview, test, send."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.newsletters import actions
from content.newsletters.forms import Composer, StopForm
from content.newsletters.letter import compose, example_stop_url, sections
from content.newsletters.models import Newsletter
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.actions import stop_for
from neighbourhoods.subscriptions.models import Subscription
from wijk.access import careful, scope
from wijk.limits import take
from wijk.views import too_many

NAV = "nieuwsbrieven"
ISSUES_SHOWN = 24
READERS_SHOWN = 5
TESTS_AN_HOUR = 20


def _issue(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> Newsletter:
    issues = scope(request.user).managed(Newsletter).filter(neighbourhood=neighbourhood)
    return get_object_or_404(issues.select_related("neighbourhood"), pk=pk)


def _readers(request: HttpRequest, neighbourhood: Neighbourhood) -> Any:
    subscriptions: Any = scope(request.user).managed(Subscription)
    return subscriptions.confirmed().filter(neighbourhood=neighbourhood)


def _to(name: str, newsletter: Newsletter) -> HttpResponse:
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
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        issues=found.with_counts()[:ISSUES_SHOWN],
        audience=_readers(request, neighbourhood).count(),
        form=form,
    )
    return render(request, "newsletters/issues.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Makes a draft that is ready to read; reading this address makes nothing."""
    if request.method != "POST":
        return redirect("newsletters:issues", neighbourhood.slug)
    return _to("edit", actions.create(neighbourhood=neighbourhood, by=request.user))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The composer: each button keeps all that was typed, moves a block, or goes on to the preview."""
    newsletter = _issue(request, neighbourhood, pk)
    if not newsletter.is_draft:
        messages.info(request, _("Deze nieuwsbrief is al verstuurd. Je kunt hem niet meer aanpassen."))
        return _to("preview", newsletter)
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
    subject, blocks = composer.subject.cleaned_data["subject"], composer.values()
    if not actions.save(newsletter=newsletter, subject=subject, blocks=blocks, by=request.user):
        composer.stale = True
        return _composer_page(request, composer)
    return _after(request, newsletter, command, composer, key)


def _after(request: HttpRequest, newsletter: Newsletter, command: str, composer: Composer, key: str) -> HttpResponse:
    if command == "verder":
        return _to("preview", newsletter)
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
    """The issue as its readers will see it, in both forms."""
    newsletter = _issue(request, neighbourhood, pk)
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        newsletter=newsletter,
        text=_example(request, newsletter)[1],
        audience=_readers(request, neighbourhood).count(),
        readers=newsletter.deliveries.count(),
        step=2,
    )
    return render(request, "newsletters/preview.html", context)


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
    html = _example(request, _issue(request, neighbourhood, pk))[0]
    # A manager may have come in by another name of this machine; the frame loads from where it is itself.
    return HttpResponse(html.replace(f'src="{settings.BASE_URL}/', 'src="/'))


@at_desk
@require_POST
def test_send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """The issue to my own mailbox."""
    newsletter = _issue(request, neighbourhood, pk)
    if not take("newsletter-test", str(request.user.pk), limit=TESTS_AN_HOUR, per=timedelta(hours=1)):
        return too_many(request)
    actions.send_test(newsletter=newsletter, by=request.user)
    address = request.user.email  # type: ignore[union-attr]
    messages.success(request, _("De proef is onderweg naar %(address)s.") % {"address": address})
    return _to("preview", newsletter)


@at_desk
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """How many people get it, a few of them by name, and the button that sends (P-31)."""
    newsletter = _issue(request, neighbourhood, pk)
    if not newsletter.is_draft:
        messages.info(request, _("Deze nieuwsbrief is al verstuurd. Hij gaat geen tweede keer."))
        return _to("preview", newsletter)
    readers = _readers(request, neighbourhood)
    audience = readers.count()
    if request.method == "POST" and audience:
        return _sent(request, newsletter)
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        newsletter=newsletter,
        audience=audience,
        sample=readers.order_by("-confirmed_at", "-pk")[:READERS_SHOWN],
        empty=not sections(newsletter),
        step=3,
    )
    return render(request, "newsletters/send.html", context)


def _sent(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    shown = request.POST.get("versie") == newsletter.revision
    count = actions.start(newsletter=newsletter, by=request.user) if shown else None
    if count is None:
        messages.error(request, _("De nieuwsbrief is intussen veranderd. Kijk hem nog een keer na."))
        return _to("preview", newsletter)
    told = ngettext(
        "De nieuwsbrief gaat nu naar %(count)s lezer.", "De nieuwsbrief gaat nu naar %(count)s lezers.", count
    )
    messages.success(request, told % {"count": count})
    return redirect("newsletters:issues", newsletter.neighbourhood.slug)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Throws a draft away, after asking."""
    newsletter = _issue(request, neighbourhood, pk)
    if request.method == "POST":
        if actions.remove(newsletter=newsletter, by=request.user):
            messages.success(request, _("Het concept is weg."))
        return redirect("newsletters:issues", neighbourhood.slug)
    if not newsletter.is_draft:
        return _to("preview", newsletter)
    return render(request, "newsletters/remove.html", desk_context(request, neighbourhood, NAV, newsletter=newsletter))
