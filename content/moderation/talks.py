"""Reports about one message of a conversation: anybody in it makes one, and a manager sees that message only (L-11)."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.contact import relay
from content.moderation import actions
from content.moderation.forms import CloseTalkReportForm, MessageReportForm
from content.moderation.models import Report, ReportedMessage
from neighbourhoods.managers.desk import desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import visitor
from wijk.limits import client_network, take
from wijk.views import gone, too_many

DAY = timedelta(days=1)


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def report_message(request: HttpRequest, word: str) -> HttpResponse:
    """Who has the link of a message says that it is not right; reading the link changes nothing."""
    message = relay.message_of_link(word)
    if message is None:
        return gone(
            request,
            title=_("Dit bericht is gewist"),
            text=_("De tekst van een gesprek wissen we na 30 dagen. Gaat het om iets ernstigs? Vraag dan hulp."),
        )
    made = Report.objects.filter(form_key=actions.report_key(message)).first()
    form = MessageReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if made or form.is_trap:
            return redirect(request.path)
        if form.is_valid():
            if not _may_report(request, message.conversation_id):
                return too_many(request)
            actions.report_message(message=message, why=form.cleaned_data["why"], text=form.cleaned_data["text"])
            return redirect(request.path)
        form = form.refreshed()
    return render(request, "moderation/report_message.html", {"form": form, "message": message, "made": made})


def _may_report(request: HttpRequest, talk: int) -> bool:
    network = client_network(request)
    return take("report", network, limit=6, per=timedelta(hours=1)) and take("report-talk", str(talk), limit=4, per=DAY)


def report_detail(request: HttpRequest, neighbourhood: Neighbourhood, report: Report) -> HttpResponse:
    """The reported message at the desk, with who wrote it by role only; deciding lets the conversation go on or not."""
    form = CloseTalkReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ends = form.cleaned_data["outcome"] == form.END
        answer = {name: form.cleaned_data[name] for name in ("reason", "note")}
        if actions.close_message_report(report=report, by=request.user, ends=ends, **answer):
            messages.success(request, _("De melding is afgehandeld. Beide kanten krijgen een mail."))
        else:
            messages.warning(request, _("Deze melding was al afgehandeld."))
        return redirect("moderation:reports", wijk=neighbourhood.slug)
    # Of the conversation itself nothing goes to the page.
    message = ReportedMessage.objects.filter(report=report).only("side", "body").first()
    context = desk_context(request, neighbourhood, nav="meldingen", report=report, message=message, form=form)
    return render(request, "moderation/report_talk.html", context)
