"""The desk's panel about the newsletter: the draft that lies ready."""

from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from content.newsletters.models import Newsletter, NewsletterQuerySet
from neighbourhoods.managers.panels import Line, Panel, desk_panel
from neighbourhoods.places.models import Neighbourhood
from wijk.access import scope


@desk_panel(40)
def draft(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """The newest newsletter that still has to be sent."""
    issues = cast(NewsletterQuerySet, scope(user).managed(Newsletter))
    found = issues.filter(neighbourhood=neighbourhood, state=Newsletter.State.DRAFT).only("subject").first()
    if found is None:
        return None
    return Panel(
        key="nieuwsbrief",
        title=_("Nieuwsbrief"),
        text=_("Dit concept ligt klaar. Kijk het na en verstuur het."),
        lines=(Line(found.subject, reverse("newsletters:edit", args=[neighbourhood.slug, found.pk])),),
        url=reverse("newsletters:issues", args=[neighbourhood.slug]),
        action=_("Alle nieuwsbrieven"),
    )
