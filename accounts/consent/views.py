"""The page of what I agreed to, the answer to a change, and consents at the privacy desk."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.models import record
from accounts.consent import actions
from accounts.consent.forms import FindForm, RecordForm
from accounts.consent.models import Announcement, ConsentEvent
from accounts.consent.texts import MATTERS, SWITCHES, Matter, Row, Section, family, section, sections
from accounts.users.frozen import must_name_ground
from accounts.users.models import MemberRequest, User
from wijk.access import careful, member, office
from wijk.text import clean_line


@section(order=90)
def texts_of_the_site(user: Any) -> Section:
    """The terms and the statements: read and noted, changed by nobody here (X-25)."""
    said: dict[str, ConsentEvent] = {}
    for event in ConsentEvent.objects.of(user).filter(key__in=MATTERS):
        said.setdefault(event.key, event)
    shown_here = [matter for matter in MATTERS.values() if matter.at_signup or matter.key in said]
    rows = [_text_row(matter, said.get(matter.key)) for matter in shown_here]
    return Section(
        "teksten",
        _("Hoort bij je account"),
        _("Dit zijn geen toestemmingen. Ben je het niet meer eens met een van deze teksten? Zeg dan je account op."),
        rows,
    )


def _text_row(matter: Matter, last: ConsentEvent | None) -> Row:
    if last is None or last.given:
        return Row(matter.key, matter.label, matter.text, read_url=matter.url)
    note = _("Je zei nee tegen versie %(version)s.") % {"version": last.text_version}
    again = f"{reverse('consent:answer')}?{urlencode({'tekst': matter.key})}"
    return Row(matter.key, matter.label, matter.text, note=note, read_url=again)


@member
@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Everything I said yes or no to, with the words, the day and the way, and one button each (C-25, K-40)."""
    context = {"sections": shown_sections(request.user), "nav": "toestemmingen"}
    return render(request, "consent/mine.html", context)


def shown_sections(user: Any) -> list[dict[str, Any]]:
    """The page's sections, each row with its history."""
    history: dict[str, list[ConsentEvent]] = defaultdict(list)
    for event in ConsentEvent.objects.of(user).select_related("text"):
        history[event.key].append(event)
    return [
        {"section": part, "rows": [{"row": row, "events": history[row.key]} for row in part.rows]}
        for part in sections(user)
    ]


@member
@require_POST
def switch(request: MemberRequest) -> HttpResponse:
    """One click on, one click off (C-25)."""
    key = clean_line(request.POST.get("key", ""))[:60]
    act = SWITCHES.get(family(key))
    if act is None:
        raise Http404
    problem = act(user=request.user, key=key, on=request.POST.get("aan") == "1", by=request.user, said=None)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Je keuze is bewaard."))
    return redirect("consent:mine")


@member
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: MemberRequest) -> HttpResponse:
    """A change of a text: what it is, from when, and what I say to it (D-3, W-91)."""
    change = _change(request)
    if change is None:
        return redirect("consent:mine")
    if request.method == "POST":
        yes = request.POST.get("antwoord") == "ja"
        messages.success(request, actions.answer(announcement=change, user=request.user, yes=yes, by=request.user))
        return redirect("consent:mine")
    context = {"change": change, "declining": "nee" in request.GET, "nav": "toestemmingen"}
    return render(request, "consent/answer.html", context)


def _change(request: MemberRequest) -> Announcement | None:
    """The change this is about: the one that was named, or the first without an answer."""
    key = clean_line(request.POST.get("tekst", request.GET.get("tekst", "")))
    if key:
        return Announcement.objects.filter(key=key).select_related("text").order_by("-pk").first()
    return None if request.method == "POST" else Announcement.objects.unanswered(request.user).first()


# The privacy desk ----------------------------------------------------------------------------------------------------


@office
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: MemberRequest) -> HttpResponse:
    """Finds the account of who wrote to us."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if person:
            record("consent.look", by=request.user, about=person)
            return redirect("consent:person", pk=person.pk)
        form.add_error("email", _("Er is geen account met dit e-mailadres."))
    context = {"form": form, "nav": "toestemmingen"}
    return render(request, "consent/find.html", context, status=422 if form.is_bound else 200)


@office
@careful(reading=False)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """What one person agreed to, and the form to write down what that person let us know (C-25)."""
    someone = get_object_or_404(User, pk=pk, is_active=True)
    if must_name_ground(request, someone):
        return redirect(f"{reverse('requests:look', args=[pk])}?daarna=toestemmingen")
    rows = switchable(someone)
    form = RecordForm(request.POST if request.method == "POST" else None, rows=rows)
    if form.is_bound and form.is_valid():
        problem = actions.record_for(
            user=someone, key=form.cleaned_data["key"], on=form.is_yes, said=form.said(), by=request.user
        )
        if not problem:
            messages.success(request, _("Opgeschreven. De persoon krijgt er een mail over."))
            return redirect("consent:person", pk=pk)
        form.add_error(None, problem)
    context = {"person": someone, "form": form, "rows": rows, "sections": shown_sections(someone)}
    status = 422 if form.is_bound else 200
    return render(request, "consent/person.html", {**context, "nav": "toestemmingen"}, status=status)


def switchable(user: Any) -> list[Row]:
    """What somebody may say yes or no to."""
    rows = [row for part in sections(user) for row in part.rows]
    return [row for row in rows if row.on is not None and not row.action and family(row.key) in SWITCHES]
