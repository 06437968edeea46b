"""The desk's pages to read in a list."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from content.importing import actions
from content.importing.forms import UploadForm
from content.importing.models import Import, ImportDraft, Sort
from content.importing.plan import ERROR, NEW, columns, counted, explained, mapped, plan, things_of
from content.importing.sheets import SheetError
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import scope
from wijk.limits import take
from wijk.tables import for_excel
from wijk.views import too_many

either = require_http_methods(["GET", "HEAD", "POST"])
A_DAY = timedelta(days=1)
MOST_UPLOADS = 40
LONGEST_LIST = 20
# The words in addresses and names of files, which are Dutch.
WORDS = {"organisaties": Sort.ORGANISATIONS, "activiteiten": Sort.ACTIVITIES}


@at_desk
@either
def upload(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Takes a file and shows what it would do; nothing is made yet."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and not take("import", str(request.user.pk), limit=MOST_UPLOADS, per=A_DAY):
        return too_many(request, minutes=24 * 60)
    if form.is_bound and form.is_valid() and _kept(request, neighbourhood, form):
        return redirect("importing:check", wijk=neighbourhood.slug)
    earlier = scope(request.user).managed(Import).filter(neighbourhood=neighbourhood).select_related("imported_by")
    context = {
        "form": form,
        "earlier": earlier[:LONGEST_LIST],
        "waiting": _draft(request, neighbourhood),
        "sorts": [{"word": word, "label": sort.label, "columns": explained(sort)} for word, sort in WORDS.items()],
    }
    return render(request, "importing/upload.html", desk_context(request, neighbourhood, nav="inlezen", **context))


def _kept(request: HttpRequest, neighbourhood: Neighbourhood, form: UploadForm) -> bool:
    sort = form.cleaned_data["sort"]
    try:
        rows, unread = mapped(form.cleaned_data["file"], sort)
    except SheetError as problem:
        form.add_error("file", str(problem))
        return False
    said = {"sort": sort, "source": form.cleaned_data["source"], "file_name": form.file_name}
    actions.keep(by=request.user, neighbourhood=neighbourhood, rows=rows, unread=unread, **said)
    return True


def _draft(request: HttpRequest, neighbourhood: Neighbourhood) -> ImportDraft | None:
    """What this manager uploaded here; nobody else's exists."""
    return scope(request.user).own(ImportDraft).filter(neighbourhood=neighbourhood).first()


@at_desk
@require_GET
def template(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """An empty file with the right columns."""
    sort = request.GET.get("soort", "organisaties")
    if sort not in WORDS:
        raise Http404
    return _file(f"wijk-{sort}.csv", [list(columns(WORDS[sort]))])


def _file(name: str, rows: list[list[Any]]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(for_excel(rows), content_type="text/csv; charset=utf-8", headers=headers)


@at_desk
@either
def check(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Row by row what will happen; only the button makes anything."""
    draft = _draft(request, neighbourhood)
    if draft is None:
        messages.info(request, _("Er is geen lijst om te bekijken. Kies een bestand."))
        return redirect("importing:upload", wijk=neighbourhood.slug)
    if request.method == "POST" and "weg" in request.POST:
        actions.throw_away(draft=draft, by=request.user)
        messages.success(request, _("De lijst is weggegooid. Er is niets ingelezen."))
        return redirect("importing:upload", wijk=neighbourhood.slug)
    if request.method == "POST":
        batch = actions.read_in(draft=draft, by=request.user)
        if batch is None:
            return redirect("importing:upload", wijk=neighbourhood.slug)
        messages.success(request, _("De lijst is ingelezen."))
        return redirect("importing:result", wijk=neighbourhood.slug, pk=batch.pk)
    planned = plan(draft)
    context = {"draft": draft, "planned": planned, "counted": counted(planned), "invites": _invites(planned)}
    return render(request, "importing/check.html", desk_context(request, neighbourhood, nav="inlezen", **context))


def _invites(planned: list[Any]) -> int:
    return len({row.values["email"] for row in planned if row.state == NEW and row.values.get("email")})


@at_desk
@require_GET
def errors(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """The rows that cannot be read in, with why, to mend in a spreadsheet and upload again."""
    draft = _draft(request, neighbourhood)
    if draft is None:
        return redirect("importing:upload", wijk=neighbourhood.slug)
    names = columns(draft.sort)
    rows = [
        [*(row.typed.get(name, "") for name in names.values()), row.number, " ".join(row.errors)]
        for row in plan(draft)
        if row.state == ERROR
    ]
    return _file("wijk-fouten.csv", [[*names, "rij", "wat er mis is"], *rows])


@at_desk
@either
def result(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """What one file made, from where and by whom; and the button to put its organisations on the site."""
    found = scope(request.user).managed(Import).filter(neighbourhood=neighbourhood).select_related("imported_by")
    batch = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        number = actions.switch_all_on(batch=batch, by=request.user)
        said = ngettext("%d organisatie staat nu op de site.", "%d organisaties staan nu op de site.", number)
        messages.success(request, said % number)
        return redirect("importing:result", wijk=neighbourhood.slug, pk=pk)
    things = list(things_of(batch))
    off = sum(1 for thing in things if thing.organisation and not thing.organisation.is_live)
    context = {"batch": batch, "things": things, "off": off}
    return render(request, "importing/result.html", desk_context(request, neighbourhood, nav="inlezen", **context))
