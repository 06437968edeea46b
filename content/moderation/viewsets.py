"""Staff admin: the neighbourhoods where work waits for nobody, for operators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from wagtail.admin.viewsets.base import ViewSet

from content.moderation.waiting import unattended
from neighbourhoods.managers.viewsets import OperatorsMenuItem, for_operators


@for_operators
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Each neighbourhood that needs somebody, with why."""
    return render(request, "moderation/cms_unattended.html", {"rows": unattended()})


class UnattendedViewSet(ViewSet):
    """Wijken zonder beheerder of met lang wachten, in the staff admin."""

    name = "unattended"
    url_prefix = "wijken-die-wachten"
    icon = "warning"
    menu_label = _("Wijken die wachten")
    menu_order = 262
    menu_item_class = OperatorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", index, name="index")]
