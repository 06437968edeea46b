"""The calendar of checks, the parties who handle data, and the log of what was handed over."""

import json
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.compliance import actions
from accounts.compliance.forms import CheckForm, DisclosureForm, ItemForm, ProcessorForm
from accounts.compliance.models import ComplianceItem, Disclosure, Processor
from accounts.compliance.record import MEASURES, activities, as_csv, document, stores
from accounts.compliance.transfers import transfers
from accounts.users.models import MemberRequest
from wijk import clock
from wijk.access import office, public

PER_PAGE = 50
CHECKS_SHOWN = 20
either = require_http_methods(["GET", "HEAD", "POST"])


@office
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """Every check, what is due first on top (C-33)."""
    items = ComplianceItem.objects.filter(stopped_on=None)
    return render(request, "compliance/agenda.html", {"items": items, "today": clock.today(), "nav": "agenda"})


@office
@either
def new_item(request: MemberRequest) -> HttpResponse:
    """A check of the operator's own."""
    form = ItemForm(request.POST or None)
    if form.is_bound and form.is_valid():
        actions.add_item(**form.cleaned_data, by=request.user)
        messages.success(request, _("De controle staat in de agenda."))
        return redirect("compliance:agenda")
    context = {"form": form, "nav": "agenda"}
    return render(request, "compliance/item_form.html", context, status=422 if form.is_bound else 200)


@office
@either
def item(request: MemberRequest, pk: int) -> HttpResponse:
    """One check: what it is, when it was done, and the form to say that it is done again."""
    found = get_object_or_404(ComplianceItem, pk=pk, stopped_on=None)
    form = CheckForm(request.POST or None, initial={"done_on": clock.today()})
    if form.is_bound and form.is_valid():
        actions.check_off(item=found, **form.cleaned_data, by=request.user)
        messages.success(request, _("Genoteerd. De volgende datum staat in de agenda."))
        return redirect("compliance:agenda")
    checks = found.checks.select_related("done_by")[:CHECKS_SHOWN]
    context = {"item": found, "checks": checks, "form": form, "nav": "agenda"}
    return render(request, "compliance/item.html", context, status=422 if form.is_bound else 200)


@office
@require_POST
def stop_item(request: MemberRequest, pk: int) -> HttpResponse:
    """Takes a check of the operator's own out of the calendar."""
    actions.stop_item(item=get_object_or_404(ComplianceItem, pk=pk, key=None), by=request.user)
    messages.success(request, _("De controle staat niet meer in de agenda."))
    return redirect("compliance:agenda")


# Who handles data ----------------------------------------------------------------------------------------------------


@public
@require_safe
def processors(request: HttpRequest) -> HttpResponse:
    """Everybody who handles data for us or beside us, for everybody to read (W-4, W-66)."""
    context = {"processors": Processor.objects.active(), "operator": settings.OPERATOR, "transfers": transfers()}
    return render(request, "compliance/public.html", context)


@office
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register of parties, those that stopped too."""
    context = {"processors": Processor.objects.all(), "today": clock.today(), "nav": "verwerkers"}
    return render(request, "compliance/register.html", context)


@office
@either
def new_processor(request: MemberRequest) -> HttpResponse:
    """Adds a party."""
    return _processor_form(request, None)


@office
@either
def edit_processor(request: MemberRequest, pk: int) -> HttpResponse:
    """Changes a party, or says that it stopped."""
    return _processor_form(request, get_object_or_404(Processor, pk=pk))


def _processor_form(request: MemberRequest, processor: Processor | None) -> HttpResponse:
    form = ProcessorForm(request.POST or None, initial=ProcessorForm.kept(processor) if processor else None)
    if form.is_bound and form.is_valid():
        actions.register_processor(values=form.values, by=request.user, processor=processor)
        messages.success(request, _("Opgeslagen."))
        return redirect("compliance:register")
    context = {"form": form, "processor": processor, "nav": "verwerkers"}
    return render(request, "compliance/processor_form.html", context, status=422 if form.is_bound else 200)


# The record of processing activities ---------------------------------------------------------------------------------


@office
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """What the site does with data of people, as the law asks to be written down (L-2)."""
    context = {"activities": activities(), "stores": stores(), "measures": MEASURES, "operator": settings.OPERATOR}
    return render(request, "compliance/record.html", {**context, "transfers": transfers(), "nav": "register"})


@office
@require_safe
def record_file(request: HttpRequest, form: str) -> HttpResponse:
    """The whole register as a file: JSON with all that art. 30 asks, or a table of every field."""
    if form not in RECORD_FILES:
        raise Http404
    content_type, write = RECORD_FILES[form]
    name = f"wijk-register-{clock.today().isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(), content_type=content_type, headers=headers)


RECORD_FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "json": ("application/json", lambda: json.dumps(document(), indent=2, ensure_ascii=False)),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


# What was handed over ------------------------------------------------------------------------------------------------


@office
@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """What was ever handed over, newest first (W-47)."""
    rows = Disclosure.objects.select_related("decided_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "compliance/disclosures.html", {"page": page, "nav": "verstrekt"})


@office
@either
def new_disclosure(request: MemberRequest) -> HttpResponse:
    """Notes that data are handed over."""
    form = DisclosureForm(request.POST or None, initial={"disclosed_on": clock.today()})
    if form.is_bound and form.is_valid():
        actions.disclose(values=form.cleaned_data, by=request.user)
        messages.success(request, _("Genoteerd."))
        return redirect("compliance:disclosures")
    context = {"form": form, "nav": "verstrekt"}
    return render(request, "compliance/disclosure_form.html", context, status=422 if form.is_bound else 200)
