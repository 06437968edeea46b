"""The desk's first steps of a neighbourhood that begins: each step is read from the data, and goes when done."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.newsletters.models import Newsletter
from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.managers.panels import Line, Panel, desk_panel
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

ENOUGH_POSTS = 5


class Step(NamedTuple):
    """One step: what to do, where, and whether it is done."""

    title: str | Promise
    address: str
    is_done: Callable[[Neighbourhood], bool]


def _is_introduced(neighbourhood: Neighbourhood) -> bool:
    return Appointment.objects.active().filter(neighbourhood=neighbourhood).exclude(introduction="").exists()


def _has_deputy(neighbourhood: Neighbourhood) -> bool:
    deputies = Appointment.objects.filter(neighbourhood=neighbourhood, role=Appointment.Role.DEPUTY)
    second = Appointment.objects.active().filter(neighbourhood=neighbourhood).values("user").distinct().count() > 1
    return second or deputies.filter(ends_on__gte=clock.today()).exists()


def _has_posts(neighbourhood: Neighbourhood) -> bool:
    return Post.objects.came_through().filter(neighbourhood=neighbourhood)[:ENOUGH_POSTS].count() == ENOUGH_POSTS


def _has_activity(neighbourhood: Neighbourhood) -> bool:
    return Post.objects.came_through().filter(neighbourhood=neighbourhood, kind=Post.Kind.ACTIVITY).exists()


def _has_organisation(neighbourhood: Neighbourhood) -> bool:
    return Organisation.objects.visible().in_neighbourhood(neighbourhood).exists()


def _has_news(neighbourhood: Neighbourhood) -> bool:
    page = getattr(neighbourhood, "page", None)
    return page is not None and NewsPage.objects.live().descendant_of(page).exists()


def _has_newsletter(neighbourhood: Neighbourhood) -> bool:
    out = Q(state=Newsletter.State.SENT) | Q(state=Newsletter.State.SENDING)
    return Newsletter.objects.filter(out, neighbourhood=neighbourhood).exists()


STEPS = (
    Step(gettext_lazy("Stel jezelf voor aan de wijk"), "managers:edit_profile", _is_introduced),
    Step(gettext_lazy("Kies iemand die je vervangt"), "managers:deputies", _has_deputy),
    Step(gettext_lazy("Zorg voor de eerste vijf berichten"), "helping:enter", _has_posts),
    Step(gettext_lazy("Zet een activiteit in de agenda"), "", _has_activity),
    Step(gettext_lazy("Laat een organisatie meedoen"), "moderation:organisations", _has_organisation),
    Step(gettext_lazy("Schrijf het eerste nieuws"), "pages:write_news", _has_news),
    Step(gettext_lazy("Verstuur de eerste nieuwsbrief"), "newsletters:issues", _has_newsletter),
)


@desk_panel(5)
def first_steps(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """What is left to do before a neighbourhood runs by itself; nothing once it does."""
    left = [step for step in STEPS if not step.is_done(neighbourhood)]
    if not left:
        return None
    done = len(STEPS) - len(left)
    said = _("%(done)d van de %(all)d stappen zijn klaar. Hang ook het prikbord op, dat kun je printen.")
    return Panel(
        key="begin-wijk",
        title=_("Zo begint je wijk"),
        text=said % {"done": done, "all": len(STEPS)},
        lines=tuple(Line(str(step.title), _address(step, neighbourhood)) for step in left),
        url=reverse("posts:week_sheet", args=[neighbourhood.slug]),
        action=_("Print het prikbord"),
    )


def _address(step: Step, neighbourhood: Neighbourhood) -> str:
    if not step.address:
        return reverse("posts:place") + "?soort=activiteit"
    return reverse(step.address, args=[neighbourhood.slug])
