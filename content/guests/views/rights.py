"""What a guest may do with the own data: take them along, revoke links, erase everything, or become a member."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.export.actions import export
from accounts.export.formats import FORMATS
from accounts.signup.guests import become_member
from accounts.users.models import User
from content.guests import actions
from content.guests.doors import for_guest
from content.guests.forms import BecomeForm
from wijk import clock
from wijk.limits import take
from wijk.views import too_many

HOUR = timedelta(hours=1)


@for_guest
def download(request: HttpRequest, guest: User, word: str) -> HttpResponse:
    """Everything we hold about this guest as one file; by a button, for mail programs open links."""
    if request.method != "POST":
        return redirect("guests:own", word=word)
    form = FORMATS.get(request.POST.get("vorm", "html"))
    if form is None:
        raise Http404
    if not take("export", str(guest.pk), limit=10, per=HOUR):
        return too_many(request)
    response = HttpResponse(export(user=guest, by=guest, form=form), content_type=form.content_type)
    name = f"wijk-mijn-gegevens-{clock.today().isoformat()}.{form.name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_guest
def links(request: HttpRequest, guest: User, word: str) -> HttpResponse:
    """Makes all links worthless and mails a new one."""
    if request.method != "POST":
        return redirect("guests:own", word=word)
    if not take("guest-links", str(guest.pk), limit=5, per=HOUR):
        return too_many(request)
    actions.renew_links(guest=guest)
    return render(request, "guests/link.html", {"renewed": True})


@for_guest
def erase(request: HttpRequest, guest: User, word: str) -> HttpResponse:
    """Everything of this guest goes off the site at once, and is erased."""
    if request.method != "POST":
        return render(request, "guests/erase.html", {"word": word})
    actions.erase_now(guest=guest)
    return render(request, "guests/erased.html")


@for_guest
def become(request: HttpRequest, guest: User, word: str) -> HttpResponse:
    """Names, a password and a neighbourhood make a member of a guest; what was asked stays theirs."""
    posts = guest.posts.select_related("neighbourhood").order_by("-created_at")
    first = posts.first()
    initial = {"first_name": guest.first_name, "neighbourhood": first.neighbourhood.slug if first else ""}
    form = BecomeForm(request.POST if request.method == "POST" else None, guest=guest, initial=initial)
    if not form.is_bound or not form.is_valid():
        return render(request, "guests/become.html", {"form": form, "word": word, "email": guest.email})
    typed = form.cleaned_data
    with transaction.atomic():
        names = {"first_name": typed["first_name"], "last_name": typed["last_name"]}
        become_member(guest=guest, password=typed["password1"], **names)
        form.signup(request, User.objects.get(pk=guest.pk))
    messages.success(request, _("Je account is klaar. Log in met je e-mailadres en je nieuwe wachtwoord."))
    return redirect("account_login")
