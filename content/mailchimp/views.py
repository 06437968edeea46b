"""The managers' desk: how it stands with Mailchimp, and an issue that goes that way; and where Mailchimp knocks."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from content.mailchimp import actions, sync
from content.mailchimp.models import Campaign, Connection, Listing
from content.newsletters.letter import sections
from content.newsletters.models import Newsletter
from content.newsletters.sending import readers_of
from content.newsletters.ways import Way, another_page, another_way
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.lists import MailingList
from wijk.access import careful, scope, visitor
from wijk.limits import take

NAV = "nieuwsbrieven"
CAMPAIGNS_SHOWN = 24
KNOCKS_AN_HOUR = 60
# What stands in the way, in words for who may do something about it.
WHY: dict[str, str | Promise] = {
    actions.UNTRIED: gettext_lazy("De sleutel is nog niet geprobeerd."),
    actions.FILLED: gettext_lazy("De lijst bij Mailchimp is niet leeg. Maak hem leeg, of neem een nieuwe lijst."),
    "http 401": gettext_lazy("Mailchimp neemt de sleutel niet aan."),
    "http 403": gettext_lazy("Mailchimp neemt de sleutel niet aan."),
    "http 404": gettext_lazy("Mailchimp kent deze lijst of nieuwsbrief niet."),
    "http 429": gettext_lazy("Mailchimp heeft het druk. We wachten even."),
    "sync": gettext_lazy("De lijst bij Mailchimp klopt nog niet. Dat komt vanzelf goed."),
    "strangers": gettext_lazy(
        "Bij Mailchimp staan mensen op de lijst die zich hier niet aanmeldden. Haal hen daar eerst weg."
    ),
    "ended": gettext_lazy("De koppeling is beëindigd."),
    "taken back": gettext_lazy("Je liet hem door de site zelf versturen."),
}


def why(error: str) -> str:
    """An error in words; of one without, only that there is one."""
    if not error:
        return ""
    return str(WHY.get(error) or _("Mailchimp gaf geen goed antwoord. We proberen het opnieuw."))


def figures(connection: Connection) -> dict[str, int]:
    """How many readers stand where; nothing per person."""
    rows = Listing.objects.filter(connection=connection)
    at = Listing.State
    return rows.aggregate(
        there=Count("pk", filter=Q(state=at.ON)),
        coming=Count("pk", filter=Q(state=at.NEW, wanted=Listing.Wanted.ON)),
        going=Count("pk", filter=~Q(wanted=Listing.Wanted.ON) & ~Q(wanted=Listing.Wanted.OFF, state=at.OFF)),
        refused=Count("pk", filter=Q(state=at.REFUSED)),
    )


def _connection(request: HttpRequest, neighbourhood: Neighbourhood) -> Connection | None:
    known = scope(request.user).managed(Connection).filter(neighbourhood=neighbourhood)
    return known.order_by("-created_at", "-pk").first()


@at_desk
@require_safe
def state(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """Whether this neighbourhood is connected, how many readers stand there, and which issues went that way."""
    connection = _connection(request, neighbourhood)
    known = scope(request.user).managed(Campaign).filter(newsletter__neighbourhood=neighbourhood)
    campaigns = list(known.select_related("newsletter")[:CAMPAIGNS_SHOWN])
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        connection=connection,
        why=why(connection.error) if connection else "",
        figures=figures(connection) if connection else {},
        campaigns=[(one, why(one.error)) for one in campaigns],
    )
    return render(request, "mailchimp/state.html", context)


@at_desk
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Who gets it there and who from us, and the button that puts it in Mailchimp's hands."""
    issues = scope(request.user).managed(Newsletter).filter(neighbourhood=neighbourhood)
    newsletter = get_object_or_404(issues.select_related("neighbourhood"), pk=pk)
    connection = _usable(neighbourhood)
    if connection is None or not newsletter.is_draft or newsletter.list != MailingList.NEWS:
        messages.info(request, _("Deze nieuwsbrief kan niet via Mailchimp. Hij ging al, of er is geen koppeling."))
        return redirect("newsletters:preview", neighbourhood.slug, newsletter.pk)
    there = sync.readers(connection).count()
    if request.method == "POST" and there and sections(newsletter):
        return _handed_over(request, newsletter)
    everybody = readers_of(newsletter).count()
    context = desk_context(
        request,
        neighbourhood,
        NAV,
        newsletter=newsletter,
        connection=connection,
        there=there,
        here=everybody - there,
        empty=not sections(newsletter),
    )
    return render(request, "mailchimp/hand_over.html", context)


