"""Who works at the privacy desk."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

PRIVACY_OFFICERS = "Privacy officers"
OFFICE_RIGHTS = ("handle_privacy", "read_audit")


def officers() -> QuerySet:
    """Who may be told what presses at the privacy desk: its people and the operators, as far as they take part."""
    # By group, as rights are given: a right given to one person alone would be one nobody sees.
    in_group = Group.objects.filter(permissions__codename="handle_privacy", user=OuterRef("pk"))
    people = get_user_model()._default_manager.filter(is_active=True, restricted_at=None)
    return people.filter(Q(is_superuser=True) | Exists(in_group))


def make_groups() -> None:
    """Makes the group of privacy officers with its rights; runs after every migration and may run any time (C-60)."""
    create_permissions(apps.get_app_config("accounts"), verbosity=0)
    officers, _made = Group.objects.get_or_create(name=PRIVACY_OFFICERS)
    officers.permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=OFFICE_RIGHTS))
