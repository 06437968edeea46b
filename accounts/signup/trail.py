"""What the libraries tell of logging in and of roles, written into the trail: one act, one row (C-10, C-41)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.models import EmailAddress
from allauth.core import context as request_context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit.models import ACCOUNT, AuditEvent, record
from accounts.users.models import User
from wijk.text import spellings

REFUSED = AuditEvent.Outcome.REFUSED

# Logging in ----------------------------------------------------------------------------------------------------------


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A log-in that failed. What was typed is kept by nobody; an unknown address costs the same look-up and row."""
    typed = spellings(str(credentials.get("email") or credentials.get("username") or "")[:254])
    pk = EmailAddress.objects.filter(email__in=typed).values_list("user_id", flat=True).first()
    again = bool(request and request.user.is_authenticated)
    action = "account.reauthenticate" if again else "account.login"
    record(action, by=None, about=f"{ACCOUNT}:{pk}" if pk else "", request=request, outcome=REFUSED)


@receiver(mfa_signals.authentication_failed)
def second_step_refused(
    sender: Any, request: HttpRequest, user: User, reauthentication: bool = False, **kwargs: Any
) -> None:
    action = "account.reauthenticate" if reauthentication else "account.login"
    record(action, by=None, about=user, request=request, outcome=REFUSED, step=2)


@receiver(user_logged_out)
def logged_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("account.logout", by=user, about=user, request=request)


# What keeps an account safe ------------------------------------------------------------------------------------------


@receiver(account_signals.user_signed_up)
def signed_up(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.signup", by=user, about=user, request=request)


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.password", by=user, about=user, request=request)


@receiver(account_signals.password_reset)
def password_reset(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.password_reset", by=user, about=user, request=request)


@receiver(account_signals.email_added)
def email_added(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.email_add", by=user, about=user, request=request)


@receiver(account_signals.email_removed)
def email_removed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.email_remove", by=user, about=user, request=request)


@receiver(account_signals.email_changed)
def email_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.email", by=user, about=user, request=request)


@receiver(mfa_signals.authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    # Recovery codes come along with the first second step by themselves.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record("account.factor_add", by=user, about=user, request=request, type=str(authenticator.type))


@receiver(mfa_signals.authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    # And they go along with the last one.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record("account.factor_remove", by=user, about=user, request=request, type=str(authenticator.type))


@receiver(mfa_signals.authenticator_reset)
def codes_renewed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("account.recovery_codes", by=user, about=user, request=request)


# Roles, whichever door they were changed through ---------------------------------------------------------------------


_planted: ContextVar[bool] = ContextVar("planted", default=False)


@contextmanager
def planting() -> Iterator[None]:
    """What the software gives its own groups when it is installed is nobody's act."""
    token = _planted.set(True)
    try:
        yield
    finally:
        _planted.reset(token)


def _actor() -> Any:
    """Who is at it: the person of the request, or nobody for the command line."""
    user = getattr(request_context.request, "user", None)
    return user if user is not None and user.is_authenticated else None


def whose_role(instance: Model, reverse: bool, pk_set: set[int] | None) -> QuerySet[User]:
    """The accounts that a change of groups or permissions is about, from whichever side it was made."""
    if not reverse:
        return User.objects.filter(pk=instance.pk)
    role: Any = instance
    everybody: QuerySet[User] = role.user_set.all()
    return everybody if pk_set is None else User.objects.filter(pk__in=pk_set)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def role_changed(
    sender: Any, instance: Model, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    act = {"post_add": "role.add", "post_remove": "role.remove", "pre_clear": "role.clear"}.get(action)
    kind = "groups" if sender is User.groups.through else "permissions"
    if act is None or (pk_set is not None and not pk_set):
        return
    numbers = [instance.pk] if reverse else sorted(pk_set or ())
    for pk in whose_role(instance, reverse, pk_set).order_by("pk").values_list("pk", flat=True):
        record(act, by=_actor(), about=f"{ACCOUNT}:{pk}", kind=kind, numbers=numbers)


@receiver(pre_delete, sender=Group)
def group_goes(sender: Any, instance: Group, **kwargs: Any) -> None:
    """Who had the role loses it as by any other door: deleting a group says nothing of its members by itself."""
    instance.user_set.clear()


@receiver(m2m_changed, sender=Group.permissions.through)
def rights_changed(
    sender: Any, instance: Model, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    act = {"post_add": "role.rights_add", "post_remove": "role.rights_remove", "pre_clear": "role.rights_clear"}
    if action in act and (pk_set is None or pk_set) and not reverse and not _planted.get():
        record(act[action], by=_actor(), about=instance, permissions=sorted(pk_set or ()))


@receiver(pre_save, sender=User)
def power_changes(sender: Any, instance: User, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if instance.pk and (update_fields is None or "is_superuser" in update_fields):
        before = User.objects.filter(pk=instance.pk).values_list("is_superuser", flat=True).first()
        if before is not None and before != instance.is_superuser:
            record("role.operator", by=_actor(), about=instance, on=instance.is_superuser)


@receiver(post_save, sender=User)
def power_from_the_start(sender: Any, instance: User, created: bool, **kwargs: Any) -> None:
    if created and instance.is_superuser:
        record("role.operator", by=_actor(), about=instance, on=True)
