"""What Wagtail's admin shows: pages and images; posts, which operators only look up; and connections to Mailchimp."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from content.mailchimp.viewsets import ConnectionViewSet
from content.moderation.viewsets import PhoneViewSet, UnattendedViewSet
from content.posts.models import Post
from content.posts.viewsets import LookOnlyPolicy, PostViewSet

register_permission_policy(Post, LookOnlyPolicy(Post))
UNUSED = {"documents", "help"}


@hooks.register("construct_main_menu")
def without_what_we_do_not_use(request: HttpRequest, items: list[Any]) -> None:
    """Documents are not served by this site, so nobody is invited to add one."""
    items[:] = [item for item in items if item.name not in UNUSED]


@hooks.register("register_admin_viewset")
def unattended() -> UnattendedViewSet:
    return UnattendedViewSet()


@hooks.register("register_admin_viewset")
def posts() -> PostViewSet:
    return PostViewSet()


@hooks.register("register_admin_viewset")
def phones() -> PhoneViewSet:
    return PhoneViewSet()


@hooks.register("register_admin_viewset")
def mailchimp() -> ConnectionViewSet:
    return ConnectionViewSet()
