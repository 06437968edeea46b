"""The page of what I agreed to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.consent.models import ConsentEvent
from accounts.consent.texts import MATTERS
from accounts.users.models import MemberRequest
from wijk.access import member


@member
@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Which texts I agreed to, in which version and when, and the way to my newsletters (K-40, X-25)."""
    events = list(ConsentEvent.objects.of(request.user))
    matters = [
        {"matter": matter, "events": [event for event in events if event.key == matter.key]}
        for matter in MATTERS.values()
    ]
    return render(request, "consent/mine.html", {"matters": matters, "nav": "toestemmingen"})
