"""The desk's first steps of a neighbourhood that begins: each step is read from the data, and goes when done."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.newsletters.models import Newsletter
from content.organisations.models import Organisation
from content.pages.models import NeighbourhoodPage, NewsPage
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.managers.panels import Line, Panel, desk_panel
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

ENOUGH_POSTS = 5


class Step(NamedTuple):
    """One step: what to do, where, and the rows that show it is done."""

    title: str | Promise
    address: str
    rows: Callable[[Neighbourhood], QuerySet[Any]]


def _introduced(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    return Appointment.objects.active().filter(neighbourhood=neighbourhood).exclude(introduction="")


def _deputies(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    """Who stands in or is going to, or somebody who manages beside another."""
    active = Appointment.objects.active().filter(neighbourhood=neighbourhood)
    deputy = Q(role=Appointment.Role.DEPUTY, ends_on__gte=clock.today())
    beside = Q(Exists(active.exclude(user=OuterRef("user"))), pk__in=active.values("pk"))
    return Appointment.objects.filter(deputy | beside, neighbourhood=neighbourhood)


def _posts(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    """The last of enough posts."""
    return Post.objects.came_through().filter(neighbourhood=neighbourhood)[ENOUGH_POSTS - 1 : ENOUGH_POSTS]


def _activities(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    return Post.objects.came_through().filter(neighbourhood=neighbourhood, kind=Post.Kind.ACTIVITY)


def _organisations(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    return Organisation.objects.visible().in_neighbourhood(neighbourhood)


def _news(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    return NewsPage.objects.live().within(NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood))


def _newsletters(neighbourhood: Neighbourhood) -> QuerySet[Any]:
    out = Q(state=Newsletter.State.SENT) | Q(state=Newsletter.State.SENDING)
    return Newsletter.objects.filter(out, neighbourhood=neighbourhood)


STEPS = (
    Step(gettext_lazy("Stel jezelf voor aan de wijk"), "managers:edit_profile", _introduced),
    Step(gettext_lazy("Kies iemand die je vervangt"), "managers:deputies", _deputies),
    Step(gettext_lazy("Zorg voor de eerste vijf berichten"), "helping:enter", _posts),
    Step(gettext_lazy("Zet een activiteit in de agenda"), "", _activities),
    Step(gettext_lazy("Laat een organisatie meedoen"), "moderation:organisations", _organisations),
    Step(gettext_lazy("Schrijf het eerste nieuws"), "pages:write_news", _news),
    Step(gettext_lazy("Verstuur de eerste nieuwsbrief"), "newsletters:issues", _newsletters),
)


@desk_panel(5)
def first_steps(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """What is left to do before a neighbourhood runs by itself; nothing once it does."""
    done_by_step = _done(neighbourhood)
    left = [step for step, is_done in zip(STEPS, done_by_step, strict=True) if not is_done]
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


def _done(neighbourhood: Neighbourhood) -> tuple[bool, ...]:
    """Which steps are done, in their order, by one query."""
    asked = {f"step_{number}": Exists(step.rows(neighbourhood)) for number, step in enumerate(STEPS)}
    return Neighbourhood.objects.filter(pk=neighbourhood.pk).annotate(**asked).values_list(*asked).get()


def _address(step: Step, neighbourhood: Neighbourhood) -> str:
    if not step.address:
        return reverse("posts:place") + "?soort=activiteit"
    return reverse(step.address, args=[neighbourhood.slug])
