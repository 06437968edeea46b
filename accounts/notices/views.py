"""Writing a notice, looking at it, sending it, and seeing how far it is."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.breaches.models import Breach
from accounts.notices import actions
from accounts.notices.emails import letter
from accounts.notices.forms import LABELS, NoticeForm, SendForm
from accounts.notices.models import Notice
from accounts.notices.reach import EVERYONE
from accounts.users.models import MemberRequest, User
from wijk.access import careful, office

NAV = "lekken"
either = require_http_methods(["GET", "HEAD", "POST"])


def _notice(pk: int, number: int) -> Notice:
    return get_object_or_404(Notice.objects.select_related("breach"), pk=number, breach_id=pk)


def _to(page: str, notice: Notice) -> HttpResponse:
    return redirect(f"notices:{page}", notice.breach_id, notice.pk)


@office
@require_POST
def create(request: MemberRequest, pk: int) -> HttpResponse:
    """A draft that is filled as far as the register goes."""
    breach = get_object_or_404(Breach, pk=pk)
    if breach.is_closed:
        messages.error(request, _("Dit lek is afgesloten."))
        return redirect("breaches:detail", pk)
    return _to("edit", actions.create(breach=breach, by=request.user))


@office
@either
def edit(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """The words, and whose data leaked."""
    notice = _notice(pk, number)
    if not notice.is_draft:
        return _to("progress", notice)
    form = NoticeForm(request.POST or None, notice=notice)
    stale = form.is_bound and request.POST.get("versie") != notice.revision
    if form.is_bound and not stale and form.is_valid():
        if actions.save(notice=notice, by=request.user, **form.values):
            return _to("preview", notice)
        stale = True
    context = {"form": form, "notice": notice, "breach": notice.breach, "stale": stale, "step": 1, "nav": NAV}
    return render(request, "notices/edit.html", context, status=422 if form.is_bound else 200)


def _sort(request: HttpRequest) -> tuple[str, bool]:
    """Which of the mails to look at: a language, and affected or not."""
    language = request.GET.get("taal", settings.LANGUAGE_CODE)
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return known, request.GET.get("voor") != "anderen"


@office
@csp_override({**settings.SECURE_CSP, "frame-src": ["'self'"]})
@require_safe
def preview(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The mail as each sort of reader will see it, and what still misses."""
    notice = _notice(pk, number)
    language, is_affected = _sort(request)
    readers = actions.readers(notice)
    names = dict(settings.LANGUAGES)
    context = {
        "notice": notice,
        "breach": notice.breach,
        "composed": letter(notice, language, is_affected),
        "sorts": _sorts(notice, language, is_affected),
        "query": f"?taal={language}{'' if is_affected else '&voor=anderen'}",
        "missing": [f"{names[code]}: {LABELS[part]}" for code, part in notice.missing()],
        "readers": readers.count(),
        "hit": readers.filter(actions.affected(notice.reach, notice.reach_to)).count(),
        "step": 2,
        "nav": NAV,
    }
    return render(request, "notices/preview.html", context)


def _sorts(notice: Notice, language: str, is_affected: bool) -> list[dict[str, Any]]:
    """The mails there are, as chips to choose from."""
    both = [True] if notice.reach == EVERYONE else [True, False]
    return [
        {
            "url": f"?taal={code}{'' if hit else '&voor=anderen'}",
            "label": name if notice.reach == EVERYONE else f"{name}, {_('geraakt') if hit else _('niet geraakt')}",
            "current": (code, hit) == (language, is_affected),
        }
        for code, name in settings.LANGUAGES
        for hit in both
    ]


@office
@xframe_options_sameorigin
@csp_override(
    {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'"], "frame-ancestors": ["'self'"]}
)
@require_safe
def preview_html(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The mail itself, alone in its frame."""
    return HttpResponse(letter(_notice(pk, number), *_sort(request)).html)


@office
@careful
@either
def send(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Asks who is sending once more, and to type the count."""
    notice = _notice(pk, number)
    if not notice.is_draft:
        return _to("progress", notice)
    if notice.missing():
        return _to("preview", notice)
    readers = actions.readers(notice).count()
    form = SendForm(request.POST or None, readers=readers)
    stale = form.is_bound and request.POST.get("versie") != notice.revision
    if form.is_bound and not stale and form.is_valid():
        if actions.start(notice=notice, by=request.user) is not None:
            return _to("progress", notice)
        stale = True
    context = {"form": form, "notice": notice, "breach": notice.breach, "readers": readers, "stale": stale}
    status = 422 if form.is_bound else 200
    return render(request, "notices/send.html", {**context, "step": 3, "nav": NAV}, status=status)


@office
@require_safe
def progress(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """How far it is, and the proof."""
    notice = _notice(pk, number)
    if notice.is_draft:
        return _to("edit", notice)
    counts = notice.tally if notice.settled_at else actions.count(notice)
    # Who closed the account between the start and now was skipped; the sum has to come out.
    gone = max(0, notice.accounts - notice.queued) if notice.finished_at else 0
    starter = User.objects.filter(pk=notice.started_by_id).first()
    context = {"notice": notice, "breach": notice.breach, "counts": counts, "gone": gone, "starter": starter}
    return render(request, "notices/progress.html", {**context, "nav": NAV})
