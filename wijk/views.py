"""Health, error pages, the living style page and the demo's outbox."""

import json
import logging

from django.conf import settings
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from wijk import clock
from wijk.access import demo_only, member, visitor
from wijk.limits import client_network, take
from wijk.mail.models import OutgoingMail
from wijk.mail.samples import mail_templates, sample_mail
from wijk.mail.worker import sender
from wijk.schedule import READINESS, ScheduledJob
from wijk.text import clean_line

log = logging.getLogger("wijk")
OUTBOX_LENGTH = 50


@visitor
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@visitor
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the site may serve: database writable, migrated, mail moving, no closing overdue."""
    problems = readiness()
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def readiness() -> list[str]:
    """What keeps the site from being ready, one short name each."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["migrations"]
        ScheduledJob.objects.update_or_create(name="readiness-probe", defaults={"next_run_at": clock.now()})
    except DatabaseError:
        log.exception("database not ready")
        return ["database"]
    return [path for path in READINESS if import_string(path)()]


@member
def own_devices(request: HttpRequest) -> HttpResponse:
    """The library's list of devices knows no log-out of one alone; whoever comes to it goes on to ours."""
    return redirect("users:devices")


@demo_only
@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """The living style page: every component in every state."""
    return render(request, "style.html")


@demo_only
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The mails of a demo site, newest first, as if it were everybody's mailbox; `aan` opens one mailbox."""
    address = clean_line(request.GET.get("aan", ""))[:254]
    mails = OutgoingMail.objects.order_by("-created_at", "-pk")
    if address:
        mails = mails.to_address(address)
    page = Paginator(mails, OUTBOX_LENGTH).get_page(request.GET.get("pagina"))
    context = {"mails": [shown_mail(mail) for mail in page], "page": page, "address": address}
    return render(request, "outbox.html", {**context, "mailboxes": _mailboxes()})


def _mailboxes() -> list[str]:
    recent = OutgoingMail.objects.exclude(recipient="").order_by("-created_at", "-pk")
    addresses = dict.fromkeys(recent.values_list("recipient", flat=True)[:OUTBOX_LENGTH])
    return sorted(list(addresses)[:8])


@demo_only
@require_GET
def outbox_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail of the demo, as text and as its reader sees it."""
    response = render(request, "outbox_mail.html", {"mail": shown_mail(get_object_or_404(OutgoingMail, pk=pk))})
    response._csp_config = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}  # type: ignore[attr-defined]
    return response


@demo_only
@require_GET
@xframe_options_sameorigin
def outbox_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of one mail, alone in its frame; only its own styles run and its links open outside it."""
    return _as_mail(str(shown_mail(get_object_or_404(OutgoingMail, pk=pk)).get("html", "")))


def _as_mail(html: str) -> HttpResponse:
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": [CSP.NONE],
        "style-src": [CSP.UNSAFE_INLINE],
        "img-src": [CSP.SELF],
        "frame-ancestors": [CSP.SELF],
    }
    return response


@demo_only
@require_GET
def mail_samples(request: HttpRequest) -> HttpResponse:
    """Every mail the site can send, with its subject."""
    language = get_language() or settings.LANGUAGE_CODE
    mails = [{"name": name, "subject": sample_mail(name, language).subject} for name in mail_templates()]
    return render(request, "mail_samples.html", {"mails": mails})


@demo_only
@require_GET
@xframe_options_sameorigin
def mail_sample(request: HttpRequest, name: str) -> HttpResponse:
    """One of them as its reader sees it."""
    if name not in mail_templates():
        raise Http404
    return _as_mail(sample_mail(name, get_language() or settings.LANGUAGE_CODE).html)


def shown_mail(mail: OutgoingMail) -> dict[str, object]:
    """A mail of the outbox as plain values; without words once they are wiped."""
    words = json.loads(mail.payload) if mail.payload else {"subject": "", "text": "", "html": "", "headers": {}}
    return {
        "pk": mail.pk,
        "to": mail.recipient,
        "at": mail.created_at,
        "state": mail.get_state_display(),
        "state_code": mail.state,
        "kind": mail.kind,
        "error": mail.error,
        "message_id": mail.message_id,
        "from": sender(str(words.get("from_name", "")), str(words.get("from_address", ""))),
        **words,
    }


@visitor
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Counts what the content policy stopped; keeps the directive, never an address."""
    if take("csp", client_network(request), limit=20, per=clock.MINUTE):
        try:
            report = json.loads(request.body[:10_000]).get("csp-report", {})
            log.warning("content policy stopped %s", str(report.get("effective-directive", ""))[:40])
        except (ValueError, AttributeError):
            pass
    return HttpResponse(status=204)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer fits: says so, and the browser's back button keeps what was typed."""
    return render(request, "403.html", {"stale": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 in our own words."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in our own words."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in our own words."""
    return render(request, "404.html", status=404)


def gone(request: HttpRequest, **context: object) -> HttpResponse:
    """410: it was here, and is not any more (L-9)."""
    return render(request, "410.html", context, status=410)


def too_many(request: HttpRequest, minutes: int = 60) -> HttpResponse:
    """429: a limit is reached; says when to try again."""
    return render(request, "429.html", {"minutes": minutes}, status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without anything that may itself be broken."""
    return render(request, "500.html", status=500)
