"""What an author says of a post when asked: it still holds, it worked out, or it is over (C-1)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from content.posts import actions
from content.posts.models import Post

Outcome, Status = Post.Outcome, Post.Status


class Choice(NamedTuple):
    """What one button does, and what it says about how it went."""

    act: Callable[..., Any]
    outcome: str = ""


# By the value of the button.
CHOICES = {
    "verlengen": Choice(actions.renew),
    "gelukt": Choice(actions.fulfil),
    "via-wijk": Choice(actions.fulfil, Outcome.VIA_WIJK),
    "elders": Choice(actions.fulfil, Outcome.ELSEWHERE),
    "deels-klaar": Choice(actions.fulfil, Outcome.PARTLY),
    "deels-verder": Choice(actions.renew, Outcome.PARTLY),
    "niet-verder": Choice(actions.renew, Outcome.FELL_THROUGH),
    "niet-klaar": Choice(actions.withdraw, Outcome.FELL_THROUGH),
    "intrekken": Choice(actions.withdraw),
}


def choose(*, post: Post, word: str, by: Any, **codes: Any) -> None:
    """Does what a button says; StaleError when the post stands otherwise by now."""
    choice = CHOICES[word]
    more = {"outcome": choice.outcome} if choice.outcome else {}
    choice.act(post=post, by=by, **more, **codes)


def offered(post: Post) -> dict[str, bool]:
    """Which buttons there are for a post as it stands."""
    return {
        "can_renew": post.renewable and post.is_live,
        "can_return": post.renewable and not post.is_live,
        "can_fulfil": post.status in actions.FULFILLABLE,
        "can_end": post.status in actions.WITHDRAWABLE,
    }


def done_words(post: Post) -> str:
    """What an author reads after a choice."""
    if post.is_live:
        return (
            _("Je bericht staat weer een half jaar op de site.")
            if post.is_standing
            else _("Je bericht staat weer acht weken op de site.")
        )
    if post.status == Status.FULFILLED and post.outcome == Outcome.PARTLY:
        return _("Fijn dat het voor een deel gelukt is. Je bericht is van de site.")
    if post.status == Status.FULFILLED:
        return _("Fijn dat het gelukt is. Je bericht is van de site.")
    return _("Je bericht is weg van de site.")
