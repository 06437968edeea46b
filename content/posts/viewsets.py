"""Posts in the staff admin: operators look them up there, and change nothing."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy

from accounts.users.models import User
from accounts.users.viewsets import ForStaff
from content.posts.models import Post


class LookOnlyPolicy(BasePermissionPolicy):
    """Operators may look; nobody adds, changes or deletes somebody's post here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and user.is_active and user.is_superuser

    def users_with_any_permission(self, actions: list[str]) -> QuerySet[User]:
        return User.objects.filter(is_active=True, is_superuser=True) if "view" in actions else User.objects.none()


def sent_in() -> QuerySet[Post]:
    """All but drafts, which are nobody's business but their authors', and posts of who is frozen (K-47)."""
    posts = Post.objects.filter(author__restricted_at=None)
    return posts.exclude(status=Post.Status.DRAFT).select_related("neighbourhood", "theme").newest()


class PostIndexView(ForStaff, IndexView):
    def get_base_queryset(self) -> QuerySet[Post]:
        return sent_in()


class PostInspectView(ForStaff, InspectView):
    # With the way to the phone number, which has a door of its own.
    template_name = "posts/cms_inspect.html"

    def get_object(self, queryset: Any = None) -> Post:
        return get_object_or_404(sent_in(), pk=self.pk)


class PostViewSet(ModelViewSet):
    """A list to search by title and filter by state, and a page per post without contact details or author."""

    model = Post
    name = "staff_posts"  # "posts" is the namespace of the public pages
    url_prefix = "berichten"
    icon = "doc-full"
    menu_label = _("Berichten")
    menu_order = 250
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = PostIndexView
    inspect_view_class = PostInspectView
    # The form is never shown: LookOnlyPolicy closes adding and editing.
    form_fields = ["title"]
    list_display = ["title", "kind", "status", "neighbourhood", "published_at"]
    list_filter = ["kind", "status", "neighbourhood"]
    search_fields = ["title"]
    search_backend_name = None
    inspect_view_fields = [
        "title",
        "text",
        "kind",
        "status",
        "theme",
        "neighbourhood",
        "organisation",
        "starts_at",
        "ends_at",
        "venue",
        "created_at",
        "submitted_at",
        "published_at",
        "confirmed_at",
        "expires_at",
    ]
