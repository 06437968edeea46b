"""Staff admin for operators: neighbourhoods where work waits for nobody, and the phone number beside a post (W-37)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin.viewsets.base import ViewSet

from content.moderation.phones import look, mail_failed
from content.moderation.unattended import unattended
from content.posts.viewsets import sent_in
from neighbourhoods.managers.viewsets import OperatorsMenuItem, for_operators
from wijk.access import careful
from wijk.text import TextField


@for_operators
@require_GET
def waits(request: HttpRequest) -> HttpResponse:
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
        return [path("", waits, name="index")]


class PhoneForm(forms.Form):
    """Why the number is needed; a failed mail is reason enough."""

    reason = TextField(
        label=_("Waarom heb je het nummer nodig?"),
        min_length=10,
        max_length=500,
        help_text=_("De schrijver kan dit later lezen, bij Mijn gegevens. Het komt ook in het logboek dat je keek."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Schrijf op waarvoor je het nummer nodig hebt."),
            "min_length": _("Schrijf een hele zin."),
        },
    )

    def __init__(self, *args: Any, failed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not failed


@for_operators
@careful(reading=False)
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason first; the number stands on the answer only."""
    post = get_object_or_404(sent_in().select_related("author", "neighbourhood"), pk=pk)
    failed = mail_failed(post)
    form = PhoneForm(request.POST if request.method == "POST" else None, failed=failed)
    number = ""
    if post.contact_phone and form.is_bound and form.is_valid():
        number = look(post=post, by=request.user, reason=form.cleaned_data["reason"])
    context = {"post": post, "has_phone": bool(post.contact_phone), "failed": failed, "form": form, "number": number}
    return render(request, "moderation/cms_phone.html", context)


class PhoneViewSet(ViewSet):
    """A page beside each post in the staff admin."""

    name = "post_phone"
    url_prefix = "telefoon"
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("<int:pk>/", phone, name="phone")]
