"""Staff admin: an operator connects a neighbourhood to Mailchimp, renews that and ends it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.viewsets.base import ViewSet

from content.mailchimp import actions
from content.mailchimp.forms import ConnectForm, RenewForm
from content.mailchimp.models import Connection
from content.mailchimp.views import figures, why
from neighbourhoods.managers.viewsets import OperatorsMenuItem, for_operators
from wijk.access import careful, scope

NAME = "mailchimp_connections"
LONGEST_LIST = 500


def _connection_or_404(request: HttpRequest, pk: int) -> Connection:
    return get_object_or_404(scope(request.user).managed(Connection).select_related("neighbourhood"), pk=pk)


@for_operators
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All connections, the newest first."""
    known = scope(request.user).managed(Connection).select_related("neighbourhood")
    return render(request, "mailchimp/cms_index.html", {"connections": known[:LONGEST_LIST]})


@for_operators
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Notes an agreement, and tries the key."""
    form = ConnectForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        place = form.cleaned_data["neighbourhood"]
        connection = actions.connect(neighbourhood=place, values=form.values, by=request.user)
        return _tried(request, connection)
    return render(request, "mailchimp/cms_connect.html", {"form": form})


def _tried(request: HttpRequest, connection: Connection) -> HttpResponse:
    error = actions.try_out(connection)
    if error:
        messages.error(request, why(error))
    else:
        messages.success(request, _("De koppeling werkt. Wie zich nu aanmeldt, leest dat het via Mailchimp gaat."))
    return redirect(f"{NAME}:detail", pk=connection.pk)


@for_operators
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One connection: how it stands, and the form for another last day or key."""
    connection = _connection_or_404(request, pk)
    form = RenewForm(request.POST or None, initial={"agreement_until": connection.agreement_until})
    if form.is_bound and form.is_valid():
        actions.renew(connection=connection, **form.cleaned_data, by=request.user)
        connection.refresh_from_db()
        return _tried(request, connection)
    context = {
        "connection": connection,
        "form": form,
        "why": why(connection.error),
        "figures": figures(connection),
        "hook": settings.BASE_URL + reverse("mailchimp:knock", args=[connection.hook]),
    }
    return render(request, "mailchimp/cms_detail.html", context)


@for_operators
@require_POST
@careful
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends it: from now on, people are only taken away there."""
    if actions.end(connection=_connection_or_404(request, pk), by=request.user):
        messages.success(request, _("De koppeling is beëindigd. We wissen nu iedereen bij Mailchimp."))
    return redirect(f"{NAME}:detail", pk=pk)


@for_operators
@require_POST
@careful
def emptied(request: HttpRequest, pk: int) -> HttpResponse:
    """The operator threw the whole audience away there."""
    if actions.emptied_by_hand(connection=_connection_or_404(request, pk), by=request.user):
        messages.success(request, _("Genoteerd. Er staat niemand meer bij Mailchimp."))
    return redirect(f"{NAME}:detail", pk=pk)


class ConnectionViewSet(ViewSet):
    """Mailchimp in the staff admin."""

    name = NAME
    url_prefix = "mailchimp"
    icon = "mail"
    menu_label = gettext_lazy("Mailchimp")
    menu_order = 270
    menu_item_class = OperatorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("nieuw/", connect, name="connect"),
            path("<int:pk>/", detail, name="detail"),
            path("<int:pk>/einde/", end, name="end"),
            path("<int:pk>/leeg/", emptied, name="emptied"),
        ]
