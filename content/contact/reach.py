"""Who can answer for others, as conditions of a query: for an author who is away, and for an organisation."""

from typing import Any

from django.db import models

from accounts.users.models import takes_part
from content.organisations.models import OrganisationEditor
from content.posts.comanagers import contacts_at_hand


def stands_in(path: str = "", **who: Any) -> models.Q:
    """Posts that stand under an organisation on the site, and others of it who can speak for an author who is away."""
    editors = OrganisationEditor.objects.filter(takes_part("user"), organisation__is_live=True, **who)
    return ~takes_part(f"{path}author") & models.Q(**{f"{path}organisation__in": editors.values("organisation")})


def answering(path: str = "") -> tuple[Any, ...]:
    """What to prefetch of who answers for a post or an organisation besides an author."""
    return (contacts_at_hand(f"{path}post__"), f"{path}organisation__editors__user")


def asked(path: str = "", **who: Any) -> models.Exists:
    """Conversations with an organisation on the site, of which somebody who answers takes part."""
    team = OrganisationEditor.objects.filter(takes_part("user"), organisation__is_live=True, **who)
    return models.Exists(team.filter(organisation=models.OuterRef(f"{path}organisation")))
