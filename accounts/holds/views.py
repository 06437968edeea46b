"""What is set aside for a case: found, set aside, looked at again, read and let go, at the privacy desk only (K-42)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit.models import record
from accounts.holds import actions
from accounts.holds.forms import FindForm, LookForm, PlaceForm, ReviewForm
from accounts.holds.models import LegalHold
from accounts.users.frozen import must_name_ground
from accounts.users.models import MemberRequest, User
from wijk.access import careful, office

PER_PAGE = 50
NAV = "apart"
either = require_http_methods(["GET", "HEAD", "POST"])


@office
@either
def index(request: MemberRequest) -> HttpResponse:
    """All that is set aside, first review on top; and the way to a person's records."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person = _found(form.cleaned_data["account"])
        if person:
            return redirect("holds:place", person.pk)
        form.add_error("account", _("Er is geen account met dit adres of nummer."))
    page = Paginator(LegalHold.objects.all(), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request, "holds/index.html", {"form": form, "page": page, "nav": NAV}, status=422 if form.is_bound else 200
    )


def _found(typed: str) -> User | None:
    if typed.isascii() and typed.isdigit() and len(typed) < 16:
        return User.objects.filter(pk=int(typed)).first()
    return User.objects.filter(email__iexact=typed).first()


@office
@careful(reading=False)
@either
def place(request: MemberRequest, pk: int) -> HttpResponse:
    """One person's records, to pick the one that is needed; that somebody looked is in the trail."""
    person = get_object_or_404(User, pk=pk)
    # The page that asks for a ground is for open accounts; of a closing one the look is in the trail, as always.
    if person.is_active and must_name_ground(request, person):
        return redirect(f"{reverse('requests:look', args=[pk])}?daarna=apart")
    form = PlaceForm(request.POST if request.method == "POST" else None, records=actions.records_of(person))
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            hold = actions.place(account=person, key=typed.pop("record"), by=request.user, **typed)
        except actions.AlreadyHeld:
            form.add_error("record", _("Dit stuk staat al apart."))
        except actions.NoSuchRecord:
            form.add_error("record", _("Dit stuk is er niet meer."))
        else:
            messages.success(request, _("Apart gezet. Wordt het account gewist, dan blijft alleen dit."))
            return redirect("holds:detail", hold.pk)
    if not form.is_bound:
        record("hold.look", by=request.user, about=person)
    context = {"form": form, "person": person, "holds": LegalHold.objects.of_account(pk), "nav": NAV}
    return render(request, "holds/place.html", context, status=422 if form.is_bound else 200)


@office
@careful(reading=False)
@either
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One of them. Its words are shown only for one of the four grounds, and that is in the trail."""
    hold = get_object_or_404(LegalHold, pk=pk)
    form = LookForm(request.POST if request.method == "POST" else None)
    context = {"hold": hold, "form": form, "review": ReviewForm(), "nav": NAV}
    if form.is_bound and form.is_valid():
        context["facts"] = actions.read(hold=hold, ground=form.cleaned_data["ground"], by=request.user)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "holds/detail.html", context, status=status)


@office
@require_POST
def renew(request: MemberRequest, pk: int) -> HttpResponse:
    """The case still runs."""
    hold = get_object_or_404(LegalHold, pk=pk)
    review = ReviewForm(request.POST)
    if review.is_valid():
        actions.renew(hold=hold, review_on=review.cleaned_data["review_on"], by=request.user)
        messages.success(request, _("Verlengd."))
        return redirect("holds:detail", pk)
    context = {"hold": hold, "form": LookForm(), "review": review, "nav": NAV}
    return render(request, "holds/detail.html", context, status=422)


@office
@require_POST
@careful
def release(request: MemberRequest, pk: int) -> HttpResponse:
    """The case is over: what was saved is destroyed at once."""
    actions.release(hold=get_object_or_404(LegalHold, pk=pk), by=request.user)
    messages.success(request, _("Dit staat niet meer apart. Wat we ervan bewaarden, is gewist."))
    return redirect("holds:index")
