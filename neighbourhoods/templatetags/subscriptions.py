"""`{% newsletter_form neighbourhood %}`: the sign-up box for cached pages; it depends on no session."""

from typing import Any

from django import template

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.forms import SubscribeForm

register = template.Library()


@register.inclusion_tag("subscriptions/box.html")
def newsletter_form(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """The same box for every visitor."""
    return {"neighbourhood": neighbourhood, "form": SubscribeForm()}
