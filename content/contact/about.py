"""What a conversation is about, a post or an organisation: who answers there, and whether it still goes on."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.users.models import takes_part
from content.contact.models import Conversation
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.comanagers import contact_of
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

Thing = Post | Organisation

# About a post that ended well or ran out there is still something to arrange; what was taken back or away is over.
ENDED_WELL = {Post.Status.FULFILLED, Post.Status.EXPIRED}
AFTERWARDS = timedelta(days=14)


def on_site() -> Q:
    """Conversations about what everybody can see now."""
    return Q(post__in=Post.objects.visible()) | Q(organisation__in=Organisation.objects.visible())


def is_on_site(talk: Conversation) -> bool:
    """Whether everybody can see what it is about now."""
    return Conversation.objects.filter(on_site(), pk=talk.pk).exists()


def place_of(thing: Thing) -> Neighbourhood | None:
    """The neighbourhood it belongs to first."""
    return thing.neighbourhood if isinstance(thing, Post) else thing.neighbourhoods.defer("outline").first()


def box(thing: Thing) -> dict[str, str]:
    """What a page says of it above a conversation."""
    if isinstance(thing, Post):
        hint = f"{thing.byline}, {thing.neighbourhood.name}"
        return {"kind": thing.kind, "title": thing.title, "url": thing.get_absolute_url(), "hint": hint}
    return {"kind": "organisation", "title": thing.name, "url": thing.get_absolute_url(), "hint": thing.summary}


# Who answers ---------------------------------------------------------------------------------------------------------


def speaker_for(post: Post, *, besides: int | None = None, since: datetime | None = None) -> Any:
    """Who speaks for a post: its author, a contact person, or else another editor of its organisation (W-17, W-30).

    None of those who left or are frozen, nor the one `besides`: who wrote to the post does not answer for it. A contact
    person answers what somebody began (`since`) after the choice, and nothing else of the post.
    """
    if post.author.takes_part:
        return _chosen(post, besides, since) or post.author
    if not post.organisation_id:
        return None
    others = OrganisationEditor.objects.filter(
        takes_part("user"), organisation=post.organisation_id, organisation__is_live=True
    )
    first = others.exclude(user=besides).select_related("user").order_by("since", "pk").first()
    return first.user if first else None


def _chosen(post: Post, besides: int | None, since: datetime | None) -> Any:
    found = contact_of(post) if since else None
    if found is None or found.user_id == besides or found.contact_since > since:  # type: ignore[operator]  # is chosen
        return None
    return found.user


def team_for(organisation: Organisation, *, besides: int | None = None) -> list[Any]:
    """Who answers for an organisation: each of its editors who takes part, the longest serving first."""
    editors = [one for one in organisation.editors.all() if one.user.takes_part and one.user_id != besides]
    return [one.user for one in sorted(editors, key=lambda one: (one.since, one.pk))]


def can_be_asked(organisation: Organisation) -> bool:
    """Whether anybody would read a question: a page that was only read in from a list has nobody yet."""
    return organisation.editors.filter(takes_part("user")).exists()


# Whether it goes on --------------------------------------------------------------------------------------------------


def ends_at(thing: Thing) -> datetime | None:
    """Until when people can still write about a post that ended well; None for any other, and for an organisation."""
    over = isinstance(thing, Post) and thing.status in ENDED_WELL and thing.expires_at
    return over + AFTERWARDS if over else None


def is_talked_about(thing: Thing) -> bool:
    """Whether the conversations about it can go on."""
    if isinstance(thing, Organisation):
        return thing.is_live
    end = ends_at(thing)
    return thing.status in {Post.Status.LIVE, *ENDED_WELL} and (end is None or end > clock.now())


def why_over(thing: Thing) -> str:
    """Why nobody can write about it any more, in words; empty when they can."""
    if is_talked_about(thing):
        return ""
    if isinstance(thing, Organisation):
        return _("De pagina van deze organisatie staat niet meer op de site. Je kunt niet meer antwoorden.")
    if thing.status == Post.Status.FULFILLED:
        return _("Dit bericht is gelukt. Twee weken daarna stopt ook het gesprek. Je kunt niet meer antwoorden.")
    if thing.status == Post.Status.EXPIRED:
        return _("Dit bericht is verlopen. Twee weken daarna stopt ook het gesprek. Je kunt niet meer antwoorden.")
    return _("Het bericht waar dit gesprek over gaat staat niet meer op de site. Je kunt niet meer antwoorden.")
