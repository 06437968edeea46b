"""Photos at the desk: who is on one asks us to take it away, and a manager decides; or removes one with a reason.

The photo is hidden by the request itself, once: after a manager looked and put it back, only a person hides it again.
"""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit.models import record
from content.moderation import emails, photo_emails
from content.moderation.actions import mark_closed, recorded
from content.moderation.forms import MotivationForm
from content.moderation.models import Decision, Reason, Report, desk_posts
from content.moderation.photo_forms import PhotoOutcomeForm, PhotoReportForm
from content.photos.models import Photo
from content.photos.showing import shown
from content.posts.models import Post
from content.posts.placements import touch
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import scope, visitor
from wijk.limits import client_network, take
from wijk.views import too_many

A_DAY = timedelta(days=1)
REQUESTS_A_DAY = 5
either = require_http_methods(["GET", "HEAD", "POST"])


@transaction.atomic
def report_photo(*, photo: Photo, text: str, email: str, form_key: str) -> Report:
    """Takes the word of somebody who is on a photo: it is hidden at once, and its author and the managers hear (C-24).

    A report answered before stays answered: the next one leaves the photo where the manager put it.
    """
    post = photo.post
    made, is_new = Report.objects.get_or_create(
        form_key=form_key,
        defaults={
            "post": post,
            "photo": photo,
            "of_photo": True,
            "why": Report.Why.ABOUT_ME,
            "text": text,
            "reporter_email": email,
            "made_at": clock.now(),
        },
    )
    if is_new:
        record("report.make", by=None, about=made, neighbourhood=post.neighbourhood, why=made.why)
        if not photo.reports.filter(closed_at__isnull=False).exists() and photo.hidden_at is None:
            _hide(photo, clock.now())
            photo_emails.tell_photo_hidden(photo)
        emails.confirm_report(made, title=post.title)
        emails.tell_managers(made)
    return made


def _hide(photo: Photo, moment: Any) -> None:
    photo.hidden_at = moment
    photo.save(update_fields=["hidden_at"])
    touch(photo.post)


@transaction.atomic
def close_photo_report(*, report: Report, by: Any, removes: bool, reason: str = "", note: str = "") -> bool:
    """The photo goes for good, or is shown again; that answers all who wrote about it. False when it was answered."""
    about_it = Q(photo=report.photo_id) if report.photo_id else Q(pk=report.pk)
    rows = list(Report.objects.open().filter(about_it, of_photo=True).select_for_update(of=("self",)))
    if report.pk not in {row.pk for row in rows}:
        return False
    photo = report.photo
    if photo and removes:
        remove_photo(photo=photo, by=by, reason=reason, note=note, found=Decision.Found.REPORT)
    elif photo and photo.hidden_at:
        _hide(photo, None)
        photo_emails.tell_photo_shown(photo)
    for row in rows:
        row.photo = None if removes else row.photo
        mark_closed(row, by=by, removed=photo is None or removes)
        record("report.close", by=by, about=row, neighbourhood=row.judged.neighbourhood, act="photo" if removes else "")
    return True


@transaction.atomic
def remove_photo(*, photo: Photo, by: Any, reason: str, note: str, found: str = Decision.Found.OWN) -> Decision:
    """Deletes a photo with its file, and tells its author why; the post stays where it is (M-4, L-4)."""
    post = Post.objects.select_for_update(of=("self",)).select_related("author", "neighbourhood").get(pk=photo.post_id)
    photo.delete()
    return recorded(post, Decision.Act.PHOTO, by=by, found=found, reason=reason, note=note)


# Who is on a photo ---------------------------------------------------------------------------------------------------


@visitor
@either
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody says to be on a photo; no account is needed, and an address only for who wants an answer."""
    form = PhotoReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_trap or _sent_before(form)):
        return redirect("moderation:reported")
    visible = Photo.objects.visible().select_related("post__neighbourhood", "post__author")
    photo = visible.filter(token=token).first()
    if photo is None:
        raise Http404
    if request.method == "POST":
        if form.is_valid():
            return _asked(request, photo, form)
        form = form.refreshed()
    context = {"form": form, "post": photo.post, "photo": shown(photo, "photos:file")}
    return render(request, "moderation/report_photo.html", context)


def _sent_before(form: PhotoReportForm) -> bool:
    return form.is_valid() and Report.objects.filter(form_key=form.form_key).exists()


def _asked(request: HttpRequest, photo: Photo, form: PhotoReportForm) -> HttpResponse:
    if not take("report-photo", client_network(request), limit=REQUESTS_A_DAY, per=A_DAY):
        return too_many(request, minutes=24 * 60)
    typed = {name: form.cleaned_data[name] for name in ("text", "email")}
    report_photo(photo=photo, form_key=form.form_key, **typed)
    return redirect("moderation:reported")


# The desk ------------------------------------------------------------------------------------------------------------


def report_detail(request: HttpRequest, neighbourhood: Neighbourhood, report: Report) -> HttpResponse:
    """A report about a photo, with the photo; reached through the page of all reports, behind its door."""
    photo = report.photo
    form = PhotoOutcomeForm(request.POST if request.method == "POST" else None, is_there=photo is not None)
    if request.method == "POST" and form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("reason", "note")}
        if close_photo_report(report=report, by=request.user, removes=form.removes, **answer):
            messages.success(request, _("De melding is afgehandeld."))
        else:
            messages.warning(request, _("Deze melding was al afgehandeld."))
        return redirect("moderation:reports", wijk=neighbourhood.slug)
    context = {
        "report": report,
        "post": report.post,
        "photo": shown(photo, "photos:desk_file", neighbourhood.slug) if photo else None,
        "form": form,
    }
    context = desk_context(request, neighbourhood, nav="meldingen", **context)
    return render(request, "moderation/report_photo_detail.html", context)


@at_desk
@either
def remove(request: HttpRequest, neighbourhood: Neighbourhood, pk: int, number: int) -> HttpResponse:
    """Why a photo goes, for its author; then it is gone."""
    post = get_object_or_404(desk_posts(request.user, neighbourhood).select_related("author"), pk=pk)
    photo = get_object_or_404(scope(request.user).managed(Photo).filter(post=post), pk=number)
    form = MotivationForm(request.POST if request.method == "POST" else None, initial={"reason": Reason.PRIVATE})
    if request.method == "POST" and form.is_valid():
        remove_photo(photo=photo, by=request.user, **form.cleaned_data)
        messages.success(request, _("De foto is gewist. De schrijver krijgt een mail met je uitleg."))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    context = {"post": post, "photo": shown(photo, "photos:desk_file", neighbourhood.slug), "form": form}
    context = desk_context(request, neighbourhood, nav="berichten", **context)
    return render(request, "moderation/remove_photo.html", context)
