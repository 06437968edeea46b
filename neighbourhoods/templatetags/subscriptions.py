"""The newsletter on pages: `{% newsletter_form neighbourhood %}` for cached ones, and the words of consent."""

from typing import Any

from django import template

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.forms import SubscribeForm
from neighbourhoods.subscriptions.models import consent_words

register = template.Library()


@register.inclusion_tag("subscriptions/box.html")
def newsletter_form(neighbourhood: Neighbourhood) -> dict[str, Any]:
    """The same box for every visitor."""
    return {"neighbourhood": neighbourhood, "form": SubscribeForm()}


@register.simple_tag
def newsletter_words(neighbourhood: Neighbourhood) -> str:
    """The words of consent, the same on each form and in the ledger (P-10)."""
    return consent_words(neighbourhood)
