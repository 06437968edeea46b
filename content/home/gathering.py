"""What a neighbourhood's front page and the front page show, gathered in a fixed number of queries."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from content.contact.models import Conversation, Message
from content.organisations.models import Organisation
from content.pages.models import HomePage, NeighbourhoodPage, NewsPage
from content.posts.cards import activity_row, cards, day_words
from content.posts.models import KIND_WORDS, Post
from content.posts.placements import Placement
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.residents.models import Residence
from wijk import clock
from wijk.access import scope

NEWEST = 6
AGENDA = 5
ORGANISATIONS = 4
NEWS = 3
THEMES = 4
TILES = 6
WAITING_SHOWN = 6
ENDS_SOON = timedelta(days=7)
KINDS = (Post.Kind.REQUEST, Post.Kind.OFFER)


def neighbourhood_context(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """All of a neighbourhood's page, in five queries beside the one that found it."""
    page = words_of(neighbourhood)
    posts, agenda = newest_and_agenda(neighbourhood)
    counts = counted(neighbourhood)
    return {
        "neighbourhood": neighbourhood,
        "page": page,
        "cards": cards(posts),
        "agenda": [activity_row(post) for post in agenda],
        "standing": standing(counts[Post.Kind.REQUEST], counts[Post.Kind.OFFER]),
        "for_sale": counts[Post.Kind.SHOP],
        "crumbs": crumbs(neighbourhood),
        "place_url": f"{reverse('posts:place')}?wijk={neighbourhood.slug}",
        "chips": chips(neighbourhood, counts),
        "organisations": Organisation.objects.visible()
        .in_neighbourhood(neighbourhood)
        .only("name", "slug", "summary")[:ORGANISATIONS],
        "news": NewsPage.objects.under(page)[:NEWS] if page else [],
        "managers": Appointment.objects.public().filter(neighbourhood=neighbourhood).order_by("public_name"),
    }


def words_of(neighbourhood: Neighbourhood) -> NeighbourhoodPage | None:
    """The editors' page of a neighbourhood that was fetched together with it, when it is published."""
    page: NeighbourhoodPage | None = getattr(neighbourhood, "page", None)
    return page if page and page.live else None


def newest_and_agenda(neighbourhood: Neighbourhood) -> tuple[list[Post], list[Post]]:
    """The newest requests and offers, and what is on soon: one query for both."""
    visible = Post.objects.visible().in_neighbourhood(neighbourhood)
    newest = visible.filter(kind__in=KINDS).newest().values("pk")[:NEWEST]
    soon = visible.agenda().values("pk")[:AGENDA]
    found = list(Post.objects.visible().filter(Q(pk__in=newest) | Q(pk__in=soon)).newest().for_cards())
    activities = [post for post in found if post.kind == Post.Kind.ACTIVITY]
    return [post for post in found if post.kind in KINDS], sorted(
        activities, key=lambda post: (post.starts_at, post.pk)
    )


def counted(neighbourhood: Neighbourhood) -> Counter[Any]:
    """How many requests and offers there are, by kind and by theme; and how much is in the shop window."""
    counts: Counter[Any] = Counter()
    rows = (
        Post.objects.visible()
        .in_neighbourhood(neighbourhood)
        .filter(kind__in=(*KINDS, Post.Kind.SHOP))
        .values_list("kind", "theme__slug", "theme__name", "theme__name_en")
        .annotate(number=Count("pk"))
    )
    for kind, slug, name, name_en, number in rows:
        counts[kind] += number
        if kind == Post.Kind.SHOP:
            continue
        counts[slug, name_en if get_language() == "en" and name_en else name] += number
    return counts


def standing(requests: int, offers: int) -> str:
    """How the neighbourhood stands, in a sentence."""
    asked = ngettext("%(n)s vraag wacht op een buur", "%(n)s vragen wachten op een buur", requests) % {"n": requests}
    given = ngettext("%(n)s keer biedt iemand iets aan", "%(n)s keer biedt iemand iets aan", offers) % {"n": offers}
    parts = [part for number, part in ((requests, asked), (offers, given)) if number]
    return ", ".join(parts) + "." if parts else _("Het is hier nog stil.")


def crumbs(neighbourhood: Neighbourhood) -> list[dict[str, str]]:
    """The way here: all neighbourhoods, the municipality."""
    above = neighbourhood.municipality
    return [
        {"label": _("Wijken"), "url": reverse("places:index")},
        {"label": above.name, "url": above.get_absolute_url()},
        {"label": neighbourhood.name, "url": ""},
    ]


