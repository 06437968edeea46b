"""Reports: where visitors make them, about every public kind of content, and where managers answer them (L-4)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from content.moderation import actions, notices, photos, talks
from content.moderation.forms import CloseReportForm, PageOutcomeForm, ReportForm
from content.moderation.models import Report, desk_reports
from content.moderation.notices import PageReport, desk_page_reports
from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public, visitor
from wijk.limits import client_network, take
from wijk.text import paragraphs
from wijk.views import too_many

Thing = Post | Organisation | NewsPage
LONGEST_QUEUE = 100
ANSWERED_SHOWN = 30
either = require_http_methods(["GET", "HEAD", "POST"])


# Visitors ------------------------------------------------------------------------------------------------------------


@visitor
@either
def report(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Anybody says that a post is not right."""
    return _report(request, Post.objects.visible().select_related("neighbourhood", "author").filter(pk=pk).first())


@visitor
@either
def report_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Anybody says that the page of an organisation is not right."""
    return _report(request, Organisation.objects.visible().filter(slug=slug).first())


@visitor
@either
def report_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Anybody says that a news item is not right."""
    return _report(request, NewsPage.objects.public().filter(pk=pk).first())


def _report(request: HttpRequest, thing: Thing | None) -> HttpResponse:
    """The one form for all of them; what is not public is answered with 404, unless it was reported just before."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_trap or _sent_before(form)):
        return redirect("moderation:reported")
    if thing is None:
        raise Http404
    if request.method == "POST":
        if form.is_valid():
            return _take(request, form, thing)
        form = form.refreshed()
    return render(request, "moderation/report.html", {"form": form, **_words_of(thing)})


def _words_of(thing: Thing) -> dict[str, Any]:
    if isinstance(thing, Post):
        return {"title": thing.title, "back": thing.get_absolute_url(), "accent": thing.neighbourhood.accent}
    if isinstance(thing, Organisation):
        return {"title": thing.name, "back": thing.get_absolute_url()}
    return {"title": thing.title, "back": thing.address}


def _sent_before(form: ReportForm) -> bool:
    return form.is_valid() and any(
        kind._default_manager.filter(form_key=form.form_key).exists() for kind in (Report, PageReport)
    )


def _take(request: HttpRequest, form: ReportForm, thing: Thing) -> HttpResponse:
    network = client_network(request)
    if not take("report", network, limit=6, per=timedelta(hours=1)):
        return too_many(request)
    if form.cleaned_data["why"] == Report.Why.MINOR and not take(
        "report-minor", network, limit=3, per=timedelta(days=1)
    ):
        return too_many(request, minutes=24 * 60)
    typed = {name: form.cleaned_data[name] for name in ("why", "text", "email")}
    if isinstance(thing, Post):
        actions.report(post=thing, form_key=form.form_key, **typed)
    else:
        notices.report_page(page=thing, form_key=form.form_key, **typed)
    return redirect("moderation:reported")


@public
@require_GET
def reported(request: HttpRequest) -> HttpResponse:
    """The report has arrived."""
    return render(request, "moderation/reported.html")


# The desk ------------------------------------------------------------------------------------------------------------


@at_desk
@require_GET
def reports(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """What people say is not right: what is open, and what was answered lately."""
    found = desk_reports(request.user, neighbourhood)
    pages = list(desk_page_reports(request.user, neighbourhood)[:LONGEST_QUEUE])
    context = {
        "open_reports": found.open().select_related("post", "organisation")[:LONGEST_QUEUE],
        "closed_reports": found.closed().select_related("post", "organisation")[:ANSWERED_SHOWN],
        "open_pages": [one for one in pages if not one.closed_at],
        "closed_pages": [one for one in pages if one.closed_at][:ANSWERED_SHOWN],
    }
    return render(request, "moderation/reports.html", desk_context(request, neighbourhood, nav="meldingen", **context))


@at_desk
@either
def report_detail(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One report with its post; closing it says what becomes of the post."""
    whole = ("post__author", "organisation", "closed_by", "photo")
    found = desk_reports(request.user, neighbourhood).select_related(*whole)
    opened = get_object_or_404(found, pk=pk)
    if opened.of_talk:
        return talks.report_detail(request, neighbourhood, opened)
    if opened.of_photo:
        return photos.report_detail(request, neighbourhood, opened)
    form = CloseReportForm(request.POST if request.method == "POST" else None, post=opened.judged)
    if request.method == "POST" and form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("reason", "note")}
        _tell_closed(request, actions.close_report(report=opened, by=request.user, act=form.act, **answer))
        return redirect("moderation:reports", wijk=neighbourhood.slug)
    context = desk_context(request, neighbourhood, nav="meldingen", report=opened, post=opened.post, form=form)
    return render(request, "moderation/report_detail.html", context)


@at_desk
@either
def page_report(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One report about a page, and what becomes of it."""
    found = desk_page_reports(request.user, neighbourhood).select_related("closed_by")
    opened = get_object_or_404(found, pk=pk)
    form = PageOutcomeForm(request.POST if request.method == "POST" else None, is_live=opened.is_live)
    if request.method == "POST" and form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("reason", "note")}
        off = form.cleaned_data["outcome"] == form.OFF
        done = notices.close_page_report(report=opened, by=request.user, off=off, neighbourhood=neighbourhood, **answer)
        _tell_closed(request, done)
        return redirect("moderation:reports", wijk=neighbourhood.slug)
    context = {"report": opened, "form": form}
    if opened.organisation:
        context["words"] = paragraphs(opened.organisation.text)
    context = desk_context(request, neighbourhood, nav="meldingen", **context)
    return render(request, "moderation/page_report.html", context)


def _tell_closed(request: HttpRequest, done: bool) -> None:
    if done:
        messages.success(request, _("De melding is afgehandeld."))
    else:
        messages.warning(request, _("Deze melding was al afgehandeld."))
