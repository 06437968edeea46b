"""The newsletter on pages: `{% newsletter_form neighbourhood %}` for cached ones, and the words of consent."""

from typing import Any

from django import template

from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.forms import SubscribeForm
from neighbourhoods.subscriptions.lists import MailingList, consent_words

register = template.Library()


@register.inclusion_tag("subscriptions/box.html")
def newsletter_form(neighbourhood: Neighbourhood, archive_url: str = "") -> dict[str, Any]:
    """The same box for every visitor, with the way to what was sent before."""
    return {"neighbourhood": neighbourhood, "form": SubscribeForm(), "archive_url": archive_url}


@register.simple_tag
def newsletter_words(neighbourhood: Neighbourhood, mailing: str = MailingList.NEWS) -> str:
    """The words of consent, the same on each form and in the ledger (P-10)."""
    return consent_words(neighbourhood, mailing)