def _usable(neighbourhood: Neighbourhood) -> Connection | None:
    return Connection.objects.in_force().filter(neighbourhood=neighbourhood, broken_at=None).first()


def _handed_over(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    same = request.POST.get("versie") == newsletter.revision
    if not same or actions.hand_over(newsletter=newsletter, by=request.user) is None:
        messages.error(request, _("De nieuwsbrief is intussen veranderd. Kijk hem nog een keer na."))
        return redirect("newsletters:preview", newsletter.neighbourhood.slug, newsletter.pk)
    messages.success(request, _("De nieuwsbrief gaat nu via Mailchimp. Hier zie je hoe ver hij is."))
    return redirect("mailchimp:state", newsletter.neighbourhood.slug)


@at_desk
@careful
@require_http_methods(["GET", "HEAD", "POST"])
def send_ourselves(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Takes an issue back that never left there, after asking."""
    known = scope(request.user).managed(Campaign).filter(newsletter__neighbourhood=neighbourhood)
    campaign = get_object_or_404(known.select_related("newsletter__neighbourhood"), pk=pk)
    if request.method == "POST":
        if actions.send_ourselves(campaign=campaign, by=request.user):
            messages.success(request, _("De site verstuurt deze nieuwsbrief nu zelf, aan alle lezers."))
        else:
            messages.error(request, _("Dat kan niet meer: Mailchimp verstuurde hem al, of misschien."))
        return redirect("mailchimp:state", neighbourhood.slug)
    context = desk_context(request, neighbourhood, NAV, campaign=campaign, why=why(campaign.error))
    return render(request, "mailchimp/send_ourselves.html", context)


def _was_ever_connected() -> Exists:
    return Exists(Connection.objects.filter(neighbourhood=OuterRef("neighbourhood")))


@another_way("mailchimp", _was_ever_connected)
def by_mailchimp(newsletter: Newsletter) -> Way | None:
    """What the pages of an issue say of Mailchimp: that it can go that way, or that it did."""
    slug = newsletter.neighbourhood.slug
    campaign: Any = Campaign.objects.filter(newsletter=newsletter).first()
    if campaign is not None:
        label = _("Via Mailchimp: %(state)s") % {"state": campaign.get_state_display()}
        return Way(label, reverse("mailchimp:state", args=[slug]))
    if newsletter.is_draft and newsletter.list == MailingList.NEWS and _usable(newsletter.neighbourhood):
        return Way(_("Via Mailchimp versturen"), reverse("mailchimp:hand_over", args=[slug, newsletter.pk]))
    return None


@another_page
def beside_the_issues(neighbourhood: Neighbourhood) -> Way | None:
    """A way to the state of the connection, where there is or was one."""
    known = Connection.objects.filter(neighbourhood=neighbourhood).exists()
    return (
        Way(_("Hoe het staat met Mailchimp"), reverse("mailchimp:state", args=[neighbourhood.slug])) if known else None
    )


# Mailchimp knocks ----------------------------------------------------------------------------------------------------


@visitor
@require_http_methods(["GET", "HEAD", "POST"])
def knock(request: HttpRequest, hook: str) -> HttpResponse:
    """Mailchimp tells that something changed. Nothing it says is read: we ask it ourselves, with our own key."""
    if not Connection.objects.in_force().filter(hook=hook).exists():
        raise Http404
    if request.method != "POST":
        # So it looks, when somebody fills in this address there, whether anybody is at home.
        return HttpResponse("ok", content_type="text/plain")
    if not take("mailchimp-knock", hook, limit=KNOCKS_AN_HOUR, per=timedelta(hours=1)):
        return HttpResponse(status=429)
    actions.knock(hook)
    return HttpResponse(status=204)
