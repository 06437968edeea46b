"""The trail at the privacy desk, and what stands out in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.audit.forms import LogForm
from accounts.audit.models import ACCOUNT, AuditEvent, record
from accounts.office.desk import Pressing, watch
from wijk import clock
from wijk.access import office

READ = "accounts.read_audit"
PER_PAGE = 25
ALARM_FOR = timedelta(hours=24)
# Behind one network can be a school or a library: it may fail more often than one account.
NETWORK_FACTOR = 3


@office
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what to which number; whoever reads is in it too (C-42, K-22)."""
    if not request.user.has_perm(READ):
        raise Http404
    form = LogForm(request.GET if set(request.GET) & set(LogForm.base_fields) else None)
    right = not form.is_bound or form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_bound and right else {}
    found = _found(asked) if right else AuditEvent.objects.none()
    page = Paginator(found.order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("pagina"))
    shown = list(page)
    record("audit.read", by=request.user, rows=len(shown), page=page.number, person=asked.get("wie"))
    query = urlencode({name: value for name, value in request.GET.items() if name in form.fields and value})
    context = {"form": form, "page": page, "rows": shown, "query": query, "nav": "logboek"}
    return render(request, "audit/log.html", context, status=200 if right else 422)


def _found(asked: dict[str, Any]) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.all()
    if "wie" in asked:
        rows = rows.about_account(asked["wie"])
    if "dag" in asked:
        rows = rows.on_day(asked["dag"])
    if "uitkomst" in asked:
        rows = rows.filter(outcome=asked["uitkomst"])
    return rows.filter(network__startswith=asked.get("netwerk", ""), action__startswith=asked.get("actie", ""))


@watch
def many_refusals() -> Iterator[Pressing]:
    """An account or a network with many failed log-ins in one hour stays on the desk for a day (C-42)."""
    refused = AuditEvent.objects.filter(
        action="account.login", outcome=AuditEvent.Outcome.REFUSED, at__gte=clock.now() - ALARM_FOR
    )
    limit = settings.AUDIT_ALARM_FAILURES
    for about, number in _peaks(refused.filter(about__startswith=ACCOUNT), "about", limit):
        pk = about.rpartition(":")[2]
        title = ngettext(
            "%(number)d mislukte inlogpoging in een uur bij account %(pk)s",
            "%(number)d mislukte inlogpogingen in een uur bij account %(pk)s",
            number,
        )
        yield Pressing(title % {"number": number, "pk": pk}, _url(wie=pk), urgent=True)
    for network, number in _peaks(refused.exclude(network=""), "network", limit * NETWORK_FACTOR):
        title = _("%(number)d mislukte inlogpogingen in een uur vanaf netwerk %(network)s")
        yield Pressing(title % {"number": number, "network": network}, _url(netwerk=network), urgent=True)


def _peaks(rows: QuerySet[AuditEvent], name: str, limit: int) -> list[tuple[str, int]]:
    hours = rows.annotate(hour=TruncHour("at")).values(name, "hour").annotate(number=Count("pk"))
    highest: dict[str, int] = {}
    for hour in hours.filter(number__gte=limit):
        highest[hour[name]] = max(hour["number"], highest.get(hour[name], 0))
    return sorted(highest.items())


def _url(**asked: str) -> str:
    return f"{reverse('audit:log')}?{urlencode({**asked, 'uitkomst': 'refused'})}"
