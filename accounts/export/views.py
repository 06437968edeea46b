"""The download of everything about me."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from accounts.export import actions
from accounts.export.formats import FORMATS
from accounts.users.models import MemberRequest
from wijk import clock
from wijk.access import careful, member
from wijk.limits import take
from wijk.views import too_many

DOWNLOADS_AN_HOUR = 10


@member
@require_GET
@careful
def download(request: MemberRequest) -> HttpResponse:
    """Everything about me as one file, for who showed a moment ago who they are (W-73, K-33, K-35)."""
    form = FORMATS.get(request.GET.get("vorm", "json"))
    if form is None:
        raise Http404
    if not take("export", str(request.user.pk), limit=DOWNLOADS_AN_HOUR, per=timedelta(hours=1)):
        return too_many(request)
    file = actions.export(user=request.user, by=request.user, form=form)
    response = HttpResponse(file, content_type=form.content_type)
    name = f"wijk-mijn-gegevens-{clock.today().isoformat()}.{form.name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
