"""A visitor's question to an organisation: carried to its mailbox, and kept nowhere here (W-29, W-96)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit.models import record
from content.organisations import emails
from content.organisations.editors import team_of
from content.organisations.forms import QuestionForm
from content.organisations.models import Organisation
from wijk.access import public, visitor
from wijk.limits import client_network, take
from wijk.views import too_many

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def can_be_asked(organisation: Organisation) -> bool:
    """Whether anybody would read a question: a page that was only read in from a list has no mailbox yet."""
    return team_of(organisation).exists()


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the form of an organisation's page; shows it again on a page of its own when something is wrong."""
    organisation = get_object_or_404(Organisation.objects.visible(), slug=slug)
    if not can_be_asked(organisation):
        return redirect(organisation)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_trap:
        return redirect("organisations:asked", organisation.slug)
    if form.is_bound and form.is_valid():
        if not _may_ask(request, organisation):
            return too_many(request, minutes=60)
        carry(organisation=organisation, form=form)
        return redirect("organisations:asked", organisation.slug)
    return render(request, "organisations/ask.html", {"organisation": organisation, "question": form.refreshed()})


def _may_ask(request: HttpRequest, organisation: Organisation) -> bool:
    from_here = take("organisation-question", client_network(request), limit=5, per=HOUR)
    return from_here and take("organisation-mailbox", str(organisation.pk), limit=40, per=DAY)


@transaction.atomic
def carry(*, organisation: Organisation, form: QuestionForm) -> None:
    """Mails the question to the organisation; the same form sent twice is one question."""
    typed: dict[str, Any] = {name: form.cleaned_data[name] for name in ("name", "email", "text")}
    if emails.question(organisation, version=form.form_key, **typed):
        record("organisation.ask", by=None, about=organisation)


@public
@require_GET
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """The question is on its way."""
    organisation = get_object_or_404(Organisation.objects.visible(), slug=slug)
    return render(request, "organisations/asked.html", {"organisation": organisation})
