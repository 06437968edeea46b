"""My data, my security, help, and the language."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.models import AuditEvent
from accounts.users import actions
from accounts.users.forms import DetailsForm
from accounts.users.holdings import export, holdings
from accounts.users.models import MemberRequest
from wijk.access import member, public, visitor
from wijk.limits import take
from wijk.views import bad_request, too_many

LOGINS_SHOWN = 5
DOWNLOADS_AN_HOUR = 10


@member
def data(request: MemberRequest) -> HttpResponse:
    """Every stored field about me, who sees it and until when; name and language change right here (W-61, W-72)."""
    user = request.user
    kept = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        actions.change_details(user=user, by=user, **form.cleaned_data)
        with override(user.language):
            messages.success(request, _("Je gegevens zijn opgeslagen."))
        response = redirect("users:data")
        actions.remember_language(response, user.language)
        return response
    user.refresh_from_db()
    context = {"form": form, "holdings": holdings(user), "addresses": _addresses(request), "nav": "gegevens"}
    return render(request, "users/data.html", context)


def _addresses(request: MemberRequest) -> list[EmailAddress]:
    return list(EmailAddress.objects.filter(user=request.user).order_by("-primary", "email"))


@member
@require_POST
def hide(request: MemberRequest) -> HttpResponse:
    """Hides every contact detail at once."""
    actions.hide_everything(user=request.user, by=request.user)
    messages.success(request, _("Al je contactgegevens zijn nu verborgen."))
    return redirect("users:data")


@member
@require_GET
def download(request: MemberRequest) -> HttpResponse:
    """Everything about me as one file, to keep or to take elsewhere (W-73)."""
    if not take("export", str(request.user.pk), limit=DOWNLOADS_AN_HOUR, per=timedelta(hours=1)):
        return too_many(request)
    response = JsonResponse(export(request.user), encoder=DjangoJSONEncoder, json_dumps_params={"indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="wijk-mijn-gegevens.json"'
    return response


@member
@require_GET
def security(request: MemberRequest) -> HttpResponse:
    """How I log in, and where."""
    logins = AuditEvent.objects.filter(action="account.login", actor_ref=request.user.pk).order_by("-at")
    context = {
        "addresses": _addresses(request),
        "two_steps": is_mfa_enabled(request.user),
        "devices": UserSession.objects.filter(user=request.user).count(),
        "logins": logins.values_list("at", flat=True)[:LOGINS_SHOWN],
        "nav": "beveiliging",
    }
    return render(request, "users/security.html", context)


@public
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Help, with closing the account as a direct option (W-74) and who to write to."""
    return render(request, "users/help.html", {"operator": settings.OPERATOR})


@visitor
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Shows the site in another language from here on; a member's mail follows."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return bad_request(request)
    if request.user.is_authenticated and request.user.language != chosen:
        actions.choose_language(user=request.user, by=request.user, language=chosen)
    response = redirect(_safe(request.POST.get("next", ""), request))
    actions.remember_language(response, chosen)
    return response


def _safe(path: str, request: HttpRequest) -> str:
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if ours else "/"