def chips(neighbourhood: Neighbourhood, counts: Counter[Any]) -> list[dict[str, Any]]:
    """The ways into the board: all, by kind, and the themes with most in them."""
    board = reverse("posts:board", args=[neighbourhood.slug])
    words = {kind: word for word, kind in KIND_WORDS.items()}
    requests, offers = counts[Post.Kind.REQUEST], counts[Post.Kind.OFFER]
    themes = sorted((key for key in counts if isinstance(key, tuple)), key=lambda key: (-counts[key], key))
    return [
        {"label": _("Alles"), "url": board, "count": requests + offers},
        {"label": _("Vragen"), "url": f"{board}?soort={words['request']}", "count": requests},
        {"label": pgettext("filter", "Aanbod"), "url": f"{board}?soort={words['offer']}", "count": offers},
        *({"label": key[1], "url": f"{board}?thema={key[0]}", "count": counts[key]} for key in themes[:THEMES]),
    ]


def front_context() -> dict[str, Any]:
    """The front page in three queries: the editors' words, the newest posts, the liveliest neighbourhoods."""
    newest = Post.objects.visible().filter(kind__in=KINDS).newest().for_cards()[:TILES]
    return {
        "home": HomePage.objects.live().first(),
        "cards": cards(newest, with_place=True),
        "neighbourhoods": liveliest()[:TILES],
    }


def liveliest() -> QuerySet[Neighbourhood]:
    """Neighbourhoods that take part, those with most to read first."""
    posts = Post.objects.visible().neighbourly()
    let_in = Placement.objects.approved().filter(neighbourhood=OuterRef("pk"), post__in=posts.values("pk"))
    also = let_in.values("neighbourhood").annotate(number=Count("pk")).values("number")
    number = Count("posts", filter=Q(posts__in=posts)) + Coalesce(Subquery(also), 0)
    return Neighbourhood.objects.on().annotate(number=number).order_by("-number", "name")


def overview_context(user: Any) -> dict[str, Any]:
    """What waits for a member: own posts to go on with, answers to read, and the desk of whoever has one."""
    residence = Residence.objects.filter(user=user).select_related("neighbourhood").first()
    return {
        "neighbourhood": residence.neighbourhood if residence else None,
        "posts": [own_row(post) for post in waiting_posts(user)],
        "conversations": unanswered(user),
        "manages": scope(user).managed(Neighbourhood)[:1],
    }


def waiting_posts(user: Any) -> QuerySet[Post]:
    """A member's posts that are not finished, wait for somebody, or are about to end."""
    unfinished = Q(status__in=[Post.Status.CHANGES, Post.Status.DRAFT, Post.Status.WAITING, Post.Status.HELD])
    ending = Q(status=Post.Status.LIVE, expires_at__lt=clock.now() + ENDS_SOON) & ~Q(kind=Post.Kind.ACTIVITY)
    mine = Post.objects.filter(pk__in=scope(user).own(Post).values("pk"))
    return mine.filter(unfinished | ending).for_cards().order_by("-changed_at", "-pk")[:WAITING_SHOWN]


# What each state asks of the author, and the badge that says so.
OWN_WORDS = {
    Post.Status.CHANGES: ("change", gettext_lazy("De wijkbeheerder vraagt je iets aan te passen.")),
    Post.Status.DRAFT: ("draft", gettext_lazy("Nog niet af. Je kunt verder waar je was.")),
    Post.Status.WAITING: ("waiting", gettext_lazy("De wijkbeheerder kijkt ernaar, binnen 48 uur.")),
    Post.Status.HELD: ("held", gettext_lazy("De wijkbeheerder wil dit eerst met je bespreken.")),
    Post.Status.LIVE: ("live", gettext_lazy("Loopt bijna af. Geldt het nog, verleng het dan.")),
}


def own_row(post: Post) -> dict[str, Any]:
    """One of a member's own posts: what it is, how it stands, what can be done."""
    status, words = OWN_WORDS[Post.Status(post.status)]
    url = reverse("posts:mine_detail", args=[post.pk])
    title = post.title or _("Zonder titel")
    when = day_words(post.changed_at)
    return {"kind": post.kind, "title": title, "url": url, "status": status, "excerpt": words, "when": when}


def unanswered(user: Any) -> list[Conversation]:
    """Open conversations in which the other side wrote last."""
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-written_at", "-pk").values("side")[:1]
    theirs = Q(member=user, last_side=Message.Side.POSTER)
    mine = ~Q(member=user) & Q(last_side=Message.Side.VISITOR)
    found = scope(user).own(Conversation).filter(state=Conversation.State.OPEN).annotate(last_side=Subquery(last))
    waiting = found.filter(mine | theirs).select_related("post", "organisation")
    return list(waiting.order_by("-last_message_at", "-pk")[:WAITING_SHOWN])
