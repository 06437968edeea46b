"""When a session gets a new number, and when it ends, so that a stolen one is worth as little as can be."""

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.db.models import Model
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.signup.trail import whose_role
from accounts.users.actions import end_sessions
from accounts.users.models import User


@receiver(authentication_step_completed)
def renew(sender: Any, request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """Showing once more who one is gives the session a new number, as logging in does; no session holds an address."""
    made = request.session[AUTHENTICATION_METHODS_SESSION_KEY]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {name: value for name, value in one.items() if name != "email"} for one in made
    ]
    if reauthenticated:
        before = request.session.session_key
        request.session.cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def role_changed(
    sender: Any, instance: Model, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Who got or lost a role logs in anew: what an open page could do follows the role."""
    if action not in {"post_add", "post_remove", "pre_clear"} or (pk_set is not None and not pk_set):
        return
    end_sessions(whose_role(instance, reverse, pk_set) if reverse else [instance])  # type: ignore[list-item]
