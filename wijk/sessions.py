"""How long a log-in lasts: two weeks unused and a season at most, and a working day where others' data are handled."""

from datetime import timedelta

from django.http import HttpRequest

from wijk import clock

LONGEST = timedelta(days=90)
DESK_IDLE = timedelta(hours=8)
# Noting each request would write to the database each time.
NOTED_EVERY = timedelta(minutes=5)
SINCE, SEEN = "since", "seen"


def too_old(request: HttpRequest, *, at_work: bool) -> bool:
    """Whether who is behind this session must show again who they are; notes that the session is in use.

    Django ends a session that was not written for two weeks; writing it here now and then is what keeps it alive.
    """
    now = clock.now().timestamp()
    since, seen = request.session.setdefault(SINCE, now), request.session.setdefault(SEEN, now)
    # A clock that was set back, as after a rehearsal, must not keep a session for ever.
    if now - since > LONGEST.total_seconds() or (at_work and now - seen > DESK_IDLE.total_seconds()):
        return True
    if abs(now - seen) > NOTED_EVERY.total_seconds():
        request.session[SEEN] = now
    return False
