"""The ways of a guest: which page opens with the word of a mail, and where the links of every mail lead."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.signup.guests import guest_of, word_for
from accounts.users.models import User
from wijk.access import visitor
from wijk.mail.doorways import doorway
from wijk.views import gone

either = require_http_methods(["GET", "HEAD", "POST"])
# The member's own pages that a guest has too; every other link leads to the overview.
SAME = (
    (re.compile(r"/mijn/gesprekken/(\d+)/"), "guests:talk"),
    (re.compile(r"/mijn/voorstellen/(\d+)/"), "guests:suggestion"),
    (re.compile(r"/mijn/berichten/(\d+)/(?:verlengen|einde)/"), "guests:end"),
    (re.compile(r"/mijn/berichten/(\d+)/aanpassen/"), "guests:edit"),
)


@doorway
def way_of_a_guest(account: Any, path: str) -> str:
    """Where a guest goes instead of to a member's page; a member goes there."""
    if not getattr(account, "is_guest", False):
        return ""
    if path.startswith("/plaatsen/"):
        return reverse("guests:ask")
    word = word_for(account)
    for pattern, name in SAME:
        if found := pattern.match(path):
            return reverse(name, args=[word, int(found[1])])
    return reverse("guests:own", args=[word])


GuestView = Callable[..., HttpResponse]


def for_guest(view: GuestView) -> GuestView:
    """A page that opens with a word; the view gets its guest, and the word for its links."""

    @visitor
    @either
    @wraps(view)
    def seen(request: HttpRequest, word: str, **kwargs: Any) -> HttpResponse:
        guest: User | None = guest_of(word)
        if guest is None:
            return gone(
                request,
                title=_("Deze link werkt niet meer"),
                text=_("De link in een mail werkt een paar weken. Vraag gerust een nieuwe, dan sturen we hem meteen."),
                back_url=reverse("guests:link"),
                back_label=_("Vraag een nieuwe link"),
            )
        return view(request, guest, word, **kwargs)

    return seen
